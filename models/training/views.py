"""Which part of a picture a training scene shows, and how large: plates from a few px to most of the width."""

from __future__ import annotations

import cv2
import numpy as np

from streamer.detection.neural import PADDING

SCENE_WH = (416, 256)
"""Width and height in px of a training scene; the detector is fully convolutional, so any size teaches it."""

USUAL_WIDTHS, CLOSE_UP_WIDTHS = (16, 190), (150, 380)
"""Smallest and largest width in px of the plate that a scene is about."""

CLOSE_UPS = 0.16
"""Share of scenes in which a plate fills much of the picture."""

ENLARGED, CLOSE_UP_ENLARGED = 1.6, 3.0
"""Px of the scene for each px of the picture, at most."""

NEAR_EDGE = 0.12
"""Share of scenes whose plate ends within a few px of the scene's edge."""


def log_uniform(smallest: float, largest: float, rng: np.random.Generator) -> float:
    """Return a number between the two whose logarithm is uniform."""
    return float(np.exp(rng.uniform(np.log(smallest), np.log(largest))))


def any_width(rng: np.random.Generator) -> tuple[float, bool]:
    """Return the width in px of the plate that a scene is about, and whether it is a close-up."""
    close_up = bool(rng.random() < CLOSE_UPS)
    return log_uniform(*(CLOSE_UP_WIDTHS if close_up else USUAL_WIDTHS), rng), close_up


def look_at(
    image: np.ndarray, quads: np.ndarray, stretched: bool, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Return the part of a picture around one of its plates, or anywhere where it has none, as a scene.

    Parameters
    ----------
    image
        (H, W, 3) uint8 BGR.
    quads
        (n, 4, 2) px, the picture's plates.
    stretched
        Whether the picture lost its aspect ratio: it is squashed more.
    rng
        Source of randomness.

    Returns
    -------
    The scene (256, 416, 3) uint8, and the plates' quads in it, of which some may lie outside.
    """
    if stretched or rng.random() < 0.25:
        squash = float(np.exp(rng.uniform(-0.1, 0.42) if stretched else rng.normal(0, 0.12)))
        way = cv2.INTER_AREA if squash < 1 else cv2.INTER_LINEAR
        image = cv2.resize(image, None, fx=squash, fy=1, interpolation=way)
        quads = quads * np.array([squash, 1], np.float32)
    fit = SCENE_WH[0] / image.shape[1], SCENE_WH[1] / image.shape[0]
    if len(quads):
        chosen = quads[rng.integers(len(quads))]
        wanted, close_up = any_width(rng)
        scale = min(wanted / max(float(np.ptp(chosen[:, 0])), 1), CLOSE_UP_ENLARGED if close_up else ENLARGED)
        if rng.random() < 0.85:
            scale = max(scale, min(fit))
        focus, reach = chosen.mean(axis=0), np.ptp(chosen, axis=0) / 2 * scale
        if rng.random() < 0.1:
            focus = focus + rng.normal(0, 200, 2) / scale
    else:
        scale = max(fit) * float(np.exp(rng.uniform(-0.4, 1.1)))
        focus, reach = rng.uniform(0, 1, 2) * image.shape[1::-1], np.zeros(2)
    shift = _shift(image.shape[:2], focus, reach, scale, rng)
    inner = 1.0
    if scale < 0.6:
        inner = scale * 1.2
        image = cv2.resize(image, None, fx=inner, fy=inner, interpolation=cv2.INTER_AREA)
    step = scale / inner
    # OpenCV counts from the middle of the first pixel, quads from its edge
    origin = shift + 0.5 * step - 0.5
    matrix = np.array([[step, 0, origin[0]], [0, step, origin[1]]], np.float32)
    view = cv2.warpAffine(image, matrix, SCENE_WH, flags=cv2.INTER_LINEAR, borderValue=(PADDING,) * 3)
    return view, (quads * scale + shift).astype(np.float32)


def _shift(
    shape: tuple[int, int], focus: np.ndarray, reach: np.ndarray, scale: float, rng: np.random.Generator
) -> np.ndarray:
    """Return where the picture's top left goes, x and y in px of the scene.

    Parameters
    ----------
    shape
        Height and width in px of the picture.
    focus
        x, y in px of the picture that will be seen.
    reach
        Half the width and height in px of the scene of what lies there; it often ends near the scene's edge.
    scale
        Px of the scene for each px of the picture.
    rng
        Source of randomness.
    """
    at = rng.uniform(0.12, 0.88, 2) * SCENE_WH
    if rng.random() < NEAR_EDGE:
        side = rng.integers(2)
        room = reach[side] + rng.uniform(0, 8)
        at[side] = room if rng.random() < 0.5 else SCENE_WH[side] - room
    shift = at - focus * scale
    for axis, (length, limit) in enumerate(zip((shape[1] * scale, shape[0] * scale), SCENE_WH, strict=True)):
        if length >= limit:
            shift[axis] = np.clip(shift[axis], limit - length, 0)
        else:
            shift[axis] = np.clip(shift[axis], 0, limit - length)
    return shift
