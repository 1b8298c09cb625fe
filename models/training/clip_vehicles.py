"""Vehicles of synthetic clips: a box with a painted face, a plate on it, and a pinhole camera that looks at them.

World: metres, X right, Y up, Z away from the camera, which stands above the origin. Image: px, y down.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from models.training.plates import Plate

PX_PER_M = 240
"""Resolution of a painted face."""


@dataclass(frozen=True, slots=True)
class Camera:
    """A pinhole camera above the road."""

    size_wh: tuple[int, int]
    focal_px: float
    height_m: float
    pitch_rad: float
    """How far it looks down."""

    def project(self, points: np.ndarray) -> np.ndarray:
        """Return (n, 2) px of (n, 3) world points in metres; what lies behind the camera lands far outside."""
        cos, sin = np.cos(self.pitch_rad), np.sin(self.pitch_rad)
        y, z = points[:, 1] - self.height_m, points[:, 2]
        depth = np.maximum(z * cos - y * sin, 0.05)
        x_px = self.size_wh[0] / 2 + self.focal_px * points[:, 0] / depth
        y_px = self.size_wh[1] / 2 - self.focal_px * (y * cos + z * sin) / depth
        return np.column_stack([x_px, y_px]).astype(np.float32)


@dataclass(frozen=True, slots=True)
class Pose:
    """Where the visible face of a vehicle stands, and where it looks."""

    x_m: float
    z_m: float
    yaw_rad: float
    """0: straight at the camera."""


@dataclass(frozen=True, slots=True, eq=False)
class Vehicle:
    """One vehicle."""

    plate: Plate
    face: np.ndarray
    """(h, w, 3) uint8 BGR, the painted front or rear without its plate."""
    size_m: tuple[float, float, float]
    """Width, height, length."""
    plate_box_m: tuple[float, float, float, float]
    """Left edge from the face's middle, lower edge from the ground, width, height."""
    lamps_m: tuple[tuple[float, float], ...]
    """Lamps on the face: from its middle, and above the ground."""
    paint: tuple[int, int, int]

    def plane(self, pose: Pose, left: float, bottom: float, width: float, height: float) -> np.ndarray:
        """Return the (4, 3) world corners of a box on the face, clockwise from the top left as seen by the camera."""
        along = np.array([np.cos(pose.yaw_rad), 0.0, np.sin(pose.yaw_rad)])
        base = np.array([pose.x_m, 0.0, pose.z_m])
        up = np.array([0.0, 1.0, 0.0])
        low, high, right = up * bottom, up * (bottom + height), left + width
        return base + np.array([along * left + high, along * right + high, along * right + low, along * left + low])

    def plate_quad(self, camera: Camera, pose: Pose) -> np.ndarray:
        """Return the plate's (4, 2) px."""
        return camera.project(self.plane(pose, *self.plate_box_m))

    def outline(self, camera: Camera, pose: Pose) -> np.ndarray:
        """Return what the vehicle covers, a convex (n, 2) px."""
        return cv2.convexHull(self._corners(camera, pose))[:, 0]

    def draw(self, canvas: np.ndarray, camera: Camera, pose: Pose) -> None:
        """Draw the vehicle without its plate, in place."""
        width = self.size_m[0]
        corners = self._corners(camera, pose)
        outline = cv2.convexHull(corners)[:, 0]
        ground = camera.project(self.plane(pose, -width / 2, 0.0, width, 0.16)[2:])
        cv2.fillConvexPoly(
            canvas, _fixed(np.vstack([ground, corners[2:4]])[[0, 1, 3, 2]]), (22, 22, 24), cv2.LINE_AA, 4
        )
        side = tuple(int(0.55 * c) for c in self.paint)
        cv2.fillConvexPoly(canvas, _fixed(outline), side, cv2.LINE_AA, 4)
        roof = tuple(int(0.8 * c) for c in self.paint)
        cv2.fillConvexPoly(canvas, _fixed(corners[[0, 1, 5, 4]]), roof, cv2.LINE_AA, 4)
        _warp_onto(canvas, self.face, corners[:4])

    def _corners(self, camera: Camera, pose: Pose) -> np.ndarray:
        """Return the body's eight corners in px: those of the face, then those behind them."""
        width, height, length = self.size_m
        front = self.plane(pose, -width / 2, 0.16, width, height - 0.16)
        away = np.array([-np.sin(pose.yaw_rad), 0.0, np.cos(pose.yaw_rad)]) * length
        return camera.project(np.vstack([front, front + away]))


def make_vehicle(plate: Plate, rng: np.random.Generator, *, rear: bool) -> Vehicle:
    """Paint the front or rear of a vehicle for a plate: width, lamps, window, grille and colour at random."""
    width, height, length = rng.uniform(1.65, 1.95), rng.uniform(1.4, 1.8), rng.uniform(3.5, 4.8)
    paint = tuple(int(c) for c in np.clip(rng.integers(20, 225) + rng.normal(0, 26, 3), 12, 240))
    aspect = plate.image.shape[1] / plate.image.shape[0]
    plate_w = 0.52 if aspect > 2.6 else 0.335 if aspect > 1.7 else 0.28
    plate_h = plate_w / aspect
    bottom = rng.uniform(0.38, 0.6)
    face = np.empty((round((height - 0.16) * PX_PER_M), round(width * PX_PER_M), 3), np.uint8)
    rows = np.linspace(1.1, 0.7, face.shape[0])[:, None, None]
    face[:] = np.clip(rows * np.array(paint), 0, 255)

    def spot(x: float, y: float) -> tuple[int, int]:
        return round((width / 2 + x) * PX_PER_M), round((height - y) * PX_PER_M)

    glass = [spot(-width * 0.36, height - 0.1), spot(width * 0.36, height - 0.1)]
    glass += [spot(width * 0.44, height * 0.62), spot(-width * 0.44, height * 0.62)]
    cv2.fillConvexPoly(face, np.array(glass), (52, 46, 40), cv2.LINE_AA)
    cv2.line(face, glass[0], glass[2], (84, 78, 72), 3, cv2.LINE_AA)
    lamp_y, lamp_x = float(rng.uniform(0.62, 0.8)), float(width / 2 - rng.uniform(0.2, 0.3))
    dark = tuple(int(0.35 * c) for c in paint)
    cv2.rectangle(face, spot(-width * 0.26, lamp_y + 0.06), spot(width * 0.26, lamp_y - 0.06), dark, -1)
    for step in range(1, int(rng.integers(2, 5))):
        y = lamp_y - 0.06 + 0.03 * step
        cv2.line(face, spot(-width * 0.25, y), spot(width * 0.25, y), (95, 95, 95), 1, cv2.LINE_AA)
    cv2.rectangle(
        face,
        spot(-width / 2, bottom + plate_h + 0.08),
        spot(width / 2, 0.16),
        dark if rng.random() < 0.4 else roof_of(paint),
        -1,
    )
    lens = (30, 25, 170) if rear else (215, 225, 230)
    for side in (-1, 1):
        cv2.ellipse(
            face, spot(side * lamp_x, lamp_y), (40, int(rng.integers(14, 26))), 0, 0, 360, lens, -1, cv2.LINE_AA
        )
    rim = spot(-plate_w / 2 - 0.015, bottom + plate_h + 0.015), spot(plate_w / 2 + 0.015, bottom - 0.015)
    cv2.rectangle(face, *rim, (18, 18, 18), -1)
    return Vehicle(
        plate,
        face,
        (width, height, length),
        (-plate_w / 2, bottom, plate_w, plate_h),
        ((-lamp_x, lamp_y), (lamp_x, lamp_y)),
        paint,
    )


def roof_of(paint: tuple[int, int, int]) -> tuple[int, int, int]:
    """Return the paint in half shade."""
    b, g, r = (int(0.78 * c) for c in paint)
    return b, g, r


def _warp_onto(canvas: np.ndarray, face: np.ndarray, quad: np.ndarray) -> None:
    """Blend a face onto the canvas at a quad, in place."""
    x0, y0 = np.maximum(np.floor(quad.min(axis=0)).astype(int) - 1, 0)
    x1, y1 = np.minimum(np.ceil(quad.max(axis=0)).astype(int) + 2, [canvas.shape[1], canvas.shape[0]])
    if x1 <= x0 or y1 <= y0:
        return
    shrink = (quad[1, 0] - quad[0, 0]) / face.shape[1]
    if 0 < shrink < 0.5:
        size = max(2, round(face.shape[1] * shrink * 1.3)), max(2, round(face.shape[0] * shrink * 1.3))
        face = cv2.resize(face, size, interpolation=cv2.INTER_AREA)
    h, w = face.shape[:2]
    local = (quad - [x0, y0]).astype(np.float32)
    matrix = cv2.getPerspectiveTransform(np.array([[0, 0], [w, 0], [w, h], [0, h]], np.float32), local)
    size = int(x1 - x0), int(y1 - y0)
    warped = cv2.warpPerspective(face, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    cover = np.zeros(size[::-1], np.uint8)
    cv2.fillConvexPoly(cover, _fixed(local), 255, cv2.LINE_AA, 4)
    part = canvas[y0:y1, x0:x1]
    part[:] = cv2.convertScaleAbs(part + (warped.astype(np.float32) - part) * (cover[..., None] / np.float32(255)))


def _fixed(points: np.ndarray) -> np.ndarray:
    """Return px as the 4-bit fixed point numbers that OpenCV draws with."""
    return np.round(np.clip(points, -30000, 30000) * 16).astype(np.int32)
