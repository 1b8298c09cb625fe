"""Noticing that the picture changed altogether: a cut, or a camera that was turned."""

from __future__ import annotations

import cv2
import numpy as np

_GRID_WH = (32, 18)
_SAMPLES = 10
"""Pixels along each side of a cell that are averaged: the noise of a night picture is ten times smaller then."""
_LEAST_CONTRAST = 4.0
"""Grey levels (standard deviation) under which a picture is too flat to be compared: black, or fog."""
_UNCHANGED, _UNCHANGED_SHARE = 0.2, 0.18
"""Change of a cell, in deviations of the picture, that is none, and the share of such cells from which it is the same
scene: of 9,452 pairs of unrelated pictures that don't correlate 97 in 100 have fewer, of 388 pairs of neighbouring
frames that a near vehicle fills at 4 to 7 frames a second (300 development clips) 3."""
_FLAT_FRAMES = 5
"""Flat pictures in a row that are passed over; after more, what was seen before is too old to be compared with."""


class SceneCut:
    """Compares each frame with the one before, on a coarse grid of its pixels.

    Two frames of one scene correlate, whatever the exposure does: brightness and contrast cancel out in the correlation
    coefficient. A vehicle so near that they don't correlate leaves a part of the grid exactly as it was, and then it is
    no cut either. The green channel, which has the least noise, stands for all.
    """

    def __init__(self, correlation: float) -> None:
        self._correlation = correlation
        self._before: tuple[np.ndarray, float] | None = None
        self._flat = 0

    def is_cut(self, image: np.ndarray) -> bool:
        """Say whether `image` (H, W, 3) uint8 shows another scene than the image before it."""
        step = max(1, image.shape[1] // (_SAMPLES * _GRID_WH[0]))
        samples = np.ascontiguousarray(image[::step, ::step, 1])
        grid = cv2.resize(samples, _GRID_WH, interpolation=cv2.INTER_AREA).astype(np.float32)
        spread = float(grid.std())
        if spread < _LEAST_CONTRAST:
            self._flat += 1
            if self._flat > _FLAT_FRAMES:
                self._before = None
            return False
        self._flat = 0
        before, self._before = self._before, (grid, spread)
        return before is not None and not self._same(*before, grid, spread)

    def _same(self, before: np.ndarray, before_spread: float, grid: np.ndarray, spread: float) -> bool:
        covariance = float(((before - before.mean()) * (grid - grid.mean())).mean())
        if covariance >= self._correlation * before_spread * spread:
            return True
        unchanged = np.abs(grid - before) < _UNCHANGED * max(before_spread, spread)
        return float(unchanged.mean()) >= _UNCHANGED_SHARE
