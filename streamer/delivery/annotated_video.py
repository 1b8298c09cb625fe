"""The annotated video: one file for each camera, at the pace of its source."""

from __future__ import annotations

import logging
import math
import re
from collections.abc import Callable, Sequence
from pathlib import Path

import cv2
import numpy as np

from streamer.datatypes import FrameReport
from streamer.delivery.drawing import annotate
from streamer.delivery.video_encoder import Encoder, FfmpegEncoder, OpenCvEncoder, check_target, h264_program
from streamer.errors import SinkError

log = logging.getLogger(__name__)

SAMPLE = 5
"""Frames that are waited for to learn the source's rate."""
FPS_RANGE = (1.0, 120.0)
STILLS_FPS = 1.0
"""Rate where frames have no times of their own: each still is seen for a second."""
MAX_HOLD_S = 2.0
"""A gap in the source is shown as a still picture for at most so long."""

OpenEncoder = Callable[[Path, tuple[int, int], float], Encoder]


class AnnotatedVideo:
    """Records what `annotate` draws.

    A file named `.mp4` is H.264 where an `ffmpeg` program is installed, else VP9; `.webm` is VP8, which OpenCV's own
    encoder writes six times as fast as VP9. With several cameras (or files) each gets a video of its own:
    `out-gate.mp4`.

    Parameters
    ----------
    path
        The file; replaced if it exists.
    cameras
        The names of the cameras that will report.

    Raises
    ------
    SinkError
        The file can't be made, or its name ends in something else.
    """

    name = "video"
    may_drop = False

    def __init__(self, path: Path, cameras: Sequence[str], open_encoder: OpenEncoder | None = None) -> None:
        self._path = path
        self._several = len(cameras) > 1
        for camera in cameras:
            check_target(self._target(camera))
        self._open = open_encoder or _opener(path)
        self._clips: dict[str, _Clip] = {}

    def show(self, report: FrameReport) -> None:
        """Record one frame. Raises `SinkError` when it can't be kept."""
        clip = self._clips.get(report.camera)
        if clip is None:
            clip = self._clips[report.camera] = _Clip(self._target(report.camera), self._open)
        clip.add(annotate(report), report.frame.timestamp_s)

    def _target(self, camera: str) -> Path:
        safe = re.sub(r"[^A-Za-z0-9.-]+", "_", camera)
        return self._path.with_stem(f"{self._path.stem}-{safe}") if self._several else self._path

    def close(self) -> None:
        """Finish every file. Raises `SinkError` when one can't be."""
        faults = []
        for clip in self._clips.values():
            try:
                clip.close()
            except SinkError as error:
                faults.append(str(error))
        if faults:
            raise SinkError("; ".join(faults))


class _Clip:
    """One video file, its frames at even intervals whatever the source's are.

    The rate is the median of the first intervals. After that each image is repeated, or left out, so that the video's
    time follows the source's.
    """

    def __init__(self, path: Path, open_encoder: OpenEncoder) -> None:
        self._path = path
        self._open_encoder = open_encoder
        self._sample: list[tuple[np.ndarray, float]] = []
        self._encoder: Encoder | None = None
        self._size_wh = (0, 0)
        self._fps = STILLS_FPS
        self._begun_s = 0.0
        self._last_s = -math.inf
        self._written = 0

    def add(self, image: np.ndarray, timestamp_s: float) -> None:
        if self._encoder is None:
            self._sample.append((image, timestamp_s))
            if len(self._sample) >= SAMPLE:
                self._begin()
        else:
            self._write(self._encoder, image, timestamp_s)

    def close(self) -> None:
        if self._sample and self._encoder is None:
            self._begin()
        if self._encoder is not None:
            self._encoder.close()

    def _begin(self) -> None:
        """Open the file and write the frames that were kept back."""
        sample, self._sample = self._sample, []
        first, self._begun_s = sample[0]
        height, width = first.shape[:2]
        self._size_wh = max(2, width // 2 * 2), max(2, height // 2 * 2)
        self._fps = rate([timestamp_s for _, timestamp_s in sample])
        self._encoder = self._open_encoder(self._path, self._size_wh, self._fps)
        for image, timestamp_s in sample:
            self._write(self._encoder, image, timestamp_s)

    def _write(self, encoder: Encoder, image: np.ndarray, timestamp_s: float) -> None:
        due = round((timestamp_s - self._begun_s) * self._fps) + 1
        most = round(MAX_HOLD_S * self._fps)
        still = timestamp_s <= self._last_s
        self._last_s = timestamp_s
        if still or due - self._written > most:  # times that begin again, or a gap: go on from here
            due = self._written + 1
            self._begun_s = timestamp_s - self._written / self._fps
        fitted = fit(image, self._size_wh) if due > self._written else image
        for _ in range(due - self._written):
            encoder.write(fitted)
        self._written = max(self._written, due)


def rate(timestamps_s: Sequence[float]) -> float:
    """Return the frames a second of frames at these times."""
    intervals = np.diff(timestamps_s)
    middle = float(np.median(intervals)) if len(intervals) else 0.0
    return float(np.clip(1 / middle, *FPS_RANGE)) if middle > 0 else STILLS_FPS


def fit(image: np.ndarray, size_wh: tuple[int, int]) -> np.ndarray:
    """Return the image at the middle of a black one of `size_wh`, shrunk or grown to fit, or trimmed of one odd px."""
    width, height = size_wh
    high, wide = image.shape[:2]
    if 0 <= wide - width <= 1 and 0 <= high - height <= 1:
        return image[:height, :width]
    scale = min(width / wide, height / high)
    wide, high = min(width, max(1, round(wide * scale))), min(height, max(1, round(high * scale)))
    canvas = np.zeros((height, width, 3), np.uint8)
    x, y = (width - wide) // 2, (height - high) // 2
    canvas[y : y + high, x : x + wide] = cv2.resize(image, (wide, high), interpolation=cv2.INTER_AREA)
    return canvas


def _opener(path: Path) -> OpenEncoder:
    program = h264_program() if path.suffix.lower() == ".mp4" else None
    if program is not None:
        return lambda target, size_wh, fps: FfmpegEncoder(target, size_wh, fps, program)
    if path.suffix.lower() == ".mp4":
        log.warning("%s: without ffmpeg an .mp4 takes much computing (VP9); .webm takes a sixth of it", path)
    return OpenCvEncoder
