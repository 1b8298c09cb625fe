"""Ink and paper of a plate image: binarized in several ways, without the plate's frame."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np

from streamer.pixels import local_ink, otsu_ink


@dataclass(frozen=True, slots=True, eq=False)
class Ink:
    """One way to tell characters from the plate."""

    method: str
    """`otsu` or `local`, and which characters were looked for: `dark` or `light`."""
    mask: np.ndarray
    """(h, w) uint8, 255 where there is ink."""
    dark: bool
    """Whether the ink is darker than the plate."""


def inks_of(plate: np.ndarray, window_px: int, offset: float) -> Iterator[Ink]:
    """Yield the plate image (h, w) uint8 binarized by one threshold and by a local one, for dark and for light ink.

    Parameters
    ----------
    plate
        (h, w) uint8.
    window_px, offset
        Of the local threshold: see `pixels.local_ink`.
    """
    for dark, name in ((True, "dark"), (False, "light")):
        side = plate if dark else 255 - plate
        yield Ink(f"otsu, {name}", otsu_ink(side), dark)
        yield Ink(f"local, {name}", local_ink(side, window_px, offset), dark)


def frame_of(mask: np.ndarray) -> np.ndarray:
    """Return the mask of lines along the plate's sides: its frame, its edge, and the shadow under its holder.

    A row near the top or bottom whose ink runs on over a quarter of the width is no character, nor is a run of ink that
    stands as high as the mask, near its ends.
    """
    height, width = mask.shape
    long_row = cv2.getStructuringElement(cv2.MORPH_RECT, (max(3, width // 4), 1))
    tall_column = cv2.getStructuringElement(cv2.MORPH_RECT, (1, max(3, round(0.93 * height))))
    rows = cv2.morphologyEx(mask, cv2.MORPH_OPEN, long_row)
    columns = cv2.morphologyEx(mask, cv2.MORPH_OPEN, tall_column)
    edge_h, edge_w = round(0.22 * height), round(0.12 * width)
    rows[edge_h : height - edge_h] = 0
    columns[:, edge_w : width - edge_w] = 0
    return cv2.bitwise_or(rows, columns)


def without_border(mask: np.ndarray) -> np.ndarray:
    """Return the mask without the components that touch its border."""
    count, labels = cv2.connectedComponents(mask, connectivity=8)
    at_border = np.unique(np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]]))
    keep = np.full(count, 255, np.uint8)
    keep[at_border] = 0
    keep[0] = 0
    return keep[labels]
