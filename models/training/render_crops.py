"""`streamer train crops`: render the reader's synthetic training set to disk."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np

from models.training.crops import Hardness, render_crops
from models.training.plates import PlateRenderer
from models.training.scenes import background_files
from models.training.shards import write_in_parallel

SHARD = 5000


@dataclass(frozen=True)
class CropSamples:
    """Makes the samples of one shard; a value, so that a process can be handed it."""

    fonts: tuple[Path, ...]
    formats: Path
    data: Path
    """The folder of real data; its backgrounds of the training side are what plates are mounted on."""
    hard: Hardness = field(default_factory=Hardness)

    def __call__(self, seed: int, count: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        renderer = PlateRenderer(list(self.fonts), self.formats, seed)
        files = background_files(self.data, held_out=False)
        chosen = renderer.rng.choice(len(files), min(40, len(files)), replace=False)
        photos = [cv2.imread(str(files[k])) for k in chosen]
        return render_crops(renderer, count, photos, self.hard)


def render(out: Path, count: int, samples: CropSamples, seed: int, workers: int) -> None:
    """Render `count` samples into shards below `out`."""
    cv2.setNumThreads(1)
    write_in_parallel(out, -(-count // SHARD), SHARD, samples, seed, workers)
