"""Text that never moves: burnt into the picture by the camera, or painted on a wall."""

from __future__ import annotations

import math

import numpy as np

from streamer.geometry import quad_centre, quad_size

_BAND = 0.1
"""Share of the frame's height, at its upper and its lower edge, where cameras write."""
_JITTER = 0.12
"""Plate heights by which a text that stands still may wander: the detector's own noise."""
_MOVED = 0.6
_STAY_S, _SAME_PLACE, _SAME_SIZE = 1.0, 0.4, 0.3
"""Seconds after which the smaller of the first and the last box still has so much of its area in common with the other,
and so much of its size: what stays, however its detections wander in between. What comes head-on grows."""
_UPRIGHT = 0.04
"""Largest slope of burnt-in text: it has no perspective."""


class Stillness:
    """Watches where a text is from frame to frame."""

    def __init__(self) -> None:
        self._low_x = self._low_y = math.inf
        self._high_x = self._high_y = -math.inf
        self._times_s = (math.inf, -math.inf)
        self._first_box: tuple[float, float, float, float] | None = None
        self._last_box = (0.0, 0.0, 0.0, 0.0)
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
        self._last_box = (*quad.min(axis=0).tolist(), *quad.max(axis=0).tolist())
        self._first_box = self._first_box or self._last_box
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
        """Whether it has been in view for a second, and is still where it was first seen."""
        if self._first_box is None or self._times_s[1] - self._times_s[0] < _STAY_S:
            return False
        shared = _area(
            max(self._first_box[0], self._last_box[0]),
            max(self._first_box[1], self._last_box[1]),
            min(self._first_box[2], self._last_box[2]),
            min(self._first_box[3], self._last_box[3]),
        )
        smaller, larger = sorted((_area(*self._first_box), _area(*self._last_box)))
        return shared >= _SAME_PLACE * smaller and smaller >= _SAME_SIZE * larger

    def burnt_in(self, after_s: float) -> bool:
        """Whether the camera writes it: upright, still for so long at the frame's edge, or left over by a cut."""
        still = self._wander() <= _JITTER * self._height_px
        long = self._times_s[1] - self._times_s[0] >= after_s
        return self._straight and still and (self._outlived_cut or (self._in_band and long))

    def perhaps_burnt_in(self) -> bool:
        """Whether nothing speaks against burnt-in text yet."""
        return self._straight and self._in_band and self._wander() <= _JITTER * self._height_px

    def _wander(self) -> float:
        return max(self._high_x - self._low_x, self._high_y - self._low_y)


def _area(left: float, top: float, right: float, bottom: float) -> float:
    return max(right - left, 0.0) * max(bottom - top, 0.0)
