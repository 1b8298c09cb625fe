"""Labelled pictures and clips: what a `DATASET` argument becomes.

A dataset is a folder with `labels.csv`, a clip with its truth beside it, or a folder of such clips.
"""

from __future__ import annotations

from pathlib import Path

from streamer.errors import SourceError
from streamer.evaluation.labelled import Dataset
from streamer.evaluation.labels import read_labels
from streamer.evaluation.truth import TRUTH, read_truth

LABELS = "labels.csv"


def load_dataset(path: Path) -> Dataset:
    """Read the labels of a folder or clip.

    Raises
    ------
    SourceError
        When there is no such folder or clip, or no labels with it.
    ConfigError
        When labels are wrong: every fault of the file, with its line.
    """
    path = Path(path)
    if path.is_file():
        truth = path.with_name(path.name + TRUTH)
        if not truth.is_file():
            raise SourceError(f"{path}: no labels: a clip needs {truth.name} beside it")
        return Dataset(path.stem, clips=(read_truth(path, truth, path.parent.name),))
    if not path.is_dir():
        raise SourceError(f"{path}: no such dataset: give a folder with {LABELS}, or a clip with its {TRUTH}")
    if (path / LABELS).is_file():
        return Dataset(path.name, images=read_labels(path / LABELS))
    truths = sorted(path.glob(f"*{TRUTH}"))
    if not truths:
        raise SourceError(f"{path}: no labels: a dataset's folder needs {LABELS}, or clips with their {TRUTH}")
    clips = (read_truth(truth.with_name(truth.name.removesuffix(TRUTH)), truth, path.name) for truth in truths)
    return Dataset(path.name, clips=tuple(clips))
