"""Quads and boxes: plain arithmetic on pixels of one frame of reference."""

from __future__ import annotations

import math

import cv2
import numpy as np


def quad_of_box(x: float, y: float, w: float, h: float) -> np.ndarray:
    """Return the (4, 2) float32 quad of an upright box, clockwise from its top left."""
    return np.array([[x, y], [x + w, y], [x + w, y + h], [x, y + h]], np.float32)


def quad_size(quad: np.ndarray) -> tuple[float, float]:
    """Return the mean length of a quad's top and bottom, and of its left and right side, in its pixels."""
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = np.asarray(quad, np.float64).tolist()
    width = (math.hypot(bx - ax, by - ay) + math.hypot(cx - dx, cy - dy)) / 2
    height = (math.hypot(dx - ax, dy - ay) + math.hypot(cx - bx, cy - by)) / 2
    return width, height


def quad_centre(quad: np.ndarray) -> tuple[float, float]:
    """Return the mean of a quad's corners, in its pixels."""
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = np.asarray(quad, np.float64).tolist()
    return (ax + bx + cx + dx) / 4, (ay + by + cy + dy) / 4


def grow_quad(quad: np.ndarray, margin: tuple[float, float]) -> np.ndarray:
    """Return the quad grown about its own centre along its own axes.

    Parameters
    ----------
    quad
        (4, 2) px.
    margin
        What is added on each side, as a share of the quad's width and of its height.
    """
    quad = np.asarray(quad, np.float32)
    unit = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], np.float32)
    mx, my = margin
    grown = np.array([[-mx, -my], [1 + mx, -my], [1 + mx, 1 + my], [-mx, 1 + my]], np.float32)
    to_image = cv2.getPerspectiveTransform(unit, quad)
    projected = cv2.perspectiveTransform(grown[None], to_image)[0]
    return projected.astype(np.float32)


def rectify(image: np.ndarray, quad: np.ndarray, size_wh: tuple[int, int], margin: tuple[float, float]) -> np.ndarray:
    """Return the plate seen straight on.

    Parameters
    ----------
    image
        (H, W, 3) or (H, W) uint8.
    quad
        (4, 2) px of `image`, clockwise from the plate's own top left.
    size_wh
        Width and height of the result in px.
    margin
        Surroundings kept on each side, as a share of the quad's width and of its height.

    Notes
    -----
    A plate much larger than the result is averaged first, so that nothing is lost to aliasing.
    """
    width, height = size_wh
    grown = grow_quad(quad, margin)
    x0, y0 = np.floor(grown.min(axis=0)).astype(int) - 2
    x1, y1 = np.ceil(grown.max(axis=0)).astype(int) + 3
    frame_h, frame_w = image.shape[:2]
    x0, y0, x1, y1 = max(x0, 0), max(y0, 0), min(x1, frame_w), min(y1, frame_h)
    if x1 <= x0 or y1 <= y0:
        return np.zeros((height, width, *image.shape[2:]), np.uint8)
    part, grown = image[y0:y1, x0:x1], grown - np.array([x0, y0], np.float32)
    quad_w, quad_h = quad_size(grown)
    shrink = min(quad_w / width, quad_h / height)
    if shrink > 2:
        part_size = max(1, round(part.shape[1] / shrink)), max(1, round(part.shape[0] / shrink))
        scale = np.array([part_size[0] / part.shape[1], part_size[1] / part.shape[0]], np.float32)
        part, grown = cv2.resize(part, part_size, interpolation=cv2.INTER_AREA), grown * scale
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    matrix = cv2.getPerspectiveTransform((grown - 0.5).astype(np.float32), corners - 0.5)
    return cv2.warpPerspective(part, matrix, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


def box_iou(a: tuple[float, float, float, float], b: tuple[float, float, float, float]) -> float:
    """Return the intersection over union of two boxes given as x, y, width, height."""
    overlap_w = min(a[0] + a[2], b[0] + b[2]) - max(a[0], b[0])
    overlap_h = min(a[1] + a[3], b[1] + b[3]) - max(a[1], b[1])
    if overlap_w <= 0 or overlap_h <= 0:
        return 0.0
    shared = overlap_w * overlap_h
    return shared / (a[2] * a[3] + b[2] * b[3] - shared)
