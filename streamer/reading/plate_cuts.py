"""A plate's characters cut out in several ways: every binarization, on the quad as it came and levelled by its rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from streamer.config_methods import SegmentsConfig
from streamer.datatypes import MAX_PLATE_LENGTH
from streamer.geometry import grow_quad, quad_of_box, quad_size, rectify
from streamer.interfaces import Trace
from streamer.pixels import grey_of
from streamer.reading.cutting import character_image, stretch_of
from streamer.reading.ink import Ink, frame_of, inks_of
from streamer.reading.rows import Box
from streamer.reading.segmentation import Segmentation, draw_segmentation, segment
from streamer.reading.trimming import without_bars

ASPECT_RANGE = (0.8, 8.0)
"""Width over height of a plate image; a quad of another shape is squeezed into it."""

ROW_MARGIN = 0.2
"""Kept above and below the rows when the plate is rectified along them, as a share of a character's height."""

PIECES_MAX = MAX_PLATE_LENGTH + 3
"""Pieces that are classified at most: more than a plate has characters, as some turn out to be none."""

SMALLEST_SLANT, LARGEST_SLANT = 0.08, 0.6
"""Slants that are set upright, in px to the side for each px down."""

KEPT = 2
"""Cuts of each plate image that are worth a look: those that make up most of it."""


@dataclass(frozen=True, slots=True, eq=False)
class CutPlate:
    """A plate image with its characters."""

    image: np.ndarray
    """(h, w) uint8."""
    quad: np.ndarray
    """(4, 2) px of the frame, where the plate image was cut out."""
    ink: Ink
    segmentation: Segmentation

    def in_frame(self, points: np.ndarray) -> np.ndarray:
        """Return where points (n, 2) px of the plate image lie in the frame, (n, 2) px."""
        whole = quad_of_box(0, 0, self.image.shape[1], self.image.shape[0])
        to_frame = cv2.getPerspectiveTransform(whole, np.asarray(self.quad, np.float32))
        return cv2.perspectiveTransform(np.asarray(points, np.float32)[None], to_frame)[0]

    def characters(self, size_px: int) -> np.ndarray:
        """Return the characters' pictures in reading order, (n, size_px, size_px) uint8."""
        boxes = self.segmentation.boxes[:PIECES_MAX]
        stretch = stretch_of(boxes)
        pictures = [character_image(self.image, box, self.ink.dark, size_px, stretch) for box in boxes]
        return np.stack(pictures) if pictures else np.zeros((0, size_px, size_px), np.uint8)


def cut_plate(image: np.ndarray, quad: np.ndarray, config: SegmentsConfig) -> CutPlate:
    """Return a plate cut into its characters by the binarization that explains most of it, levelled where it can be.

    A quad is seldom exact: where a row was found, the plate is rectified once more along it, and what is cut out then
    is taken unless characters got lost. For the parameters see `cuts_of`.
    """
    first = cuts_of(image, quad, config)[0]
    second = _levelled(image, first, config, None, "")
    lost = not second or len(second[0].segmentation.boxes) < len(first.segmentation.boxes)
    return first if lost else second[0]


def cuts_of(image: np.ndarray, quad: np.ndarray, config: SegmentsConfig, trace: Trace | None = None) -> list[CutPlate]:
    """Return the ways in which a plate may be cut into its characters, at least one, the likeliest first.

    Parameters
    ----------
    image
        (H, W, 3) uint8 BGR or (H, W) uint8.
    quad
        (4, 2) px, clockwise from the plate's own top left.
    config
        Size of the plate image, binarization, and what a character can be.
    trace
        Takes the plate image, each mask and its characters.
    """
    margin = config.margin_width, config.margin_height
    return _cuts_at(image, grow_quad(quad, margin), _lines_max(quad, config), config, trace, "")


def levelled_cuts(
    image: np.ndarray, cuts: Sequence[CutPlate], config: SegmentsConfig, trace: Trace | None = None
) -> list[CutPlate]:
    """Return the plates cut once more, each rectified along the rows that were found in it; see `cuts_of`."""
    return [
        levelled
        for number, cut in enumerate(cuts, 1)
        for levelled in _levelled(image, cut, config, trace, f", levelled {number}")
    ]


def _levelled(
    image: np.ndarray, cut: CutPlate, config: SegmentsConfig, trace: Trace | None, turn: str
) -> list[CutPlate]:
    rows = cut.segmentation.rows
    if not rows or len(cut.segmentation.boxes) < 2:
        return []
    return _cuts_at(image, _quad_of_rows(cut), len(rows), config, trace, turn)


def _lines_max(quad: np.ndarray, config: SegmentsConfig) -> int:
    width, height = quad_size(quad)
    return 2 if width < config.two_line_aspect * height else 1


def _cuts_at(
    image: np.ndarray, quad: np.ndarray, lines_max: int, config: SegmentsConfig, trace: Trace | None, turn: str
) -> list[CutPlate]:
    """Rectify what is inside the quad, and cut out the characters of at most `lines_max` lines; the best cuts first.

    `turn` is added to the names of the traced steps.
    """
    width, height = quad_size(quad)
    aspect = min(max(width / max(height, 1e-6), ASPECT_RANGE[0]), ASPECT_RANGE[1])
    plate_h = config.line_height_px * lines_max
    plate = grey_of(rectify(image, quad, (round(plate_h * aspect), plate_h), (0.0, 0.0)))
    if trace:
        trace(f"plate{turn}", plate, f"{width:.0f} x {height:.0f} px in the frame, at most {lines_max} lines")
    cuts = []
    for ink in inks_of(plate, round(config.window * config.line_height_px), config.offset):
        frame = frame_of(ink.mask)
        mask = cv2.morphologyEx(cv2.subtract(ink.mask, frame), cv2.MORPH_OPEN, np.ones((2, 2), np.uint8))
        segmentation = without_bars(plate, ink.dark, segment(mask, frame, lines_max, config))
        cuts.append(CutPlate(plate, quad, ink, segmentation))
        if trace:
            trace(f"ink{turn} ({ink.method})", ink.mask, "")
            trace(f"without frame{turn} ({ink.method})", mask, f"score {segmentation.score:.2f}")
    best = sorted(cuts, key=lambda cut: -cut.segmentation.score)[:KEPT]
    if trace:
        trace(f"segments{turn}", draw_segmentation(plate, best[0].segmentation), f"by {best[0].ink.method}")
    return best


def _quad_of_rows(cut: CutPlate) -> np.ndarray:
    """Return the quad (4, 2) px of the frame around the rows of a plate image."""
    plate_w = cut.image.shape[1]
    first, last = cut.segmentation.rows[0], cut.segmentation.rows[-1]
    boxes = cut.segmentation.boxes
    pad = ROW_MARGIN * (first.height + last.height) / 2
    lean = slant(cut.ink.mask, boxes) * (last.middle + last.height / 2 - first.middle + first.height / 2 + 2 * pad) / 2
    left = max(0.0, min(x for x, _, _, _ in boxes) - 3 * first.height)
    right = min(float(plate_w), max(x + w for x, _, w, _ in boxes) + 3 * last.height)
    corners = np.array(
        [
            [left - lean, first.top[0] + first.top[1] * left - pad],
            [right - lean, first.top[0] + first.top[1] * right - pad],
            [right + lean, last.bottom[0] + last.bottom[1] * right + pad],
            [left + lean, last.bottom[0] + last.bottom[1] * left + pad],
        ],
        np.float32,
    )
    return cut.in_frame(corners)


def slant(mask: np.ndarray, boxes: Sequence[Box]) -> float:
    """Return how far characters lean: px to the right for each px down, the middle one of those at `boxes`.

    The slope of the regression of a character's ink on its height. Some characters lean by themselves, as 7 and J, so
    that only the median of several counts, and a small one is none.
    """
    leans = []
    for x, y, w, h in boxes:
        moments = cv2.moments(mask[y : y + h, x : x + w], binaryImage=True)
        if moments["mu02"] > 0:
            leans.append(moments["mu11"] / moments["mu02"])
    middle = float(np.median(leans)) if len(leans) >= 3 else 0.0
    return float(np.clip(middle, -LARGEST_SLANT, LARGEST_SLANT)) if abs(middle) > SMALLEST_SLANT else 0.0
