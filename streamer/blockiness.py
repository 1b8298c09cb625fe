"""How much compression has left of a picture: blocks."""

from __future__ import annotations

import cv2
import numpy as np

_BLOCK_PX = 8
_AROUND_PX = 128
"""How far around a plate's centre the frame is looked at: a plate alone has too few blocks."""
_LEAST_STEPS = 0.2
"""Grey levels: where nothing is to be seen within blocks, as in a drawing, nothing can be said."""
_MOST = 2.0


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
    compression has merged strokes; 2 at most.

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
    if within_x + within_y < _LEAST_STEPS:
        return 1.0
    return min((across_x + across_y) / (within_x + within_y), _MOST)


def _steps(steps: np.ndarray) -> tuple[float, float]:
    """Return the mean step between blocks, and the usual one within them."""
    blocks = len(steps) // _BLOCK_PX
    *within, across = steps[: blocks * _BLOCK_PX].reshape(blocks, _BLOCK_PX).mean(axis=0).tolist()
    return across, sorted(within)[len(within) // 2]
