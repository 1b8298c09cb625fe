"""Which found box belongs to which labelled one."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from scipy.optimize import linear_sum_assignment

from streamer.geometry import box_iou

Box = tuple[float, float, float, float]
"""x, y, width, height in px of the frame."""

LOCATED_IOU = 0.5
"""Overlap from which a plate counts as located, as is usual since the Pascal challenge."""


def overlaps(truth: Sequence[Box], found: Sequence[Box]) -> np.ndarray:
    """Return the (truths, found) intersections over union; a box that is not a number overlaps nothing."""
    matrix = [[box_iou(a, b) if _sound(a) and _sound(b) else 0.0 for b in found] for a in truth]
    return np.array(matrix, np.float64).reshape(len(truth), len(found))


def match_boxes(truth: Sequence[Box], found: Sequence[Box], min_iou: float = LOCATED_IOU) -> dict[int, int]:
    """Return truth index to found index, most pairs first and then the largest overlap; none below `min_iou`."""
    matrix = overlaps(truth, found)
    allowed = matrix >= min_iou
    if not allowed.any():
        return {}
    rows, columns = linear_sum_assignment(np.where(allowed, 1.0 + matrix / (1 + matrix.size), 0.0), maximize=True)
    return {int(i): int(j) for i, j in zip(rows, columns, strict=True) if allowed[i, j]}


def same_place(truth: Box, found: Box) -> bool:
    """Return whether a found box is the labelled plate, for pairing texts: a loose label is enough.

    True when either centre lies in the other box and the overlap is at least a tenth.
    """
    return (
        _sound(found) and box_iou(truth, found) >= 0.1 and (_holds_centre(truth, found) or _holds_centre(found, truth))
    )


def _sound(box: Box) -> bool:
    return all(map(math.isfinite, box))


def _holds_centre(outer: Box, inner: Box) -> bool:
    x, y = inner[0] + inner[2] / 2, inner[1] + inner[3] / 2
    return outer[0] <= x <= outer[0] + outer[2] and outer[1] <= y <= outer[1] + outer[3]
