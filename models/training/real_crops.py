"""Real plate images for the reader: each labelled plate many times, as other detectors and cameras would give it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np

from models.training.camera import motion_blur
from models.training.crops import GRAIN, encode, jitter_quad, plate_image
from models.training.real import RealPicture, RealPlate, load_crops, load_scenes, readable
from streamer.geometry import quad_of_box

NO_PLATES = "backgrounds"
"""Name of the set of what is no plate, see `false_alarms`."""

GRAINY = 0.25
"""Share of the images without other noise that get that of a high gain."""
PLENTIFUL = ("cn_lprnet_apache", "romania_mit", NO_PLATES)
"""Sets with many plates that look alike: Chinese ones, the same few cars again and again, and what is no plate."""


def load(path: Path) -> np.ndarray:
    """Return a picture as (H, W, 3) uint8 BGR."""
    image = cv2.imread(str(path), cv2.IMREAD_COLOR)
    if image is None:
        raise FileNotFoundError(path)
    return image


def box_of(image: np.ndarray, plate: RealPlate) -> tuple[float, float, float, float]:
    """Return a plate's box; a plate image's is the whole picture."""
    return plate.box if plate.box[2] > 0 else (0.0, 0.0, float(image.shape[1]), float(image.shape[0]))


def real_plates(data: Path, held_out: bool) -> list[tuple[RealPicture, RealPlate]]:
    """Return the readable real plates of one side of the split."""
    return [pair for pair in readable(load_scenes(data) + load_crops(data)) if pair[0].held_out is held_out]


def vary(image: np.ndarray, box: tuple[float, float, float, float], rng: np.random.Generator) -> np.ndarray:
    """Return one (64, 160) uint8 grey variation of a real plate: jittered corners, light, blur, resolution, noise."""
    x, y, w, h = box
    x0, y0, x1, y1 = int(max(x - w * 0.4, 0)), int(max(y - h * 0.6, 0)), int(x + w * 1.4) + 1, int(y + h * 1.6) + 1
    part = image[y0:y1, x0:x1]
    quad = quad_of_box(x - x0, y - y0, w, h)
    if w > 90 and rng.random() < 0.4:
        scale = rng.uniform(max(70 / w, 0.15), 1)
        part = cv2.resize(part, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        quad = quad * np.float32(scale)
        w = w * scale
    light = part.astype(np.float32)
    light = (light - 128) * rng.uniform(0.6, 1.25) + 128 + rng.normal(0, 20)
    if rng.random() < 0.2:
        light = motion_blur(light, min(abs(rng.normal(0, 0.012)) * w + 0.5, 6), float(rng.uniform(0, 180)))
    if rng.random() < 0.3:
        light = cv2.GaussianBlur(light, (0, 0), rng.uniform(0.3, 0.3 + w * 0.006))
    if rng.random() < 0.4:
        light = light + rng.normal(0, rng.uniform(1, 8), light.shape)
    elif rng.random() < GRAINY:
        light = light + rng.normal(0, rng.uniform(*GRAIN) * light.std(), (*light.shape[:2], 1))
    picture = np.clip(light, 0, 255).astype(np.uint8)
    if rng.random() < 0.35:
        shear = quad + rng.normal(0, [0.03 * w, 0.02 * w], (4, 2)).astype(np.float32)
        matrix = cv2.getPerspectiveTransform(quad, shear.astype(np.float32))
        picture = cv2.warpPerspective(picture, matrix, picture.shape[1::-1], borderMode=cv2.BORDER_REPLICATE)
    return plate_image(picture, jitter_quad(quad, rng, 1.2 if rng.random() < 0.65 else 1.5))


class RealSamples:
    """Makes one pass over plates, each varied; those of plentiful sets half as often.

    Parameters
    ----------
    plates
        Pictures with one of their plates each, see `real_plates` and `false_alarms`.
    """

    def __init__(self, plates: list[tuple[RealPicture, RealPlate]]) -> None:
        self._plates = plates
        self._images = {picture.path: load(picture.path) for picture, _ in self._plates}
        self._repeats = [1 if picture.set_name in PLENTIFUL else 2 for picture, _ in self._plates]

    @property
    def per_pass(self) -> int:
        """Samples of one pass."""
        return sum(self._repeats)

    def __call__(self, seed: int, count: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Yield `count` varied plate images with their encoded texts."""
        rng = np.random.default_rng(seed)
        order = rng.permutation(np.repeat(np.arange(len(self._plates)), self._repeats))
        for k in order[:count]:
            picture, plate = self._plates[k]
            image = self._images[picture.path]
            yield vary(image, box_of(image, plate), rng), encode(plate.text)


def as_they_are(plates: list[tuple[RealPicture, RealPlate]]) -> tuple[np.ndarray, list[str]]:
    """Return the plates' images on their labelled boxes, (n, 64, 160) uint8, and their texts."""
    images = []
    for picture, plate in plates:
        image = load(picture.path)
        images.append(plate_image(image, quad_of_box(*box_of(image, plate))))
    return np.stack(images), [plate.text for _, plate in plates]
