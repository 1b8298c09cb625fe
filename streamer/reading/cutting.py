"""One character's picture, as the classifiers are trained on it: light ink on black, in the middle of a square."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from streamer.reading.rows import Box

MARGIN = 0.1
"""Empty border on each side, as a share of the square."""

SURROUNDINGS = 0.1
"""Paper beside a character that its contrast is measured with, as a share of its height: a thin I alone is all ink."""


TYPICAL_ASPECT = 0.55
"""Width over height to which a plate's typical character is brought."""

THIN_ASPECT = 0.35
"""Width over height up to which a character, I or 1, says nothing of how wide the others are."""

THIN_SHARE = 0.6
"""The same as a share of the plate's broadest character, where that is less: on a plate lettered so narrow."""

BAR_ASPECT = 0.2
"""Width over height up to which a plate's broadest character is a bar: it has nothing but I and 1."""

LARGEST_STRETCH = 2.0
"""Times by which characters are made wider or narrower at most."""


def stretch_of(boxes: Sequence[Box]) -> float:
    """Return how much wider to make a plate's characters, so that the middle one of those at `boxes` has a usual width.

    A condensed O is as wide as a 0 of another typeface. Beside the other characters of its own plate it is wider.
    """
    aspects = np.array([w / h for _, _, w, h in boxes])
    broadest = float(aspects.max(initial=0.0))
    if broadest <= BAR_ASPECT:
        return 1.0
    stretch = TYPICAL_ASPECT / float(np.median(aspects[aspects > min(THIN_ASPECT, THIN_SHARE * broadest)]))
    return min(max(stretch, 1 / LARGEST_STRETCH), LARGEST_STRETCH)


def character_image(plate: np.ndarray, box: Box, dark: bool, size_px: int, stretch: float = 1.0) -> np.ndarray:
    """Return the picture of one character, (size_px, size_px) uint8, ink 255 and paper 0.

    Parameters
    ----------
    plate
        (h, w) uint8 plate image.
    box
        Where the character is.
    dark
        Whether ink is darker than paper.
    size_px
        Side of the square; the character fills it but for `MARGIN`, and keeps its shape, so that a thin 1 stays thin.
    stretch
        But for this: how many times as wide it is made (`stretch_of`).
    """
    x, y, w, h = box
    cut = plate[y : y + h, x : x + w].astype(np.float32)
    beside = max(2, round(SURROUNDINGS * h))
    low, high = (float(v) for v in np.percentile(plate[y : y + h, max(0, x - beside) : x + w + beside], (4, 96)))
    ink = (cut - low) / max(high - low, 8.0)
    ink = np.clip(1 - ink if dark else ink, 0, 1)
    room = size_px * (1 - 2 * MARGIN)
    scale = room / max(w * stretch, h)
    size = max(1, round(w * stretch * scale)), max(1, round(h * scale))
    ink = cv2.resize(ink, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    square = np.zeros((size_px, size_px), np.uint8)
    left, top = (size_px - size[0]) // 2, (size_px - size[1]) // 2
    square[top : top + size[1], left : left + size[0]] = np.round(255 * ink)
    return square
