"""What a model is measured by, in training and on its card: plates read exactly, plates found, false alarms."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from models.training.real_crops import load
from streamer.detection.neural import decode, letterbox
from streamer.geometry import box_iou

if TYPE_CHECKING:
    import keras

Box = tuple[float, float, float, float]
"""x, y, width, height in px of the picture."""

Maps = Callable[[np.ndarray], list[np.ndarray]]
"""Takes the detector's input (h, w, 3) uint8, gives its maps, see `streamer.detection.neural.decode`."""

SCORE = 0.4
"""Lowest score of a detection that counts."""

FOUND_IOU = 0.5
"""A plate is found when a detection overlaps its box at least so much."""

FALSE_ALARM_IOU = 0.2
"""A detection that overlaps every labelled box less is a false alarm; between the two it is neither."""


def count_read(read: list[str], texts: list[str]) -> list[int]:
    """Return how many texts were read exactly with O and 0 as one, how many strictly, and of how many."""
    pairs = list(zip(read, texts, strict=True))
    loose = sum(a.replace("O", "0") == b.replace("O", "0") for a, b in pairs)
    return [loose, sum(a == b for a, b in pairs), len(pairs)]


def maps_of(model: keras.Model) -> Maps:
    """Return a detector in training as a function of one letterboxed picture."""
    return lambda canvas: [np.asarray(o)[0] for o in model(canvas[None].astype(np.float32) / 255, training=False)]


def count_found(maps: Maps, pictures: list[tuple[Path, list[Box]]], wh: tuple[int, int]) -> list[int]:
    """Return how many plates a detector finds, how many are labelled, its false alarms, and of how many pictures.

    Parameters
    ----------
    maps
        The detector.
    pictures
        Files with their labelled boxes.
    wh
        Width and height in px of the detector's input.
    """
    found = plates = false_alarms = 0
    for file, boxes in pictures:
        canvas, lie = letterbox(load(file), wh)
        score, place, shape = maps(canvas)
        quads = [quad / lie.scale for quad, _ in decode(score, place, shape, SCORE)]
        seen = [(*quad.min(axis=0), *(quad.max(axis=0) - quad.min(axis=0))) for quad in quads]
        plates += len(boxes)
        found += sum(any(box_iou(box, other) >= FOUND_IOU for other in seen) for box in boxes)
        false_alarms += sum(not any(box_iou(box, other) >= FALSE_ALARM_IOU for box in boxes) for other in seen)
    return [found, plates, false_alarms, len(pictures)]
