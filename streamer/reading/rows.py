"""Rows of a plate: of many boxes, those that stand between two straight lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from streamer.config_methods import SegmentsConfig

Box = tuple[int, int, int, int]
"""x, y, width, height in px of the plate image."""

GAP = 0.03
"""Largest gap within a broken character, as a share of its height."""


@dataclass(frozen=True, slots=True)
class Row:
    """Characters beside each other, from left to right, between two straight lines."""

    boxes: tuple[Box, ...]
    top: tuple[float, float]
    """Height in px of the line along the characters' tops at x = 0, and its slope."""
    bottom: tuple[float, float]
    """Of the line along their bottoms."""
    score: float
    """How well the characters fit the lines, summed: 0 to their number."""

    @property
    def height(self) -> float:
        """Median height of the characters in px."""
        return float(np.median([h for _, _, _, h in self.boxes]))

    @property
    def middle(self) -> float:
        """Mean middle of the characters in px from the top."""
        return float(np.mean([y + h / 2 for _, y, _, h in self.boxes]))


def best_row(boxes: Sequence[Box], config: SegmentsConfig) -> Row | None:
    """Return the row that makes up most of the plate, or None.

    Each pair of boxes gives two straight lines, along their tops and along their bottoms; the boxes that reach from
    one to the other make a row. So a plate that was rectified badly still has its rows, and what is higher or lower
    than its neighbours (a frame, a band, a seal) is in none.
    """
    if not boxes:
        return None
    x, y, w, h = np.array(boxes, np.float64).T
    across, bottom = x + w / 2, y + h
    i, top_slope, bottom_slope = _lines_through(across, y, bottom, config.slope_max)
    along = across - across[i][:, None]
    reach = h[i][:, None] + (bottom_slope - top_slope)[:, None] * along
    from_top = np.abs(y - y[i][:, None] - top_slope[:, None] * along)
    from_bottom = np.abs(bottom - bottom[i][:, None] - bottom_slope[:, None] * along)
    off = np.maximum(from_top, from_bottom) / np.maximum(config.align_max * reach, 1e-9)
    fits = (off <= 1) & (reach > 0)
    scores = np.where(fits, (1 - 0.5 * off) * (1 - np.clip(w / h - 1, 0, 1)), 0.0).sum(axis=1)
    best = int(np.argmax(scores * _medians(h, fits)))
    if not scores[best] > 0:
        return None
    first, slopes = int(i[best]), (float(top_slope[best]), float(bottom_slope[best]))
    top, under = (float(end[first] - s * across[first]) for end, s in zip((y, bottom), slopes, strict=True))
    chosen = sorted((boxes[int(k)] for k in np.flatnonzero(fits[best])), key=lambda box: box[0])
    return Row(tuple(_joined(chosen)), (top, slopes[0]), (under, slopes[1]), float(scores[best]))


def _lines_through(
    across: np.ndarray, top: np.ndarray, bottom: np.ndarray, slope_max: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the pairs of lines through the tops and bottoms of two boxes each, and level ones through those of one.

    Parameters
    ----------
    across, top, bottom
        Middle, top and bottom of each box (n,) px.
    slope_max
        Steeper lines are left out.

    Returns
    -------
    The box that each pair goes through (m,), and the slopes of its upper and of its lower line (m,).
    """
    i, j = np.triu_indices(len(across))
    run = across[j] - across[i]
    known = (i == j) | (np.abs(run) >= 0.2 * (bottom - top)[i])
    i, j, run = i[known], j[known], np.where(i == j, 1.0, run)[known]
    slopes = (top[j] - top[i]) / run, (bottom[j] - bottom[i]) / run
    flat = np.maximum(np.abs(slopes[0]), np.abs(slopes[1])) <= slope_max
    return i[flat], slopes[0][flat], slopes[1][flat]


def _medians(values: np.ndarray, chosen: np.ndarray) -> np.ndarray:
    """Return the median of the values (n,) that each row of `chosen` (m, n) marks, 0 where it marks none."""
    order = np.argsort(values)
    counts = np.cumsum(chosen[:, order], axis=1)
    total = counts[:, -1]
    low, high = (np.argmax(counts > middle[:, None], axis=1) for middle in ((total - 1) // 2, total // 2))
    return np.where(total > 0, (values[order][low] + values[order][high]) / 2, 0.0)


def _joined(boxes: Sequence[Box]) -> list[Box]:
    """Return the boxes, from left to right, with the pieces of one character made one.

    Pieces share most of their width, or stand so close that they make up no more than one character together.
    """
    typical = float(np.median([w for _, _, w, _ in boxes]))
    joined: list[Box] = []
    for x, y, w, h in boxes:
        if joined:
            px, py, pw, ph = joined[-1]
            x0, y0, x1, y1 = min(px, x), min(py, y), max(px + pw, x + w), max(py + ph, y + h)
            close = x - px - pw <= GAP * h and x1 - x0 <= 1.15 * typical
            if close or min(px + pw, x + w) - x > 0.7 * min(w, pw):
                joined[-1] = (x0, y0, x1 - x0, y1 - y0)
                continue
        joined.append((x, y, w, h))
    return joined
