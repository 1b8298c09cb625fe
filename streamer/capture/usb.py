"""USB and other V4L2 cameras, by number or by device."""

from __future__ import annotations

import logging
import math
import os
from collections.abc import Callable
from pathlib import Path

import cv2

from streamer.capture.clock import Clock
from streamer.capture.live_frames import LiveFrames
from streamer.capture.opencv_capture import OpenCvCapture
from streamer.capture.source_info import SourceInfo, SourceKind
from streamer.capture.streams import stream_info
from streamer.config import CaptureConfig
from streamer.datatypes import Frame
from streamer.errors import SourceError

logger = logging.getLogger(__name__)

_MANUAL_EXPOSURE = 1
"""V4L2_EXPOSURE_MANUAL in the Linux kernel's videodev2.h."""

_SELECT_TIMEOUT = "OPENCV_VIDEOIO_V4L_SELECT_TIMEOUT"
"""Whole seconds for which OpenCV waits for a V4L2 camera. It looks only once, so the first camera's counts."""

OpenDevice = Callable[[str, int], OpenCvCapture | None]


class UsbSource:
    """A camera of this machine.

    Parameters
    ----------
    device
        Its number, or a path such as `/dev/video0` or `/dev/v4l/by-id/…`.
    config
        Width, height, frames a second, pixel format, exposure, and how images are turned.
    clock
        Stamps each frame.
    open_device
        Opens the device, by path and backend; None when it can't.
    """

    kind = SourceKind.DEVICE
    live = True

    def __init__(
        self,
        device: str,
        config: CaptureConfig,
        clock: Clock | None = None,
        open_device: OpenDevice = OpenCvCapture.open,
    ) -> None:
        self.name = device
        self.info: SourceInfo | None = None
        self._path = Path(f"/dev/video{int(device)}" if device.isdecimal() else device)
        self._config = config
        self._open_device = open_device
        self._frames = LiveFrames(self.name, config, clock or Clock())
        self._capture: OpenCvCapture | None = None

    def open(self) -> None:
        """Open the camera. Raises `SourceError` when it is missing, busy or not ours to use."""
        if not self._path.exists():
            raise SourceError(f"{self.name}: there is no camera {self._path}; {_cameras_here(self._path.parent)}")
        if not os.access(self._path, os.R_OK | os.W_OK):
            raise SourceError(f"{self.name}: {self._path} may not be used by this user; add the user to group video")
        os.environ.setdefault(_SELECT_TIMEOUT, str(math.ceil(self._config.read_timeout_s)))
        capture = self._open_device(str(self._path), cv2.CAP_V4L2)
        if capture is None:
            raise SourceError(f"{self.name}: {self._path} is in use by another program, or is no camera")
        self._capture = capture
        for prop, value, meaning in self._settings():
            if not capture.set(prop, value):
                logger.warning("%s: the camera does not take the %s that was asked for", self.name, meaning)
        self.info = stream_info(capture, self._config)
        self._compare(int(capture.get(cv2.CAP_PROP_FRAME_WIDTH)), int(capture.get(cv2.CAP_PROP_FRAME_HEIGHT)))

    def read(self) -> Frame | None:
        """Return the next frame; None once closed. Raises `SourceError` when the camera gives none."""
        capture = self._capture
        if capture is None:
            return None
        while capture.grab():
            taken_s = self._frames.now()
            image = capture.retrieve()
            if image is not None:
                return self._frames.frame(image, taken_s)
        if capture.closed:
            return None
        if not self._path.exists():
            raise SourceError(f"{self.name}: the camera was unplugged")
        raise SourceError(f"{self.name}: the camera gives no picture")

    def close(self) -> None:
        """Release the camera."""
        if self._capture is not None:
            self._capture.close()

    def _settings(self) -> list[tuple[int, float, str]]:
        """Return what is asked of the camera; the pixel format comes first, because it decides which sizes exist."""
        config = self._config
        asked = (
            (cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*config.fourcc) if config.fourcc else None, "fourcc"),
            (cv2.CAP_PROP_FRAME_WIDTH, config.width, "width"),
            (cv2.CAP_PROP_FRAME_HEIGHT, config.height, "height"),
            (cv2.CAP_PROP_FPS, config.fps, "fps"),
            (cv2.CAP_PROP_AUTO_EXPOSURE, None if config.exposure is None else _MANUAL_EXPOSURE, "manual exposure"),
            (cv2.CAP_PROP_EXPOSURE, config.exposure, "exposure"),
        )
        return [(prop, value, meaning) for prop, value, meaning in asked if value is not None]

    def _compare(self, width: int, height: int) -> None:
        """Warn when the driver took the nearest size that it has, which it does in silence."""
        config = self._config
        if config.width is not None and (width, height) != (config.width, config.height):
            asked = f"{config.width}x{config.height}"
            logger.warning("%s: asked for %s, the camera gives %dx%d", self.name, asked, width, height)


def _cameras_here(folder: Path) -> str:
    found = sorted(str(path) for path in folder.glob("video*"))
    return "cameras here: " + ", ".join(found) if found else "no camera is connected"
