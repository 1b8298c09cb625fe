"""`streamer train export`: a training run becomes a shipped model, and its card says what quantization cost."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import keras
import numpy as np

from models.training.contract import DETECTOR_SIZES, READER_COLUMNS, READER_CONTRAST, READER_MARGIN, READER_WH
from models.training.export import commit_of, to_int8, without_training_precision, write_model
from models.training.held_out import detector_sets, reader_sets
from models.training.networks import detector_network, reader_network
from models.training.real import load_scenes
from models.training.real_crops import box_of, load, real_plates, vary
from models.training.scores import Maps, count_found, count_read, maps_of
from models.training.train_detector import joined
from models.training.train_reader import best_paths, read
from streamer.datatypes import ALPHABET, BLANK
from streamer.detection.neural import STRIDE, letterbox
from streamer.errors import ConfigError
from streamer.litert import Model
from streamer.reading.contrast import even_contrast

PROJECT = Path(__file__).resolve().parents[2]

SOURCES = [
    "synthetic plates and scenes of models/training; fonts under open licences, see models/README.md",
    "cars433_cc0: CC0 1.0 by its uploader (licence is the uploader's claim)",
    "romania_mit: MIT",
    "openimages350_ccby: labels CC BY 4.0 (TechKhid/LicensePlateDetection), photos CC BY 2.0 (Open Images)",
    "nl_petrov_mit: MIT",
    "in_jayati_ccby: CC BY 4.0 (Jayatiaggarwal12/license_plate_ai)",
    "in_lpr_ccby: CC BY 4.0 by its uploader (bharathkannan13/intelligent-parking-survillenace); "
    "some pictures carry watermarks",
    "tr_plaka_ccby: CC BY 4.0 by its uploader (hserhatizmirli/Plate-Detect-System); advert pictures with a watermark",
    "ccpd_sample_mit: MIT",
    "backgrounds and backgrounds/streets2: two thirds by source, each under the licence in its sources.csv",
]
READER_SOURCES = ["id_alvin_ccby: CC BY 4.0 (AbbysGud/Plate_Detection-YOLOv8)", "cn_lprnet_apache: Apache-2.0"]


def release(name: str, data: Path, run: Path, weights: Path, out: Path) -> dict[str, Any]:
    """Export the model `name` from a run; return the metrics that its card has.

    Raises
    ------
    ConfigError
        No model has that name.
    """
    keras.mixed_precision.set_global_policy("float32")
    recipe = json.loads((run / "run.json").read_text())
    if name == "reader":
        return _release_reader(data, recipe, weights, out)
    size = name.removeprefix("detector-")
    if size in DETECTOR_SIZES:
        return _release_detector(size, data, recipe, weights, out)
    raise ConfigError(f"export: {name!r}; allowed are reader, {', '.join(f'detector-{s}' for s in DETECTOR_SIZES)}")


def without_folders(recipe: dict[str, Any]) -> dict[str, Any]:
    """Return a recipe in which the weights that a run started from are named by that run alone."""
    start = recipe.get("start")
    return {**recipe, "start": "/".join(Path(start).parts[-2:])} if start else recipe


def _card(
    kind: str, contract: dict[str, Any], recipe: dict[str, Any], data: list[str], metrics: dict[str, Any]
) -> dict[str, Any]:
    return {
        "contract": {"kind": kind, **contract},
        "made": str(datetime.datetime.now(datetime.UTC).date()),
        "commit": commit_of(PROJECT),
        "training": without_folders(recipe),
        "data": data,
        "licence": "MIT",
        "metrics": metrics,
    }


def _release_reader(data: Path, recipe: dict[str, Any], weights: Path, out: Path) -> dict[str, Any]:
    if (head := recipe.get("head", "ctc")) != "ctc":
        raise ConfigError(f"export: the run's reader ends in {head!r}; only one that ends in ctc is shipped")
    model = without_training_precision(lambda: reader_network(recipe["width"]), weights)
    contract = {
        "input": [READER_WH[1], READER_WH[0], 1],
        "scaling": "grey; 0 to 255 stands for 0 to 1",
        "contrast": list(READER_CONTRAST),
        "margin": list(READER_MARGIN),
        "outputs": {"columns": [READER_COLUMNS, BLANK + 1]},
        "meaning": "logits of CTC columns: the upper line's, then the lower's; the alphabet, then blank",
        "alphabet": ALPHABET,
    }
    path = out / "reader.tflite"

    def plates() -> Iterator[np.ndarray]:
        rng = np.random.default_rng(3)
        known = real_plates(data, held_out=False)
        for k in rng.permutation(len(known))[:240]:
            picture, plate = known[k]
            image = load(picture.path)
            yield even_contrast(vary(image, box_of(image, plate), rng), *READER_CONTRAST)[..., None]

    quantized = to_int8(model, plates())
    write_model(quantized, path, _card("plate reader", contract, recipe, SOURCES + READER_SOURCES, {}))
    shipped = Model(path, "plate reader")
    metrics: dict[str, Any] = {
        "measure": "plates read exactly on their labelled boxes, O and 0 as one | strictly | of",
    }
    for name, (images, texts) in reader_sets(data).items():
        exact = {
            "float": read(model, images),
            "int8": best_paths(
                np.stack([shipped.run(even_contrast(image, *READER_CONTRAST)[..., None])[0] for image in images])
            ),
        }
        split = "held-out groups of the train sets" if name == "held_out" else "develop"
        metrics[name] = {"split": split, **{kind: count_read(said, texts) for kind, said in exact.items()}}
    write_model(quantized, path, _card("plate reader", contract, recipe, SOURCES + READER_SOURCES, metrics))
    return metrics


def _release_detector(size: str, data: Path, recipe: dict[str, Any], weights: Path, out: Path) -> dict[str, Any]:
    wh = DETECTOR_SIZES[size]
    whole = without_training_precision(lambda: joined(detector_network(recipe["width"], wh)), weights)
    model = keras.Model(whole.input, whole.get_layer("map").input)
    grid = [wh[1] // STRIDE, wh[0] // STRIDE]
    contract = {
        "input": [wh[1], wh[0], 3],
        "scaling": "BGR; 0 to 255 stands for 0 to 1; letterboxed from the top left on grey 114",
        "outputs": {"score": [*grid, 1], "place": [*grid, 4], "shape": [*grid, 8]},
        "meaning": "see streamer.detection.neural.decode",
    }
    path = out / f"detector-{size}.tflite"

    def pictures() -> Iterator[np.ndarray]:
        known = [picture for picture in load_scenes(data) if not picture.held_out]
        for k in np.random.default_rng(3).permutation(len(known))[:160]:
            yield letterbox(load(known[k].path), wh)[0]

    quantized = to_int8(model, pictures())
    write_model(quantized, path, _card("plate detector", contract, recipe, SOURCES, {}))
    shipped = Model(path, "plate detector")
    measures: dict[str, Maps] = {
        "float": maps_of(model),
        "int8": shipped.run,
    }
    metrics: dict[str, Any] = {
        "measure": "plates found (IoU 0.5) | labelled | false alarms | pictures, at score 0.4; float beside int8"
    }
    for name, items in detector_sets(data, every=1).items():
        split = "held-out groups of the train sets" if name in ("held_out", "no_plate") else "develop"
        metrics[name] = {"split": split, **{kind: count_found(maps, items, wh) for kind, maps in measures.items()}}
    write_model(quantized, path, _card("plate detector", contract, recipe, SOURCES, metrics))
    return metrics
