"""Bars at the ends of a row: a plate's own edge looks like a 1, but what lies beyond it isn't plate."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from streamer.reading.rows import Box, Row
from streamer.reading.segmentation import Segmentation

BAR = 0.35
"""Width over height up to which a component may be a bar."""

BEYOND = 0.14
"""How far beyond a bar the plate must go on, as a share of the bar's height: characters keep more distance."""

FAINTEST = 12.0
"""Grey levels between paper and ink that a row has at least: the rim of an even surface has fewer."""


def without_bars(plate: np.ndarray, dark: bool, segmentation: Segmentation) -> Segmentation:
    """Return the segmentation without the bars at both ends of its rows, and without rows that have no contrast.

    Parameters
    ----------
    plate
        (h, w) uint8 plate image.
    dark
        Whether ink is darker than paper.
    segmentation
        Its characters.
    """
    paper_side = plate if dark else 255 - plate
    rows, refused = [], list(segmentation.refused)
    for row in segmentation.rows:
        kept = list(row.boxes)
        paper, ink = _levels(paper_side, row)
        if paper - ink < FAINTEST:
            refused += [(box, "no contrast") for box in row.boxes]
            continue
        for end, step in ((0, -1), (-1, 1)):
            while kept and _is_bar(paper_side, kept[end], step, (paper + ink) / 2):
                refused.append((kept.pop(end), "a bar at the plate's edge"))
        score = row.score * len(kept) / len(row.boxes)
        if kept:
            rows.append(replace(row, boxes=tuple(kept), score=score))
    return replace(segmentation, rows=tuple(rows), refused=tuple(refused))


def _levels(plate: np.ndarray, row: Row) -> tuple[float, float]:
    """Return the grey level of paper and of ink where the row is, from its first character to its last."""
    x0, x1 = row.boxes[0][0], row.boxes[-1][0] + row.boxes[-1][2]
    y0, y1 = min(y for _, y, _, _ in row.boxes), max(y + h for _, y, _, h in row.boxes)
    ink, paper = np.percentile(plate[y0:y1, x0:x1], (10, 90))
    return float(paper), float(ink)


def _is_bar(plate: np.ndarray, box: Box, step: int, between: float) -> bool:
    """Tell whether a component is thin, and the plate ends beside it: to the left (`step` -1) or right (1)."""
    x, y, w, h = box
    if w > BAR * h:
        return False
    reach = max(2, round(BEYOND * h))
    low, high = (max(0, x - reach), x) if step < 0 else (x + w, min(plate.shape[1], x + w + reach))
    strip = plate[y : y + h, low:high]
    return strip.shape[1] < 2 or float(np.median(strip, axis=0).max()) < between
