"""`streamer train heads`: readers that end in different heads, side by side on the same plates and the same core."""

from __future__ import annotations

import json
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np

from models.training.contract import READER_CONTRAST, READER_WH
from models.training.export import to_int8, without_training_precision, write_model
from models.training.held_out import reader_sets
from models.training.networks import reader_network
from models.training.real_crops import as_they_are, real_plates
from models.training.scores import count_read
from models.training.train_reader import TEXTS, read
from streamer.litert import Model
from streamer.reading.contrast import even_contrast

RANGES_FROM = 240
"""Real plate images of the train sets from which int8 takes the ranges of the activations."""
READS = 100
"""Reads in a turn, of which the median counts."""
KIND = "reader under comparison"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A trained reader, as it was trained and as it would be shipped."""

    name: str
    recipe: dict[str, object]
    model: keras.Model
    int8: Model
    size_bytes: int

    @property
    def head(self) -> str:
        """Name of its head."""
        return str(self.recipe["head"])

    def read_int8(self, images: np.ndarray) -> list[str]:
        """Return the texts of plate images (n, 64, 160) uint8."""
        return TEXTS[self.head](np.stack([self.int8.run(prepared(image))[0] for image in images]))


def prepared(image: np.ndarray) -> np.ndarray:
    """Return what a shipped reader is given, (64, 160, 1) uint8, of a plate image (64, 160) uint8."""
    return even_contrast(image, *READER_CONTRAST)[..., None]


def compare_heads(data: Path, runs: Sequence[Path], rounds: int) -> Iterator[str]:
    """Yield the lines of a table: parameters, milliseconds and plates read exactly, O and 0 as one, by set.

    Parameters
    ----------
    data
        Folder of the real data.
    runs
        Folders of finished training runs.
    rounds
        Turns in which the readers are timed one after another, so that all meet the same machine.
    """
    known = real_plates(data, held_out=False)
    chosen = np.random.default_rng(3).permutation(len(known))[:RANGES_FROM]
    ranges = [prepared(image) for image in as_they_are([known[k] for k in chosen])[0]]
    candidates = [load_candidate(run, ranges) for run in runs]
    times = read_ms([candidate.int8 for candidate in candidates], rounds)
    sets = reader_sets(data)
    yield "| run | head | width | steps of batch | parameters | int8 file | ms a read | " + " | ".join(sets) + " |"
    yield "| --- " * (7 + len(sets)) + "|"
    for candidate, ms in zip(candidates, times, strict=True):
        recipe = candidate.recipe
        cells = [
            candidate.name,
            candidate.head,
            f"{recipe['width']:g}",
            f"{recipe['steps']} of {recipe['batch']}",
            f"{candidate.model.count_params():,}",
            f"{candidate.size_bytes / 1e6:.2f} MB",
            f"{ms:.3f}",
        ]
        for images, texts in sets.values():
            exact, _, total = count_read(read(candidate.model, images, candidate.head), texts)
            cells.append(f"{exact}, int8 {count_read(candidate.read_int8(images), texts)[0]}, of {total}")
        yield "| " + " | ".join(cells) + " |"


def load_candidate(run: Path, ranges: Sequence[np.ndarray]) -> Candidate:
    """Return the reader of a finished run; `ranges` are inputs (64, 160, 1) uint8 for its quantization."""
    recipe = json.loads((run / "run.json").read_text())
    model = without_training_precision(
        lambda: reader_network(recipe["width"], head=recipe["head"]), run / "final.weights.h5"
    )
    data = to_int8(model, ranges)
    contract = {
        "kind": KIND,
        "input": [READER_WH[1], READER_WH[0], 1],
        "outputs": {"text": list(model.output_shape[1:])},
    }
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "reader.tflite"
        write_model(data, path, {"contract": contract})
        return Candidate(run.name, recipe, model, Model(path, KIND), len(data))


def read_ms(models: Sequence[Model], rounds: int) -> list[float]:
    """Return the median milliseconds of a read on one thread for each model, the models taking turns.

    The processor's own time is counted, so that what else runs on the machine counts less.
    """
    image = np.random.default_rng(1).integers(0, 256, (READER_WH[1], READER_WH[0], 1), np.uint8)
    turns: list[list[float]] = [[] for _ in models]
    for _ in range(rounds):
        for model, medians in zip(models, turns, strict=True):
            times = []
            for _ in range(READS):
                start = time.thread_time()
                model.run(image)
                times.append(1000 * (time.thread_time() - start))
            medians.append(statistics.median(times))
    return [statistics.median(medians) for medians in turns]
