"""`streamer train mean`: one network from runs that went on from one another, by the mean of their weights."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import h5py  # type: ignore[import-untyped]
import numpy as np

from streamer.errors import ConfigError

WEIGHTS = "final.weights.h5"


def mean_run(runs: list[Path], out: Path) -> None:
    """Write a folder like a run's, with the mean of the runs' weights and the last one's recipe.

    Parameters
    ----------
    runs
        Folders of runs of the same network, each started from the one before.
    out
        The folder to write.

    Raises
    ------
    ConfigError
        A run has not ended, the runs' networks differ, or `out` is there already.

    References
    ----------
    M. Wortsman et al., Model soups, arXiv:2203.05482, section 2: the mean of networks that were trained on from the
    same weights often reads more than each of them, and costs nothing more.
    """
    for run in runs:
        if not (run / WEIGHTS).is_file():
            raise ConfigError(f"{run}: has no {WEIGHTS}; a run that ended is wanted")
    weights = [_weights(run / WEIGHTS) for run in runs]
    for run, other in zip(runs, weights, strict=True):
        if {name: array.shape for name, array in other.items()} != {n: a.shape for n, a in weights[-1].items()}:
            raise ConfigError(f"{run}: is a run of another network than {runs[-1]}")
    if out.exists():
        raise ConfigError(f"{out}: is there already; choose another folder")
    out.mkdir(parents=True)
    shutil.copy(runs[-1] / WEIGHTS, out / WEIGHTS)
    with h5py.File(out / WEIGHTS, "r+") as file:
        for name in weights[-1]:
            file[name][...] = np.mean([other[name] for other in weights], axis=0)
    recipe = json.loads((runs[-1] / "run.json").read_text())
    (out / "run.json").write_text(json.dumps({**recipe, "mean_of": [run.name for run in runs]}, indent=1))


def _weights(path: Path) -> dict[str, np.ndarray]:
    """Return a file's arrays of the network's layers by their path in it; a dropout's seed is none of them."""
    found: dict[str, np.ndarray] = {}

    def take(name: str, entry: h5py.Group | h5py.Dataset) -> None:
        if isinstance(entry, h5py.Dataset) and np.issubdtype(entry.dtype, np.floating):
            found[f"layers/{name}"] = entry[()]

    with h5py.File(path) as file:
        file["layers"].visititems(take)
    return found
