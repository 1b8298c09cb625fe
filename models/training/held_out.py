"""What a training run is watched on, and never trained on: held-out groups of the train sets, and the develop sets."""

from __future__ import annotations

from pathlib import Path

import keras
import numpy as np

from models.training.contract import DETECTOR_SIZES
from models.training.networks import detector_network
from models.training.real import RealPicture, RealPlate, load_crops, load_scenes, plain, read_rows
from models.training.real_crops import as_they_are, real_plates
from models.training.scenes import background_files
from models.training.scores import Box, count_found, maps_of
from models.training.training_run import Score

COUNTRIES = ("eu", "br", "us")
"""Parts of the world that the labelled stills come from."""


def develop_stills(data: Path) -> dict[str, list[tuple[RealPicture, RealPlate]]]:
    """Return the labelled stills marked *develop*, by part of the world."""
    folder = data / "stills" / "openalpr_dev"
    found: dict[str, list[tuple[RealPicture, RealPlate]]] = {country: [] for country in COUNTRIES}
    for row in read_rows(folder / "labels.csv"):
        x, y, w, h = (float(row[key]) for key in "xywh")
        plate = RealPlate((x, y, w, h), plain(row["text"]))
        found[row["country"]].append((RealPicture(folder / row["file"], row["country"], True, (plate,)), plate))
    return found


def reader_sets(data: Path) -> dict[str, tuple[np.ndarray, list[str]]]:
    """Return plate images (n, 64, 160) uint8 on their labelled boxes, and their texts, by set."""
    sets = {"held_out": as_they_are(real_plates(data, held_out=True))}
    for country, plates in develop_stills(data).items():
        sets[country] = as_they_are(plates)
    sets["ar"] = as_they_are([(p, plate) for p in load_crops(data, ("ar_ankandrew_gpl",)) for plate in p.plates])
    return sets


def detector_sets(data: Path, every: int = 3) -> dict[str, list[tuple[Path, list[Box]]]]:
    """Return pictures with their labelled boxes by set; of the large ones one in `every`."""
    sets = {
        name: [(picture.path, [plate.box]) for picture, plate in plates]
        for name, plates in develop_stills(data).items()
    }
    held_out = [(p.path, [plate.box for plate in p.plates]) for p in load_scenes(data) if p.held_out]
    return {
        **sets,
        "held_out": held_out[::every],
        "no_plate": [(file, []) for file in background_files(data, held_out=True)[::every]],
    }


def detector_scorer(data: Path, width: float) -> Score:
    """Return a function that scores a detector in training by set, see `count_found`."""
    sets = detector_sets(data)
    wh = DETECTOR_SIZES["default"]

    def score(model: keras.Model) -> dict[str, object]:
        whole = detector_network(width, wh)
        whole.set_weights(model.get_weights())
        return {name: count_found(maps_of(whole), pictures, wh) for name, pictures in sets.items()}

    return score
