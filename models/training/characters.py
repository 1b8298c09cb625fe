"""Training samples of the character classifiers: characters as the segmenting reader cuts them out of plates."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from models.training.camera import paste_plate, pose_quad, shoot
from models.training.crops import jitter_quad, surroundings
from models.training.fonts import find_fonts
from models.training.plates import Plate, PlateRenderer
from models.training.real import RealPicture, RealPlate, is_held_out, load_crops, load_scenes, readable
from models.training.real_crops import box_of, load
from models.training.scenes import background_files
from models.training.shards import Sample
from streamer.config import SegmentsConfig
from streamer.datatypes import ALPHABET
from streamer.geometry import box_iou, quad_of_box
from streamer.reading.plate_cuts import CutPlate, cut_plate

STORED_PX = 80
"""Side of the stored pictures; smaller networks get them averaged down."""

HELD_OUT_SETS = ("nl_petrov_mit", "in_jayati_ccby")
"""Real sources that are never trained on."""

PROVINCE_SETS = ("cn_lprnet_apache", "ccpd_sample_mit")
"""Sets whose plates begin with a character that isn't in their text."""

NO_CHARACTER = len(ALPHABET)
"""Label of what was cut out and is none of the alphabet: an emblem, a province's character, a piece of a frame."""

SAME_IOU, OTHER_IOU = 0.5, 0.1
"""Overlap from which a piece is the character drawn there, and up to which it is none; others teach nothing."""

THIN = 0.35
"""Width over height up to which a piece of a frame can't be told from a 1, so that it teaches nothing."""

JITTERS = 6
"""Times that a real plate is cut out, each time on another quad; a third of that in sets of Chinese plates."""


def is_held_out_font(file: str) -> bool:
    """Tell whether a font's family is held out: decided by a hash of the file name up to its first dash."""
    return is_held_out(f"font/{Path(file).stem.split('-')[0]}")


def link_fonts(folders: list[Path], held_out: bool, out: Path) -> Path:
    """Fill `out` with links to the font files of one side of the split, and return it."""
    out.mkdir(parents=True, exist_ok=True)
    for file in find_fonts(folders):
        link = out / Path(file).name
        if is_held_out_font(file) is held_out and not link.exists():
            link.symlink_to(Path(file).resolve())
    return out


def photograph(
    plate: Plate, rng: np.random.Generator, photos: list[np.ndarray]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return a picture of a plate on a car, its quad there, and the quad that a detector might give.

    Returns
    -------
    (h, w, 3) uint8 BGR, (4, 2) px, (4, 2) px.
    """
    char_px = float(np.exp(rng.uniform(np.log(9.0), np.log(40.0))))
    width = char_px * max(len(plate.text) / plate.lines, 4.0) * 1.3
    quad = pose_quad(width, width * plate.image.shape[0] / plate.image.shape[1], rng, 0.6)
    margin = np.float32(0.35) * np.ptp(quad, axis=0) + 4
    origin = quad.min(axis=0) - margin
    size = np.ceil(quad.max(axis=0) + margin - origin).astype(int)
    quad = (quad - origin).astype(np.float32)
    canvas = surroundings(int(size[1]), int(size[0]), rng, photos)
    paste_plate(canvas, plate.image, quad)
    smear = abs(rng.normal(0, 0.08)) * char_px if rng.random() < 0.3 else 0.0
    soft = abs(rng.normal(0, 0.05)) * char_px if rng.random() < 0.5 else 0.0
    return shoot(canvas, rng, min(smear, 6.0), min(soft, 2.5), 0.8), quad, jitter_quad(quad, rng)


def drawn_characters(cut: CutPlate, plate: Plate, quad: np.ndarray) -> list[Sample]:
    """Return the pieces of a drawn plate, each with the label of what was drawn there.

    Parameters
    ----------
    cut
        The plate as it was cut out of its picture.
    plate
        The plate as it was drawn.
    quad
        (4, 2) px, where it truly is in the picture.

    Returns
    -------
    Pairs of (80, 80) uint8, ink 255, and () uint8 index into the alphabet, or `NO_CHARACTER`.
    """
    height, width = plate.image.shape[:2]
    to_plate = cv2.getPerspectiveTransform(np.asarray(quad, np.float32), quad_of_box(0, 0, width, height))
    places = [(left, top, right - left, bottom - top) for left, right, top, bottom in plate.places]
    samples = []
    for box, picture in zip(cut.segmentation.boxes, cut.characters(STORED_PX), strict=False):
        corners = cv2.perspectiveTransform(cut.in_frame(quad_of_box(*box))[None], to_plate)[0]
        (x0, y0), (x1, y1) = corners.min(axis=0), corners.max(axis=0)
        shares = [box_iou((x0, y0, x1 - x0, y1 - y0), place) for place in places]
        best = int(np.argmax(shares))
        if shares[best] >= SAME_IOU:
            samples.append((picture, np.uint8(ALPHABET.index(plate.text[best]))))
        elif shares[best] <= OTHER_IOU and box[2] > THIN * box[3]:
            samples.append((picture, np.uint8(NO_CHARACTER)))
    return samples


def labelled_characters(cut: CutPlate, text: str, unread_first: bool = False) -> list[Sample]:
    """Return the characters of a real plate with their labels; none when it wasn't cut into as many as it has.

    Parameters
    ----------
    cut
        The plate and its characters.
    text
        What is on it.
    unread_first
        Whether a character that isn't in the text may come first; it is labelled `NO_CHARACTER`.

    Returns
    -------
    Pairs of (80, 80) uint8, ink 255, and () uint8 index into the alphabet, or `NO_CHARACTER`.
    """
    boxes, pictures = cut.segmentation.boxes, cut.characters(STORED_PX)
    labels = [ALPHABET.index(char) for char in text]
    if unread_first and len(boxes) == len(text) + 1:
        labels = [NO_CHARACTER, *labels]
    read = boxes[len(labels) - len(text) :]
    if len(boxes) != len(labels) or not widths_agree(np.array([w / h for _, _, w, h in read]), text):
        return []
    return [(picture, np.uint8(label)) for picture, label in zip(pictures, labels, strict=False)]


def widths_agree(aspects: np.ndarray, text: str) -> bool:
    """Tell whether characters (n,) of these widths over heights can be those of the text.

    A plate cut into the right number of pieces may still be cut in the wrong places: half an M, and a W joined to its
    neighbour. No character but 1 and I is half as wide as the others, none but M and W nearly twice.
    """
    thin, broad = (np.array([char in few for char in text]) for few in ("1I", "MW"))
    share = aspects / np.median(aspects[~thin] if not thin.all() else aspects)
    return bool(np.all(share[~thin] > 0.55) and np.all(share[thin] < 1.1) and np.all(share < np.where(broad, 2.0, 1.6)))


@dataclass(frozen=True, slots=True)
class RenderedCharacters:
    """Makes the samples of one shard from drawn plates; a value, so that a process can be handed it."""

    fonts: Path
    formats: Path
    data: Path
    font_files_only: bool = False
    """Whether plates lettered in a stroke alphabet are left out: what is measured are the fonts."""

    def __call__(self, seed: int, count: int) -> Iterator[Sample]:
        """Yield `count` samples."""
        cv2.setNumThreads(1)
        renderer = PlateRenderer([self.fonts], self.formats, seed)
        files = background_files(self.data, held_out=False)
        chosen = renderer.rng.choice(len(files), min(30, len(files)), replace=False) if files else []
        photos = [load(files[k]) for k in chosen]
        made = 0
        while made < count:
            plate = renderer.render()
            if self.font_files_only and not plate.font:
                continue
            picture, true_quad, quad = photograph(plate, renderer.rng, photos)
            cut = cut_plate(picture, quad, SegmentsConfig())
            for sample in drawn_characters(cut, plate, true_quad)[: count - made]:
                made += 1
                yield sample


@dataclass(frozen=True, slots=True)
class RealCharacters:
    """Makes the samples of one shard from labelled pictures."""

    data: Path
    held_out: bool

    def __call__(self, seed: int, count: int) -> Iterator[Sample]:
        """Yield at most `count` samples; held-out plates as they are labelled, others jittered again and again."""
        cv2.setNumThreads(1)
        rng = np.random.default_rng(seed)
        plates = real_plates(self.data, self.held_out)
        made = 0
        for k in rng.permutation(len(plates)):
            picture, plate = plates[k]
            image = load(picture.path)
            box = quad_of_box(*box_of(image, plate))
            province = picture.set_name in PROVINCE_SETS
            quads = (
                [box]
                if self.held_out
                else [jitter_quad(box, rng) for _ in range(JITTERS // 3 if province else JITTERS)]
            )
            for quad in quads:
                cut = cut_plate(image, quad, SegmentsConfig())
                for sample in labelled_characters(cut, plate.text, province):
                    if made == count:
                        return
                    made += 1
                    yield sample


def real_plates(data: Path, held_out: bool) -> list[tuple[RealPicture, RealPlate]]:
    """Return the readable real plates of whole sources: those held out, or the rest of the training side."""
    pairs = readable(load_scenes(data) + load_crops(data))
    if held_out:
        return [pair for pair in pairs if pair[0].set_name in HELD_OUT_SETS]
    return [pair for pair in pairs if pair[0].set_name not in HELD_OUT_SETS and not pair[0].held_out]
