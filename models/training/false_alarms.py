"""What the detector takes for plates where there are none, as signs, badges, grilles: the reader is to find no text."""

from __future__ import annotations

from pathlib import Path

from models.training.real import RealPicture, RealPlate
from models.training.real_crops import NO_PLATES, load
from models.training.scenes import background_files
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
