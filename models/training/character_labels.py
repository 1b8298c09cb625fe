"""Which character a piece of a plate is: labels for the character classifiers."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from models.training.plates import Plate
from models.training.shards import Sample
from streamer.datatypes import ALPHABET
from streamer.evaluation.matching import Box
from streamer.geometry import box_iou, quad_of_box
from streamer.reading.cutting import THIN_ASPECT
from streamer.reading.plate_cuts import CutPlate

STORED_PX = 80
"""Side of the stored pictures; smaller networks get them averaged down."""

NO_CHARACTER = len(ALPHABET)
"""Label of what was cut out and is none of the alphabet: an emblem, a province's character, a piece of a frame."""

SAME_IOU, OTHER_IOU = 0.5, 0.1
"""Overlap from which a piece can be the character drawn there, and up to which it is none."""

WHOLE, SLIVER = 0.75, 0.35
"""Share of a drawn character that lies in the piece: from which the piece has it whole, and up to which it is only
touched. Half a W is a V, and what has two characters is neither."""

NOTHING, UNCLEAR = -1, -2
"""What a piece of a drawn plate is besides one of its characters: none, or such that it teaches nothing."""


def drawn_characters(cut: CutPlate, plate: Plate, quad: np.ndarray) -> list[Sample]:
    """Return the pieces of a drawn plate, each with the label of what was drawn there.

    Parameters
    ----------
    cut
        The plate as it was cut out of its picture.
    plate
        The plate as it was drawn.
    quad
        (4, 2) px, where it truly is in the picture.

    Returns
    -------
    Pairs of (80, 80) uint8, ink 255, and () uint8 index into the alphabet, or `NO_CHARACTER`: of a cut that took paper
    for ink every piece is none.
    """
    height, width = plate.image.shape[:2]
    to_plate = cv2.getPerspectiveTransform(np.asarray(quad, np.float32), quad_of_box(0, 0, width, height))
    places = [(left, top, right - left, bottom - top) for left, right, top, bottom in plate.places]
    samples = []
    for box, picture in zip(cut.segmentation.boxes, cut.characters(STORED_PX), strict=False):
        corners = cv2.perspectiveTransform(cut.in_frame(quad_of_box(*box))[None], to_plate)[0]
        (x0, y0), (x1, y1) = corners.min(axis=0), corners.max(axis=0)
        right_ink = cut.ink.dark == plate.dark
        drawn = drawn_in((x0, y0, x1 - x0, y1 - y0), places) if right_ink else NOTHING
        if drawn >= 0:
            samples.append((picture, np.uint8(ALPHABET.index(plate.text[drawn]))))
        elif drawn == NOTHING and box[2] > THIN_ASPECT * box[3]:  # as thin as a 1, it teaches nothing
            samples.append((picture, np.uint8(NO_CHARACTER)))
    return samples


def drawn_in(piece: Box, places: Sequence[Box]) -> int:
    """Return which of the characters drawn at `places` the piece is, `NOTHING` or `UNCLEAR`.

    It is a character if it has that one whole and little else. It is none if it has two of them, or hardly touches any.
    A fragment is unclear, as it may look like another character.
    """
    overlaps = [box_iou(piece, place) for place in places]
    best = int(np.argmax(overlaps))
    held = sorted(_share_inside(place, piece) for place in places)
    next_most = held[-2] if len(held) > 1 else 0.0
    if overlaps[best] >= SAME_IOU and _share_inside(places[best], piece) >= WHOLE and next_most <= SLIVER:
        return best
    return NOTHING if next_most >= WHOLE or overlaps[best] <= OTHER_IOU else UNCLEAR


def _share_inside(box: Box, other: Box) -> float:
    """Return the share of a box (x, y, w, h) that lies in another."""
    (x, y, w, h), (u, v, a, b) = box, other
    across, down = min(x + w, u + a) - max(x, u), min(y + h, v + b) - max(y, v)
    return max(0.0, across) * max(0.0, down) / (w * h)


def labelled_characters(cut: CutPlate, text: str, unread_first: bool = False) -> list[Sample]:
    """Return the characters of a real plate with their labels; none when it wasn't cut into as many as it has.

    Parameters
    ----------
    cut
        The plate and its characters.
    text
        What is on it.
    unread_first
        Whether a character that isn't in the text may come first; it is labelled `NO_CHARACTER`.

    Returns
    -------
    Pairs of (80, 80) uint8, ink 255, and () uint8 index into the alphabet, or `NO_CHARACTER`.
    """
    boxes, pictures = cut.segmentation.boxes, cut.characters(STORED_PX)
    labels = [ALPHABET.index(char) for char in text]
    if unread_first and len(boxes) == len(text) + 1:
        labels = [NO_CHARACTER, *labels]
    read = boxes[len(labels) - len(text) :]
    if len(boxes) != len(labels) or not widths_agree(np.array([w / h for _, _, w, h in read]), text):
        return []
    return [(picture, np.uint8(label)) for picture, label in zip(pictures, labels, strict=False)]


def widths_agree(aspects: np.ndarray, text: str) -> bool:
    """Tell whether characters (n,) of these widths over heights can be those of the text.

    A plate cut into the right number of pieces may still be cut in the wrong places: half an M, and a W joined to its
    neighbour. No character but 1 and I is half as wide as the others, none but M and W nearly twice.
    """
    thin, broad = (np.array([char in few for char in text]) for few in ("1I", "MW"))
    share = aspects / np.median(aspects[~thin] if not thin.all() else aspects)
    return bool(np.all(share[~thin] > 0.55) and np.all(share[thin] < 1.1) and np.all(share < np.where(broad, 2.0, 1.6)))
