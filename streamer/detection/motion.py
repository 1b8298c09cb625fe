"""The motion gate: has anything changed since the detector last looked?"""

from __future__ import annotations

import cv2
import numpy as np

from streamer.config import MotionConfig

MAX_LEARNED = 32.0
"""Grey levels: however restless a spot is, a car's edge over asphalt exceeds this and what the gate adds to it."""

MAD_TO_SIGMA = 1.4826
"""Standard deviation of normal noise over its median absolute deviation."""


class MotionGate:
    """Says when an image differs from the last one that was said to differ.

    The image is shrunk to a coarse grey grid and compared with the grid at the last "yes", so that a vehicle that
    creeps adds up until it is seen, and a parked one is not. A change of the whole picture's brightness is taken out
    by the median of the differences, and the sensor's noise is measured by their spread. Each cell learns how much it
    usually changes between two looks, so that leaves and water fall silent after some seconds: its estimate moves
    towards the difference by a small fixed amount a second, which follows the median of what the cell sees.

    References
    ----------
    Manzanera, A. and Richefeu, J. (2007), "A new motion detection algorithm based on Sigma-Delta background
    estimation", Pattern Recognition Letters 28(3).
    """

    def __init__(self, config: MotionConfig) -> None:
        self._config = config
        self._reference: np.ndarray | None = None
        self._previous: np.ndarray | None = None
        self._usual: np.ndarray | None = None
        self._previous_s = 0.0

    def moved(self, image: np.ndarray, timestamp_s: float) -> bool:
        """Return whether something has changed since the last time that this said so.

        Parameters
        ----------
        image
            (H, W, 3) uint8 BGR. The first image, and one of another size, counts as a change.
        timestamp_s
            Its time; only the difference to the image before it is used.
        """
        grid = self._shrink(image)
        if (
            self._reference is None
            or self._previous is None
            or self._usual is None
            or self._reference.shape != grid.shape
        ):
            self._reference = self._previous = grid
            self._usual = np.zeros_like(grid)
            self._previous_s = timestamp_s
            return True
        self._learn(_difference(grid, self._previous), timestamp_s - self._previous_s)
        self._previous, self._previous_s = grid, timestamp_s
        difference = _difference(grid, self._reference)
        noise = min(MAD_TO_SIGMA * _median(difference), MAX_LEARNED)
        limit = self._config.threshold + self._config.noise_factor * np.maximum(self._usual, noise)
        changed = (difference > limit).astype(np.uint8)
        if not cv2.medianBlur(changed, 3).any():
            return False
        self._reference = grid
        return True

    def _learn(self, difference: np.ndarray, elapsed_s: float) -> None:
        """Move each cell's usual change towards what it just did, by at most what the elapsed time allows."""
        step = self._config.learning_per_s * max(elapsed_s, 0.0)
        usual = self._usual + np.clip(difference - self._usual, -step, step)
        self._usual = np.minimum(usual, MAX_LEARNED)

    def _shrink(self, image: np.ndarray) -> np.ndarray:
        """Return the image as a float32 grey grid whose longer side is `grid_px`."""
        height, width = image.shape[:2]
        scale = self._config.grid_px / max(height, width)
        size = max(3, round(width * scale)), max(3, round(height * scale))
        # Bilinear sampling to twice the grid, then averaging: a fifth of the cost of averaging every pixel.
        double = cv2.resize(image, (2 * size[0], 2 * size[1]), interpolation=cv2.INTER_LINEAR)
        grid = cv2.resize(double, size, interpolation=cv2.INTER_AREA)
        return cv2.cvtColor(grid, cv2.COLOR_BGR2GRAY).astype(np.float32)


def _difference(grid: np.ndarray, reference: np.ndarray) -> np.ndarray:
    """Return how much each cell changed beyond the whole picture's change of brightness, in grey levels."""
    signed = grid - reference
    return np.abs(signed - _median(signed))


def _median(cells: np.ndarray) -> float:
    """Return the median of every second cell in both directions: as good, at a quarter of the cost."""
    return float(np.median(cells[::2, ::2]))
