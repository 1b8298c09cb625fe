"""What stands behind the traffic of a clip: a drawn road, or a photo without plates."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from models.training.clip_vehicles import Camera
from streamer.errors import SourceFormatError


def road_background(size_wh: tuple[int, int], camera: Camera, rng: np.random.Generator) -> np.ndarray:
    """Return a road with lane marks under the camera's own perspective, (H, W, 3) uint8 BGR."""
    width, height = size_wh
    canvas = np.empty((height, width, 3), np.uint8)
    sky, grass = rng.integers(160, 225) + rng.integers(0, 24, 3), np.array([60, 105, 85]) + rng.integers(-25, 25, 3)
    horizon = int(np.clip(camera.project(np.array([[0.0, camera.height_m, 1e4]]))[0, 1], 0, height))
    canvas[:horizon] = sky
    canvas[horizon:] = grass
    for _ in range(int(rng.integers(6, 14))):
        x, w, h = rng.integers(0, width), rng.integers(30, 160), rng.integers(20, 120)
        shade = tuple(int(c) for c in np.clip(rng.integers(60, 190) + rng.normal(0, 12, 3), 0, 255))
        cv2.rectangle(canvas, (int(x), horizon - int(h)), (int(x + w), horizon), shade, -1)
    asphalt = int(rng.integers(75, 120))
    _ground(canvas, camera, (-4.2, 4.2), (1.0, 400.0), (asphalt, asphalt, asphalt))
    for edge in (-4.0, 4.0):
        _ground(canvas, camera, (edge - 0.07, edge + 0.07), (1.0, 200.0), (215, 220, 220))
    for start in np.arange(1.0, 120.0, 6.0):
        _ground(canvas, camera, (-0.06, 0.06), (start, start + 3.0), (210, 215, 215))
    grain = cv2.GaussianBlur(rng.normal(0, 14, (height, width)).astype(np.float32), (0, 0), 1.2)
    return np.clip(canvas + grain[..., None], 0, 255).astype(np.uint8)


def photo_background(path: Path, size_wh: tuple[int, int]) -> np.ndarray:
    """Return a photo, cut to the frame's shape and scaled to it, (H, W, 3) uint8 BGR.

    Raises
    ------
    SourceFormatError
        When the file is no picture.
    """
    photo = cv2.imread(str(path), cv2.IMREAD_COLOR)
    if photo is None:
        raise SourceFormatError(f"{path}: no picture that can be decoded")
    scale = max(size_wh[0] / photo.shape[1], size_wh[1] / photo.shape[0])
    scaled = cv2.resize(photo, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC)
    y, x = (scaled.shape[0] - size_wh[1]) // 2, (scaled.shape[1] - size_wh[0]) // 2
    return np.ascontiguousarray(scaled[y : y + size_wh[1], x : x + size_wh[0]])


def _ground(
    canvas: np.ndarray, camera: Camera, x_m: tuple[float, float], z_m: tuple[float, float], colour: tuple[int, int, int]
) -> None:
    corners = np.array([[x_m[0], 0, z_m[1]], [x_m[1], 0, z_m[1]], [x_m[1], 0, z_m[0]], [x_m[0], 0, z_m[0]]])
    points = np.round(np.clip(camera.project(corners), -30000, 30000) * 16).astype(np.int32)
    cv2.fillConvexPoly(canvas, points, colour, cv2.LINE_AA, 4)
