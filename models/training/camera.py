"""What a camera does to a scene, in the order in which it happens: light, motion, optics, sensor, compression."""

from __future__ import annotations

import cv2
import numpy as np

OVEREXPOSED = 0.06
"""Share of pictures in which white is far beyond what the sensor can hold."""
BLOOMING = 0.14
"""Share of pictures in which light spills over from what is bright, as from plates that throw back a lamp's."""


def pose_quad(width: float, height: float, rng: np.random.Generator, tilt: float = 1.0) -> np.ndarray:
    """Return a plate's corners as a pinhole camera sees them, centred on the origin.

    Parameters
    ----------
    width, height
        Size in px that the plate would have seen straight on.
    rng
        Source of randomness.
    tilt
        1 for the usual spread of yaw (20 degrees), pitch (10) and roll (4); 0 for a frontal view.

    Returns
    -------
    (4, 2) float32 px, clockwise from the plate's own top left.
    """
    yaw, pitch, roll = np.radians(
        np.clip(rng.normal(0, [20 * tilt, 10 * tilt, 4 * tilt]), [-62, -38, -28], [62, 38, 28])
    )
    corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * [width / 2, height / 2]
    points = np.column_stack([corners, np.zeros(4)])
    ry = np.array([[np.cos(yaw), 0, np.sin(yaw)], [0, 1, 0], [-np.sin(yaw), 0, np.cos(yaw)]])
    rx = np.array([[1, 0, 0], [0, np.cos(pitch), -np.sin(pitch)], [0, np.sin(pitch), np.cos(pitch)]])
    rz = np.array([[np.cos(roll), -np.sin(roll), 0], [np.sin(roll), np.cos(roll), 0], [0, 0, 1]])
    points = points @ (rz @ rx @ ry).T
    distance = width * rng.uniform(2.5, 9)
    scale = distance / (distance + points[:, 2:3])
    return (points[:, :2] * scale).astype(np.float32)


def paste_plate(canvas: np.ndarray, plate: np.ndarray, quad: np.ndarray, shape: np.ndarray | None = None) -> None:
    """Warp a plate image onto the canvas at quad, in place, averaged down first so that it doesn't alias.

    Parameters
    ----------
    canvas
        (H, W, 3) uint8.
    plate
        (h, w, 3) uint8.
    quad
        (4, 2) px of the canvas, clockwise from the plate's top left.
    shape
        (h, w) uint8, 255 where the plate hides the canvas; the whole plate does without one.
    """
    top, left = np.linalg.norm(quad[1] - quad[0]), np.linalg.norm(quad[3] - quad[0])
    right = np.linalg.norm(quad[2] - quad[1])
    target = max(2, int(top * 1.3)), max(2, int(max(left, right) * 1.3))
    if target[0] < plate.shape[1]:
        size = target[0], max(2, min(target[1], plate.shape[0]))
        plate = cv2.resize(plate, size, interpolation=cv2.INTER_AREA)
        shape = None if shape is None else cv2.resize(shape, size, interpolation=cv2.INTER_AREA)
    h, w = plate.shape[:2]
    source = np.array([[0, 0], [w, 0], [w, h], [0, h]], np.float32)
    x0, y0 = np.maximum(np.floor(quad.min(axis=0)).astype(int) - 2, 0)
    x1, y1 = np.minimum(np.ceil(quad.max(axis=0)).astype(int) + 3, [canvas.shape[1], canvas.shape[0]])
    if x1 <= x0 or y1 <= y0:
        return
    local = (quad - [x0, y0]).astype(np.float32)
    matrix = cv2.getPerspectiveTransform(source - 0.5, local - np.float32(0.5))
    size = (int(x1 - x0), int(y1 - y0))
    warped = cv2.warpPerspective(plate, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    cover = np.zeros((size[1], size[0]), np.uint8)
    cv2.fillConvexPoly(cover, np.round((local - 0.5) * 16).astype(np.int32), 255, cv2.LINE_AA, 4)
    alpha = cover[..., None].astype(np.float32) / 255
    if shape is not None:
        alpha *= cv2.warpPerspective(shape, matrix, size, flags=cv2.INTER_LINEAR)[..., None].astype(np.float32) / 255
    part = canvas[y0:y1, x0:x1]
    part[:] = (part * (1 - alpha) + warped * alpha).astype(np.uint8)


def motion_blur(image: np.ndarray, length: float, angle_deg: float) -> np.ndarray:
    """Return the image smeared along a line of `length` px."""
    size = max(3, int(np.ceil(length)) | 1)
    kernel = np.zeros((size, size), np.float32)
    c = (size - 1) / 2
    dx, dy = np.cos(np.radians(angle_deg)) * length / 2, np.sin(np.radians(angle_deg)) * length / 2
    p0, p1 = ((round((c - dx) * 16), round((c - dy) * 16)), (round((c + dx) * 16), round((c + dy) * 16)))
    cv2.line(kernel, p0, p1, 1.0, 1, cv2.LINE_AA, 4)
    return cv2.filter2D(image, -1, kernel / max(float(kernel.sum()), 1e-6), borderType=cv2.BORDER_REPLICATE)


def expose(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return the image as float32 under some light: day, dusk, night with a cast, infra-red, glare, a shadow's edge."""
    light = image.astype(np.float32)
    h, w = image.shape[:2]
    kind = rng.random()
    if kind < 0.12:
        grey = light @ np.array([0.25, 0.45, 0.3], np.float32)
        light = np.repeat(grey[..., None], 3, axis=2)
    elif kind < 0.5:
        light = light * rng.normal(1, 0.1, 3).astype(np.float32)
    gain = float(np.exp(min(rng.normal(-0.32, 0.45), 0.35)))
    if rng.random() < OVEREXPOSED:
        gain = rng.uniform(1.3, 2.0)
    light = light * gain + rng.uniform(0, 22)
    if rng.random() < 0.2:
        light = (light - 128) * rng.uniform(0.35, 0.8) + 128 * rng.uniform(0.4, 1.15)
    if rng.random() < 0.2:
        angle = rng.uniform(0, 2 * np.pi)
        yy, xx = np.mgrid[0:h, 0:w].astype(np.float32)
        side = (xx - w * rng.uniform(0.2, 0.8)) * np.cos(angle) + (yy - h * rng.uniform(0.2, 0.8)) * np.sin(angle)
        soft = rng.uniform(0.5, 0.15 * w + 1)
        light = light * (1 - rng.uniform(0.2, 0.6) / (1 + np.exp(-side / soft)))[..., None]
    if rng.random() < 0.08:
        yy, xx = np.mgrid[0:h, 0:w].astype(np.float32)
        cx, cy, r = rng.uniform(0, w), rng.uniform(0, h), rng.uniform(0.1, 0.4) * w
        light = light + (rng.uniform(60, 200) * np.exp(-((xx - cx) ** 2 + (yy - cy) ** 2) / (2 * r * r)))[..., None]
    return light


def shoot(image: np.ndarray, rng: np.random.Generator, smear: float, soft: float, hardness: float = 1.0) -> np.ndarray:
    """Return what the camera records of a scene.

    Parameters
    ----------
    image
        (H, W, 3) uint8 BGR, the scene at the sensor's resolution.
    rng
        Source of randomness.
    smear, soft
        Motion blur and defocus in px.
    hardness
        Scales noise and compression; 1 is a common surveillance camera.
    """
    return record(expose(image, rng), rng, smear, soft, abs(rng.normal(0, 5)) * hardness, hardness)


def record(
    light: np.ndarray, rng: np.random.Generator, smear: float, soft: float, noise: float, hardness: float = 1.0
) -> np.ndarray:
    """Return the (H, W, 3) uint8 picture that optics, sensor and compression make of light, see `expose` and `shoot`.

    `light` is not changed; `noise` is its standard deviation in grey levels where it is bright.
    """
    if smear > 0.6:
        light = motion_blur(
            light, smear, float(rng.choice([rng.normal(0, 12), rng.normal(90, 15), rng.uniform(0, 180)]))
        )
    if soft > 0.15:
        light = cv2.GaussianBlur(light, (0, 0), soft)
    if rng.random() < BLOOMING:
        bright = np.maximum(light - 120, 0)
        light = light + rng.uniform(0.2, 1.0) * cv2.GaussianBlur(bright, (0, 0), rng.uniform(0.8, 3.0))
    light = np.clip(light, 0, 255)
    if noise > 0.5:
        shape = light.shape if rng.random() < 0.6 else (*light.shape[:2], 1)
        light = light + rng.standard_normal(shape, dtype=np.float32) * noise * (0.5 + 0.5 * np.sqrt(light / 255 + 0.02))
        if rng.random() < 0.5:
            light = cv2.GaussianBlur(light, (0, 0), rng.uniform(0.3, 0.7))
    if rng.random() < 0.4:
        amount = rng.uniform(0.3, 1.6)
        light = light + amount * (light - cv2.GaussianBlur(light, (0, 0), rng.uniform(0.6, 1.5)))
    gamma = float(np.exp(rng.normal(0, 0.18)))
    out = (255 * (np.clip(light, 0, 255) / 255) ** gamma).astype(np.uint8)
    if rng.random() < 0.75:
        quality = int(np.clip(rng.normal(70 - 22 * hardness, 20), 14, 97))
        out = cv2.imdecode(cv2.imencode(".jpg", out, [cv2.IMWRITE_JPEG_QUALITY, quality])[1], cv2.IMREAD_COLOR)
    return out
