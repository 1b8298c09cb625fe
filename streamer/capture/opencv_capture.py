"""One home for `cv2.VideoCapture`: opened with its settings, read by one thread, closed from any."""

from __future__ import annotations

import contextlib
import math
import os
import threading
import time
from collections.abc import Iterator, Sequence

import cv2
import numpy as np

from streamer.capture.native_logs import quiet_opencv

FFMPEG_OPTIONS = "OPENCV_FFMPEG_CAPTURE_OPTIONS"
"""The only way to hand options to the FFmpeg inside OpenCV: an environment variable of the whole process."""


class OptionTurns:
    """Lets opens that want the same FFmpeg options run together, and opens that want others wait for their turn."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._options: str | None = None
        self._before: str | None = None
        self._inside = 0
        self._waiting = 0

    @contextlib.contextmanager
    def options(self, options: str) -> Iterator[None]:
        """Hold the process's FFmpeg options at `options` inside the block, and put back what was there before."""
        with self._changed:
            self._waiting += 1
            self._changed.wait_for(lambda: self._inside == 0 or (self._options == options and self._waiting == 1))
            self._waiting -= 1
            if self._inside == 0:
                self._before = os.environ.get(FFMPEG_OPTIONS)
                os.environ[FFMPEG_OPTIONS] = self._options = options
            self._inside += 1
        try:
            yield
        finally:
            with self._changed:
                self._inside -= 1
                if self._inside == 0:
                    if self._before is None:
                        os.environ.pop(FFMPEG_OPTIONS, None)
                    else:
                        os.environ[FFMPEG_OPTIONS] = self._before
                self._changed.notify_all()


_TURNS = OptionTurns()


class OpenCvCapture:
    """An open `cv2.VideoCapture` that one thread reads and any thread may close.

    A close during a read is carried out by the reading thread when its read returns: releasing a capture that is in
    use ends the process.
    """

    def __init__(self, capture: cv2.VideoCapture) -> None:
        self._capture = capture
        self._in_use = threading.Lock()
        self._closing = threading.Event()
        self._released = False
        self._damaged = 0

    @classmethod
    def open(
        cls,
        target: str | int,
        backend: int,
        settings: Sequence[tuple[int, float]] = (),
        ffmpeg_options: str | None = None,
    ) -> OpenCvCapture | None:
        """Open a file, address or device; None when OpenCV can't.

        Parameters
        ----------
        target
            Path or address, or the number of a device.
        backend
            One of OpenCV's `CAP_*`: never left to OpenCV, whose guesses print addresses.
        settings
            Pairs of a `CAP_PROP_*` and its value, in the order in which the device shall get them.
        ffmpeg_options
            Options of FFmpeg as `name;value|name;value`, held for the time of the open.
        """
        quiet_opencv()
        flat = [int(number) for pair in settings for number in pair]
        with _TURNS.options(ffmpeg_options) if ffmpeg_options else contextlib.nullcontext():
            try:
                capture = cv2.VideoCapture(target, backend, flat)
            except cv2.error:
                return None
        if not capture.isOpened():
            capture.release()
            return None
        return cls(capture)

    @property
    def closed(self) -> bool:
        """Whether `close` was called."""
        return self._closing.is_set()

    @property
    def damaged(self) -> int:
        """Packets so far that could not be decoded though more came after them."""
        return self._damaged

    def grab(self, patience: int = 1, within_s: float = math.inf) -> bool:
        """Take the next frame; False at the end, on a time-out, or when closed.

        Parameters
        ----------
        patience
            How many failures in a row are put down to damaged packets, each of which OpenCV reports just as it
            reports the end.
        within_s
            How long those failures may take altogether; a stream that is silent fails slowly.
        """
        started_s = time.monotonic()
        for failures in range(patience):
            with self._reading() as usable:
                if not usable:
                    return False
                if self._capture.grab():
                    self._damaged += failures
                    return True
            if time.monotonic() - started_s >= within_s:
                break
        return False

    def retrieve(self) -> np.ndarray | None:
        """Return the frame that was grabbed as (H, W, 3) uint8 BGR, or None when it can't be decoded."""
        with self._reading() as usable:
            decoded, image = self._capture.retrieve() if usable else (False, None)
            return image if decoded and image is not None and image.size else None

    def get(self, prop: int) -> float:
        """Return a `CAP_PROP_*`, 0 when unknown or closed."""
        with self._reading() as usable:
            return float(self._capture.get(prop)) if usable else 0.0

    def set(self, prop: int, value: float) -> bool:
        """Set a `CAP_PROP_*` and return whether the device took it."""
        with self._reading() as usable:
            return usable and bool(self._capture.set(prop, value))

    def close(self) -> None:
        """Release, at once or as soon as the read that is under way returns."""
        self._closing.set()
        self._release_if_idle()

    @contextlib.contextmanager
    def _reading(self) -> Iterator[bool]:
        with self._in_use:
            yield not self._closing.is_set()
        self._release_if_idle()

    def _release_if_idle(self) -> None:
        if self._closing.is_set() and not self._released and self._in_use.acquire(blocking=False):
            with contextlib.ExitStack() as stack:
                stack.callback(self._in_use.release)
                self._released = True
                self._capture.release()
