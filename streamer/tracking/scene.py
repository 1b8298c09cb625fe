"""Noticing that the picture changed altogether: a cut, or a camera that was turned."""

from __future__ import annotations

import numpy as np

_GRID_WH = (32, 18)
_LEAST_CONTRAST = 4.0
"""Grey levels (standard deviation) under which a picture is too flat to be compared: black, or fog."""


class SceneCut:
    """Compares each frame with the one before, on a coarse grid of its pixels.

    Two frames of one scene correlate, whatever the exposure does: brightness and contrast cancel out in the
    correlation coefficient, and vehicles change a part of the grid only.
    """

    def __init__(self, correlation: float) -> None:
        self._correlation = correlation
        self._before: np.ndarray | None = None

    def is_cut(self, image: np.ndarray) -> bool:
        """Say whether `image` (H, W, 3) uint8 shows another scene than the image before it."""
        height, width = image.shape[:2]
        rows = (np.arange(_GRID_WH[1]) + 0.5) * height / _GRID_WH[1]
        columns = (np.arange(_GRID_WH[0]) + 0.5) * width / _GRID_WH[0]
        grid = image[rows.astype(int)[:, None], columns.astype(int)[None]].mean(axis=2)
        spread = float(grid.std())
        if spread < _LEAST_CONTRAST:
            return False
        grid = (grid - grid.mean()) / spread
        before, self._before = self._before, grid
        return before is not None and float((before * grid).mean()) < self._correlation
