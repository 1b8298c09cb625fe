"""One training run in its folder: optimizer, random batches, progress, and going on after an interruption."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import h5py  # type: ignore[import-untyped]
import keras
import numpy as np

from models.training.run_folder import Line, RunFolder
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


@dataclass(frozen=True)
class KeepBest:
    """Which weights a run keeps as its best, and when it ends early."""

    measure: str
    """Of the score; the higher, the better."""
    patience: int
    """Measurements without a better one after which the run ends."""

    def of(self, lines: Sequence[Line]) -> list[float]:
        """Return what was measured so far, oldest first."""
        return [line[self.measure] for line in lines if self.measure in line]

    def is_best(self, lines: Sequence[Line]) -> bool:
        """Tell whether the last measurement is better than all before."""
        *before, last = self.of(lines)
        return last > max(before, default=-np.inf)

    def gives_up(self, lines: Sequence[Line]) -> bool:
        """Tell whether the best measurement lies too far back."""
        measured = self.of(lines)
        return bool(measured) and len(measured) - 1 - int(np.argmax(measured)) >= self.patience


class Progress(keras.callbacks.Callback):
    """After each epoch writes a line of the history; after some, and the last, scores the averaged weights, keeps them.

    Parameters
    ----------
    folder
        The run's.
    score
        Measures the model.
    every
        Epochs between two measurements.
    best
        What the best weights are kept by; None keeps none and never ends early.
    """

    def __init__(self, folder: RunFolder, score: Score, every: int, best: KeepBest | None) -> None:
        super().__init__()
        self._folder, self._score, self._every, self._best = folder, score, every, best

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Write the epoch's line."""
        line: Line = {"epoch": epoch + 1, **{k: round(float(v), 4) for k, v in (logs or {}).items()}}
        if (epoch + 1) % self._every and epoch + 1 < self.params["epochs"]:
            self._folder.add(line)
            return
        with averaged(self.model):
            line |= self._score(self.model)
            self.model.save_weights(self._folder.latest)
            self._folder.add(line)
            if self._best and self._best.is_best(self._folder.lines()):
                self.model.save_weights(self._folder.best)
        if self._best and self._best.gives_up(self._folder.lines()):
            self.model.stop_training = True


@contextmanager
def averaged(model: keras.Model) -> Iterator[None]:
    """Give a model in training its averaged weights inside the block, and its own again after it."""
    own = [keras.ops.convert_to_numpy(weights) for weights in model.trainable_variables]
    model.optimizer.finalize_variable_values(model.trainable_variables)
    try:
        yield
    finally:
        for weights, value in zip(model.trainable_variables, own, strict=True):
            weights.assign(value)


def train_network(
    folder: Path,
    build: Callable[[], keras.Model],
    loss: Callable[[keras.KerasTensor, keras.KerasTensor], keras.KerasTensor],
    batches: RandomBatches,
    score: Score,
    run: TrainingRun,
    best: KeepBest | None = None,
) -> keras.Model:
    """Train, or go on with the run in `folder`; return the model with its averaged weights, the last ones.

    Parameters
    ----------
    folder
        Gets the recipe, the history, the backup of an unfinished run, and the weights. A run that has ended there is
        not trained again.
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
    best
        What the best of the scored weights are kept by in the folder, and when the run ends early; it never does
        without.

    Raises
    ------
    ConfigError
        The folder holds another run; nothing is changed.

    Notes
    -----
    The order of the callbacks matters. An epoch is scored and in the history before it is in the backup: one that was
    interrupted in between is trained again, and nothing of it is lost. Keras gives the model its averaged weights when
    the training ends.
    """
    kept = RunFolder(folder)
    kept.check(asdict(run))
    keras.utils.set_random_seed(run.seed)
    keras.mixed_precision.set_global_policy(run.precision)
    model = build()
    if kept.ended:
        model.load_weights(kept.final)
        return model
    kept.start(asdict(run))
    model.compile(_optimizer(run), loss=loss, jit_compile=False)
    epochs, trained = run.steps // run.steps_per_epoch, kept.epochs_trained()
    gave_up = best is not None and best.gives_up(kept.lines()[:trained])
    model.fit(
        batches,
        epochs=trained if gave_up else epochs,
        shuffle=False,
        verbose=2,
        callbacks=[
            EpochSeeds(batches),
            Progress(kept, score, run.score_every, best),
            keras.callbacks.BackupAndRestore(str(kept.backup), delete_checkpoint=False),
        ],
    )
    model.save_weights(kept.final)
    shutil.rmtree(kept.backup)
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
        The file holds no weights, none of the model's layers, or one of another size.
    """
    try:
        with h5py.File(weights) as file:
            groups = [layer["vars"] for layer in file["layers"].values() if len(layer.get("vars", ()))]
            known = {group.attrs["name"]: [group[str(k)][()] for k in range(len(group))] for group in groups}
    except (OSError, KeyError) as error:
        raise ConfigError(f"{weights}: is no file of weights; final.weights.h5 of a run is one") from error
    found = [layer for layer in model.layers if layer.name in known]
    if not found:
        raise ConfigError(f"{weights}: has no layer of this network")
    for layer in found:
        there, wanted = [array.shape for array in known[layer.name]], [tuple(array.shape) for array in layer.weights]
        if there != wanted:
            raise ConfigError(f"{weights}: its layer {layer.name} has the shapes {there}, not {wanted}: another width?")
    for layer in found:
        layer.set_weights(known[layer.name])
