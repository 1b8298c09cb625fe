"""One character's picture, as the classifiers are trained on it: light ink on black, in the middle of a square."""

from __future__ import annotations

import cv2
import numpy as np

from streamer.reading.rows import Box

MARGIN = 0.1
"""Empty border on each side, as a share of the square."""

SURROUNDINGS = 0.1
"""Paper beside a character that its contrast is measured with, as a share of its height: a thin I alone is all ink."""


def character_image(plate: np.ndarray, box: Box, dark: bool, size_px: int) -> np.ndarray:
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
    """
    x, y, w, h = box
    cut = plate[y : y + h, x : x + w].astype(np.float32)
    beside = max(2, round(SURROUNDINGS * h))
    low, high = (float(v) for v in np.percentile(plate[y : y + h, max(0, x - beside) : x + w + beside], (4, 96)))
    ink = (cut - low) / max(high - low, 8.0)
    ink = np.clip(1 - ink if dark else ink, 0, 1)
    room = size_px * (1 - 2 * MARGIN)
    scale = room / max(w, h)
    size = max(1, round(w * scale)), max(1, round(h * scale))
    ink = cv2.resize(ink, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    square = np.zeros((size_px, size_px), np.uint8)
    left, top = (size_px - size[0]) // 2, (size_px - size[1]) // 2
    square[top : top + size[1], left : left + size[0]] = np.round(255 * ink)
    return square
