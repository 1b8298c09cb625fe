"""Bare pixels: grey, smaller, and split into ink and paper."""

from __future__ import annotations

import cv2
import numpy as np


def grey_of(image: np.ndarray) -> np.ndarray:
    """Return (H, W) uint8 of an image (H, W, 3) uint8 BGR; a grey image (H, W) is returned as it is."""
    return image if image.ndim == 2 else cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)


def shrink_to_width(image: np.ndarray, width: int) -> tuple[np.ndarray, float]:
    """Return the image no wider than `width` px, averaged, and the factor from its pixels back to the original's."""
    height_px, width_px = image.shape[:2]
    if width_px <= width:
        return image, 1.0
    factor = width_px / width
    size = width, max(1, round(height_px / factor))
    return cv2.resize(image, size, interpolation=cv2.INTER_AREA), factor


def otsu_ink(grey: np.ndarray) -> np.ndarray:
    """Return the mask (0, 255) of what is darker than Otsu's threshold.

    References
    ----------
    N. Otsu, A threshold selection method from gray-level histograms, IEEE Trans. SMC 9 (1979), 62-66.
    """
    return cv2.threshold(grey, 0, 255, cv2.THRESH_BINARY_INV + cv2.THRESH_OTSU)[1]


def local_ink(grey: np.ndarray, window_px: int, offset: float) -> np.ndarray:
    """Return the mask (0, 255) of what is darker than its surroundings.

    Parameters
    ----------
    grey
        (H, W) uint8.
    window_px
        Side of the Gaussian window whose mean is the threshold; made odd and at least 3.
    offset
        Grey levels by which a pixel must be darker than that mean.
    """
    window = max(3, window_px | 1)
    return cv2.adaptiveThreshold(grey, 255, cv2.ADAPTIVE_THRESH_GAUSSIAN_C, cv2.THRESH_BINARY_INV, window, offset)
