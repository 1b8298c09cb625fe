"""Cameras on the network: RTSP over TCP or UDP, RTSPS, and MJPEG or any other video over HTTP."""

from __future__ import annotations

import math

import cv2

from streamer.capture.addresses import fill_in, redact
from streamer.capture.clock import Clock
from streamer.capture.diagnosis import stream_fault
from streamer.capture.live_frames import LiveFrames
from streamer.capture.opencv_capture import OpenCvCapture
from streamer.capture.source_info import SourceInfo, SourceKind
from streamer.config import CaptureConfig
from streamer.datatypes import Frame
from streamer.errors import SourceError

_PATIENCE = 30
"""Damaged packets in a row that are passed over, as UDP on a poor network makes them, before the picture is lost."""

_NO_RATE_PROBE = "fpsprobesize;0"
"""FFmpeg otherwise collects a second of frames to guess the frame rate, and then hands them out all at once: measured
on GStreamer's RTSP server at 25 frames a second, 0.9 s to open and 22 frames in a burst, against 0.1 s and 2 frames."""


class StreamSource:
    """A network stream, read through OpenCV's FFmpeg with limits on how long opening and reading may take.

    Parameters
    ----------
    address
        `rtsp://`, `rtsps://`, `http://` or `https://`; `${NAME}` in it is an environment variable.
    config
        Time-outs, transport, decoding threads, and how images are turned.
    clock
        Stamps each frame.
    """

    kind = SourceKind.STREAM
    live = True

    def __init__(self, address: str, config: CaptureConfig, clock: Clock | None = None) -> None:
        self.name = redact(address)
        self.info: SourceInfo | None = None
        self._address = fill_in(address)
        self._config = config
        self._frames = LiveFrames(self.name, config, clock or Clock())
        self._capture: OpenCvCapture | None = None

    def open(self) -> None:
        """Connect. Raises `SourceError` that says what the other end answered, if anything."""
        config = self._config
        settings = [
            (cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, config.open_timeout_s * 1000),
            (cv2.CAP_PROP_READ_TIMEOUT_MSEC, config.read_timeout_s * 1000),
            (cv2.CAP_PROP_N_THREADS, config.decode_threads),
        ]
        encrypted_or_http = not self._address.lower().startswith("rtsp://")
        options = f"rtsp_transport;{'tcp' if encrypted_or_http else config.transport}|{_NO_RATE_PROBE}"
        capture = OpenCvCapture.open(self._address, cv2.CAP_FFMPEG, settings, options)
        if capture is None:
            raise stream_fault(self.name, self._address, config.open_timeout_s)
        self._capture = capture
        self.info = stream_info(capture, config)

    def read(self) -> Frame | None:
        """Return the next frame; None once closed. Raises `SourceError` when the picture is lost."""
        capture = self._capture
        if capture is None:
            return None
        started_s, limit_s = self._frames.now(), 0.9 * self._config.read_timeout_s
        while capture.grab(_PATIENCE, limit_s):
            taken_s = self._frames.now()
            image = capture.retrieve()
            if image is not None:
                return self._frames.frame(image, taken_s)
        if capture.closed:
            return None
        silent_s = self._frames.now() - started_s
        if silent_s >= limit_s:
            raise SourceError(f"{self.name}: no picture for {silent_s:.1f} s")
        raise SourceError(f"{self.name}: the other end closed the stream")

    def close(self) -> None:
        """Disconnect."""
        if self._capture is not None:
            self._capture.close()


def stream_info(capture: OpenCvCapture, config: CaptureConfig) -> SourceInfo:
    """Return what an open stream or device says of itself."""
    width, height = int(capture.get(cv2.CAP_PROP_FRAME_WIDTH)), int(capture.get(cv2.CAP_PROP_FRAME_HEIGHT))
    if config.rotate in (90, 270):
        width, height = height, width
    fps = capture.get(cv2.CAP_PROP_FPS)
    return SourceInfo(width, height, fps if math.isfinite(fps) and 0 < fps <= 1000 else None, None)
