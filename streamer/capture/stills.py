"""Still images: each is a source, and a scene, of its own."""

from __future__ import annotations

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
        self._image: np.ndarray | None = None

    def open(self) -> None:
        """Decode the image. Raises `SourceError` naming what is wrong with it."""
        path = Path(self.name)
        quiet_opencv()
        try:
            with path.open("rb") as file:
                file.read(1)
            image = cv2.imread(str(path), cv2.IMREAD_COLOR)
            if image is None or not image.size:
                raise SourceFormatError(f"{self.name}: {why_unreadable(path)}")
        except cv2.error as error:
            raise SourceFormatError(f"{self.name}: the image is damaged or too large to decode") from error
        except SourceError:
            raise
        except OSError as error:
            raise SourceError(f"{self.name}: {(error.strerror or str(error)).lower()}") from error
        image = orient(image, self._config.rotate, self._config.flip)
        image.setflags(write=False)
        self._image = image
        self.info = SourceInfo(image.shape[1], image.shape[0], None, None)

    def read(self) -> Frame | None:
        """Return the image the first time, then None."""
        image, self._image = self._image, None
        if image is None:
            return None
        return Frame(image, 0, 0.0, self._clock.utc(), self.name, self._clock.monotonic())

    def close(self) -> None:
        """Let go of the image."""
        self._image = None
