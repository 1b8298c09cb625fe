"""Segmenting reader: cut a plate into its characters in several ways, classify each, and keep what is read best."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from streamer.config_methods import SegmentsConfig
from streamer.datatypes import ALPHABET, MAX_PLATE_LENGTH, PlateRead
from streamer.interfaces import Trace
from streamer.reading.plate_cuts import cuts_of, levelled_cuts
from streamer.reading.quality import measure_quality
from streamer.reading.segmentation import draw_segmentation
from streamer.reading.slots import plate_read_of_slots

DOUBT = 0.5
"""Squared probability from which a piece speaks for the way in which the plate was cut, and below which against it.

Squares and 0.4 to 0.6 read the labelled training plates alike, within one in a hundred; plain probabilities, or pieces
weighed by their height, one in a hundred worse.
"""


class Classifier(Protocol):
    """Tells which character a picture shows."""

    size_px: int
    """Side of the square pictures it takes."""
    prior: np.ndarray
    """(36,) how much likelier each character is on plates than where it was trained."""

    def classify(self, images: np.ndarray) -> np.ndarray:
        """Return probabilities (n, 36), n may be 0, for pictures (n, size_px, size_px) uint8, ink 255 and paper 0."""


class SegmentsReader:
    """Reads a plate character by character: how a plate is cut is told by shapes alone, what it says by the prior, too.

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

    def read(
        self, image: np.ndarray, quad: np.ndarray, score: float | None = None, trace: Trace | None = None
    ) -> PlateRead:
        """Read the plate at `quad` (4, 2) px of `image` (H, W, 3) uint8 BGR; `score` is the detector's."""
        cuts = cuts_of(image, quad, self._config, trace)
        cuts += levelled_cuts(image, cuts, self._config, trace)
        pictures = [cut.characters(self._classifier.size_px) for cut in cuts]
        slots_of = [self._classifier.classify(pieces) for pieces in pictures]
        best = int(np.argmax([_worth(slots) for slots in slots_of]))
        cut, slots = cuts[best], slots_of[best]
        known = slots.max(axis=1, initial=0.0) >= self._config.char_score_min
        if trace:
            trace("chosen segments", draw_segmentation(cut.image, cut.segmentation), f"by {cut.ink.method}")
            for number, (picture, slot, kept) in enumerate(zip(pictures[best], slots, known, strict=True), 1):
                note = f"{ALPHABET[int(slot.argmax())]} {slot.max():.2f}"
                trace(f"character {number}", picture, note if kept else f"{note}: taken for no character")
        likely = slots[known][:MAX_PLATE_LENGTH] * self._classifier.prior
        likely /= likely.sum(axis=1, keepdims=True)
        return plate_read_of_slots(likely, measure_quality(cut.image, quad, score))


def _worth(slots: np.ndarray) -> float:
    """Return how well a plate reads when it is cut in some way: a sure piece speaks for it, a doubtful one against.

    So neither a plate of which half was lost is taken, nor one that was cut at the wrong places, into more pieces.

    Parameters
    ----------
    slots
        (n, 36), for each piece its probability over the alphabet.
    """
    return float(np.sum(slots.max(axis=1, initial=0.0) ** 2 - DOUBT))
