"""The sharpest image that several blurred ones make together: each gives what its own blur has left of it."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

_POWER = 4
"""Of the magnitude, that a frequency weighs: 0 is the mean, and the more, the more the clearest image counts alone.

Of 670 plates of blurred development clips the reader reads 413 on the mean, 430 with 2, 436 with 4, 424 with 8.
"""
_SMOOTHING = 3.0
"""Frequencies, as the deviation of a Gaussian, over which magnitudes are averaged: text has gaps in its spectrum."""
_BORDER_PX = 12
"""Pixels by which images are mirrored beyond their edges, as the transform takes the left edge for the right one's
neighbour: 184 x 72 px become 208 x 96, which have small factors only."""


def accumulate(images: Sequence[np.ndarray], worths: Sequence[float]) -> np.ndarray:
    """Return the images over one another, weighted frequency by frequency.

    Motion blur takes fine detail along the motion and leaves it across. Where each image is blurred in another
    direction, the mean is blurred in all of them. Here every image counts at each frequency by its magnitude there, to
    the power of 4, so that detail comes from the images that still have it, and nobody need know how they are blurred.

    Parameters
    ----------
    images
        (H, W) float32 each, of one thing at one place; not changed. At least one.
    worths
        What each weighs besides, above 0.

    Returns
    -------
    (H, W) float32.

    References
    ----------
    Delbracio, Sapiro 2015, Removing Camera Shake via Weighted Fourier Burst Accumulation, arXiv:1505.02731 (there with
    the power 11, as photographs have less noise).
    """
    size_hw = np.add(images[0].shape, 2 * _BORDER_PX)
    total, weight = np.zeros(size_hw, np.complex64), np.zeros(size_hw, np.float32)
    for image, worth in zip(images, worths, strict=True):
        wide = cv2.copyMakeBorder(image, _BORDER_PX, _BORDER_PX, _BORDER_PX, _BORDER_PX, cv2.BORDER_REFLECT)
        waves = np.fft.fft2(wide)
        magnitude = cv2.GaussianBlur(np.fft.fftshift(np.abs(waves)), (0, 0), _SMOOTHING)
        share = worth * np.fft.ifftshift(magnitude) ** _POWER
        total += share * waves
        weight += share
    whole = np.fft.ifft2(total / np.maximum(weight, np.finfo(np.float32).tiny)).real
    return np.ascontiguousarray(whole[_BORDER_PX:-_BORDER_PX, _BORDER_PX:-_BORDER_PX])
