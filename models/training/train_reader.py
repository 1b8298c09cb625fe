"""`streamer train reader`: train the CTC reader on rendered and real plate images."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import keras
import numpy as np
from keras import ops

from models.training.crops import PAD
from models.training.networks import reader_network
from models.training.shards import Shards
from streamer.datatypes import ALPHABET, BLANK


@dataclass(frozen=True)
class ReaderRun:
    """Everything that makes a run; written into its folder."""

    steps: int = 8000
    batch: int = 128
    real_share: float = 0.12
    learning_rate: float = 2e-3
    weight_decay: float = 1e-4
    warmup: int = 300
    width: float = 1.0
    seed: int = 1
    precision: str = "mixed_bfloat16"
    steps_per_epoch: int = 250


def ctc_loss(labels, logits):
    """Return each sample's CTC loss (Graves et al. 2006); labels (n, 10) padded with 255, logits (n, 80, 37)."""
    lengths = ops.sum(ops.cast(labels != PAD, "int32"), axis=1)
    targets = ops.where(labels == PAD, 0, labels)
    columns = ops.full_like(lengths, logits.shape[1])
    return ops.ctc_loss(targets, logits, lengths, columns, mask_index=BLANK)


class Batches(keras.utils.PyDataset):
    """Random batches of rendered plates with a share of real ones."""

    def __init__(self, rendered: Shards, real: Shards | None, run: ReaderRun) -> None:
        super().__init__()
        self._rendered, self._real, self._run = rendered, real, run
        self._rng = np.random.default_rng(run.seed)

    def __len__(self) -> int:
        return self._run.steps_per_epoch

    def on_epoch_end(self) -> None:
        self._rendered.refresh()

    def __getitem__(self, index: int):
        count = round(self._run.batch * self._run.real_share) if self._real else 0
        images, labels = self._rendered.draw(self._rng, self._run.batch - count)
        if count and self._real:
            more_images, more_labels = self._real.draw(self._rng, count)
            images, labels = np.concatenate([images, more_images]), np.concatenate([labels, more_labels])
        return images[..., None].astype(np.float32) / 255, labels.astype(np.int32)


def best_paths(logits: np.ndarray) -> list[str]:
    """Return the best path's text of each sample, logits (n, columns, 37)."""
    texts = []
    for path in logits.argmax(axis=2):
        kept = [k for k, before in zip(path, [-1, *path[:-1]], strict=True) if k not in (before, BLANK)]
        texts.append("".join(ALPHABET[k] for k in kept))
    return texts


def exact_share(model: keras.Model, images: np.ndarray, texts: list[str]) -> tuple[int, int]:
    """Return how many plate images (n, 64, 160) uint8 are read exactly with O and 0 as one, and strictly."""
    logits = model.predict(images[..., None].astype(np.float32) / 255, batch_size=64, verbose=0)
    pairs = list(zip(best_paths(logits), texts, strict=True))
    return sum(a.replace("O", "0") == b.replace("O", "0") for a, b in pairs), sum(a == b for a, b in pairs)


class Progress(keras.callbacks.Callback):
    """After each epoch, reads the held-out sets and writes one line to `history.jsonl`."""

    def __init__(self, folder: Path, held_out: dict[str, tuple[np.ndarray, list[str]]], every: int = 2) -> None:
        super().__init__()
        self._folder, self._held_out, self._every = folder, held_out, every

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        line: dict[str, object] = {"epoch": epoch + 1, **{k: round(float(v), 4) for k, v in (logs or {}).items()}}
        if (epoch + 1) % self._every == 0:
            for name, (images, texts) in self._held_out.items():
                line[name] = [*exact_share(self.model, images, texts), len(texts)]
            self.model.save_weights(self._folder / "latest.weights.h5")
        with (self._folder / "history.jsonl").open("a") as file:
            file.write(json.dumps(line) + "\n")


def train(
    folder: Path, rendered: Path, real: Path | None, held_out: dict[str, tuple[np.ndarray, list[str]]], run: ReaderRun
) -> keras.Model:
    """Train, or go on with the run in `folder`; return the model with its averaged weights."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "run.json").write_text(json.dumps(asdict(run), indent=1))
    keras.utils.set_random_seed(run.seed)
    keras.mixed_precision.set_global_policy(run.precision)
    model = reader_network(run.width)
    schedule = keras.optimizers.schedules.CosineDecay(
        run.learning_rate / 20,
        run.steps - run.warmup,
        alpha=0.01,
        warmup_target=run.learning_rate,
        warmup_steps=run.warmup,
    )
    optimizer = keras.optimizers.AdamW(
        schedule, weight_decay=run.weight_decay, clipnorm=5.0, use_ema=True, ema_momentum=0.998
    )
    model.compile(optimizer, loss=ctc_loss, jit_compile=False)
    model.fit(
        Batches(Shards(rendered), Shards(real) if real else None, run),
        epochs=run.steps // run.steps_per_epoch,
        verbose=2,
        callbacks=[
            keras.callbacks.SwapEMAWeights(swap_on_epoch=True),
            keras.callbacks.BackupAndRestore(str(folder / "backup")),
            Progress(folder, held_out),
        ],
    )
    model.save_weights(folder / "final.weights.h5")
    return model
