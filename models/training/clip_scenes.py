"""Scenes that can be filmed: vehicles on a road, and a labelled still under a camera that moves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Protocol

import cv2
import numpy as np

from models.training.camera import paste_plate
from models.training.clip_light import LightSteps, Shake, Shooting, add_halo
from models.training.clip_paths import Motion
from models.training.clip_vehicles import Camera, Pose, Vehicle
from streamer.evaluation.matching import Box
from streamer.geometry import quad_of_box

NEAREST_M = 2.2
"""A vehicle nearer than this has passed the camera."""
TWO_LINES = 2.2
"""A plate that is narrower than this many of its heights has two lines, where no label says so."""
HIDDEN_SHARE = 0.2
"""A plate with more than this covered is not labelled in that frame."""


class Scene(Protocol):
    """Something that happens before a camera."""

    texts: tuple[str, ...]
    """The plates in it."""
    contrasts: tuple[float, ...]
    """Of each plate: between its ink and its ground, in grey levels of the clip."""
    lines: tuple[int, ...]
    """How many lines each plate has."""
    size_wh: tuple[int, int]
    """Of the picture, px."""

    def light(self, t: float) -> np.ndarray:
        """Return the light that falls on the sensor at `t` seconds: (H, W, 3) float32, 255 is white."""

    def quads(self, t: float) -> Mapping[int, np.ndarray]:
        """Return the (4, 2) px of each plate that is wholly visible, by its index in `texts`."""

    def in_part(self, t: float) -> set[int]:
        """Return the plates of which at least a part is inside the picture, whatever stands before it."""


class RoadScene:
    """Vehicles that move before a background.

    Parameters
    ----------
    background
        (H, W, 3) uint8 BGR; not changed.
    traffic
        Each vehicle and its motion.
    posts
        Upright boxes in px that stand between camera and road.
    """

    def __init__(
        self,
        background: np.ndarray,
        camera: Camera,
        traffic: Sequence[tuple[Vehicle, Motion]],
        posts: Sequence[Box],
        shooting: Shooting,
        rng: np.random.Generator,
        seconds: float,
    ) -> None:
        self.texts = tuple(vehicle.plate.text for vehicle, _ in traffic)
        self.lines = tuple(vehicle.plate.lines for vehicle, _ in traffic)
        self.size_wh = camera.size_wh
        self._background = cv2.convertScaleAbs(background, alpha=shooting.light)
        self._camera, self._posts, self._shooting = camera, posts, shooting
        self._traffic = [(_under(vehicle, shooting.light), motion) for vehicle, motion in traffic]
        self._plates = [cv2.convertScaleAbs(vehicle.plate.image, alpha=shooting.retro) for vehicle, _ in traffic]
        self.contrasts = tuple(contrast_of(plate) for plate in self._plates)
        self._shake = Shake(rng, shooting.shake_px, shooting.tremble_px)
        self._steps = LightSteps(rng, shooting.light_steps, seconds)

    def light(self, t: float) -> np.ndarray:
        """Draw what is far before what is near, then lamps, then shift it all by the camera's shake."""
        canvas = self._background.copy()
        poses = self._poses(t)
        for index in sorted(poses, key=lambda i: -poses[i].z_m):
            vehicle = self._traffic[index][0]
            vehicle.draw(canvas, self._camera, poses[index])
            paste_plate(canvas, self._plates[index], vehicle.plate_quad(self._camera, poses[index]))
        for x, y, w, h in self._posts:
            shade = int(60 * self._shooting.light)
            cv2.rectangle(canvas, (round(x), round(y)), (round(x + w), round(y + h)), (shade, shade, shade), -1)
        light = canvas.astype(np.float32)
        if self._shooting.glare:
            self._add_lamps(light, poses)
        light *= np.float32(self._steps.at(t))
        if not self._shake.still:
            shift = np.hstack([np.eye(2), self._shake.at(t)[:, None]]).astype(np.float32)
            light = cv2.warpAffine(light, shift, light.shape[1::-1], borderMode=cv2.BORDER_REPLICATE)
        return light

    def quads(self, t: float) -> dict[int, np.ndarray]:
        """Return the plates that are inside the picture and hidden by nothing."""
        poses = self._poses(t)
        shift = self._shake.at(t).astype(np.float32)
        hulls = {i: self._traffic[i][0].outline(self._camera, pose) for i, pose in poses.items()}
        visible = {}
        for index, pose in poses.items():
            quad = self._traffic[index][0].plate_quad(self._camera, pose)
            nearer = [hulls[i] for i, other in poses.items() if other.z_m < pose.z_m]
            covers = nearer + [quad_of_box(*post) for post in self._posts]
            shown = quad + shift
            if _inside(shown, self._camera.size_wh) and _hidden(quad, covers) <= HIDDEN_SHARE:
                visible[index] = shown
        return visible

    def in_part(self, t: float) -> set[int]:
        """Return the plates of which at least a part is inside the picture, whatever stands before it."""
        poses, shift = self._poses(t), self._shake.at(t).astype(np.float32)
        quads = {i: self._traffic[i][0].plate_quad(self._camera, pose) + shift for i, pose in poses.items()}
        return {i for i, quad in quads.items() if _touches(quad, self.size_wh)}

    def clash(self, t: float) -> bool:
        """Return whether two vehicles stand in the same place."""
        placed = [(self._traffic[index][0].size_m, pose) for index, pose in self._poses(t).items()]
        return any(
            abs(a.x_m - b.x_m) < (size_a[0] + size_b[0]) / 2 and -size_b[2] < b.z_m - a.z_m < size_a[2]
            for i, (size_a, a) in enumerate(placed)
            for size_b, b in placed[:i]
        )

    def _poses(self, t: float) -> dict[int, Pose]:
        poses = {index: motion(t) for index, (_, motion) in enumerate(self._traffic)}
        return {index: pose for index, pose in poses.items() if pose.z_m > NEAREST_M}

    def _add_lamps(self, light: np.ndarray, poses: Mapping[int, Pose]) -> None:
        for index, pose in poses.items():
            vehicle = self._traffic[index][0]
            for x, y in vehicle.lamps_m:
                corner = self._camera.project(vehicle.plane(pose, x, y, 0.2, 0.2))
                radius = float(np.linalg.norm(corner[1] - corner[0]))
                add_halo(light, corner[3], radius, self._shooting.glare)


class StillScene:
    """A labelled still under a camera that zooms, pans and tilts.

    Parameters
    ----------
    background, still
        (H, W, 3) and (h, w, 3) uint8 BGR: what shows beyond the still's edges, and the still.
    boxes
        Its labelled plates, px of the still.
    texts
        Their texts.
    plate_px
        Height of the first plate at the start and at the end.
    """

    def __init__(
        self,
        background: np.ndarray,
        still: np.ndarray,
        boxes: Sequence[Box],
        texts: Sequence[str],
        plate_px: tuple[float, float],
        shooting: Shooting,
        rng: np.random.Generator,
        seconds: float,
    ) -> None:
        self.texts = tuple(texts)
        self.lines = tuple(1 if w > TWO_LINES * h else 2 for _, _, w, h in boxes)
        self._background, self._still, self._shooting, self._seconds = background, still, shooting, seconds
        self.size_wh = background.shape[1], background.shape[0]
        self._quads = [quad_of_box(*box) for box in boxes]
        self.contrasts = tuple(shooting.light * contrast_of(_cut_out(still, box)) for box in boxes)
        self._zoom = tuple(height / boxes[0][3] for height in plate_px)
        self._path = rng.uniform([0.3, 0.35], [0.7, 0.75], (2, 2)) * self.size_wh
        self._tilt = rng.uniform(-8e-5, 8e-5, (2, 2))
        self._shake = Shake(rng, shooting.shake_px, shooting.tremble_px)
        self._steps = LightSteps(rng, shooting.light_steps, seconds)

    def light(self, t: float) -> np.ndarray:
        """Return the still as the camera sees it now."""
        seen = self._background.copy()
        cv2.warpPerspective(
            self._still, self._view(t), self.size_wh, seen, cv2.INTER_LINEAR, borderMode=cv2.BORDER_TRANSPARENT
        )
        return seen.astype(np.float32) * np.float32(self._shooting.light * self._steps.at(t))

    def quads(self, t: float) -> dict[int, np.ndarray]:
        """Return the plates that are inside the picture."""
        return {i: quad for i, quad in self._seen(t).items() if _inside(quad, self.size_wh)}

    def in_part(self, t: float) -> set[int]:
        """Return the plates of which at least a part is inside the picture."""
        return {i for i, quad in self._seen(t).items() if _touches(quad, self.size_wh)}

    def _seen(self, t: float) -> dict[int, np.ndarray]:
        view = self._view(t)
        return {i: cv2.perspectiveTransform(quad[None], view)[0] for i, quad in enumerate(self._quads)}

    def _view(self, t: float) -> np.ndarray:
        share = t / self._seconds
        zoom = self._zoom[0] * (self._zoom[1] / self._zoom[0]) ** share
        centre = self._quads[0].mean(axis=0)
        goal = self._path[0] * (1 - share) + self._path[1] * share + self._shake.at(t)
        tilt = self._tilt[0] * (1 - share) + self._tilt[1] * share
        to_centre = np.array([[1, 0, -centre[0]], [0, 1, -centre[1]], [0, 0, 1]])
        zoomed = np.array([[zoom, 0, 0], [0, zoom, 0], [tilt[0], tilt[1], 1]])
        to_goal = np.array([[1, 0, goal[0]], [0, 1, goal[1]], [0, 0, 1]])
        return to_goal @ zoomed @ to_centre


def smear_px(scene: Scene, t: float, exposure_s: float) -> dict[int, float]:
    """Return how far each plate moves in px while the shutter is open."""
    before, after = scene.quads(t), scene.quads(t + exposure_s)
    shared = before.keys() & after.keys()
    return {i: float(np.linalg.norm(after[i].mean(axis=0) - before[i].mean(axis=0))) for i in shared}


def exposed(scene: Scene, t: float, exposure_s: float, most: int = 6) -> np.ndarray:
    """Return the light gathered while the shutter is open, (H, W, 3) float32: more moments the more things move."""
    moments = int(np.clip(np.ceil(max(smear_px(scene, t, exposure_s).values(), default=0.0) / 1.5), 1, most))
    total = scene.light(t)
    for moment in range(1, moments):
        cv2.accumulate(scene.light(t + exposure_s * moment / moments), total)
    total *= np.float32(1 / moments)
    return total


def contrast_of(plate: np.ndarray) -> float:
    """Return the difference in grey levels between ink and ground of a plate image, (h, w, 3) uint8.

    Its middle is parted into dark and bright by Otsu's threshold (1979, doi:10.1109/TSMC.1979.4310076).
    """
    height, width = plate.shape[:2]
    middle = plate[height // 4 : -(height // 4) or None, width // 8 : -(width // 8) or None]
    grey = cv2.cvtColor(np.ascontiguousarray(middle), cv2.COLOR_BGR2GRAY)
    level, _ = cv2.threshold(grey, 0, 255, cv2.THRESH_OTSU)
    dark = grey <= level
    return float(grey[~dark].mean() - grey[dark].mean()) if dark.any() and not dark.all() else 0.0


def _cut_out(image: np.ndarray, box: Box) -> np.ndarray:
    x, y, w, h = (round(value) for value in box)
    return image[max(y, 0) : y + h, max(x, 0) : x + w]


def _under(vehicle: Vehicle, light: float) -> Vehicle:
    b, g, r = (int(c * light) for c in vehicle.paint)
    return replace(vehicle, face=cv2.convertScaleAbs(vehicle.face, alpha=light), paint=(b, g, r))


def _inside(quad: np.ndarray, size_wh: tuple[int, int]) -> bool:
    return bool((quad >= 0).all() and (quad <= np.array(size_wh) - 1).all())


def _touches(quad: np.ndarray, size_wh: tuple[int, int]) -> bool:
    return bool((quad.max(axis=0) > 0).all() and (quad.min(axis=0) < np.array(size_wh) - 1).all())


def _hidden(quad: np.ndarray, covers: Sequence[np.ndarray]) -> float:
    """Return the largest share of a quad that one of the covers hides."""
    area = cv2.contourArea(quad)
    shares = (cv2.intersectConvexConvex(quad, cv2.convexHull(cover)[:, 0])[0] for cover in covers)
    return max(shares, default=0.0) / area if area > 0 else 1.0
