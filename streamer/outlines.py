"""Outlines drawn onto a copy of an image: what a step kept, what it refused, and why."""

from __future__ import annotations

from collections.abc import Iterable

import cv2
import numpy as np

KEPT = (80, 200, 60)
REFUSED = (60, 60, 220)
"""BGR."""

SMALLEST_WIDTH_PX = 480
"""A narrower image is enlarged before it is drawn on, so that labels can be read."""


def draw_outlines(image: np.ndarray, outlines: Iterable[tuple[np.ndarray, str, bool]]) -> np.ndarray:
    """Return a colour copy of the image with outlines and their labels.

    Parameters
    ----------
    image
        (H, W, 3) BGR or (H, W), uint8.
    outlines
        Points (n, 2) px of a closed outline, its label, and whether it was kept.
    """
    canvas = image.copy() if image.ndim == 3 else cv2.cvtColor(image, cv2.COLOR_GRAY2BGR)
    enlarge = max(1, round(SMALLEST_WIDTH_PX / canvas.shape[1]))
    if enlarge > 1:
        canvas = cv2.resize(canvas, None, fx=enlarge, fy=enlarge, interpolation=cv2.INTER_NEAREST)
    thickness = max(1, round(canvas.shape[1] / 600))
    for points, label, kept in sorted(outlines, key=lambda outline: outline[2]):
        colour = KEPT if kept else REFUSED
        corners = np.round(np.asarray(points, np.float32) * enlarge).astype(np.int32)
        cv2.polylines(canvas, [corners], True, colour, thickness, cv2.LINE_AA)
        if label:
            at = int(corners[:, 0].min()), max(int(corners[:, 1].min()) - 3, 10)
            cv2.putText(canvas, label, at, cv2.FONT_HERSHEY_SIMPLEX, 0.4 * thickness, colour, thickness, cv2.LINE_AA)
    return canvas
