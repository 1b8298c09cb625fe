"""Stamping and numbering the frames of a live source."""

from __future__ import annotations

import numpy as np

from streamer.capture.clock import Clock
from streamer.capture.orientation import orient
from streamer.config import CaptureConfig
from streamer.datatypes import Frame


class LiveFrames:
    """Makes frames of a live source's images; their numbers go on after a reconnection.

    Parameters
    ----------
    name
        The source, without credentials.
    config
        How images are turned.
    clock
        Stamps each frame.
    """

    def __init__(self, name: str, config: CaptureConfig, clock: Clock) -> None:
        self._name = name
        self._config = config
        self._clock = clock
        self._next_index = 0

    def now(self) -> float:
        """Return the monotonic time: the stamp of an image that the camera gives now."""
        return self._clock.monotonic()

    def frame(self, image: np.ndarray, taken_s: float, detection_image: np.ndarray | None = None) -> Frame:
        """Return the next frame.

        Parameters
        ----------
        image
            (H, W, 3) uint8 BGR, handed over.
        taken_s
            Monotonic time at which the camera gave it.
        detection_image
            (h, w, 3) uint8 BGR, the same view at a lower resolution, handed over.
        """
        index, self._next_index = self._next_index, self._next_index + 1
        small = None if detection_image is None else self._finish(detection_image)
        return Frame(self._finish(image), index, taken_s, self._clock.utc(), self._name, taken_s, small)

    def _finish(self, image: np.ndarray) -> np.ndarray:
        image = orient(image, self._config.rotate, self._config.flip)
        image.setflags(write=False)
        return image
