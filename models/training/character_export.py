"""From trained weights to a character classifier: int8, its card with results, and plots beside it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import keras
import numpy as np
import yaml

from models.training.character_balance import Balance, prior_shift
from models.training.character_batches import Characters, sized, whole
from models.training.character_labels import NO_CHARACTER
from models.training.character_report import Confusion, plot_confusion, plot_curves, refusals
from models.training.export import commit_of, export_int8
from models.training.release import without_folders
from streamer.config_methods import SegmentsConfig
from streamer.datatypes import ALPHABET
from streamer.reading.classifier import CharacterClassifier

CALIBRATION = 400
"""Characters from which the ranges of the activations are measured."""


def contract_of(size_px: int, prior: np.ndarray) -> dict[str, Any]:
    """Return what goes in and comes out of a classifier of this picture size, and its reader's prior, (36,) logits."""
    return {
        "kind": "character classifier",
        "input": [size_px, size_px, 1],
        "input_meaning": "one character, ink 255 and paper 0, as streamer.reading.cutting cuts it",
        "outputs": {"logits": [len(ALPHABET)]},
        "alphabet": ALPHABET,
        "prior": [round(float(value), 3) for value in prior],
        "prior_meaning": "what a reader adds to the logits for how often each character occurs; they tell its shape",
    }


def evaluate(path: Path, characters: Characters) -> tuple[Confusion, dict[str, Any]]:
    """Classify every picture with the exported model; return its confusion and what a card says of it."""
    classifier = CharacterClassifier(path)
    pictures = np.stack([sized(characters.picture(k), classifier.size_px) for k in range(len(characters))])
    slots, labels = classifier.classify(pictures), characters.labels.astype(np.int64)
    known = labels != NO_CHARACTER
    confusion = Confusion.of(labels[known], slots[known].argmax(axis=1))
    told = refusals(labels, slots.max(axis=1), SegmentsConfig().char_score_min)
    return confusion, {**confusion.summary(), **told, "by_class": confusion.by_class()}


def export(
    folder: Path,
    model: keras.Model,
    calibration: Characters,
    held_out: dict[str, Characters],
    balance: Balance,
    out: Path,
    card: dict[str, Any],
) -> Path:
    """Write the int8 model, its card with the held-out results, and the plots beside it; return the model's path.

    Parameters
    ----------
    folder
        The run's folder.
    model
        With its best weights.
    calibration
        Characters from which the ranges of the activations are measured.
    held_out
        By name of the set.
    balance
        Number of pictures of each character that was trained on.
    out
        Folder of the models.
    card
        What the card says of data and licences.
    """
    run = json.loads((folder / "run.json").read_text())
    name, size_px = f"characters-{run['network']}", model.input_shape[1]
    out.mkdir(parents=True, exist_ok=True)
    path = out / f"{name}.tflite"
    history = {
        **card,
        "commit": commit_of(Path(__file__).parent),
        "run": without_folders(run),
        "class_balance": balance,
    }
    pictures = whole(calibration, size_px, CALIBRATION)[0]
    contract = contract_of(size_px, prior_shift(balance, run["real_share"]))
    export_int8(model, pictures, path, {"name": name, "contract": contract, "history": history})
    results = {name: evaluate(path, characters) for name, characters in held_out.items()}
    _add_results(path, {name: told for name, (_, told) in results.items()})
    for name, (confusion, _) in results.items():
        title = f"{run['network']} on {name}: {100 * confusion.accuracy:.2f} % of {confusion.counts.sum()}"
        plot_confusion(confusion, title, path.with_name(f"{path.stem}-{name}-confusion.png"))
    plot_curves(folder / "history.jsonl", path.with_name(f"{path.stem}-curves.png"))
    return path


def _add_results(path: Path, results: dict[str, dict[str, Any]]) -> None:
    """Add what the exported model reaches on each held-out set to its card."""
    card = path.with_suffix(".yaml")
    content = yaml.safe_load(card.read_text(encoding="utf-8"))
    content["results"] = results
    card.write_text(yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=110), encoding="utf-8")
