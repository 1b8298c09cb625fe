"""`streamer train characters`: train a character classifier on drawn and real characters."""

from __future__ import annotations

from pathlib import Path

import keras
import numpy as np
from keras import ops

from models.training.character_batches import CharacterRun, Characters, draw_batch, targets, whole
from models.training.character_networks import NETWORKS
from models.training.run_folder import RunFolder
from models.training.training_run import KeepBest, RandomBatches, Score, start_from, train_network

MEASURE = "val_character_accuracy"
"""What the best weights are chosen by."""

VALIDATED = 6000
"""Characters at most that the run is scored on."""


def cross_entropy(wanted: keras.KerasTensor, logits: keras.KerasTensor) -> keras.KerasTensor:
    """Return each picture's cross-entropy, (n,), of what is asked (n, 36) and logits (n, 36)."""
    return ops.categorical_crossentropy(wanted, logits, from_logits=True)


def scorer(validation: Characters, size_px: int) -> Score:
    """Return what measures a model on characters, those that are none left out: mean loss and share told right."""
    pictures, labels = whole(validation, size_px, VALIDATED)
    inputs, wanted = pictures.astype(np.float32) / 255, targets(labels)

    def score(model: keras.Model) -> dict[str, object]:
        logits = model.predict(inputs, batch_size=512, verbose=0)
        loss = float(ops.convert_to_numpy(cross_entropy(wanted, logits)).mean())
        return {"val_loss": round(loss, 5), MEASURE: round(float(np.mean(logits.argmax(axis=1) == labels)), 5)}

    return score


def train(
    folder: Path, rendered: Characters, real: Characters | None, validation: Characters, run: CharacterRun
) -> keras.Model:
    """Train, or go on with the run in `folder`; return the model with its best averaged weights.

    Parameters
    ----------
    folder
        See `train_network`.
    rendered, real
        Characters to train on.
    validation
        What the best weights are chosen by and the run is ended early by: drawn with other seeds, never the held-out
        sets.
    run
        Network and recipe.
    """
    size_px = network_of(run).input_shape[1]
    model = train_network(
        folder,
        lambda: network_of(run),
        cross_entropy,
        RandomBatches(lambda rng: draw_batch(rendered, real, run, size_px, rng), lambda: None, run),
        scorer(validation, size_px),
        run,
        KeepBest(MEASURE, run.patience),
    )
    model.load_weights(RunFolder(folder).best)
    return model


def network_of(run: CharacterRun) -> keras.Model:
    """Return the run's network as it begins.

    Raises
    ------
    ConfigError
        The weights to start from are none of this network.
    """
    model = NETWORKS[run.network](run.width)
    if run.start:
        start_from(model, Path(run.start))
    return model
