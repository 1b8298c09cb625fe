"""Small print of a plate: words that nobody reads, and a scribble that stands for another script."""

from __future__ import annotations

import cv2
import numpy as np

from models.training.fonts import GlyphSet
from models.training.glyphs import CELL_H
from models.training.looks import Colour
from models.training.plate_ink import Area, blend
from streamer.datatypes import ALPHABET

FACES = (
    cv2.FONT_HERSHEY_DUPLEX,
    cv2.FONT_HERSHEY_TRIPLEX,
    cv2.FONT_HERSHEY_SCRIPT_COMPLEX,
    cv2.FONT_HERSHEY_SIMPLEX,
    cv2.FONT_HERSHEY_COMPLEX,
)
"""OpenCV's own letters, for what the stroke alphabets don't have."""

BLANKS = " -"
"""Drawn as a gap by the stroke alphabets."""


def small_text(
    image: np.ndarray, text: str, area: Area, colour: Colour, strokes: list[GlyphSet], rng: np.random.Generator
) -> None:
    """Fit a text into an area, in place on (h, w, 3) uint8 BGR; nothing is drawn where there is no room."""
    if area.right - area.left < 8 or area.bottom - area.top < 5:
        return
    capitals = text.upper() == text and all(char in ALPHABET + BLANKS for char in text)
    if capitals and rng.random() < 0.7:
        _in_strokes(image, text, area, colour, strokes[rng.integers(len(strokes))], rng)
    else:
        _in_face(image, text, area, colour, int(rng.choice(FACES)))


def _in_strokes(
    image: np.ndarray, text: str, area: Area, colour: Colour, glyphs: GlyphSet, rng: np.random.Generator
) -> None:
    h = (area.bottom - area.top) * rng.uniform(0.7, 1.0)
    scale = h / CELL_H
    advance = [0.5 * h if char in BLANKS else glyphs.masks[char].shape[1] * scale * 1.2 for char in text]
    squeeze = min(1.2, (area.right - area.left) / max(sum(advance), 1))
    x = (area.left + area.right) / 2 - sum(advance) * squeeze / 2
    y = (area.top + area.bottom) / 2 - h / 2
    for char, step in zip(text, advance, strict=True):
        if char in ALPHABET:
            mask = glyphs.masks[char]
            size = max(1, round(mask.shape[1] * scale * squeeze)), max(2, round(h))
            blend(image, cv2.resize(mask, size, interpolation=cv2.INTER_AREA), x, y, colour)
        x += step * squeeze


def _in_face(image: np.ndarray, text: str, area: Area, colour: Colour, face: int) -> None:
    (w, h), base = cv2.getTextSize(text, face, 1.0, 2)
    scale = min((area.right - area.left) / w, (area.bottom - area.top) / (h + base * 0.5))
    start = int((area.left + area.right) / 2 - w * scale / 2), int(area.bottom - base * scale * 0.4)
    cv2.putText(image, text, start, face, scale, colour, 2 if scale > 0.6 else 1, cv2.LINE_AA)


def scribble(image: np.ndarray, area: Area, colour: Colour, rng: np.random.Generator) -> None:
    """Fill an area, in place, with short bent lines, as print in a script that the reader doesn't know."""
    height = area.bottom - area.top
    for x in np.arange(area.left, area.right, height * 0.9):
        points = rng.uniform(0, 1, (5, 2)) * [height * 0.9, height] + [x, area.top]
        cv2.polylines(image, [points.astype(np.int32)], False, colour, max(1, int(height * 0.12)), cv2.LINE_AA)
