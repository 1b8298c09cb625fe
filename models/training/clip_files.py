"""Clips on disk: frames into H.264 with their true times, and the truth beside them."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Protocol

import cv2
import numpy as np

from streamer.errors import SinkError


class FrameWriter(Protocol):
    """Takes the frames of a clip."""

    def write(self, image: np.ndarray) -> None:
        """Take the next frame, (H, W, 3) uint8 BGR."""


@contextmanager
def clip_writer(
    path: Path, size_wh: tuple[int, int], fps: float, quality: int, dropped: Sequence[int] = ()
) -> Iterator[FrameWriter]:
    """Open a clip for writing.

    Parameters
    ----------
    path
        The file, `.mp4`.
    size_wh
        Even width and height in px.
    fps
        Frames a second.
    quality
        H.264 constant rate factor: 18 is hardly lossy, 40 is bad.
    dropped
        Numbers of the frames to leave out; those that follow keep their time.

    Raises
    ------
    SinkError
        When the clip can't be written, or frames are to be dropped and ffmpeg, which alone keeps time, is not there.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    program = shutil.which("ffmpeg")
    if program is None:
        if dropped:
            raise SinkError(f"{path}: a clip with dropped frames needs ffmpeg (Debian package ffmpeg)")
        yield from _with_opencv(path, size_wh, fps)
        return
    yield from _with_ffmpeg(program, path, size_wh, fps, quality, dropped)


def _with_opencv(path: Path, size_wh: tuple[int, int], fps: float) -> Iterator[FrameWriter]:
    """OpenCV's own writer: MPEG-4 part 2, whose rate can't be chosen."""
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*"mp4v"), fps, size_wh)
    try:
        if not writer.isOpened():
            raise SinkError(f"{path}: can't be written")
        yield writer
    finally:
        writer.release()


class _Pipe:
    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process

    def write(self, image: np.ndarray) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(np.ascontiguousarray(image).data)


def _with_ffmpeg(
    program: str, path: Path, size_wh: tuple[int, int], fps: float, quality: int, dropped: Iterable[int]
) -> Iterator[FrameWriter]:
    chosen = "+".join(f"eq(n\\,{number})" for number in dropped)
    filters = ["-vf", f"select=not({chosen})", "-fps_mode", "vfr"] if chosen else []
    command = [program, "-v", "error", "-y", "-f", "rawvideo", "-pix_fmt", "bgr24"]
    command += ["-s", f"{size_wh[0]}x{size_wh[1]}", "-r", f"{fps:g}", "-i", "-", *filters]
    command += ["-c:v", "libx264", "-preset", "veryfast", "-crf", str(quality), "-pix_fmt", "yuv420p"]
    command += ["-threads", "1", "-map_metadata", "-1", "-fflags", "+bitexact", "-movflags", "+faststart", str(path)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        yield _Pipe(process)
        _, said = process.communicate(timeout=120)
        if process.returncode:
            raise SinkError(f"{path}: can't be written: {said.decode(errors='replace').strip().splitlines()[-1:]}")
    except BrokenPipeError as error:
        raise SinkError(f"{path}: can't be written: ffmpeg ended early") from error
    finally:
        if process.poll() is None:
            process.kill()
            process.wait(timeout=10)
        assert process.stdin is not None
        assert process.stderr is not None
        process.stderr.close()
        with suppress(BrokenPipeError):
            process.stdin.close()
