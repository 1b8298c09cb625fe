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

MOST = 10
"""Characters of a line at most; each one more takes two away."""

BAR = 0.25
"""Width over height below which a component is a bar: 1 and I, and every post of a fence."""

LONGEST_GAP = 1.2
"""Gap between two characters of a row at most, in heights of a character: a seal or a state's emblem fits in."""


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


def longest_row(mask: np.ndarray) -> float:
    """Return the characters of the longest row of like-sized components, (h, w) mask of 0 and 255; a bar counts half.

    A component may be a character when it is taller than wide or little wider, is a good part of the region's height
    and touches neither its left nor its right end. Two belong to a row when their heights and middles agree and they
    stand beside each other. What has more of them than a plate (a grille, a fence, a hoarding) is none.
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
    if not plausible.any():
        return 0.0
    left, top, width, height = left[plausible], top[plausible], width[plausible], height[plausible]
    middle = top + height / 2
    alike = (np.abs(height[:, None] - height) <= 0.2 * height) & (np.abs(middle[:, None] - middle) <= 0.3 * height)
    return max(_count(left[row], width[row], height[row]) for row in alike)


def _count(left: np.ndarray, width: np.ndarray, height: np.ndarray) -> float:
    """Return the characters among components (n,) of one row: those that follow one another without a long gap."""
    order = np.argsort(left, kind="stable")
    left, width, height = left[order], width[order], height[order]
    typical = float(np.median(height))
    weight = np.where(width < BAR * height, 0.5, 1.0)
    best, run, end = 0.0, 0.0, -np.inf
    for x, w, value in zip(left, width, weight, strict=True):
        if x < end - 0.3 * w:
            continue
        run = value if x - end > LONGEST_GAP * typical else run + value
        end = x + w
        best = max(best, run)
    return max(0.0, best - 2 * max(0.0, best - MOST))
