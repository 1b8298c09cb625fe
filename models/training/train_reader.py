"""`streamer train reader`: train the reader on rendered and real plate images."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np
from keras import ops

from models.training.contract import READER_CONTRAST
from models.training.crops import PAD
from models.training.networks import reader_network
from models.training.rounding import rounding
from models.training.scores import count_read
from models.training.shards import Shards
from models.training.training_run import Arrays, RandomBatches, TrainingRun, start_from, train_network
from streamer.datatypes import ALPHABET, BLANK
from streamer.reading.contrast import even_contrast

UNREADABLE = 0.03
"""Share of a batch, the samples with the highest loss, that is not learned from: blurred or covered beyond reading."""


@dataclass(frozen=True, kw_only=True)
class ReaderRun(TrainingRun):
    """Everything that makes a run; written into its folder."""

    steps: int = 6000
    batch: int = 128
    learning_rate: float = 2e-3
    clip_norm: float = 5.0
    score_every: int = 2
    real_share: float = 0.2
    """Share of real plate images in a batch."""
    width: float = 1.4
    head: str = "ctc"
    """What the network ends in, see `reader_heads`."""
    start: str | None = None
    """Weights to start from instead of random ones: a run that ended before, on other pictures."""
    int8: bool = False
    """Whether weights and activations are rounded as the exported model's, see `rounding`: for a last run."""


def ctc_loss(labels: keras.KerasTensor, logits: keras.KerasTensor) -> keras.KerasTensor:
    """Return each sample's CTC loss (Graves et al. 2006), (n,); 0 for the worst of the batch, which nobody can read.

    Parameters
    ----------
    labels
        (n, 10) indices into the alphabet, padded with `PAD`.
    logits
        (n, columns, 37), blank last.
    """
    lengths = ops.sum(ops.cast(labels != PAD, "int32"), axis=1)
    targets = ops.where(labels == PAD, 0, labels)
    columns = ops.full_like(lengths, logits.shape[1])
    return _of_readable(ops.ctc_loss(targets, logits, lengths, columns, mask_index=BLANK))


def slots_loss(labels: keras.KerasTensor, logits: keras.KerasTensor) -> keras.KerasTensor:
    """Return each sample's cross-entropy, summed over its slots, (n,); 0 for the worst, as in `ctc_loss`.

    Parameters
    ----------
    labels
        (n, 10) indices into the alphabet, padded with `PAD`: those slots must say that there is no character.
    logits
        (n, 10, 37), "none" last.
    """
    targets = ops.where(labels == PAD, BLANK, labels)
    losses = ops.sparse_categorical_crossentropy(targets, logits, from_logits=True)
    return _of_readable(ops.sum(losses, axis=1))


def _of_readable(losses: keras.KerasTensor) -> keras.KerasTensor:
    """Return the losses (n,) of a batch, 0 for the highest."""
    limit = ops.quantile(losses, 1 - UNREADABLE)
    return ops.where(losses > limit, ops.zeros_like(losses), losses)


def draw_batch(rendered: Shards, real: Shards | None, run: ReaderRun, rng: np.random.Generator) -> Arrays:
    """Return a batch of plate images (n, 64, 160, 1) float32, 0 to 1, and labels (n, 10) int32."""
    count = round(run.batch * run.real_share) if real else 0
    images, labels = rendered.draw(rng, run.batch - count)
    if count and real:
        more_images, more_labels = real.draw(rng, count)
        images, labels = np.concatenate([images, more_images]), np.concatenate([labels, more_labels])
    return network_input(images), labels.astype(np.int32)


def network_input(images: np.ndarray) -> np.ndarray:
    """Return what the network takes, (n, 64, 160, 1) float32, 0 to 1, of plate images (n, 64, 160) uint8."""
    return np.stack([even_contrast(image, *READER_CONTRAST) for image in images])[..., None].astype(np.float32) / 255


def best_paths(logits: np.ndarray) -> list[str]:
    """Return the best path's text of each sample, logits (n, columns, 37)."""
    texts = []
    for path in logits.argmax(axis=2):
        kept = [k for k, before in zip(path, [-1, *path[:-1]], strict=True) if k not in (before, BLANK)]
        texts.append("".join(ALPHABET[k] for k in kept))
    return texts


def slot_texts(logits: np.ndarray) -> list[str]:
    """Return the text of the likeliest character of each slot, logits (n, 10, 37)."""
    return ["".join(ALPHABET[k] for k in slots if k != BLANK) for slots in logits.argmax(axis=2)]


LOSSES = {"ctc": ctc_loss, "slots": slots_loss}
TEXTS = {"ctc": best_paths, "slots": slot_texts}
"""By head."""


def read(model: keras.Model, images: np.ndarray, head: str = "ctc") -> list[str]:
    """Return what the reader makes of plate images (n, 64, 160) uint8."""
    return TEXTS[head](model.predict(network_input(images), batch_size=64, verbose=0))


def train(
    folder: Path, rendered: Path, real: Path | None, held_out: dict[str, tuple[np.ndarray, list[str]]], run: ReaderRun
) -> keras.Model:
    """Train, or go on with the run in `folder`; return the model with its averaged weights.

    Parameters
    ----------
    folder
        See `train_network`.
    rendered, real
        Folders of shards of plate images and labels.
    held_out
        By set: plate images (n, 64, 160) uint8 and their texts, scored with `count_read` while the run goes on.
    run
        The recipe.
    """
    rendered_shards, real_shards = Shards(rendered), Shards(real) if real else None
    return train_network(
        folder,
        lambda: _network(run),
        LOSSES[run.head],
        RandomBatches(lambda rng: draw_batch(rendered_shards, real_shards, run, rng), rendered_shards.refresh, run),
        lambda model: {
            name: count_read(read(model, images, run.head), texts) for name, (images, texts) in held_out.items()
        },
        run,
    )


def _network(run: ReaderRun) -> keras.Model:
    model = reader_network(run.width, head=run.head)
    if run.start:
        start_from(model, Path(run.start))
    return rounding(model) if run.int8 else model
