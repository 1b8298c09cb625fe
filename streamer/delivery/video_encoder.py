"""Video files that play in a browser.

Measured on one core of a busy x86-64 machine, 1280x720: H.264 by the `ffmpeg` program 12 ms a frame, VP8 by the encoder
inside OpenCV 32 ms, VP9 by the same 190 ms (OpenCV gives no way to choose its speed).
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Protocol

import cv2
import numpy as np

from streamer.delivery.target import check_folder
from streamer.errors import SinkError

SUFFIXES = (".mp4", ".webm")
MIN_FREE_BYTES = 4 << 20
"""Space below which a disk counts as full: OpenCV's encoder does not say when it can't write."""
CLOSE_LIMIT_S = 30.0
"""How long `ffmpeg` may take to finish its file."""


class Encoder(Protocol):
    """One video file being written; frames all of one size, at one rate."""

    def write(self, image: np.ndarray) -> None:
        """Append an image (H, W, 3) uint8 BGR. Raises `SinkError` when it can't be kept."""

    def close(self) -> None:
        """Finish the file. Raises `SinkError` when it can't be."""


class OpenCvEncoder:
    """VP8 in WebM or VP9 in MP4, by what every `opencv-python` brings along."""

    def __init__(self, path: Path, size_wh: tuple[int, int], fps: float) -> None:
        self._path = path
        code = "VP80" if path.suffix == ".webm" else "vp09"
        self._writer = cv2.VideoWriter(str(path), cv2.CAP_FFMPEG, cv2.VideoWriter.fourcc(*code), fps, size_wh)
        if not self._writer.isOpened():
            raise SinkError(f"{path}: the video can't be written with this OpenCV")

    def write(self, image: np.ndarray) -> None:
        if shutil.disk_usage(self._path.parent).free < MIN_FREE_BYTES:
            raise SinkError(f"{self._path}: the disk is full")
        self._writer.write(image)

    def close(self) -> None:
        self._writer.release()


class FfmpegEncoder:
    """H.264 in MP4, by the `ffmpeg` program."""

    def __init__(self, path: Path, size_wh: tuple[int, int], fps: float, program: str) -> None:
        self._path = path
        width, height = size_wh
        read = ["-f", "rawvideo", "-pix_fmt", "bgr24", "-s", f"{width}x{height}", "-r", f"{fps:.6g}", "-i", "-"]
        encode = ["-c:v", "libx264", "-preset", "superfast", "-crf", "23", "-threads", "1", "-pix_fmt", "yuv420p"]
        target = ["-movflags", "+faststart", "-f", "mp4", "-y", f"file:{path}"]
        self._process = subprocess.Popen(
            [program, "-hide_banner", "-loglevel", "error", *read, *encode, *target],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            start_new_session=True,  # Ctrl-C is for us; the program ends when its input does
        )

    def write(self, image: np.ndarray) -> None:
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(np.ascontiguousarray(image).data)
        except OSError as error:
            raise SinkError(f"{self._path}: {self._last_words()}") from error

    def close(self) -> None:
        try:
            _, said = self._process.communicate(timeout=CLOSE_LIMIT_S)
        except subprocess.TimeoutExpired as error:
            self._process.kill()
            self._process.communicate()
            raise SinkError(f"{self._path}: ffmpeg did not finish within {CLOSE_LIMIT_S:g} s") from error
        except BrokenPipeError as error:
            raise SinkError(f"{self._path}: {self._last_words()}") from error
        if self._process.returncode:
            raise SinkError(f"{self._path}: {_last_line(said)}")

    def _last_words(self) -> str:
        assert self._process.stderr is not None
        said = self._process.stderr.read()
        self._process.wait(CLOSE_LIMIT_S)
        return _last_line(said)


def _last_line(said: bytes) -> str:
    lines = said.decode("utf-8", "replace").strip().splitlines()
    return lines[-1] if lines else "ffmpeg ended early"


def h264_program() -> str | None:
    """Return the path of an `ffmpeg` that can encode H.264, or None."""
    program = shutil.which("ffmpeg")
    if program is None:
        return None
    listed = subprocess.run([program, "-hide_banner", "-encoders"], capture_output=True, check=False, timeout=20)
    return program if b" libx264 " in listed.stdout else None


def check_target(path: Path) -> None:
    """Check, before anything starts, that a video can be written at `path`. Raises `SinkError`."""
    if path.suffix.lower() not in SUFFIXES:
        raise SinkError(f"{path}: a video is written as {' or '.join(SUFFIXES)}, by the end of its name")
    check_folder(path)
    existed = path.exists()
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT, 0o666))
        if not existed:
            path.unlink()
    except OSError as error:
        raise SinkError(f"{path}: can't be written: {error.strerror}") from error
