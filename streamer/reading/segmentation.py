"""Characters of a binarized plate image: components that are alike, stand in a row, and fill one or two lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from streamer.config import SegmentsConfig
from streamer.outlines import draw_outlines

Box = tuple[int, int, int, int]
"""x, y, width, height in px of the plate image."""

CUT_LIMIT = 1.55
"""Widths of a typical character from which on a component is taken for two that touch."""


@dataclass(frozen=True, slots=True)
class Row:
    """Characters beside each other, from left to right, and how regular they are (0 to their number)."""

    boxes: tuple[Box, ...]
    score: float

    @property
    def height(self) -> float:
        """Median height of the characters in px."""
        return float(np.median([h for _, _, _, h in self.boxes]))

    @property
    def middle(self) -> float:
        """Mean middle of the characters in px from the top."""
        return float(np.mean([y + h / 2 for _, y, _, h in self.boxes]))


@dataclass(frozen=True, slots=True, eq=False)
class Segmentation:
    """The characters of a plate image in reading order, and what was refused."""

    rows: tuple[Row, ...]
    """One or two lines from top to bottom; none when no character was found."""
    refused: tuple[tuple[Box, str], ...]
    """Components that are no characters, and why."""

    @property
    def boxes(self) -> tuple[Box, ...]:
        """All characters in reading order."""
        return tuple(box for row in self.rows for box in row.boxes)

    @property
    def score(self) -> float:
        """How much of the ink is explained: about the number of characters that stand in regular rows."""
        return sum(row.score for row in self.rows)


def segment(mask: np.ndarray, lines_max: int, config: SegmentsConfig) -> Segmentation:
    """Return the characters of a plate image.

    Parameters
    ----------
    mask
        (h, w) uint8, 255 where there is ink, without the plate's frame.
    lines_max
        1, or 2 where the plate's shape leaves room for a second line.
    config
        Limits of a character's size, shape and place.
    """
    components, refused = _components(mask, lines_max, config)
    rows: list[Row] = []
    left = components
    for _ in range(lines_max):
        row = _best_row(left, config)
        if row is None or (rows and not _second_line(rows[0], row)):
            break
        rows.append(row)
        left = [box for box in left if not _beside(box, row)]
    rows = [_cut(row, mask, config) for row in rows]
    used = {box for row in rows for box in row.boxes}
    refused += [(box, "alignment off the row") for box in components if box not in used and not _inside(box, rows)]
    return Segmentation(tuple(sorted(rows, key=lambda row: row.middle)), tuple(refused))


def _components(mask: np.ndarray, lines_max: int, config: SegmentsConfig) -> tuple[list[Box], list[tuple[Box, str]]]:
    """Return the components that have a character's size, and the others with the reason."""
    mask_h, mask_w = mask.shape
    stats = cv2.connectedComponentsWithStats(mask, connectivity=8)[2][1:]
    kept: list[Box] = []
    refused: list[tuple[Box, str]] = []
    for x, y, w, h, area in stats.tolist():
        if h < config.char_height_min * mask_h / lines_max:
            fault = "height too small" if area > 0.002 * mask_h * mask_h else "dot"
        elif h > config.char_height_max * mask_h:
            fault = "height too large"
        elif w > config.char_aspect_max * h * 3:
            fault = "aspect too wide"
        elif w < config.char_aspect_min * h:
            fault = "aspect too narrow"
        elif (x == 0 or x + w == mask_w) and w < 0.6 * h:
            fault = "border touched"
        else:
            kept.append((x, y, w, h))
            continue
        refused.append(((x, y, w, h), fault))
    return kept, [item for item in refused if item[1] != "dot"]


def _best_row(boxes: Sequence[Box], config: SegmentsConfig) -> Row | None:
    """Return the longest regular row, or None.

    Each pair of boxes gives a straight line through their middles; those of like height whose middles lie on it make a
    row. A plate that was rectified badly still has a slope, but no large one.
    """
    if not boxes:
        return None
    x, y, w, h = np.array(boxes, np.float64).T
    across, middle = x + w / 2, y + h / 2
    best: tuple[float, np.ndarray] | None = None
    for i in range(len(boxes)):
        alike = np.abs(h - h[i]) <= config.height_spread * h[i]
        for j in np.flatnonzero(alike):
            run = across[j] - across[i]
            slope = 0.0 if i == j or abs(run) < 1 else (middle[j] - middle[i]) / run
            if abs(slope) > config.slope_max:
                continue
            off = np.abs(middle - middle[i] - slope * (across - across[i]))
            members = alike & (off <= config.align_max * h[i])
            score = _regularity(h[members], off[members] / h[i], w[members])
            if best is None or score > best[0]:
                best = score, np.flatnonzero(members)
    if best is None:
        return None
    chosen = sorted((boxes[k] for k in best[1]), key=lambda box: box[0])
    return Row(tuple(_joined(chosen)), best[0])


def _regularity(heights: np.ndarray, off: np.ndarray, widths: np.ndarray) -> float:
    """Return the number of characters, less for unequal heights, for places off the line, and for wide ones."""
    spread = np.abs(heights / np.median(heights) - 1)
    wide = np.clip(widths / heights - 1, 0, 1)
    return float(np.sum(np.clip(1 - 1.5 * spread - off - wide, 0, 1)))


def _joined(boxes: Sequence[Box]) -> list[Box]:
    """Return the boxes, from left to right, with those that lie within another's width left out or joined to it."""
    joined: list[Box] = []
    for x, y, w, h in boxes:
        if joined:
            px, py, pw, ph = joined[-1]
            shared = min(px + pw, x + w) - x
            if shared > 0.6 * min(w, pw):
                x0, y0, x1, y1 = min(px, x), min(py, y), max(px + pw, x + w), max(py + ph, y + h)
                joined[-1] = (x0, y0, x1 - x0, y1 - y0)
                continue
        joined.append((x, y, w, h))
    return joined


def _second_line(first: Row, row: Row) -> bool:
    """Tell whether a row stands clear above or below another, and is large enough to be read with it."""
    apart = abs(first.middle - row.middle) > 0.45 * (first.height + row.height)
    return apart and len(row.boxes) >= 2 and 0.55 <= row.height / first.height <= 1.8


def _beside(box: Box, row: Row) -> bool:
    """Tell whether a box lies at the height of a row."""
    middle = box[1] + box[3] / 2
    return abs(middle - row.middle) <= 0.5 * row.height


def _inside(box: Box, rows: Sequence[Row]) -> bool:
    """Tell whether a component became part of a joined or cut character."""
    x, y, w, h = box
    middle = x + w / 2
    return any(bx <= middle <= bx + bw and _beside(box, row) for row in rows for bx, _, bw, _ in row.boxes)


def _cut(row: Row, mask: np.ndarray, config: SegmentsConfig) -> Row:
    """Return the row with components that are several characters touching cut where their ink is thinnest."""
    typical = float(np.median([w for _, _, w, h in row.boxes if w > 0.3 * h] or [0.6 * row.height]))
    typical = min(max(typical, 0.4 * row.height), config.char_aspect_max * row.height)
    boxes: list[Box] = []
    for x, y, w, h in row.boxes:
        parts = round(w / typical) if w > CUT_LIMIT * typical else 1
        ink = (mask[y : y + h, x : x + w] > 0).sum(axis=0)
        edges = [0]
        for k in range(1, parts):
            near, reach = w * k / parts, max(2, round(0.22 * typical))
            low, high = max(edges[-1] + 1, round(near - reach)), min(w - 1, round(near + reach))
            if low < high:
                edges.append(low + int(np.argmin(ink[low:high])))
        edges.append(w)
        boxes += [(x + a, y, b - a, h) for a, b in zip(edges, edges[1:], strict=False) if b - a >= 2]
    return Row(tuple(boxes), row.score)


def draw_segmentation(plate: np.ndarray, segmentation: Segmentation) -> np.ndarray:
    """Return a copy of the plate image with its characters numbered, and what was refused with the reason."""
    kept = [(_corners(box), str(number), True) for number, box in enumerate(segmentation.boxes, 1)]
    return draw_outlines(plate, kept + [(_corners(box), reason, False) for box, reason in segmentation.refused])


def _corners(box: Box) -> np.ndarray:
    x, y, w, h = box
    return np.array([[x, y], [x + w, y], [x + w, y + h], [x, y + h]], np.float32)
