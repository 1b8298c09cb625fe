"""The lines of small print above and below a plate's text: state, town, slogan, dealer, date of expiry."""

from __future__ import annotations

import cv2
import numpy as np

from models.training.fonts import GlyphSet
from models.training.looks import WHITE, Colour, Look
from models.training.plate_ink import Area, any_colour
from models.training.plate_print import scribble, small_text
from models.training.words import CITIES, SLOGANS, STATES

CAPTION_H = {"top": (0.14, 0.22), "bottom": (0.09, 0.17), "dealer": (0.08, 0.13), "date": (0.14, 0.2)}
"""Range of a caption's height over the plate's, by where it stands, or by its kind."""

STATE_LETTERS = "ABCDEGMPRST"
"""Two of them stand before a Brazilian town; any two will do, as nobody reads them."""

COUNTRIES = ("ARGENTINA", "REPUBLICA ARGENTINA", "ARGENTINA")
STICKER_WORDS = ("JAN", "25", "JUN", "09", "2012", "DEC", "14")


def draw_captions(
    image: np.ndarray, look: Look, ink: Colour, area: Area, strokes: list[GlyphSet], rng: np.random.Generator
) -> Area:
    """Draw a look's captions, in place on (h, w, 3) uint8 BGR, and return the area left for the text."""
    h = image.shape[0]
    if look.top is not None and not _left_out(look.top, rng):
        share = _share("top", look.top, rng)
        top, bottom = area.top + 0.01 * h, area.top + share * h
        _caption(image, look.top, (top, bottom), ink, strokes, rng)
        if look.top == "state" and rng.random() < 0.5:
            _expiry_stickers(image, top, strokes, rng)
        area = area._replace(top=bottom + 0.01 * h)
    if look.bottom is not None and not _left_out(look.bottom, rng):
        share = _share("bottom", look.bottom, rng)
        top, bottom = area.bottom - share * h, area.bottom - 0.01 * h
        _caption(image, look.bottom, (top, bottom), ink, strokes, rng)
        area = area._replace(bottom=top - 0.005 * h)
    return area


def _left_out(kind: str, rng: np.random.Generator) -> bool:
    """Return whether a plate of a look with this caption goes without it."""
    return bool(
        (kind == "maybe" and rng.random() < 0.7) or (kind == "dealer" and rng.random() < 0.5) or rng.random() < 0.12
    )


def _share(where: str, kind: str, rng: np.random.Generator) -> float:
    """Return a caption's height over the plate's."""
    share = rng.uniform(*CAPTION_H[where])
    return rng.uniform(*CAPTION_H[kind]) if kind in CAPTION_H else share


def _caption(
    image: np.ndarray,
    kind: str,
    rows: tuple[float, float],
    ink: Colour,
    strokes: list[GlyphSet],
    rng: np.random.Generator,
) -> None:
    """Draw one caption between two heights, px."""
    w = image.shape[1]
    tint = ink if rng.random() < 0.5 else any_colour(rng)
    span = rng.uniform(0.2, 0.75)
    area = Area(w * (0.5 - span / 2), w * (0.5 + span / 2), *rows)
    if kind == "arabic":
        scribble(image, area, ink, rng)
        return
    if kind == "date":
        area = area._replace(left=w * 0.4, right=w * 0.6)
    small_text(image, _words(kind, rng), area, tint, strokes, rng)


def _words(kind: str, rng: np.random.Generator) -> str:
    if kind == "city":
        return f"{''.join(rng.choice(list(STATE_LETTERS), 2))}-{rng.choice(CITIES)}"
    if kind == "state":
        return str(rng.choice(STATES))
    if kind == "date":
        return f"{rng.integers(1, 13):02d} {rng.integers(14, 30)}"
    if kind == "country":
        return str(rng.choice(COUNTRIES))
    return str(rng.choice(SLOGANS)) if rng.random() < 0.7 else str(rng.choice(STATES))


def _expiry_stickers(image: np.ndarray, top: float, strokes: list[GlyphSet], rng: np.random.Generator) -> None:
    """Draw the month and year stickers of American plates in the upper corners."""
    h, w = image.shape[:2]
    for side in (0.04, 0.84):
        if rng.random() < 0.6:
            x, y = int(w * side), int(top)
            cv2.rectangle(image, (x, y), (x + int(0.12 * w), y + int(0.16 * h)), any_colour(rng, 30, 240), -1)
            area = Area(x + 2, x + 0.11 * w, y + 2, y + 0.13 * h)
            small_text(image, str(rng.choice(STICKER_WORDS)), area, WHITE, strokes, rng)
