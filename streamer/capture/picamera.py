"""The Raspberry Pi's own camera through picamera2, which is imported only when it is asked for."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

import cv2
import numpy as np

from streamer.capture.clock import Clock
from streamer.capture.live_frames import LiveFrames
from streamer.capture.source_info import SourceInfo, SourceKind
from streamer.config import CaptureConfig
from streamer.datatypes import Frame
from streamer.errors import SourceError

_WIDEST_DEFAULT_PX = 2304
"""Sensors wider than this are read at half their size by default, which bins pixels and keeps the whole view: 2304x1296
of a Camera Module 3, 2028x1520 of an HQ camera. At full size they give 10 to 14 frames a second."""


def _picamera2() -> Any:
    return importlib.import_module("picamera2").Picamera2()


class PiCameraSource:
    """A Pi camera with two streams: the full-resolution image, and a small one for detection.

    Parameters
    ----------
    config
        Width, height, frames a second, exposure, width of the small image, and how images are turned.
    clock
        Stamps each frame.
    open_camera
        Makes a `picamera2.Picamera2`.
    """

    kind = SourceKind.PI_CAMERA
    live = True
    name = "picamera"

    def __init__(
        self, config: CaptureConfig, clock: Clock | None = None, open_camera: Callable[[], Any] = _picamera2
    ) -> None:
        self.info: SourceInfo | None = None
        self._config = config
        self._open_camera = open_camera
        self._frames = LiveFrames(self.name, config, clock or Clock())
        self._camera: Any = None
        self._small_wh = (0, 0)

    def open(self) -> None:
        """Start the camera. Raises `SourceError` when picamera2 or the camera is missing."""
        try:
            camera = self._open_camera()
        except ImportError as error:
            raise SourceError(
                f"{self.name}: picamera2 is not installed here; on a Raspberry Pi: sudo apt install python3-picamera2"
            ) from error
        except (RuntimeError, IndexError) as error:
            raise SourceError(f"{self.name}: no camera was found, or another program uses it") from error
        try:
            self._start(camera)
        except (RuntimeError, ValueError) as error:
            camera.close()
            raise SourceError(f"{self.name}: the camera takes none of these settings: {error}") from error
        self._camera = camera

    def read(self) -> Frame | None:
        """Return the next frame; None once closed. Raises `SourceError` when the camera falls silent."""
        if self._camera is None:
            return None
        try:
            request = self._camera.capture_request(wait=self._config.read_timeout_s)
        except (RuntimeError, TimeoutError) as error:
            raise SourceError(f"{self.name}: no picture for {self._config.read_timeout_s:g} s") from error
        taken_s = self._frames.now()
        try:
            image = np.ascontiguousarray(request.make_array("main"))
            yuv = request.make_array("lores")
        finally:
            request.release()
        width, height = self._small_wh
        small = cv2.cvtColor(yuv, cv2.COLOR_YUV2BGR_I420)[:height, :width]
        return self._frames.frame(image, taken_s, np.ascontiguousarray(small))

    def close(self) -> None:
        """Stop the camera and give it back."""
        camera, self._camera = self._camera, None
        if camera is not None:
            camera.stop()
            camera.close()

    def _start(self, camera: Any) -> None:
        config = self._config
        width, height = (config.width, config.height) if config.width and config.height else _default_size(camera)
        small_width = min(config.detection_width, width)
        self._small_wh = small_width, max(2, round(small_width * height / width / 2) * 2)
        controls: dict[str, float] = {}
        if config.fps is not None:
            controls["FrameRate"] = config.fps
        if config.exposure is not None:
            controls |= {"AeEnable": False, "ExposureTime": int(config.exposure)}
        camera.configure(
            camera.create_video_configuration(
                main={"size": (width, height), "format": "RGB888"},
                lores={"size": self._small_wh, "format": "YUV420"},
                controls=controls,
            )
        )
        camera.start()
        if config.rotate in (90, 270):
            width, height = height, width
        self.info = SourceInfo(width, height, config.fps, None)


def _default_size(camera: Any) -> tuple[int, int]:
    width, height = camera.sensor_resolution
    return (width, height) if width <= _WIDEST_DEFAULT_PX else (width // 4 * 2, height // 4 * 2)
