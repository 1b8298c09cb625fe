"""Whether a region holds a row of characters: what makes a rectangle a plate."""

from __future__ import annotations

import cv2
import numpy as np

from streamer.geometry import quad_size, rectify
from streamer.pixels import local_ink, otsu_ink

ROW_HEIGHT_PX = 40
"""Height to which a region is brought before its characters are counted."""

ENOUGH = 6
"""Characters of a row that make the score full; most plates have 6 to 8."""


def character_score(grey: np.ndarray, quad: np.ndarray, margin: tuple[float, float] = (0.02, 0.1)) -> float:
    """Return how much the region at `quad` looks like a plate, 0 to 1, by the characters it holds.

    Parameters
    ----------
    grey
        (H, W) uint8.
    quad
        (4, 2) px, clockwise from the plate's own top left.
    margin
        Surroundings looked at, as a share of the quad's width and height.
    """
    patch = level_patch(grey, quad, margin)
    masks = [otsu_ink(patch), 255 - otsu_ink(patch)]
    masks += [local_ink(side, ROW_HEIGHT_PX // 2, 8) for side in (patch, 255 - patch)]
    return min(1.0, max(longest_row(mask) for mask in masks) / ENOUGH)


def level_patch(grey: np.ndarray, quad: np.ndarray, margin: tuple[float, float]) -> np.ndarray:
    """Return the region seen straight on at a fixed height, taller where its shape may hold two lines."""
    width, height = quad_size(quad)
    aspect = min(max(width / max(height, 1e-6), 0.5), 10.0)
    tall = ROW_HEIGHT_PX if aspect > 2.4 else 2 * ROW_HEIGHT_PX
    return rectify(grey, quad, (max(8, round(tall * aspect)), tall), margin)


def longest_row(mask: np.ndarray) -> int:
    """Return the characters of the longest row of like-sized components, (h, w) mask of 0 and 255.

    A component may be a character when it is taller than wide or little wider, is a good part of the region's height
    and touches neither its left nor its right end. Two belong to a row when their heights and middles agree.
    """
    height_px, width_px = mask.shape
    stats = cv2.connectedComponentsWithStats(mask, connectivity=8)[2][1:]
    left, top, width, height = (stats[:, k].astype(np.float32) for k in range(4))
    plausible = (
        (height >= 0.28 * height_px)
        & (height <= 0.95 * height_px)
        & (width >= 0.08 * height)
        & (width <= 1.2 * height)
        & (left > 0)
        & (left + width < width_px)
    )
    height, middle = height[plausible], (top + height / 2)[plausible]
    if len(height) == 0:
        return 0
    alike = (np.abs(height[:, None] - height) <= 0.22 * height) & (np.abs(middle[:, None] - middle) <= 0.35 * height)
    return int(alike.sum(axis=0).max())
