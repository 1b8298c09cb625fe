"""A camera that shakes or is moved: every plate is off from where it was expected by one and the same shift."""

from __future__ import annotations

import numpy as np

from streamer.tracking.association import assign

_NEAR_HEIGHTS = 0.6
"""Plate heights up to which a detection lies where a track is expected."""
_ALIKE = np.array([0.4, 0.6])
"""Differences of ln height and ln aspect between a track and a detection of the same plate."""
_FEWEST = 2
"""Plates that must agree: of a single one nobody knows whether it moved or the camera."""


def common_shift(expected: np.ndarray, found: np.ndarray, limit_px: float) -> np.ndarray:
    """Return by how much all plates are off from where they were expected, (2,) px; zeros where they don't agree.

    Every pair of a track and a detection of like size proposes the shift between the two. The one by which most tracks
    come to lie on a detection of their own is the camera's, if it explains more of them than no shift does; of equals,
    the shortest.

    Parameters
    ----------
    expected
        (n, 4) `xyha` of the tracks: centre x and y in px, ln height, ln aspect; not changed.
    found
        (m, 4) the same of the detections; not changed.
    limit_px
        The longest shift.
    """
    none = np.zeros(2)
    if min(len(expected), len(found)) < _FEWEST:
        return none
    alike = np.all(np.abs(found[None, :, 2:] - expected[:, None, 2:]) <= _ALIKE, axis=2)
    offsets = found[None, :, :2] - expected[:, None, :2]
    near_px = _NEAR_HEIGHTS * np.exp(expected[:, 2])[:, None]
    best, most = none, max(_explained(offsets, none, near_px, alike, 0), _FEWEST - 1)
    if most >= min(alike.shape):
        return none  # as nearly always: nothing is left to explain
    proposed = offsets[alike & (np.hypot(*offsets.transpose(2, 0, 1)) <= limit_px)]
    for shift in proposed[np.argsort(np.hypot(*proposed.T), kind="stable")]:
        if most >= min(alike.shape):
            break
        count = _explained(offsets, shift, near_px, alike, most)
        if count > most:
            best, most = shift, count
    return best


def _explained(offsets: np.ndarray, shift: np.ndarray, near_px: np.ndarray, alike: np.ndarray, most: int) -> int:
    """Return how many tracks have a detection of their own where they are expected after a shift.

    Where that can't be more than `most`, nothing is assigned and 0 returned.
    """
    away = np.hypot(*(offsets - shift).transpose(2, 0, 1))
    allowed = alike & (away <= near_px)
    if min(allowed.any(axis=1).sum(), allowed.any(axis=0).sum()) <= most:
        return 0
    nearest = np.where(allowed, away, np.inf).argmin(axis=1)[allowed.any(axis=1)].tolist()
    if len(set(nearest)) == len(nearest):
        return len(nearest)
    return len(assign(away, allowed).matches)
