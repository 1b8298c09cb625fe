"""Which labelled pictures and clips can be decoded at all: what can't is told, and the rest measured without it."""

from __future__ import annotations

from pathlib import Path

import cv2

from streamer.errors import SourceError, SourceFormatError
from streamer.evaluation.evaluate import Progress
from streamer.evaluation.labelled import Dataset, LabelledClip, LabelledImage
from streamer.evaluation.stills import load_image


def readable(dataset: Dataset, on_progress: Progress | None = None) -> tuple[Dataset, tuple[SourceError, ...]]:
    """Return the dataset without what can't be decoded, and a fault for each picture and clip that is left out.

    Parameters
    ----------
    dataset
        The labels.
    on_progress
        Called after each picture and clip.
    """
    faults: dict[Path, SourceError] = {}
    items: list[LabelledImage | LabelledClip] = [*dataset.images, *dataset.clips]
    for number, item in enumerate(items, 1):
        try:
            if isinstance(item, LabelledImage):
                load_image(item)
            else:
                _check_clip(item.path)
        except SourceError as fault:
            faults[item.path] = fault
        if on_progress is not None:
            on_progress(number, len(items))
    images = tuple(image for image in dataset.images if image.path not in faults)
    clips = tuple(clip for clip in dataset.clips if clip.path not in faults)
    return Dataset(dataset.name, images, clips), tuple(faults.values())


def _check_clip(path: Path) -> None:
    """Decode a clip's first frame. Raises `SourceFormatError` when it has none."""
    capture = cv2.VideoCapture(str(path))
    try:
        if not capture.read()[0]:
            raise SourceFormatError(f"{path}: no clip that can be decoded")
    finally:
        capture.release()
