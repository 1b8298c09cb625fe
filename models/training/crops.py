"""Training samples of the reader: plate images as rectification will give them, synthetic and real."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np

from models.training.camera import expose, paste_plate, pose_quad, record
from models.training.contract import READER_MARGIN, READER_WH
from models.training.plates import Plate, PlateRenderer
from streamer.config import ReadingConfig
from streamer.datatypes import ALPHABET, MAX_PLATE_LENGTH
from streamer.geometry import quad_of_box, rectify
from streamer.voting.overlay import Overlay

PAD = 255
"""Fills a label after its last character."""

LEGIBLE_STD = 6.0
"""Grey levels: the middle of a plate image that varies less than this shows no text (judged by eye)."""


LARGEST_GROWTH = (0.15, 0.2)
"""By how much of the plate's width and height a coarse quad may reach beyond it at each end."""
ROOM = (ReadingConfig().room_width, ReadingConfig().room_height)
"""The same for a good quad: a found plate is shown with so much room, a labelled one without."""
COARSE = 1.4
"""Amount of jitter from which quads are those of somebody who draws boxes loosely."""


GRAIN, MOST_GRAIN = (0.15, 1.5), 70.0
"""Standard deviation of a high gain's noise, in those of the plate itself; and the most of it, in grey levels."""
LAID = (3, 9)
"""Images that are laid over one another: from, and fewer than."""


@dataclass(frozen=True, slots=True)
class Hardness:
    """How bad the pictures are."""

    smallest_char_px: float = 6.5
    """Width of a character with its gap, at the camera."""
    largest_char_px: float = 30.0
    blur: float = 1.0
    """Scales motion blur and defocus."""
    noise: float = 1.0
    """Scales noise and compression, see `camera.shoot`."""
    grainy: float = 0.35
    """Share of plates whose camera makes up for missing light with gain and long exposure: much noise, some smear."""
    laid: float = 0.4
    """Share of those that are the images of several frames laid over one another, as the vote reads them."""
    sharp: float = 0.5
    """Share of those laid images that are the sharp one, in which grain is raised, too; the others are the mean."""


def encode(text: str) -> np.ndarray:
    """Return a text as (10,) uint8 indices into the alphabet, padded."""
    label = np.full(MAX_PLATE_LENGTH, PAD, np.uint8)
    label[: len(text)] = [ALPHABET.index(c) for c in text]
    return label


def surroundings(height: int, width: int, rng: np.random.Generator, photos: list[np.ndarray]) -> np.ndarray:
    """Return a (height, width, 3) uint8 piece of what a plate is mounted on: paint, a bumper's edges, or a photo."""
    if photos and rng.random() < 0.35:
        photo = photos[rng.integers(len(photos))]
        ph, pw = photo.shape[:2]
        w, h = min(pw, max(8, int(width * rng.uniform(0.7, 2.5)))), min(ph, max(8, int(height * rng.uniform(0.7, 2.5))))
        x, y = int(rng.integers(pw - w + 1)), int(rng.integers(ph - h + 1))
        return cv2.resize(photo[y : y + h, x : x + w], (width, height), interpolation=cv2.INTER_LINEAR)
    base = rng.integers(5, 235) + rng.normal(0, 18, 3)
    top, bottom = base * rng.uniform(0.6, 1.3), base * rng.uniform(0.5, 1.2)
    ramp = np.linspace(0, 1, height)[:, None, None]
    canvas = np.repeat(top * (1 - ramp) + bottom * ramp, width, axis=1)
    for _ in range(rng.integers(0, 5)):
        y = int(rng.integers(height))
        shade = base * rng.uniform(0.2, 1.6)
        cv2.line(
            canvas,
            (0, y),
            (width, int(y + rng.normal(0, height * 0.08))),
            tuple(map(float, shade)),
            int(rng.integers(1, max(2, height // 8))),
        )
    return np.clip(canvas, 0, 255).astype(np.uint8)


def jitter_quad(quad: np.ndarray, rng: np.random.Generator, amount: float = 1.0) -> np.ndarray:
    """Return the quad as an imperfect detector would give it; a coarse one tends to be too large."""
    unit_x, unit_y = quad[1] - quad[0], quad[3] - quad[0]
    shift = rng.normal(0, [0.012, 0.03]) * amount
    grow = rng.normal(0.01, [0.02, 0.045]) * amount + rng.uniform(0, LARGEST_GROWTH if amount > COARSE else ROOM)
    signs = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]], np.float32)
    wobble = rng.normal(0, [0.012, 0.03], (4, 2)) * amount + shift + signs * grow
    return (quad + wobble[:, :1] * unit_x + wobble[:, 1:] * unit_y).astype(np.float32)


def synthetic_crop(plate: Plate, rng: np.random.Generator, photos: list[np.ndarray], hard: Hardness) -> np.ndarray:
    """Return one (64, 160) uint8 grey plate image of a synthetic plate."""
    columns = max(len(plate.text) / plate.lines, 4.0)
    char_px = float(np.exp(rng.uniform(np.log(hard.smallest_char_px), np.log(hard.largest_char_px))))
    width = char_px * columns * 1.3
    height = width * plate.image.shape[0] / plate.image.shape[1]
    flat = rng.random() < 0.3
    quad = pose_quad(width, height, rng, 0.35 if flat else 1.0)
    margin = np.array([width * 0.3 + 4, height * 0.4 + 4])
    origin = quad.min(axis=0) - margin
    size = np.ceil(quad.max(axis=0) + margin - origin).astype(int)
    quad = quad - origin.astype(np.float32)
    canvas = surroundings(int(size[1]), int(size[0]), rng, photos)
    if rng.random() < 0.5:
        rim = np.round(quad + (quad - quad.mean(axis=0)) * rng.uniform(0.02, 0.1)).astype(np.int32)
        shade = (15, 15, 15) if rng.random() < 0.7 else tuple(int(v) for v in rng.integers(0, 255, 3))
        cv2.fillConvexPoly(canvas, rim, shade, cv2.LINE_AA)
    paste_plate(canvas, plate.image, quad)
    light = expose(canvas, rng)
    if rng.random() < hard.grainy:
        return _grainy(light, quad, char_px, rng, hard)
    smear = abs(rng.normal(0, 0.12)) * char_px * hard.blur if rng.random() < 0.4 else 0.0
    soft = abs(rng.normal(0, 0.07)) * char_px * hard.blur if rng.random() < 0.6 else 0.0
    noise = abs(rng.normal(0, 5)) * hard.noise
    picture = record(light, rng, min(smear, 9.0), min(soft, 3.0), noise, hard.noise)
    if rng.random() < 0.15:
        quad = quad_of_box(*cv2.boundingRect(np.round(quad).astype(np.int32)))
    return plate_image(picture, jitter_quad(quad, rng, 1.0 if rng.random() < 0.55 else rng.uniform(1.5, 3.5)))


def _grainy(
    light: np.ndarray, quad: np.ndarray, char_px: float, rng: np.random.Generator, hard: Hardness
) -> np.ndarray:
    """Return the (64, 160) uint8 image of a plate that a camera sees by much gain: of one frame, or of several laid."""
    images = int(rng.integers(*LAID)) if rng.random() < hard.laid else 1
    (x0, y0), (x1, y1) = np.maximum(quad.min(axis=0), 0).astype(int), quad.max(axis=0).astype(int) + 1
    noise = min(rng.uniform(*GRAIN) * float(light[y0:y1, x0:x1].std()) * images**0.25, MOST_GRAIN) * hard.noise
    soft = abs(rng.normal(0, 0.05)) * char_px * hard.blur if rng.random() < 0.3 else 0.0

    def shot() -> tuple[np.ndarray, np.ndarray]:
        smear = abs(rng.normal(0, 0.22)) * char_px * hard.blur if rng.random() < 0.6 else 0.0
        picture = record(light, rng, min(smear, 9.0), min(soft, 3.0), noise, 0.5 * hard.noise)
        return picture, jitter_quad(quad, rng, 1.0 if rng.random() < 0.7 else 2.0)

    if images == 1:
        return plate_image(*shot())
    overlay = Overlay()
    for _ in range(images):
        overlay.add(*shot(), worth=1.0)
    laid = overlay.lay()
    plate = laid.sharp if rng.random() < hard.sharp else laid.mean
    return plate_image(plate.image, plate.quad)


def plate_image(picture: np.ndarray, quad: np.ndarray) -> np.ndarray:
    """Return the reader's input for a plate: rectified, grey, (64, 160) uint8."""
    rectified = rectify(picture, quad, READER_WH, READER_MARGIN)
    return rectified if rectified.ndim == 2 else cv2.cvtColor(rectified, cv2.COLOR_BGR2GRAY)


def render_crops(
    renderer: PlateRenderer, count: int, photos: list[np.ndarray], hard: Hardness
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield `count` pairs of plate image (64, 160) uint8 and encoded text; what nobody could read is redrawn."""
    drawn = 0
    while drawn < count:
        plate = renderer.render()
        crop = synthetic_crop(plate, renderer.rng, photos, hard)
        if crop[12:52, 16:144].std() < LEGIBLE_STD:
            continue
        drawn += 1
        yield crop, encode(plate.text)
