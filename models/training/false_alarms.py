"""What a detector takes for plates where there are none, as signs, badges, grilles: the reader is to find no text."""

from __future__ import annotations

from pathlib import Path

import cv2

from models.training.contract import DETECTOR_SIZES
from models.training.real import RealPicture, RealPlate
from models.training.real_crops import load
from models.training.scenes import background_files
from streamer.detection.neural import decode, letterbox
from streamer.litert import Model

SET_NAME = "backgrounds"

SCORE = 0.2
"""Lowest score of a false alarm that is kept: weak ones reach the reader where they extend a track."""


def false_alarms(data: Path, detector: Path) -> list[tuple[RealPicture, RealPlate]]:
    """Return what a shipped detector finds in the training side's pictures without a plate, as plates without a text.

    Parameters
    ----------
    data
        Folder of the real data.
    detector
        The `.tflite` file of the default detector.
    """
    model = Model(detector, "plate detector")
    found = []
    for file in background_files(data, held_out=False):
        canvas, lie = letterbox(load(file), DETECTOR_SIZES["default"])
        score, place, shape = model.run(canvas)
        for quad, _ in decode(score, place, shape, SCORE):
            x, y, w, h = cv2.boundingRect(quad / lie.scale)
            plate = RealPlate((float(x), float(y), float(w), float(h)), "")
            found.append((RealPicture(file, SET_NAME, False, (plate,)), plate))
    return found
