"""Characters of a binarized plate image: components between two straight lines, that fill one or two rows."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np

from streamer.config_methods import SegmentsConfig
from streamer.outlines import draw_outlines
from streamer.reading.rows import Box, Row, best_row

CUT_LIMIT = 1.55
"""Widths of a typical character from which on a component is taken for several that touch."""

DOT = 0.12
"""Share of a line's height below which a component isn't worth a word: dots, dirt, noise."""

COMPONENTS_MAX = 24
"""Components that rows are sought in, the highest: a plate has few, a fence hundreds, and the time is their cube."""


@dataclass(frozen=True, slots=True, eq=False)
class Segmentation:
    """The characters of a plate image in reading order, and what was refused."""

    rows: tuple[Row, ...]
    """One or two lines from top to bottom; none when no character was found."""
    refused: tuple[tuple[Box, str], ...]
    """Components that are no characters, and why."""
    plate_height_px: int

    @property
    def boxes(self) -> tuple[Box, ...]:
        """All characters in reading order."""
        return tuple(box for row in self.rows for box in row.boxes)

    @property
    def score(self) -> float:
        """How much of the plate the characters make up: their number, each weighed by its height over the plate's."""
        return sum(row.score * row.height for row in self.rows) / self.plate_height_px


def segment(mask: np.ndarray, frame: np.ndarray, lines_max: int, config: SegmentsConfig) -> Segmentation:
    """Return the characters of a plate image.

    Parameters
    ----------
    mask
        (h, w) uint8, 255 where there is ink, without the plate's frame.
    frame
        (h, w) uint8, 255 where ink was taken for the plate's frame.
    lines_max
        1, or 2 where the plate's shape leaves room for a second line.
    config
        Limits of a character's size, shape and place.
    """
    components, refused = _components(mask, frame, lines_max, config)
    rows: list[Row] = []
    left = components
    for _ in range(lines_max):
        row = best_row(left, config)
        if row is None or (rows and not _second_line(rows[0], row)):
            break
        rows.append(row)
        left = [box for box in left if not _beside(box, row)]
    rows = [_cut(row, mask, config) for row in rows]
    refused += [(box, "off the row") for box in components if not any(_inside(box, row) for row in rows)]
    ordered = tuple(sorted(rows, key=lambda row: row.middle))
    return Segmentation(ordered, tuple(refused), mask.shape[0])


def _components(
    mask: np.ndarray, frame: np.ndarray, lines_max: int, config: SegmentsConfig
) -> tuple[list[Box], list[tuple[Box, str]]]:
    """Return the components that may be characters, and the others with the reason; dots go without a word."""
    mask_h, mask_w = mask.shape
    line_h = mask_h / lines_max
    stats = cv2.connectedComponentsWithStats(mask, connectivity=8)[2][1:]
    beside_frame = cv2.dilate(frame, np.ones((5, 1), np.uint8))
    kept: list[Box] = []
    refused: list[tuple[Box, str]] = []
    for x, y, w, h, _ in stats.tolist():
        if h < config.char_height_min * line_h:
            fault = "low" if max(w, h) > DOT * line_h else "dot"
        elif h > config.char_height_max * mask_h:
            fault = "high"
        elif w > 3 * config.char_aspect_max * h:
            fault = "wide"
        elif w < config.char_aspect_min * h:
            fault = "narrow"
        elif x == 0 or x + w == mask_w:
            fault = "at the border"
        elif max(_share(beside_frame[row, x : x + w]) for row in (y, y + h - 1)) > 0.7 and w > 0.25 * h:
            fault = "part of the frame"
        else:
            kept.append((x, y, w, h))
            continue
        if fault != "dot":
            refused.append(((x, y, w, h), fault))
    kept.sort(key=lambda box: -box[3])
    refused += [(box, "one of too many") for box in kept[COMPONENTS_MAX:]]
    return kept[:COMPONENTS_MAX], refused


def _share(mask: np.ndarray) -> float:
    return float(np.mean(mask > 0))


def _second_line(first: Row, row: Row) -> bool:
    """Tell whether a row stands clear above or below another, and is as large, so that it is read with it."""
    apart = abs(first.middle - row.middle) > 0.45 * (first.height + row.height)
    return apart and len(row.boxes) >= 2 and 0.7 <= row.height / first.height <= 1.4


def _beside(box: Box, row: Row) -> bool:
    """Tell whether a box stands, at least in part, between the lines of a row."""
    across = box[0] + box[2] / 2
    top, bottom = (start + slope * across for start, slope in (row.top, row.bottom))
    return min(bottom, box[1] + box[3]) - max(top, box[1]) > 0.25 * min(box[3], row.height)


def _inside(box: Box, row: Row) -> bool:
    """Tell whether a component became a character of the row, or part of one."""
    x, y, w, h = box
    return any(
        bx <= x + w / 2 <= bx + bw and by <= y + h / 2 <= by + bh and h <= 1.1 * bh for bx, by, bw, bh in row.boxes
    )


def _cut(row: Row, mask: np.ndarray, config: SegmentsConfig) -> Row:
    """Return the row with components that are several characters touching cut where their ink is thinnest."""
    typical = float(np.median([float(w) for _, _, w, h in row.boxes if w > 0.3 * h] or [0.6 * row.height]))
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
        boxes += [(x + a, y, b - a, h) for a, b in pairwise(edges) if b - a >= 2]
    return Row(tuple(boxes), row.top, row.bottom, row.score)


def draw_segmentation(plate: np.ndarray, segmentation: Segmentation) -> np.ndarray:
    """Return a copy of the plate image with its characters numbered, and what was refused with the reason."""
    kept = [(_corners(box), str(number), True) for number, box in enumerate(segmentation.boxes, 1)]
    return draw_outlines(plate, kept + [(_corners(box), reason, False) for box, reason in segmentation.refused])


def _corners(box: Box) -> np.ndarray:
    x, y, w, h = box
    return np.array([[x, y], [x + w, y], [x + w, y + h], [x, y + h]], np.float32)
