"""Text that never moves: burnt into the picture by the camera, or painted on a wall."""

from __future__ import annotations

import numpy as np

from streamer.geometry import quad_size

_BAND = 0.1
"""Share of the frame's height, at its upper and its lower edge, where cameras write."""
_JITTER = 0.12
"""Plate heights by which a text that stands still may wander: the detector's own noise."""
_MOVED = 0.6
_UPRIGHT = 0.04
"""Largest slope of burnt-in text: it has no perspective."""


class Stillness:
    """Watches where a text is from frame to frame."""

    def __init__(self) -> None:
        self._low = np.full(2, np.inf)
        self._high = np.full(2, -np.inf)
        self._times_s = (np.inf, -np.inf)
        self._height_px = 0.0
        self._in_band = True
        self._straight = True
        self._outlived_cut = False

    def see(self, quad: np.ndarray, frame_wh: tuple[int, int], timestamp_s: float, cut: bool) -> None:
        """Note where the text is now.

        Parameters
        ----------
        quad
            (4, 2) px, as detected.
        frame_wh
            Width and height of the frame, px.
        timestamp_s
            Time of the frame.
        cut
            Whether the picture around it changed altogether.
        """
        centre = quad.mean(axis=0)
        known = self._height_px > 0
        self._outlived_cut |= known and cut and float(np.max(np.abs(centre - self._low))) <= _JITTER * self._height_px
        self._low, self._high = np.minimum(self._low, centre), np.maximum(self._high, centre)
        self._times_s = min(self._times_s[0], timestamp_s), max(self._times_s[1], timestamp_s)
        self._height_px = quad_size(quad)[1]
        top, bottom = float(quad[:, 1].min()), float(quad[:, 1].max())
        self._in_band &= bottom <= _BAND * frame_wh[1] or top >= (1 - _BAND) * frame_wh[1]
        across = quad[1] - quad[0]
        self._straight &= abs(float(across[1])) <= _UPRIGHT * max(abs(float(across[0])), 1.0)

    @property
    def moved(self) -> bool:
        """Whether it has ever been anywhere else."""
        return self._wander() > _MOVED * self._height_px

    def burnt_in(self, after_s: float) -> bool:
        """Whether the camera writes it: upright, still for so long at the frame's edge, or left over by a cut."""
        still = self._wander() <= _JITTER * self._height_px
        long = self._times_s[1] - self._times_s[0] >= after_s
        return self._straight and still and (self._outlived_cut or (self._in_band and long))

    def perhaps_burnt_in(self) -> bool:
        """Whether nothing speaks against burnt-in text yet."""
        return self._straight and self._in_band and self._wander() <= _JITTER * self._height_px

    def _wander(self) -> float:
        return float(np.max(self._high - self._low))
