"""One training run in its folder: optimizer, random batches, progress, and going on after an interruption."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import h5py  # type: ignore[import-untyped]
import keras
import numpy as np

from streamer.errors import ConfigError

Arrays = tuple[np.ndarray, np.ndarray]
"""A batch: the network's inputs and the truth for its loss."""

Score = Callable[[keras.Model], dict[str, object]]
"""Measures a model; what it returns goes into the history."""


@dataclass(frozen=True, kw_only=True)
class TrainingRun:
    """Everything that makes a run; written into its folder."""

    steps: int
    batch: int
    learning_rate: float
    """Highest; reached after the warm-up, then falls along a cosine to a hundredth of itself."""
    clip_norm: float
    """Longest gradient of a weight array that is taken as it is."""
    score_every: int
    """Epochs between two measurements."""
    weight_decay: float = 1e-4
    warmup: int = 300
    """Steps."""
    ema_momentum: float = 0.998
    """Of the moving average of the weights, which is what the run results in."""
    width: float = 1.0
    """Scales the network's numbers of filters."""
    seed: int = 1
    precision: str = "mixed_bfloat16"
    steps_per_epoch: int = 250


class RandomBatches(keras.utils.PyDataset):
    """Random batches, each drawn from the run's seed, the epoch and its number, so that any can be drawn again.

    Parameters
    ----------
    draw
        Returns a random batch.
    refresh
        Called after each epoch.
    run
        Gives the seed and the number of batches of an epoch.
    """

    def __init__(
        self, draw: Callable[[np.random.Generator], Arrays], refresh: Callable[[], object], run: TrainingRun
    ) -> None:
        super().__init__()
        self._draw, self._refresh, self._run = draw, refresh, run
        self._epoch = 0

    def __len__(self) -> int:
        return self._run.steps_per_epoch

    def __getitem__(self, index: int) -> Arrays:
        return self._draw(np.random.default_rng([self._run.seed, self._epoch, index]))

    def start_epoch(self, epoch: int) -> None:
        """Draw the batches of this epoch from now on."""
        self._epoch = epoch

    def on_epoch_end(self) -> None:
        """Look for what was rendered since."""
        self._refresh()


class EpochSeeds(keras.callbacks.Callback):
    """Makes batches and dropout follow from the epoch's number: a backup keeps neither.

    Parameters
    ----------
    batches
        Told the epoch. Its length tells how often each dropout was drawn in the epochs before.
    """

    def __init__(self, batches: RandomBatches) -> None:
        super().__init__()
        self._batches = batches

    def on_epoch_begin(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Bring both to where an uninterrupted run has them."""
        self._batches.start_epoch(epoch)
        for layer in self.model.layers:
            if isinstance(layer, keras.layers.Dropout) and layer.rate > 0:
                seed, _ = keras.ops.convert_to_numpy(layer.seed_generator.state)
                layer.seed_generator.state.assign([seed, epoch * len(self._batches)])


class Progress(keras.callbacks.Callback):
    """After each epoch writes a line to `history.jsonl`; after some, scores the model and keeps its weights.

    Parameters
    ----------
    folder
        The run's.
    score
        Measures the model.
    every
        Epochs between two measurements.
    """

    def __init__(self, folder: Path, score: Score, every: int) -> None:
        super().__init__()
        self._folder, self._score, self._every = folder, score, every

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Write the epoch's line."""
        line: dict[str, object] = {"epoch": epoch + 1, **{k: round(float(v), 4) for k, v in (logs or {}).items()}}
        if (epoch + 1) % self._every == 0:
            line |= self._score(self.model)
            self.model.save_weights(self._folder / "latest.weights.h5")
        with (self._folder / "history.jsonl").open("a") as file:
            file.write(json.dumps(line) + "\n")


def train_network(
    folder: Path,
    build: Callable[[], keras.Model],
    loss: Callable[[keras.KerasTensor, keras.KerasTensor], keras.KerasTensor],
    batches: RandomBatches,
    score: Score,
    run: TrainingRun,
) -> keras.Model:
    """Train, or go on with the run in `folder`; return the model with its averaged weights.

    Parameters
    ----------
    folder
        Gets the recipe, the history, the backup of an unfinished run, and the weights.
    build
        Returns the network; called once the seed and the precision are set.
    loss
        Takes the truth and the network's output, returns the loss of each sample.
    batches
        What to learn from.
    score
        Measures the averaged weights while the run goes on.
    run
        The recipe.

    Notes
    -----
    The order of the callbacks matters. At the end of an epoch the weights are swapped with their moving average, so
    that the average is scored and kept. The backup must be taken before: restored after an interruption, swapped
    weights would be trained on as if they were the real ones, with the real ones as their average.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "run.json").write_text(json.dumps(asdict(run), indent=1))
    keras.utils.set_random_seed(run.seed)
    keras.mixed_precision.set_global_policy(run.precision)
    model = build()
    model.compile(_optimizer(run), loss=loss, jit_compile=False)
    model.fit(
        batches,
        epochs=run.steps // run.steps_per_epoch,
        shuffle=False,
        verbose=2,
        callbacks=[
            EpochSeeds(batches),
            keras.callbacks.BackupAndRestore(str(folder / "backup")),
            keras.callbacks.SwapEMAWeights(swap_on_epoch=True),
            Progress(folder, score, run.score_every),
        ],
    )
    model.save_weights(folder / "final.weights.h5")
    return model


def _optimizer(run: TrainingRun) -> keras.optimizers.Optimizer:
    """Return AdamW (Loshchilov and Hutter 2019) with a warm-up, a cosine and averaged weights."""
    schedule = keras.optimizers.schedules.CosineDecay(
        run.learning_rate / 20,
        run.steps - run.warmup,
        alpha=0.01,
        warmup_target=run.learning_rate,
        warmup_steps=run.warmup,
    )
    return keras.optimizers.AdamW(
        schedule,
        weight_decay=run.weight_decay,
        clipnorm=run.clip_norm,
        use_ema=True,
        ema_momentum=run.ema_momentum,
    )


def start_from(model: keras.Model, weights: Path) -> None:
    """Give a model the weights that a file has for layers of the same names; layers that it lacks stay as they are.

    Raises
    ------
    ConfigError
        The file has none of the model's layers.
    """
    with h5py.File(weights) as file:
        groups = [layer["vars"] for layer in file["layers"].values() if len(layer.get("vars", ()))]
        known = {group.attrs["name"]: [group[str(k)][()] for k in range(len(group))] for group in groups}
    found = [layer for layer in model.layers if layer.name in known]
    if not found:
        raise ConfigError(f"{weights}: has no layer of this network")
    for layer in found:
        layer.set_weights(known[layer.name])
