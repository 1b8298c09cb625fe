"""Still images: each is a source, and a scene, of its own."""

from __future__ import annotations

import logging
from pathlib import Path

import cv2
import numpy as np

from streamer.capture.clock import Clock
from streamer.capture.native_logs import quiet_opencv
from streamer.capture.orientation import orient
from streamer.capture.source_info import SourceInfo, SourceKind
from streamer.capture.unreadable import why_unreadable
from streamer.config import CaptureConfig
from streamer.datatypes import Frame
from streamer.errors import SourceError, SourceFormatError

logger = logging.getLogger(__name__)

_END_OF_IMAGE = b"\xff\xd9"


class StillSource:
    """One image as a source with one frame: index 0, time 0.

    The camera's note about which way is up (EXIF orientation) is honoured; grey, 16-bit and transparent images become
    8-bit BGR.
    """

    kind = SourceKind.STILL
    live = False

    def __init__(self, path: str, config: CaptureConfig, clock: Clock | None = None) -> None:
        self.name = path
        self.info: SourceInfo | None = None
        self._config = config
        self._clock = clock or Clock()
        self._run_began = self._clock.utc()
        self._image: np.ndarray | None = None

    def open(self) -> None:
        """Decode the image. Raises `SourceError` naming what is wrong with it."""
        try:
            data = Path(self.name).read_bytes()
        except OSError as error:
            raise SourceError(f"{self.name}: {(error.strerror or str(error)).lower()}") from error
        cut = is_cut_jpeg(data)
        image = _decode(data + _END_OF_IMAGE if cut else data)
        if image is None:
            raise SourceFormatError(f"{self.name}: {why_unreadable(Path(self.name))}")
        if cut:
            logger.warning("%s is cut off; what is missing of the image is grey", self.name)
        image = orient(image, self._config.rotate, self._config.flip)
        image.setflags(write=False)
        self._image = image
        self.info = SourceInfo(image.shape[1], image.shape[0], None, None)

    def read(self) -> Frame | None:
        """Return the image the first time, then None."""
        image, self._image = self._image, None
        if image is None:
            return None
        return Frame(image, 0, 0.0, self._run_began, self.name, self._clock.monotonic())

    def close(self) -> None:
        """Let go of the image."""
        self._image = None


def is_cut_jpeg(data: bytes) -> bool:
    """Return whether a JPEG file ends before its end-of-image marker, which decoders pass over in silence.

    The segments before the image data are stepped over by their length (ITU-T T.81, annex B), because one of them can
    hold a whole thumbnail with an end of its own.
    """
    if not data.startswith(b"\xff\xd8"):
        return False
    place = 2
    while data[place : place + 1] == b"\xff" and data[place + 1 : place + 2] != b"\xda":
        place += 2 + int.from_bytes(data[place + 2 : place + 4], "big")
    return data.find(_END_OF_IMAGE, place) < 0


def _decode(data: bytes) -> np.ndarray | None:
    """Return (H, W, 3) uint8 BGR, or None when OpenCV can't decode it."""
    if not data:
        return None
    quiet_opencv()
    try:
        image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    except cv2.error:
        return None
    return image if image is not None and image.size else None
