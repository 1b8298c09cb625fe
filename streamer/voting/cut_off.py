"""A plate at the frame's edge: is there more of it than can be seen?"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np


@dataclass(frozen=True, slots=True)
class CutOff:
    """How likely it is, each 0 to 1, that the frame's edge cuts a part of a plate's text off."""

    beginning: float = 0.0
    end: float = 0.0
    across: float = 0.0
    """Above or below: of every character a part is missing then, or a line."""

    @property
    def whole(self) -> float:
        """Probability that the text can be seen from its beginning to its end."""
        return (1 - self.beginning) * (1 - self.end)


UNCUT = CutOff()


class _Side(NamedTuple):
    """What is known of one pair of opposite sides of detected plates, in plate heights."""

    reach: float
    """How far plates are cut off and still found, less what they have blank there."""
    blank: float
    """How far they are cut off without losing text."""
    place: float
    """Where the side of a plate is found that is cut off, inwards from the frame's edge."""
    noise: float
    """Standard deviation of the same."""


_SIDEWAYS = _Side(0.8, 0.2, -0.15, 0.2)
_ACROSS = _Side(0.3, 0.0, -0.1, 0.1)
"""Measured on 2,067 plates of development clips, the frame made smaller so that its edge goes through a plate or beside
it: sideways up to 0.7 of its width are cut off, above or below of its height."""
_FRAMED = 0.5
"""Share of the frame's width or height from which a plate is what the picture was taken of, or cut out for."""
_NO_GAP = 1.0
"""Plate heights from the frame's edge at which nothing is cut off."""


def cut_off(quad: np.ndarray, frame_wh: tuple[int, int] | None) -> CutOff:
    """Return how likely it is that the frame's edge cuts a plate off.

    Parameters
    ----------
    quad
        (4, 2) px, as detected.
    frame_wh
        Width and height of the frame, px; None when unknown: then nothing is cut off.

    Notes
    -----
    Plates are cut off anywhere with equal likelihood, one px more is as likely as one px less. Let a side of the quad
    be found g plate heights inside the edge of the frame that it faces. If it is cut off, it is found at the edge, with
    a normal error, wherever it is in truth; the further it may be outside and still be found (`reach`), the more
    plates are. If it is inside, all g > 0 are equally likely. With n(g) the normal density and N(g) its distribution
    function about 0, Bayes' rule gives

        P(cut off | g) = reach n(g - place) / ((reach + blank) n(g - place) + N(g))

    A plate that takes up half of the frame was not caught by chance: such a picture is about it, and shows it whole.
    """
    if frame_wh is None or np.any(np.ptp(quad, axis=0) >= _FRAMED * np.array(frame_wh)):
        return UNCUT
    corners = quad.tolist()
    height = max((math.dist(corners[0], corners[3]) + math.dist(corners[1], corners[2])) / 2, 1.0)
    centre = [sum(corner[axis] for corner in corners) / 4 for axis in (0, 1)]

    def gap(first: int, second: int) -> float:
        """Return how far inside the frame a side is, in plate heights, at the edge that it faces."""
        side = [(corners[first][axis] + corners[second][axis]) / 2 for axis in (0, 1)]
        axis = int(abs(side[1] - centre[1]) > abs(side[0] - centre[0]))
        inside = side[axis] if side[axis] < centre[axis] else frame_wh[axis] - side[axis]
        return inside / height

    above, below = _probability(gap(0, 1), _ACROSS), _probability(gap(2, 3), _ACROSS)
    return CutOff(
        beginning=_probability(gap(3, 0), _SIDEWAYS),
        end=_probability(gap(1, 2), _SIDEWAYS),
        across=1 - (1 - above) * (1 - below),
    )


def _probability(gap: float, side: _Side) -> float:
    """Return the probability that a side is cut off, found `gap` plate heights inside the frame."""
    if gap >= _NO_GAP:
        return 0.0
    gap = max(gap, -_NO_GAP)
    away = (gap - side.place) / side.noise
    density = math.exp(-0.5 * away**2) / (side.noise * math.sqrt(2 * math.pi))
    inside = 0.5 * (1 + math.erf(gap / side.noise / math.sqrt(2)))
    return side.reach * density / ((side.reach + side.blank) * density + inside)
