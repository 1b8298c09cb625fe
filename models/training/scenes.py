"""Training scenes of the detector: real pictures, the same with other plates, drawn vehicles; with distractors."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np

from models.training.camera import expose, paste_plate, pose_quad, record, shoot
from models.training.plates import PlateRenderer
from models.training.props import distract, draw_vehicle, overlap
from models.training.real import STRETCHED, RealPicture, is_held_out, load_scenes, read_rows
from models.training.signs import Signs, rounded_cover
from models.training.typefaces import Typefaces
from models.training.views import SCENE_WH, any_width, look_at
from streamer.geometry import quad_of_box

MAX_PLATES = 8
"""Rows of a label; of more plates the ignored go first."""

SIGN_STYLES = 24
"""Stroke alphabets of what is no plate."""

CORNERS, BOX, IGNORE = 2, 1, 0
"""What a label knows: the corners, the upright box only, or nothing but that something may be there."""

GRAINY, GRAIN, NIGHT = 0.3, (4.0, 42.0), 0.5
"""Share of scenes by a camera with much gain, the deviation of its noise in grey levels, the share of them by night."""


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """One training picture."""

    image: np.ndarray
    """(256, 416, 3) uint8 BGR."""
    quads: np.ndarray
    """(n, 4, 2) float32 px."""
    kinds: np.ndarray
    """(n,) `CORNERS`, `BOX` or `IGNORE`."""

    def label(self) -> np.ndarray:
        """Return the labels as (MAX_PLATES, 9) float32: kind + 1 (0 for none), then the eight coordinates."""
        rows = np.zeros((MAX_PLATES, 9), np.float32)
        for row, quad, kind in zip(rows, self.quads, self.kinds, strict=False):
            row[0] = kind + 1
            row[1:] = quad.reshape(8)
        return rows


def background_files(data: Path, held_out: bool) -> list[Path]:
    """Return the plate-free pictures of one side of the split by source."""
    files = []
    for folder in (data / "backgrounds", data / "backgrounds" / "streets2"):
        for row in read_rows(folder / "sources.csv"):
            if _is_background_held_out(row) is held_out:
                files.append(folder / row["file"])
    return files


def _is_background_held_out(row: dict[str, str]) -> bool:
    part = re.search(r"of (detect/\S+)", row["source"])
    if part:
        ride = re.search(r"(day|night)ride_type\d+_\d+", part.group(1))
        return is_held_out(f"romania_mit/{ride.group()}" if ride else part.group(1))
    identity = row.get("id") or row["source"].split(":")[0]
    return is_held_out(identity) or sum(identity.encode()) % 5 == 0


class SceneMaker:
    """Draws random training scenes.

    Parameters
    ----------
    renderer
        Draws the plates; its random generator is used throughout.
    pictures
        Labelled real pictures of the training side.
    backgrounds
        Files of pictures without plates.
    fonts
        Folders with font files for signs, searched below.
    """

    def __init__(
        self, renderer: PlateRenderer, pictures: list[RealPicture], backgrounds: list[Path], fonts: list[Path]
    ) -> None:
        self.renderer = renderer
        self.rng = renderer.rng
        self._signs = Signs(Typefaces(fonts, SIGN_STYLES, self.rng), self.rng)
        self._pictures = pictures
        self._backgrounds = backgrounds
        weights = np.array([0.45 if p.set_name == "romania_mit" else 1.0 for p in pictures])
        self._weights = weights / weights.sum()
        self._read = lru_cache(maxsize=900)(lambda path: cv2.imread(str(path)))

    def scenes(self, count: int) -> Iterator[Scene]:
        """Yield `count` scenes of the mix."""
        makers = (self.real, self.replaced, self.drawn, self.empty)
        for _ in range(count):
            yield makers[self.rng.choice(4, p=[0.26, 0.36, 0.22, 0.16])]()

    def _picture(self) -> tuple[RealPicture, np.ndarray]:
        picture = self._pictures[self.rng.choice(len(self._pictures), p=self._weights)]
        return picture, self._read(picture.path)

    def _view(self, image: np.ndarray, quads: np.ndarray, kinds: list[int], stretched: bool) -> Scene:
        view, seen = look_at(image, quads, stretched, self.rng)
        return self._keep_visible(view, seen, kinds)

    def _keep_visible(self, view: np.ndarray, quads: np.ndarray, kinds: list[int]) -> Scene:
        kept, kept_kinds = [], []
        w, h = SCENE_WH
        for quad, kind in zip(quads, kinds, strict=True):
            (x0, y0), (x1, y1) = quad.min(axis=0), quad.max(axis=0)
            seen_w, seen_h = min(x1, w) - max(x0, 0), min(y1, h) - max(y0, 0)
            if seen_w <= 0 or seen_h <= 0:
                continue
            share = seen_w * seen_h / max((x1 - x0) * (y1 - y0), 1e-6)
            small = y1 - y0 < 3.5
            kept.append(quad)
            kept_kinds.append(kind if share > 0.75 and not small else IGNORE)
        order = np.argsort([-k for k in kept_kinds], kind="stable")[:MAX_PLATES]
        quads = np.array([kept[k] for k in order], np.float32).reshape(-1, 4, 2)
        return Scene(view, quads, np.array([kept_kinds[k] for k in order], np.int8))

    def _vary_light(self, scene: Scene, strength: float) -> Scene:
        rng = self.rng
        if rng.random() < GRAINY:
            return self._by_gain(scene)
        image = scene.image
        if rng.random() < strength:
            image = shoot(
                image,
                rng,
                abs(rng.normal(0, 2)) if rng.random() < 0.25 else 0,
                abs(rng.normal(0, 0.6)) if rng.random() < 0.4 else 0,
                0.8,
            )
        return Scene(image, scene.quads, scene.kinds)

    def _by_gain(self, scene: Scene) -> Scene:
        """Return a scene as a camera with much gain records it, often by night, when plates throw light back."""
        rng, image = self.rng, scene.image
        if rng.random() < NIGHT:
            lit = np.full(image.shape[:2], rng.uniform(0.06, 0.5), np.float32)
            for quad in scene.quads[scene.kinds == CORNERS]:
                cv2.fillConvexPoly(lit, np.round(quad).astype(np.int32), float(rng.uniform(0.4, 1)))
            image = (image * cv2.GaussianBlur(lit, (0, 0), 0.7)[..., None]).astype(np.uint8)
        heights = np.ptp(scene.quads[..., 1], axis=1)
        smear = min(abs(rng.normal(0, 3)), 0.3 * float(heights.min(initial=np.inf))) if rng.random() < 0.5 else 0
        soft = abs(rng.normal(0, 0.5)) if rng.random() < 0.3 else 0
        recorded = record(expose(image, rng), rng, smear, soft, rng.uniform(*GRAIN), 0.5)
        return Scene(recorded, scene.quads, scene.kinds)

    def real(self) -> Scene:
        """A part of a real picture; its labels are boxes."""
        rng = self.rng
        picture, image = self._picture()
        quads = np.stack([quad_of_box(*plate.box) for plate in picture.plates])
        scene = self._view(image, quads, [BOX] * len(quads), picture.set_name in STRETCHED)
        distract(scene.image, scene.quads, 0.25, self._signs, rng)
        return self._vary_light(scene, 0.6)

    def replaced(self) -> Scene:
        """A real picture in which rendered plates, of any country and shape, cover the real ones."""
        rng = self.rng
        picture, image = self._picture()
        image = image.copy()
        quads = []
        for plate in picture.plates:
            x, y, w, h = plate.box
            new = self.renderer.render()
            aspect = new.image.shape[1] / new.image.shape[0]
            width = max(w * rng.uniform(1.02, 1.15), h * 1.05 * min(aspect, w / h))
            height = width / aspect
            if height < h * 1.02:
                height = h * 1.05
                width = height * aspect if aspect < w / h else max(width, height * min(aspect, 4.0))
            quad = pose_quad(width, height, rng, float(rng.choice([0.3, 0.9], p=[0.75, 0.25])))
            span = quad.max(axis=0) - quad.min(axis=0)
            quad = quad * np.float32(max(1.0, w * 1.02 / span[0], h * 1.02 / span[1]))
            quad = quad - (quad.min(axis=0) + quad.max(axis=0)) / 2 + np.float32([x + w / 2, y + h / 2])
            self._match_light(new.image, image, plate.box)
            self._mount(image, new.image, quad.astype(np.float32))
            quads.append(quad)
        scene = self._view(image, np.array(quads, np.float32), [CORNERS] * len(quads), picture.set_name in STRETCHED)
        distract(scene.image, scene.quads, 0.5, self._signs, rng)
        return self._vary_light(scene, 0.85)

    def _mount(self, image: np.ndarray, plate: np.ndarray, quad: np.ndarray) -> None:
        """Put a plate, often with rounded corners and in a frame, into a picture, in place, at quad (4, 2) px."""
        rng = self.rng
        if rng.random() < 0.55:
            frame, around = self._signs.frame(quad)
            corners = rounded_cover(*frame.shape[:2], rng.uniform(0, 0.1) * frame.shape[0])
            paste_plate(image, (frame * rng.uniform(0.5, 1)).astype(np.uint8), around, corners)
        corners = rounded_cover(*plate.shape[:2], rng.choice([0, 0.05, 0.1]) * plate.shape[0])
        paste_plate(image, plate, quad, corners)

    def _match_light(self, plate: np.ndarray, image: np.ndarray, box: tuple[float, float, float, float]) -> None:
        """Bring a rendered plate, in place, near the brightness of what it replaces."""
        x, y, w, h = (int(v) for v in box)
        part = image[max(y, 0) : y + max(h, 1), max(x, 0) : x + max(w, 1)]
        if part.size == 0 or self.rng.random() < 0.25:
            return
        bright = float(np.percentile(part, 85)) / max(float(np.percentile(plate, 85)), 1.0)
        gain = float(np.clip(bright, 0.25, 1.6)) * self.rng.uniform(0.8, 1.2)
        tint = part.reshape(-1, 3).mean(axis=0) / max(float(part.mean()), 1.0)
        plate[:] = np.clip(plate * (gain * (0.6 + 0.4 * tint)), 0, 255).astype(np.uint8)

    def _background(self) -> np.ndarray:
        image = self._read(self._backgrounds[self.rng.integers(len(self._backgrounds))])
        return self._view(image, np.zeros((0, 4, 2), np.float32), [], False).image

    def drawn(self) -> Scene:
        """Drawn vehicles with plates before a real place."""
        rng = self.rng
        view = self._background().copy()
        plates: list[np.ndarray] = []
        quads: list[np.ndarray] = []
        for _ in range(int(rng.choice([1, 1, 1, 2, 3]))):
            plate = self.renderer.render()
            width = any_width(rng)[0]
            height = width * plate.image.shape[0] / plate.image.shape[1]
            quad = pose_quad(width, height, rng, float(rng.choice([0.9, 1.6], p=[0.7, 0.3])))
            span = quad.max(axis=0) - quad.min(axis=0)
            room = np.array(SCENE_WH) - span
            if (room < 4).any():
                continue
            centre = span / 2 + rng.uniform(0.02, 0.98, 2) * room
            quad = (quad - (quad.min(axis=0) + quad.max(axis=0)) / 2 + centre).astype(np.float32)
            if any(overlap(quad, other) for other in quads):
                continue
            if rng.random() < 0.75:
                draw_vehicle(view, quad, rng)
            if rng.random() < 0.4:
                gain = rng.uniform(0.25, 1.1)
                plate.image[:] = np.clip(plate.image * gain, 0, 255).astype(np.uint8)
            plates.append(plate.image)
            quads.append(quad)
        # Only now, since the vehicle of a later plate may hide where an earlier one goes
        for plate_image, quad in zip(plates, quads, strict=True):
            self._mount(view, plate_image, quad)
        scene = self._keep_visible(view, np.array(quads, np.float32).reshape(-1, 4, 2), [CORNERS] * len(quads))
        distract(scene.image, scene.quads, 0.6, self._signs, rng)
        return self._vary_light(scene, 0.9)

    def empty(self) -> Scene:
        """A place without a plate, with things that look like one."""
        view = self._background().copy()
        none = np.zeros((0, 4, 2), np.float32)
        distract(view, none, 0.75, self._signs, self.rng)
        return self._vary_light(Scene(view, none, np.zeros(0, np.int8)), 0.7)


@dataclass(frozen=True)
class SceneSamples:
    """Makes the samples of one shard; a value, so that a process can be handed it."""

    fonts: tuple[Path, ...]
    formats: Path
    data: Path

    def __call__(self, seed: int, count: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        renderer = PlateRenderer(list(self.fonts), self.formats, seed)
        pictures = [picture for picture in load_scenes(self.data) if not picture.held_out]
        maker = SceneMaker(renderer, pictures, background_files(self.data, held_out=False), list(self.fonts))
        return ((scene.image, scene.label()) for scene in maker.scenes(count))
