"""How far a plate image can be trusted, measured on its pixels and on its quad."""

from __future__ import annotations

import cv2
import numpy as np

from streamer.datatypes import Quality
from streamer.geometry import quad_size

SHARP_GRADIENT = 0.35
"""Steepest gradient of a crisp plate image, as a share of its contrast in one px (tuned on drawn plates of 64 px)."""

FULL_CONTRAST = 90.0
"""Grey levels between a well-exposed plate and its characters."""

_BLOCK_PX = 8
_AROUND_PX = 128
"""How far around a plate's centre the frame is looked at for blocks: a plate alone has too few."""


def measure_quality(plate: np.ndarray, image: np.ndarray, quad: np.ndarray, score: float | None) -> Quality:
    """Return the quality of a plate image.

    Parameters
    ----------
    plate
        (h, w) uint8, rectified.
    image
        (H, W) or (H, W, 3) uint8, the frame that it was cut from.
    quad
        (4, 2) px of the frame.
    score
        Detector's, 0 to 1; None, where no detector found the plate, counts as 1.
    """
    dark, light = (float(v) for v in np.percentile(plate, (5, 95)))
    contrast = max(light - dark, 1.0)
    slope = cv2.magnitude(cv2.Sobel(plate, cv2.CV_32F, 1, 0), cv2.Sobel(plate, cv2.CV_32F, 0, 1)) / 8
    steepest = float(np.percentile(slope, 98)) / contrast
    clipped = float(np.mean((plate <= 2) | (plate >= 253)))
    return Quality(
        plate_height_px=quad_size(quad)[1],
        sharpness=min(1.0, steepest / SHARP_GRADIENT),
        exposure=min(1.0, contrast / FULL_CONTRAST) * (1 - max(0.0, clipped - 0.3) / 0.7),
        obliqueness=obliqueness(quad),
        score=1.0 if score is None else float(score),
        blockiness=blockiness(image, quad),
    )


def blockiness(image: np.ndarray, quad: np.ndarray) -> float:
    """Return how much larger the steps between blocks of 8 px are than those within them, around a plate.

    Parameters
    ----------
    image
        (H, W) or (H, W, 3) uint8; of colours, green is looked at.
    quad
        (4, 2) px of the plate.

    Returns
    -------
    Mean step across the blocks' edges, as a multiple of the mean step at the other places (the median of seven): about
    1 without compression, or where the frame was made larger or smaller after it, and 1.1 to 1.5 where strong
    compression has merged strokes.

    References
    ----------
    Wang, Sheikh, Bovik 2002, No-reference perceptual quality assessment of JPEG compressed images,
    doi:10.1109/ICIP.2002.1038064 (the steps at block boundaries; here beside those within blocks).
    """
    low = np.maximum(quad.mean(axis=0).astype(int) - _AROUND_PX, 0) // _BLOCK_PX * _BLOCK_PX
    part = image[low[1] : low[1] + 2 * _AROUND_PX, low[0] : low[0] + 2 * _AROUND_PX]
    if min(part.shape[:2]) <= 2 * _BLOCK_PX:
        return 1.0
    part = part if part.ndim == 2 else cv2.extractChannel(part, 1)
    aside = cv2.reduce(cv2.absdiff(part[:, 1:], part[:, :-1]), 0, cv2.REDUCE_AVG, dtype=cv2.CV_32F).ravel()
    down = cv2.reduce(cv2.absdiff(part[1:], part[:-1]), 1, cv2.REDUCE_AVG, dtype=cv2.CV_32F).ravel()
    (across_x, within_x), (across_y, within_y) = _steps(aside), _steps(down)
    return (across_x + across_y) / max(within_x + within_y, 1e-3) if across_x + across_y else 1.0


def _steps(steps: np.ndarray) -> tuple[float, float]:
    """Return the mean step between blocks, and the usual one within them."""
    blocks = len(steps) // _BLOCK_PX
    *within, across = steps[: blocks * _BLOCK_PX].reshape(blocks, _BLOCK_PX).mean(axis=0).tolist()
    return across, sorted(within)[len(within) // 2]


def obliqueness(quad: np.ndarray) -> float:
    """Return how far a quad (4, 2) px is from a rectangle, 0 (straight on) to 1 (edge on).

    One minus the sine of its corners' mean angle to each other, times the ratio of its shorter to its longer opposite
    sides: 0 for any rectangle, however it is turned.
    """
    sides = np.roll(np.asarray(quad, np.float64), -1, axis=0) - quad
    length = np.linalg.norm(sides, axis=1)
    if length.min() < 1e-6:
        return 1.0
    following = np.roll(sides, -1, axis=0)
    cross = sides[:, 0] * following[:, 1] - sides[:, 1] * following[:, 0]
    sine = float(np.mean(np.abs(cross) / (length * np.roll(length, -1))))
    ratios = np.minimum(length[:2], length[2:]) / np.maximum(length[:2], length[2:])
    return 1 - sine * float(ratios.min())
