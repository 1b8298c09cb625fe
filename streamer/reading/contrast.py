"""Takes the light out of a plate image, so that the reader sees dusk and noon alike."""

from __future__ import annotations

import cv2
import numpy as np

LEAST_DEVIATION = 3.0
"""Grey levels; a plate image that varies less is not stretched further, as only noise would grow."""


def even_contrast(grey: np.ndarray, mean: float, deviation: float) -> np.ndarray:
    """Return a plate image whose middle has the given mean and standard deviation.

    Parameters
    ----------
    grey
        (h, w) uint8.
    mean, deviation
        Grey levels of the middle three quarters of the width and of the height; what leaves 0 to 255 is clipped.

    Returns
    -------
    np.ndarray
        (h, w) uint8.
    """
    height, width = grey.shape
    middle = grey[height // 8 : height - height // 8, width // 8 : width - width // 8]
    found_mean, found_deviation = (float(value[0, 0]) for value in cv2.meanStdDev(middle))
    gain = deviation / max(found_deviation, LEAST_DEVIATION)
    levels = (np.arange(256) - found_mean) * gain + mean
    return cv2.LUT(grey, np.clip(np.round(levels), 0, 255).astype(np.uint8))
