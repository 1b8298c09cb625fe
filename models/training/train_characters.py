"""`streamer train characters`: train a character classifier on drawn and real characters, and export it."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import keras
import numpy as np
import yaml

from models.training.character_batches import Batches, CharacterRun, Characters, sampling, sized, targets, whole
from models.training.character_labels import NO_CHARACTER
from models.training.character_networks import NETWORKS
from models.training.character_report import Confusion, plot_confusion, plot_curves, refusals
from models.training.export import commit_of, export_int8
from streamer.config_methods import SegmentsConfig
from streamer.datatypes import ALPHABET
from streamer.reading.classifier import CharacterClassifier

HISTORY = "history.jsonl"
BEST = "best.weights.h5"
MEASURE = "val_character_accuracy"
"""What the best weights are chosen by."""


def character_accuracy(wanted: keras.KerasTensor, logits: keras.KerasTensor) -> keras.KerasTensor:
    """Return the share of a batch's characters that are told right; what is no character doesn't count."""
    known = keras.ops.cast(keras.ops.max(wanted, axis=1) > 0.5, "float32")
    right = keras.ops.cast(keras.ops.argmax(wanted, axis=1) == keras.ops.argmax(logits, axis=1), "float32")
    return keras.ops.sum(right * known) / keras.ops.maximum(keras.ops.sum(known), 1.0)


def train(folder: Path, rendered: Path, real: Path | None, validation: Path, run: CharacterRun) -> keras.Model:
    """Train, or go on with the run in `folder`; return the model with its best weights.

    Parameters
    ----------
    folder
        The run's folder: settings, class balance, history, backup and best weights.
    rendered, real
        Folders of shards to train on.
    validation
        Folder of shards that early stopping looks at: drawn with other seeds, never the held-out sets.
    run
        Network and settings.
    """
    folder.mkdir(parents=True, exist_ok=True)
    keras.utils.set_random_seed(run.seed)
    model = NETWORKS[run.network]()
    if run.start:
        model.load_weights(run.start)
    size_px = model.input_shape[1]
    drawn, photographed = Characters(rendered), Characters(real) if real else None
    balance = {"rendered": drawn.balance(), "real": photographed.balance() if photographed else {}}
    (folder / "run.json").write_text(json.dumps({**asdict(run), "class_balance": balance}, indent=1))
    pictures, labels = whole(Characters(validation), size_px, 6000)
    steps = run.epochs * run.steps_per_epoch
    schedule = keras.optimizers.schedules.CosineDecay(run.learning_rate, steps, alpha=0.02)
    loss = keras.losses.CategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.AdamW(schedule, weight_decay=1e-4), loss, metrics=[character_accuracy])
    model.fit(
        Batches(drawn, photographed, run, size_px),
        epochs=run.epochs,
        validation_data=(pictures.astype(np.float32) / 255, targets(labels)),
        validation_batch_size=512,
        verbose=2,
        callbacks=[
            keras.callbacks.BackupAndRestore(str(folder / "backup"), delete_checkpoint=False),
            keras.callbacks.ModelCheckpoint(
                str(folder / BEST), MEASURE, save_best_only=True, save_weights_only=True, mode="max",
                initial_value_threshold=_best_so_far(folder / HISTORY),
            ),
            keras.callbacks.EarlyStopping(MEASURE, patience=run.patience, mode="max"),
            History(folder / HISTORY),
        ],
    )  # fmt: skip
    model.load_weights(folder / BEST)
    return model


class History(keras.callbacks.Callback):
    """Writes one line an epoch, so that curves go on after a resumed run."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        line = {"epoch": epoch + 1, **{key: round(float(value), 5) for key, value in (logs or {}).items()}}
        with self._path.open("a") as file:
            file.write(json.dumps(line) + "\n")


def _best_so_far(history: Path) -> float | None:
    if not history.is_file():
        return None
    return max(json.loads(line)[MEASURE] for line in history.read_text().splitlines())


def prior_shift(balance: dict[str, dict[str, int]], real_share: float) -> np.ndarray:
    """Return what the logits (36,) lack because rare characters were trained on more often than they occur.

    Where O and 0, or I and 1, look alike, it is only this that tells which is likelier.

    Parameters
    ----------
    balance
        Number of pictures of each character, `rendered` and `real`.
    real_share
        Share of real ones in a batch.

    References
    ----------
    M. Saerens, P. Latinne, C. Decaestecker, Adjusting the Outputs of a Classifier to New a Priori Probabilities,
    Neural Computation 14 (2002), equation 2.4. doi:10.1162/089976602753284446
    """
    parts = [(1 - real_share, balance["rendered"]), (real_share, balance["real"])]
    counts = [(share, np.array([part[char] for char in ALPHABET], np.float64)) for share, part in parts if part]
    occurs = sum(share * n / n.sum() for share, n in counts)
    trained = sum(share * sampling(n) for share, n in counts)
    return np.log(np.maximum(occurs, 1e-6) / np.maximum(trained, 1e-6)).astype(np.float32)


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
    folder: Path, model: keras.Model, calibration: Path, held_out: dict[str, Path], out: Path, card: dict[str, Any]
) -> Path:
    """Write the int8 model, its card with the held-out results, and the plots beside it; return the model's path.

    Parameters
    ----------
    folder
        The run's folder.
    model
        With its best weights.
    calibration
        Folder of shards from which the ranges of the activations are measured.
    held_out
        Name and folder of shards of each held-out set.
    out
        Folder of the models.
    card
        What the card says of data and licences.
    """
    run = json.loads((folder / "run.json").read_text())
    balance = run.pop("class_balance")
    model.get_layer("logits").bias.assign_add(prior_shift(balance, run["real_share"]))
    run["start"] = Path(run["start"]).parent.name
    name, size_px = f"characters-{run['network']}", model.input_shape[1]
    path = out / f"{name}.tflite"
    contract = {
        "kind": "character classifier",
        "input": [size_px, size_px, 1],
        "input_meaning": "one character, ink 255 and paper 0, as streamer.reading.cutting cuts it",
        "outputs": {"logits": [len(ALPHABET)]},
        "alphabet": ALPHABET,
    }
    history = {**card, "commit": commit_of(Path(__file__).parent), "run": run, "class_balance": balance}
    pictures = whole(Characters(calibration), size_px, 400)[0]
    export_int8(model, pictures, path, {"name": name, "contract": contract, "history": history})
    results = {name: evaluate(path, Characters(place)) for name, place in held_out.items()}
    _add_results(path, {name: told for name, (_, told) in results.items()})
    for name, (confusion, _) in results.items():
        title = f"{run['network']} on {name}: {100 * confusion.accuracy:.2f} % of {confusion.counts.sum()}"
        plot_confusion(confusion, title, path.with_name(f"{path.stem}-{name}-confusion.png"))
    plot_curves(folder / HISTORY, path.with_name(f"{path.stem}-curves.png"))
    return path


def _add_results(path: Path, results: dict[str, dict[str, Any]]) -> None:
    """Add what the exported model reaches on each held-out set to its card."""
    card = path.with_suffix(".yaml")
    content = yaml.safe_load(card.read_text(encoding="utf-8"))
    content["results"] = results
    card.write_text(yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=110), encoding="utf-8")
