"""Segmenting reader: rectify, binarize, cut out the characters, classify each by itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import cv2
import numpy as np

from streamer.config import SegmentsConfig
from streamer.datatypes import ALPHABET, MAX_PLATE_LENGTH, PlateRead
from streamer.geometry import quad_size, rectify
from streamer.interfaces import Trace
from streamer.pixels import grey_of
from streamer.reading.cutting import character_image
from streamer.reading.ink import Ink, inks_of, without_frame
from streamer.reading.quality import measure_quality
from streamer.reading.segmentation import Segmentation, draw_segmentation, segment
from streamer.reading.slots import plate_read_of_slots

ASPECT_RANGE = (0.8, 8.0)
"""Width over height of a plate image; a quad of another shape is squeezed into it."""


class Classifier(Protocol):
    """Tells which character a picture shows."""

    size_px: int
    """Side of the square pictures it takes."""

    def classify(self, images: np.ndarray) -> np.ndarray:
        """Return probabilities (n, 36) for pictures (n, size_px, size_px) float32, ink 1 and paper 0."""


@dataclass(frozen=True, slots=True, eq=False)
class CutPlate:
    """A plate image with its characters."""

    image: np.ndarray
    """(h, w) uint8."""
    ink: Ink
    segmentation: Segmentation

    def characters(self, size_px: int) -> np.ndarray:
        """Return the characters' pictures in reading order, (n, size_px, size_px) float32."""
        boxes = self.segmentation.boxes[:MAX_PLATE_LENGTH]
        pictures = [character_image(self.image, box, self.ink.dark, size_px) for box in boxes]
        return np.stack(pictures) if pictures else np.zeros((0, size_px, size_px), np.float32)


class SegmentsReader:
    """Reads a plate character by character.

    Parameters
    ----------
    config
        Size of the plate image, binarization, and what a character can be.
    classifier
        Tells which character a picture shows.
    """

    def __init__(self, config: SegmentsConfig, classifier: Classifier) -> None:
        self._config = config
        self._classifier = classifier

    def read(self, image: np.ndarray, quad: np.ndarray, score: float = 1.0, trace: Trace | None = None) -> PlateRead:
        """Read the plate at `quad` (4, 2) px of `image` (H, W, 3) uint8 BGR; `score` is the detector's."""
        cut = cut_plate(image, quad, self._config, trace)
        quality = measure_quality(cut.image, quad, score)
        characters = cut.characters(self._classifier.size_px)
        slots = self._classifier.classify(characters) if len(characters) else np.zeros((0, len(ALPHABET)), np.float32)
        if trace:
            for number, (picture, slot) in enumerate(zip(characters, slots, strict=True), 1):
                note = f"{ALPHABET[int(slot.argmax())]} {slot.max():.2f}"
                trace(f"character {number}", np.round(255 * picture).astype(np.uint8), note)
        return plate_read_of_slots(slots, quality)


def cut_plate(image: np.ndarray, quad: np.ndarray, config: SegmentsConfig, trace: Trace | None = None) -> CutPlate:
    """Rectify a plate and cut out its characters, by the binarization that explains most of it.

    Parameters
    ----------
    image
        (H, W, 3) uint8 BGR or (H, W) uint8.
    quad
        (4, 2) px, clockwise from the plate's own top left.
    config
        Size of the plate image, binarization, and what a character can be.
    trace
        Takes the plate image, each mask and its characters.
    """
    width, height = quad_size(quad)
    aspect = width / max(height, 1e-6)
    lines_max = 2 if aspect < config.two_line_aspect else 1
    plate_h = config.line_height_px * lines_max
    plate_w = round(plate_h * min(max(aspect, ASPECT_RANGE[0]), ASPECT_RANGE[1]))
    plate = grey_of(rectify(image, quad, (plate_w, plate_h), (config.margin_width, config.margin_height)))
    if trace:
        trace("plate", plate, f"{width:.0f} x {height:.0f} px in the frame, up to {lines_max} line(s)")
    cuts = []
    for ink in inks_of(plate, round(config.window * config.line_height_px), config.offset):
        mask = cv2.morphologyEx(without_frame(ink.mask), cv2.MORPH_OPEN, np.ones((2, 2), np.uint8))
        segmentation = segment(mask, lines_max, config)
        cuts.append(CutPlate(plate, ink, segmentation))
        if trace:
            trace(f"ink ({ink.method})", ink.mask, "")
            trace(f"without frame ({ink.method})", mask, f"score {segmentation.score:.2f}")
    best = max(cuts, key=lambda cut: cut.segmentation.score)
    if trace:
        trace("segments", draw_segmentation(plate, best.segmentation), f"by {best.ink.method}")
    return best
