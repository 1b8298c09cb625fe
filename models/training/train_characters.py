"""`streamer train characters`: train a character classifier on drawn and real characters, and export it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import cv2
import keras
import numpy as np
import yaml

from models.training.character_networks import NETWORKS
from models.training.character_report import Confusion, plot_confusion, plot_curves, refusals
from models.training.characters import NO_CHARACTER, STORED_PX
from models.training.export import commit_of, export_int8
from streamer.config import SegmentsConfig
from streamer.datatypes import ALPHABET
from streamer.reading.classifier import CharacterClassifier

HISTORY = "history.jsonl"
BEST = "best.weights.h5"
MEASURE = "val_character_accuracy"
"""What the best weights are chosen by."""


@dataclass(frozen=True)
class CharacterRun:
    """Everything that makes a run; written into its folder."""

    network: str = "simple"
    epochs: int = 60
    steps_per_epoch: int = 400
    batch: int = 128
    real_share: float = 0.25
    no_character_share: float = 0.08
    """Of each batch, pieces that are no character: what is asked for them is that no answer is more likely."""
    learning_rate: float = 2e-3
    patience: int = 8
    seed: int = 1


class Characters:
    """Labelled pictures of a folder of shards, by class.

    Parameters
    ----------
    folder
        Where `shards.write_shards` wrote.
    """

    def __init__(self, folder: Path) -> None:
        names = sorted(path.name.removesuffix(".labels.npy") for path in folder.glob("*.labels.npy"))
        if not names:
            raise FileNotFoundError(f"{folder}: no characters here")
        self._shards = [np.load(folder / f"{name}.inputs.npy", mmap_mode="r") for name in names]
        per_shard = [np.load(folder / f"{name}.labels.npy") for name in names]
        self.labels = np.concatenate(per_shard)
        self._places = np.array([(k, row) for k, part in enumerate(per_shard) for row in range(len(part))])
        self._by_class = [np.flatnonzero(self.labels == k) for k in range(len(ALPHABET))]
        self._others = np.flatnonzero(self.labels == NO_CHARACTER)
        counts = np.array([len(rows) for rows in self._by_class], np.float64)
        self._weights = np.sqrt(counts) / np.sqrt(counts).sum()

    def __len__(self) -> int:
        return len(self.labels)

    def balance(self) -> dict[str, int]:
        """Return the number of pictures of each character, and of what is none."""
        return {ALPHABET[k]: len(rows) for k, rows in enumerate(self._by_class)} | {"none": len(self._others)}

    def picture(self, k: int) -> np.ndarray:
        """Return picture `k`, (80, 80) uint8."""
        shard, row = self._places[k]
        return np.array(self._shards[shard][row])

    def draw(
        self, rng: np.random.Generator, count: int, no_character_share: float = 0.0
    ) -> tuple[list[np.ndarray], np.ndarray]:
        """Return random pictures and labels; a class by the square root of its number, what is none by its share."""
        others = rng.binomial(count, no_character_share) if len(self._others) else 0
        classes = rng.choice(len(ALPHABET), count - others, p=self._weights)
        rows = [int(rng.choice(self._by_class[k])) for k in classes]
        rows += [int(row) for row in rng.choice(self._others, others)] if others else []
        return [self.picture(k) for k in rows], self.labels[rows]


def augment(picture: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return the picture shifted, turned, zoomed, slanted, blurred or faded a little; never flipped."""
    size = picture.shape[0]
    angle, zoom = np.deg2rad(rng.normal(0, 4)), np.exp(rng.normal(0, 0.07, 2))
    slant = rng.normal(0, 0.08)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    matrix = turn @ np.array([[1, slant], [0, 1]]) @ np.diag(zoom)
    centre = np.array([size / 2, size / 2])
    shift = centre - matrix @ centre + rng.normal(0, 0.03, 2) * size
    warped = cv2.warpAffine(picture, np.column_stack([matrix, shift]), (size, size)).astype(np.float32)
    if rng.random() < 0.3:
        warped = cv2.GaussianBlur(warped, (0, 0), rng.uniform(0.3, 0.03 * size))
    if rng.random() < 0.3:
        warped = 255 * (warped / 255) ** np.exp(rng.normal(0, 0.35))
    if rng.random() < 0.3:
        warped = warped + rng.normal(0, rng.uniform(2, 18), warped.shape)
    return np.clip(warped, 0, 255).astype(np.uint8)


def sized(picture: np.ndarray, size_px: int) -> np.ndarray:
    """Return the picture averaged down to the network's size, (size_px, size_px) uint8."""
    return picture if size_px == STORED_PX else cv2.resize(picture, (size_px, size_px), interpolation=cv2.INTER_AREA)


class Batches(keras.utils.PyDataset):
    """Random augmented batches: drawn characters with a share of real ones."""

    def __init__(self, rendered: Characters, real: Characters | None, run: CharacterRun, size_px: int) -> None:
        super().__init__()
        self._rendered, self._real, self._run, self._size_px = rendered, real, run, size_px
        self._rng = np.random.default_rng(run.seed)

    def __len__(self) -> int:
        return self._run.steps_per_epoch

    def __getitem__(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        count = round(self._run.batch * self._run.real_share) if self._real else 0
        share = self._run.no_character_share
        pictures, labels = self._rendered.draw(self._rng, self._run.batch - count, share)
        if self._real and count:
            more_pictures, more_labels = self._real.draw(self._rng, count, share)
            pictures, labels = pictures + more_pictures, np.concatenate([labels, more_labels])
        varied = [sized(augment(picture, self._rng), self._size_px) for picture in pictures]
        return np.stack(varied)[..., None].astype(np.float32) / 255, targets(labels)


def targets(labels: np.ndarray) -> np.ndarray:
    """Return what is asked of the network (n, 36) float32: the label, or every character alike where there is none.

    References
    ----------
    D. Hendrycks et al., Deep Anomaly Detection with Outlier Exposure, arXiv:1812.04606, section 3.
    """
    rows = np.concatenate([np.eye(len(ALPHABET)), np.full((1, len(ALPHABET)), 1 / len(ALPHABET))])
    return rows[labels].astype(np.float32)


def character_accuracy(wanted: keras.KerasTensor, logits: keras.KerasTensor) -> keras.KerasTensor:
    """Return the share of a batch's characters that are told right; what is no character doesn't count."""
    known = keras.ops.cast(keras.ops.max(wanted, axis=1) > 0.5, "float32")
    right = keras.ops.cast(keras.ops.argmax(wanted, axis=1) == keras.ops.argmax(logits, axis=1), "float32")
    return keras.ops.sum(right * known) / keras.ops.maximum(keras.ops.sum(known), 1.0)


def whole(characters: Characters, size_px: int, limit: int) -> tuple[np.ndarray, np.ndarray]:
    """Return at most `limit` characters (n, size_px, size_px, 1) uint8, spread over the set, and their labels (n,)."""
    known = np.flatnonzero(characters.labels != NO_CHARACTER)
    rows = known[np.unique(np.linspace(0, len(known) - 1, min(limit, len(known))).round().astype(int))]
    pictures = np.stack([sized(characters.picture(int(k)), size_px) for k in rows])
    return pictures[..., None], characters.labels[rows].astype(np.int64)


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
