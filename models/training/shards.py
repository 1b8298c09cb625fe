"""Rendered samples on disk: numbered shards that a training run can read while more are being written."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from multiprocessing import get_context
from pathlib import Path

import numpy as np

Sample = tuple[np.ndarray, np.ndarray]


def write_shards(
    out: Path, first: int, count: int, size: int, samples: Callable[[int, int], Iterator[Sample]], seed: int
) -> None:
    """Write shards `first` to `first + count - 1` of `size` samples each; those already there are kept.

    Parameters
    ----------
    samples
        Called with a seed and a number of samples; yields (input, label) arrays of equal shape and type.
    seed
        Shard k is drawn with the seed `seed * 100_003 + k`, so any shard can be made again alone.
    """
    out.mkdir(parents=True, exist_ok=True)
    for number in range(first, first + count):
        path = out / f"{number:05d}"
        if path.with_suffix(".labels.npy").exists():
            continue
        pairs = list(samples(seed * 100_003 + number, size))
        np.save(path.with_suffix(".inputs.npy"), np.stack([pair[0] for pair in pairs]))
        partial = path.with_suffix(".labels.tmp.npy")
        np.save(partial, np.stack([pair[1] for pair in pairs]))
        partial.rename(path.with_suffix(".labels.npy"))


def write_in_parallel(
    out: Path, shards: int, size: int, samples: Callable[[int, int], Iterator[Sample]], seed: int, workers: int
) -> None:
    """Write shards with several processes; see `write_shards`."""
    context = get_context("spawn")
    each = [shards // workers + (k < shards % workers) for k in range(workers)]
    starts = np.concatenate([[0], np.cumsum(each)[:-1]])
    jobs = [
        context.Process(target=write_shards, args=(out, int(start), count, size, samples, seed))
        for start, count in zip(starts, each, strict=True)
    ]
    for job in jobs:
        job.start()
    for job in jobs:
        job.join()
    if any(job.exitcode for job in jobs):
        raise RuntimeError(f"{out}: a rendering process failed")


class Shards:
    """The shards of a folder, memory-mapped; `refresh` sees what was written since.

    Parameters
    ----------
    folder
        Where `write_shards` wrote.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._inputs: list[np.ndarray] = []
        self._labels: list[np.ndarray] = []
        self._names: set[str] = set()
        self.refresh()

    def refresh(self) -> int:
        """Map new shards; return the number of samples."""
        for path in sorted(self.folder.glob("*.labels.npy")):
            name = path.name.removesuffix(".labels.npy")
            if name.isdigit() and name not in self._names:
                self._names.add(name)
                self._labels.append(np.load(path))
                self._inputs.append(np.load(self.folder / f"{name}.inputs.npy", mmap_mode="r"))
        return sum(len(labels) for labels in self._labels)

    def draw(self, rng: np.random.Generator, count: int) -> Sample:
        """Return `count` random samples, from a few shards at a time so that the disk reads in runs."""
        inputs, labels = [], []
        chosen = rng.integers(len(self._labels), size=min(count, 8))
        for k, shard in enumerate(chosen):
            take = count // len(chosen) + (k < count % len(chosen))
            rows = np.sort(rng.integers(len(self._labels[shard]), size=take))
            inputs.append(self._inputs[shard][rows])
            labels.append(self._labels[shard][rows])
        return np.concatenate(inputs), np.concatenate(labels)
