"""Which detection belongs to which track: costs in, matches out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment

_FORBIDDEN = 1e6


@dataclass(frozen=True, slots=True)
class Assignment:
    """Matches as (row, column) pairs, and the rows and columns that are left over."""

    matches: tuple[tuple[int, int], ...]
    unmatched_rows: tuple[int, ...]
    unmatched_columns: tuple[int, ...]


def assign(costs: np.ndarray, allowed: np.ndarray) -> Assignment:
    """Return the matches that cost least in all, as many as there can be.

    Parameters
    ----------
    costs
        (rows, columns) finite where allowed.
    allowed
        (rows, columns) bool: which pairs may be matched at all.

    References
    ----------
    Kuhn 1955, The Hungarian method for the assignment problem; scipy's `linear_sum_assignment`.
    """
    rows, columns = costs.shape
    matches: list[tuple[int, int]] = []
    if allowed.any():
        row_of, column_of = linear_sum_assignment(np.where(allowed, costs, _FORBIDDEN))
        matches = [(int(r), int(c)) for r, c in zip(row_of, column_of, strict=True) if allowed[r, c]]
    taken_rows, taken_columns = {r for r, _ in matches}, {c for _, c in matches}
    return Assignment(
        tuple(matches),
        tuple(r for r in range(rows) if r not in taken_rows),
        tuple(c for c in range(columns) if c not in taken_columns),
    )


def overlaps(xyxy_a: np.ndarray, xyxy_b: np.ndarray) -> np.ndarray:
    """Return the (n, m) intersection over union of (n, 4) and (m, 4) boxes given by their corners."""
    low = np.maximum(xyxy_a[:, None, :2], xyxy_b[None, :, :2])
    high = np.minimum(xyxy_a[:, None, 2:], xyxy_b[None, :, 2:])
    shared = np.prod(np.clip(high - low, 0, None), axis=2)
    area_a = np.prod(xyxy_a[:, 2:] - xyxy_a[:, :2], axis=1)
    area_b = np.prod(xyxy_b[:, 2:] - xyxy_b[:, :2], axis=1)
    return shared / np.maximum(area_a[:, None] + area_b[None, :] - shared, 1e-9)


def boxes_of(quads: np.ndarray) -> np.ndarray:
    """Return the (n, 4) upright boxes, by their corners, around (n, 4, 2) quads."""
    return np.concatenate([quads.min(axis=1), quads.max(axis=1)], axis=1)


def confusable(costs: np.ndarray, allowed: np.ndarray, margin: float) -> np.ndarray:
    """Return which pairs compete with another one: (rows, columns) bool.

    A pair competes when another allowed pair of its row or column costs less than `margin` more than the best one
    there, and so does it.
    """
    masked = np.where(allowed, costs, np.inf)
    close_in_row = masked <= masked.min(axis=1, keepdims=True, initial=np.inf) + margin
    close_in_column = masked <= masked.min(axis=0, keepdims=True, initial=np.inf) + margin
    close_in_row &= allowed
    close_in_column &= allowed
    crowded_row = close_in_row.sum(axis=1, keepdims=True) > 1
    crowded_column = close_in_column.sum(axis=0, keepdims=True) > 1
    return (close_in_row & crowded_row) | (close_in_column & crowded_column)
