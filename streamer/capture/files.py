"""Video files: every frame in order, with the times that the file gives them."""

from __future__ import annotations

import logging
import math
from datetime import timedelta
from pathlib import Path

import cv2

from streamer.capture.clock import Clock
from streamer.capture.file_header import read_header
from streamer.capture.opencv_capture import OpenCvCapture
from streamer.capture.orientation import orient
from streamer.capture.part import Part
from streamer.capture.source_info import SourceInfo, SourceKind
from streamer.capture.unreadable import why_unreadable
from streamer.config import CaptureConfig
from streamer.datatypes import Frame
from streamer.errors import SourceError, SourceFormatError

logger = logging.getLogger(__name__)

_DEFAULT_FPS = 25.0

_PATIENCE = 500
"""Damaged packets in a row that are passed over before it is the end: 20 s of a clip at 25 frames a second."""


class VideoFileSource:
    """A video file, read completely from its start or from `part.start_s`.

    Parameters
    ----------
    path
        The file.
    config
        How images are turned.
    part
        What of the file is wanted.
    clock
        Stamps the moment of reading; a file that doesn't say when it was made counts from the making of this source.

    Notes
    -----
    Nothing relies on the frame count in the header, which is often wrong, and nothing seeks: frames before the start
    are decoded but not converted, so that numbers stay true in files with any key frames.
    """

    kind = SourceKind.VIDEO
    live = False

    def __init__(self, path: str, config: CaptureConfig, part: Part | None = None, clock: Clock | None = None) -> None:
        self.name = path
        self.info: SourceInfo | None = None
        self._config = config
        self._part = part or Part()
        self._clock = clock or Clock()
        self._capture: OpenCvCapture | None = None
        self._run_began = self._began = self._clock.utc()
        self._next_index = 0
        self._given = 0
        self._last_s = -math.inf
        self._missing_bytes = 0

    def open(self) -> None:
        """Open the file. Raises `SourceError` naming what is wrong with it."""
        path = Path(self.name)
        try:
            header = read_header(path)
        except OSError as error:
            raise SourceError(f"{self.name}: {(error.strerror or str(error)).lower()}") from error
        capture = OpenCvCapture.open(str(path.absolute()), cv2.CAP_FFMPEG)
        if capture is None:
            raise SourceFormatError(f"{self.name}: {why_unreadable(path, header)}")
        self._capture = capture
        self._began = header.created or self._run_began
        self._missing_bytes = header.missing_bytes
        self._next_index, self._given, self._last_s = 0, 0, -math.inf
        self.info = self._describe(capture)

    def read(self) -> Frame | None:
        """Return the next wanted frame, or None at the end of the file or of the part, and once closed."""
        capture, part = self._capture, self._part
        if capture is None or (part.max_frames is not None and self._given >= part.max_frames):
            return None
        while capture.grab(_PATIENCE):
            index, self._next_index = self._next_index, self._next_index + 1
            time_s = self._last_s = self._time_of(capture)
            if time_s < part.start_s:
                continue
            if part.duration_s is not None and time_s >= part.start_s + part.duration_s:
                return None
            image = capture.retrieve()
            if image is None:
                continue
            image = orient(image, self._config.rotate, self._config.flip)
            image.setflags(write=False)
            self._given += 1
            utc = self._began + timedelta(seconds=time_s)
            return Frame(image, index, time_s, utc, self.name, self._clock.monotonic())
        if not capture.closed:
            capture.close()
            self._check_the_end(capture.damaged)
        return None

    def close(self) -> None:
        """Release the file."""
        if self._capture is not None:
            self._capture.close()

    def _describe(self, capture: OpenCvCapture) -> SourceInfo:
        width, height = int(capture.get(cv2.CAP_PROP_FRAME_WIDTH)), int(capture.get(cv2.CAP_PROP_FRAME_HEIGHT))
        if self._config.rotate in (90, 270):
            width, height = height, width
        fps, count = capture.get(cv2.CAP_PROP_FPS), capture.get(cv2.CAP_PROP_FRAME_COUNT)
        known = math.isfinite(fps) and 0 < fps <= 1000
        return SourceInfo(width, height, fps if known else None, count / fps if known and count > 0 else None)

    def _time_of(self, capture: OpenCvCapture) -> float:
        """Return the grabbed frame's presentation time in s; a bare stream has none, so it is counted on."""
        time_s = capture.get(cv2.CAP_PROP_POS_MSEC) / 1000
        if math.isfinite(time_s) and time_s > self._last_s:
            return time_s
        fps = self.info.fps if self.info and self.info.fps else _DEFAULT_FPS
        return self._last_s + 1 / fps

    def _check_the_end(self, damaged: int) -> None:
        """Warn of what could not be read. Raises `SourceFormatError` when nothing could."""
        if self._next_index == 0:
            raise SourceFormatError(f"{self.name}: no frame in it can be decoded")
        read = f"{self._next_index} frames up to {self._last_s:.1f} s were read"
        if self._missing_bytes:
            logger.warning("%s is cut off, %d bytes are missing; %s", self.name, self._missing_bytes, read)
        elif damaged:
            logger.warning("%s is damaged, packets that can't be decoded: %d; %s", self.name, damaged, read)
