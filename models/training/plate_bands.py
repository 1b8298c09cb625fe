"""What takes room beside a plate's text: the coloured band of a country, and a character of another script."""

from __future__ import annotations

import cv2
import numpy as np

from models.training.fonts import GlyphSet
from models.training.looks import BLUE, WHITE, Colour, Look
from models.training.plate_ink import Area, blend, near
from models.training.plate_print import small_text

GOLD: Colour = (40, 200, 230)
INDIAN_BLUE: Colour = (150, 70, 20)
HOLOGRAM: Colour = (180, 150, 120)
QR_GREY: Colour = (90, 90, 90)
"""A code of small squares, which looks grey from afar."""

FOREIGN_LETTERS = ("D", "F", "I", "E", "GB", "PL", "SLO", "RO")
MERCOSUR_HEADS = ("BRASIL", "REPUBLICA ARGENTINA", "URUGUAY", "PARAGUAY", "MERCOSUL")


def draw_band(
    image: np.ndarray,
    look: Look,
    ink: Colour,
    code: str,
    two_line: bool,
    strokes: list[GlyphSet],
    rng: np.random.Generator,
) -> Area:
    """Draw the band of a look, in place on (h, w, 3) uint8 BGR, and return the area left for the text."""
    h, w = image.shape[:2]
    pad = 0.035 * w
    area = Area(pad, w - pad, 0.04 * h, 0.96 * h)
    band = look.band
    if band == "eu_maybe":
        band = "eu" if rng.random() < 0.5 else None
    if band in ("eu", "both") and rng.random() < 0.88:
        return _european(image, area, code, two_line, band == "both", strokes, rng)
    if band == "top":
        return _mercosur(image, area, ink, strokes, rng)
    if band == "ind" and rng.random() < 0.5:
        return _indian(image, area, strokes, rng)
    return area


def _european(
    image: np.ndarray,
    area: Area,
    code: str,
    two_line: bool,
    both_sides: bool,
    strokes: list[GlyphSet],
    rng: np.random.Generator,
) -> Area:
    """Draw the blue band with stars at the left; some countries have one at the right, with a department's number."""
    h, w = image.shape[:2]
    band_w = int(h * rng.uniform(0.34, 0.46) * (0.6 if two_line else 1))
    blue = near(BLUE, 18, rng)
    cv2.rectangle(image, (2, 2), (band_w, h - 3), blue, -1)
    gold = GOLD if rng.random() < 0.8 else WHITE
    for a in np.linspace(0, 2 * np.pi, 13)[:-1]:
        star = int(band_w / 2 + band_w * 0.28 * np.cos(a)), int(h * 0.3 + band_w * 0.28 * np.sin(a))
        cv2.circle(image, star, max(1, band_w // 18), gold, -1, cv2.LINE_AA)
    letters = code.upper()[:2] if rng.random() < 0.8 else str(rng.choice(FOREIGN_LETTERS))
    place = Area(3 + band_w * 0.12, band_w * 0.88, h * 0.66, h * 0.92)
    small_text(image, letters, place, WHITE, strokes, rng)
    area = area._replace(left=band_w + 0.012 * w)
    if both_sides and rng.random() < 0.8:
        cv2.rectangle(image, (w - band_w, 2), (w - 3, h - 3), blue, -1)
        if rng.random() < 0.6:
            department = str(rng.integers(1, 96)).zfill(2)
            place = Area(w - band_w * 0.85, w - band_w * 0.15, h * 0.68, h * 0.9)
            small_text(image, department, place, WHITE, strokes, rng)
        area = area._replace(right=w - band_w - 0.012 * w)
    return area


def _mercosur(image: np.ndarray, area: Area, ink: Colour, strokes: list[GlyphSet], rng: np.random.Generator) -> Area:
    """Draw the blue band along the top with the country's name, and Brazil's marks at the left."""
    h, w = image.shape[:2]
    band_h = int(h * rng.uniform(0.2, 0.27))
    cv2.rectangle(image, (2, 2), (w - 3, band_h), near(BLUE, 15, rng), -1)
    place = Area(w * 0.25, w * 0.75, band_h * 0.2, band_h * 0.85)
    small_text(image, str(rng.choice(MERCOSUR_HEADS)), place, WHITE, strokes, rng)
    area = area._replace(top=band_h + 0.02 * h)
    if rng.random() < 0.6:
        small_text(image, "BR", Area(0.02 * w, 0.07 * w, h * 0.75, h * 0.9), ink, strokes, rng)
        cv2.rectangle(image, (int(0.02 * w), int(0.32 * h)), (int(0.06 * w), int(0.5 * h)), QR_GREY, -1)
        area = area._replace(left=0.08 * w)
    return area


def _indian(image: np.ndarray, area: Area, strokes: list[GlyphSet], rng: np.random.Generator) -> Area:
    """Draw the small IND at the left, sometimes below a hologram."""
    h, w = image.shape[:2]
    small_text(image, "IND", Area(0.015 * w, 0.085 * w, h * 0.6, h * 0.82), INDIAN_BLUE, strokes, rng)
    if rng.random() < 0.6:
        centre = int(0.05 * w), int(0.36 * h)
        cv2.circle(image, centre, max(2, int(0.022 * w)), HOLOGRAM, -1, cv2.LINE_AA)
    return area._replace(left=0.1 * w)


def draw_prefix(
    image: np.ndarray, area: Area, ink: Colour, characters: list[np.ndarray], rng: np.random.Generator
) -> Area:
    """Draw a character of another script before the text, in place; return the area left for the text.

    Parameters
    ----------
    image
        (h, w, 3) uint8 BGR.
    area
        Where the text may stand.
    ink
        Colour of the text.
    characters
        (h, w) uint8 masks to choose from; where there is none, and now and then, strokes at random stand for one.
    rng
        Source of randomness.
    """
    h, w = image.shape[:2]
    size = int(h * rng.uniform(0.58, 0.7))
    if characters and rng.random() < 0.85:
        chosen = characters[rng.integers(len(characters))]
        mask = cv2.resize(chosen, (int(size * rng.uniform(0.5, 0.62)), size), interpolation=cv2.INTER_AREA)
    else:
        mask = _random_character(size, rng)
    blend(image, mask, area.left + 0.01 * w, h / 2 - size / 2, ink)
    return area._replace(left=area.left + mask.shape[1] + 0.025 * w)


def _random_character(size: int, rng: np.random.Generator) -> np.ndarray:
    """Return a (size, w) uint8 mask of strokes, most of them level."""
    mask = np.zeros((size, int(size * 0.55)), np.uint8)
    for _ in range(rng.integers(5, 9)):
        (x0, y0), (x1, y1) = rng.uniform(0.05, 0.95, (2, 2)) * mask.shape[::-1]
        end = (x1, y1) if rng.random() < 0.4 else (x1, y0)
        cv2.line(mask, (int(x0), int(y0)), (int(end[0]), int(end[1])), 255, max(2, size // 14))
    return mask


def draw_panel(
    image: np.ndarray, background: Colour, ink: Colour, strokes: list[GlyphSet], rng: np.random.Generator
) -> Area:
    """Paint the plate in the ink's colour with a panel for the text, in place; return its area, edge to edge.

    Old Argentine plates are made so; their letters touch the panel's sides.
    """
    h, w = image.shape[:2]
    image[:] = np.clip(np.array(ink) * rng.uniform(0.55, 1.0), 0, 255).astype(np.uint8)
    left, right = w * rng.uniform(0.03, 0.1), w * (1 - rng.uniform(0.03, 0.1))
    top, bottom = h * rng.uniform(0.15, 0.27), h * rng.uniform(0.84, 0.94)
    cv2.rectangle(image, (int(left), int(top)), (int(right), int(bottom)), background, -1)
    small_text(image, "ARGENTINA", Area(w * 0.28, w * 0.72, top * 0.2, top * 0.85), background, strokes, rng)
    reach = rng.uniform(-0.01, 0.03) * w
    return Area(left - reach, right + reach, top, bottom)
