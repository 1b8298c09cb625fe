"""What the detector takes for plates where there are none, as signs, badges, grilles: the reader is to find no text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from models.training.crops import encode
from models.training.real import RealPicture, RealPlate
from models.training.real_crops import NO_PLATES, load, vary
from models.training.scenes import background_files
from models.training.scores import Box
from models.training.shards import Sample, Shards
from streamer.config import DetectionConfig
from streamer.detection.neural import NeuralDetector

SCORE = 0.2
"""Lowest score of a false alarm that is kept: weak ones reach the reader where they extend a track."""


def false_alarms(data: Path) -> list[tuple[RealPicture, RealPlate]]:
    """Return what the shipped detector finds in the training side's pictures without a plate, as plates without a text.

    Parameters
    ----------
    data
        Folder of the real data.

    Raises
    ------
    ModelError
        The detector is missing, broken, or not what its card says.
    """
    detector = NeuralDetector(DetectionConfig(score_threshold=SCORE))
    found = []
    for file in background_files(data, held_out=False):
        plates = [RealPlate(detection.box, "") for detection in detector.detect(load(file))]
        found += [(RealPicture(file, NO_PLATES, False, (plate,)), plate) for plate in plates]
    return found


@dataclass(frozen=True)
class SceneFalseAlarms:
    """Makes samples of what the shipped detector wrongly finds in rendered scenes: signs, shops' names, grilles."""

    scenes: Path
    """Folder of shards that `train scenes` wrote."""

    def __call__(self, seed: int, count: int) -> Iterator[Sample]:
        """Yield `count` varied plate images, fewer where there is little to find, each with an empty text."""
        rng = np.random.default_rng(seed)
        scenes, detector = Shards(self.scenes), NeuralDetector(DetectionConfig(score_threshold=SCORE))
        found = 0
        for _ in range(count):
            for image, label in zip(*scenes.draw(rng, 8), strict=True):
                for detection in detector.detect(np.ascontiguousarray(image)):
                    if _touches(detection.box, label):
                        continue
                    yield vary(image, detection.box, rng), encode("")
                    found += 1
                    if found == count:
                        return


def _touches(box: Box, label: np.ndarray) -> bool:
    """Tell whether a box (x, y, w, h), px, meets one of a scene's plates, label (plates, 9), see `Scene.label`."""
    x, y, w, h = box
    corners = label[label[:, 0] > 0, 1:].reshape(-1, 4, 2)
    low, high = corners.min(axis=1), corners.max(axis=1)
    return bool(np.any(np.all((low < (x + w, y + h)) & (high > (x, y)), axis=1)))
