"""Text that never moves: burnt into the picture by the camera, or painted on a wall."""

from __future__ import annotations

import math

import numpy as np

from streamer.geometry import quad_centre, quad_size

_BAND = 0.15
"""Share of the frame's height, at its upper and its lower edge, where cameras write: one line or two."""
_JITTER = 0.12
"""Plate heights by which a text that stands still may be off its mean place, root mean square: the detector's noise."""
_MOVED = 0.6
_STAY_S, _MOSTLY, _SAME_PLACE, _SAME_SIZE = 0.5, 0.7, 0.4, 0.3
"""Seconds in view; the share of them at one place; what is the same place, in plate heights, and size, in ln height. On
1,700 vehicles of development clips 7 of 22 readings under 0.9 where no vehicle was were so, and none of 235 right ones.
"""
_UPRIGHT = 0.04
"""Largest slope of burnt-in text: it has no perspective."""


class Stillness:
    """Watches where a text is from frame to frame."""

    def __init__(self) -> None:
        self._low_x = self._low_y = math.inf
        self._high_x = self._high_y = -math.inf
        self._times_s = (math.inf, -math.inf)
        self._first: tuple[float, float, float] | None = None
        self._seen = self._at_first = 0
        self._mean, self._squares = (0.0, 0.0), 0.0
        """Mean place in px, and sum of the squared distances from it."""
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
        x, y = quad_centre(quad)
        off = max(abs(x - self._low_x), abs(y - self._low_y))
        self._outlived_cut |= cut and off <= _JITTER * self._height_px
        self._low_x, self._high_x = min(self._low_x, x), max(self._high_x, x)
        self._low_y, self._high_y = min(self._low_y, y), max(self._high_y, y)
        self._times_s = min(self._times_s[0], timestamp_s), max(self._times_s[1], timestamp_s)
        self._height_px = quad_size(quad)[1]
        self._first = self._first or (x, y, self._height_px)
        self._seen += 1
        self._note_place(x, y)
        self._at_first += self._is_at_first(x, y, self._height_px)
        (left, top), (right, other), *lower = quad.tolist()
        low, high = min(top, other), max(corner[1] for corner in lower)
        self._in_band &= high <= _BAND * frame_wh[1] or low >= (1 - _BAND) * frame_wh[1]
        self._straight &= abs(other - top) <= _UPRIGHT * max(abs(right - left), 1.0)

    @property
    def moved(self) -> bool:
        """Whether it has ever been anywhere else."""
        return self._wander() > _MOVED * self._height_px

    @property
    def stays(self) -> bool:
        """Whether it has been in view for a while, and mostly where it was first seen."""
        return self._times_s[1] - self._times_s[0] >= _STAY_S and self._at_first >= _MOSTLY * self._seen

    def burnt_in(self, after_s: float) -> bool:
        """Whether the camera writes it: upright, still for so long at the frame's edge, or left over by a cut."""
        long = self._times_s[1] - self._times_s[0] >= after_s
        return self._straight and self._still and (self._outlived_cut or (self._in_band and long))

    def perhaps_burnt_in(self) -> bool:
        """Whether nothing speaks against burnt-in text yet."""
        return self._straight and self._in_band and not self.moved

    @property
    def _still(self) -> bool:
        """Whether it is always at one place; noise that is seen for long reaches far, but seldom."""
        return math.sqrt(self._squares / max(2 * self._seen, 1)) <= _JITTER * self._height_px

    def _note_place(self, x: float, y: float) -> None:
        """Take a place in px into the mean and the sum of squares (Welford 1962, doi:10.2307/1266577)."""
        before_x, before_y = self._mean
        self._mean = before_x + (x - before_x) / self._seen, before_y + (y - before_y) / self._seen
        self._squares += (x - before_x) * (x - self._mean[0]) + (y - before_y) * (y - self._mean[1])

    def _is_at_first(self, x: float, y: float, height_px: float) -> bool:
        """Whether a text is where it was first seen, and as large."""
        assert self._first is not None
        first_x, first_y, first_px = self._first
        off = max(abs(x - first_x), abs(y - first_y))
        return off <= _SAME_PLACE * first_px and abs(math.log(max(height_px, 1.0) / max(first_px, 1.0))) <= _SAME_SIZE

    def _wander(self) -> float:
        return max(self._high_x - self._low_x, self._high_y - self._low_y)
