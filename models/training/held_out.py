"""What a training run is watched on, and never trained on: held-out groups of the train sets, and the develop sets."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import keras
import numpy as np

from models.training.contract import DETECTOR_SIZES
from models.training.networks import detector_network
from models.training.real import RealPicture, RealPlate, load_scenes, plain
from models.training.real_crops import as_they_are, load, real_plates
from models.training.scenes import background_files
from streamer.detection.neural import decode, letterbox
from streamer.geometry import box_iou

Box = tuple[float, float, float, float]
COUNTRIES = ("eu", "br", "us")


def develop_stills(data: Path) -> dict[str, list[tuple[RealPicture, RealPlate]]]:
    """Return the labelled stills marked *develop*, by part of the world."""
    folder = data / "stills" / "openalpr_dev"
    found: dict[str, list[tuple[RealPicture, RealPlate]]] = {country: [] for country in COUNTRIES}
    for row in csv.DictReader((folder / "labels.csv").open(encoding="utf-8")):
        x, y, w, h = (float(row[key]) for key in "xywh")
        plate = RealPlate((x, y, w, h), plain(row["text"]))
        found[row["country"]].append((RealPicture(folder / row["file"], row["country"], True, (plate,)), plate))
    return found


def reader_sets(data: Path) -> dict[str, tuple[np.ndarray, list[str]]]:
    """Return plate images (n, 64, 160) uint8 on their labelled boxes, and their texts, by set."""
    sets = {"held_out": as_they_are(real_plates(data, held_out=True))}
    for country, plates in develop_stills(data).items():
        sets[country] = as_they_are(plates)
    folder = data / "crops" / "ar_ankandrew_gpl"
    rows = csv.DictReader((folder / "labels.csv").open(encoding="utf-8"))
    plates = [RealPlate((0.0, 0.0, 0.0, 0.0), plain(row["text"])) for row in rows]
    files = [row["file"] for row in csv.DictReader((folder / "labels.csv").open(encoding="utf-8"))]
    sets["ar"] = as_they_are(
        [(RealPicture(folder / f, "ar", True, (p,)), p) for f, p in zip(files, plates, strict=True)]
    )
    return sets


def detector_sets(data: Path, every: int = 3) -> dict[str, list[tuple[Path, list[Box]]]]:
    """Return pictures with their labelled boxes by set; of the large ones every third picture."""
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


def detector_scorer(data: Path, width: float, size: str = "default") -> Callable[[keras.Model], dict[str, object]]:
    """Return a function that scores a detector in training: found, plates, false alarms and pictures of each set."""
    sets = detector_sets(data)
    wh = DETECTOR_SIZES[size]

    def score(model: keras.Model) -> dict[str, object]:
        whole = detector_network(width, wh)
        whole.set_weights(model.get_weights())
        results: dict[str, object] = {}
        for name, pictures in sets.items():
            found = plates = false_alarms = 0
            for file, boxes in pictures:
                canvas, lie = letterbox(load(file), wh)
                maps = [
                    np.asarray(output)[0] for output in whole(canvas[None].astype(np.float32) / 255, training=False)
                ]
                quads = [quad / lie.scale for quad, _ in decode(maps[0], maps[1], maps[2], 0.4)]
                seen = [(*quad.min(axis=0), *(quad.max(axis=0) - quad.min(axis=0))) for quad in quads]
                plates += len(boxes)
                found += sum(any(box_iou(box, other) >= 0.5 for other in seen) for box in boxes)
                false_alarms += sum(not any(box_iou(box, other) >= 0.2 for box in boxes) for other in seen)
            results[name] = [found, plates, false_alarms, len(pictures)]
        return results

    return score
