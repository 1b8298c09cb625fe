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


def measure_quality(plate: np.ndarray, quad: np.ndarray, score: float | None) -> Quality:
    """Return the quality of a plate image.

    Parameters
    ----------
    plate
        (h, w) uint8, rectified.
    quad
        (4, 2) px of the frame that it was cut from.
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
    )


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
