"""Turning and mirroring the image of a camera that hangs upside down or looks into a mirror."""

from __future__ import annotations

import cv2
import numpy as np

_TURNS = {90: cv2.ROTATE_90_CLOCKWISE, 180: cv2.ROTATE_180, 270: cv2.ROTATE_90_COUNTERCLOCKWISE}
_MIRRORS = {"horizontal": 1, "vertical": 0}


def orient(image: np.ndarray, rotate: int, flip: str) -> np.ndarray:
    """Return the image turned clockwise, then mirrored; the same array when neither is asked for.

    Parameters
    ----------
    image
        (H, W, 3) uint8.
    rotate
        0, 90, 180 or 270 degrees.
    flip
        `none`, `horizontal` (left for right) or `vertical` (top for bottom).
    """
    if rotate:
        image = cv2.rotate(image, _TURNS[rotate])
    if flip != "none":
        image = cv2.flip(image, _MIRRORS[flip])
    return image
