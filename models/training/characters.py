"""Training samples of the character classifiers: characters as the segmenting reader cuts them out of plates."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from models.training.camera import paste_plate, pose_quad, shoot
from models.training.character_labels import drawn_characters, labelled_characters
from models.training.crops import jitter_quad, surroundings
from models.training.fonts import find_fonts
from models.training.plates import Plate, PlateRenderer
from models.training.real import RealPicture, RealPlate, is_held_out, load_crops, load_scenes, readable
from models.training.real_crops import box_of, load
from models.training.scenes import background_files
from models.training.shards import Sample
from models.training.typefaces import province_fonts
from streamer.config_methods import SegmentsConfig
from streamer.errors import ConfigError
from streamer.geometry import quad_of_box
from streamer.reading.plate_cuts import cut_plate

HELD_OUT_SETS = ("nl_petrov_mit", "in_jayati_ccby")
"""Real sources that are never trained on."""

PROVINCE_SETS = ("cn_lprnet_apache", "ccpd_sample_mit")
"""Sets whose plates begin with a character that isn't in their text."""

JITTERS = 6
"""Times that a real plate is cut out, each time on another quad; a third of that in sets of Chinese plates."""


def is_held_out_font(file: str) -> bool:
    """Tell whether a font's family is held out: decided by a hash of the file name up to its first dash."""
    return is_held_out(f"font/{Path(file).stem.split('-')[0]}")


def link_fonts(folders: list[Path], held_out: bool, out: Path) -> Path:
    """Fill `out` with links to the font files of one side of the split, and return it."""
    out.mkdir(parents=True, exist_ok=True)
    for file in (*find_fonts(folders), *province_fonts(folders)):
        link = out / Path(file).name
        if is_held_out_font(file) is held_out and not link.exists():
            link.symlink_to(Path(file).resolve())
    return out


def check_sources(data: Path, fonts: list[Path]) -> None:
    """Make sure that there is something to learn from and to measure with on both sides of the split.

    Raises
    ------
    ConfigError
        No font file, or no labelled plate, is held out, or none is left to train on; or labels are missing.
    """
    files = find_fonts(fonts)
    held_out = sum(is_held_out_font(file) for file in files)
    if held_out == 0 or held_out == len(files):
        raise ConfigError(
            f"--fonts: {held_out} held out and {len(files) - held_out} to train on, as the names of the families in "
            f"{', '.join(map(str, fonts))} decide; at least one of each is wanted: name more folders of font files"
        )
    try:
        plates = {side: len(real_plates(data, side)) for side in (True, False)}
    except FileNotFoundError as error:
        raise ConfigError(f"--data: {error.filename} is missing; the folder of the real data is wanted") from error
    if 0 in plates.values():
        raise ConfigError(
            f"--data: {data}: {plates[True]} plates held out, {plates[False]} to train on; both are wanted"
        )


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
