"""What stands between the groups of a plate's text or before it: dashes, dots, shields, stickers, pictograms."""

from __future__ import annotations

import cv2
import numpy as np

from models.training.fonts import GlyphSet
from models.training.looks import Colour
from models.training.plate_ink import Area, any_colour, blend
from streamer.datatypes import ALPHABET

MARK_ROOM = {
    "none": 0.0,
    "space": 0.32,
    "wide": 0.72,
    "dash": 0.42,
    "dot": 0.3,
    "shield": 0.62,
    "stickers": 0.5,
    "sticker": 0.45,
    "shape": 0.55,
    "picture": 0.68,
    "shield_sticker": 0.62,
}
"""Each kind's usual width over the height of the text."""


def draw_mark(
    image: np.ndarray,
    kind: str,
    centre: tuple[float, float],
    char_h: float,
    width: float,
    ink: Colour,
    rng: np.random.Generator,
) -> None:
    """Draw a mark, in place.

    Parameters
    ----------
    image
        (h, w, 3) uint8 BGR.
    kind
        A key of `MARK_ROOM`; `none`, `space` and `wide` draw nothing.
    centre
        x, y of its middle, px.
    char_h, width
        Height of the text and width of the room between the groups, px.
    ink
        Colour of the text.
    rng
        Source of randomness.
    """
    x, y = int(centre[0]), int(centre[1])
    radius = max(2, int(min(width * 0.42, char_h * 0.17)))
    if kind == "dash":
        half = max(2, int(width * rng.uniform(0.25, 0.42)))
        thick = max(2, int(char_h * rng.uniform(0.06, 0.13)))
        cv2.rectangle(image, (x - half, y - thick // 2), (x + half, y + thick // 2), ink, -1)
    elif kind == "dot":
        low = y + int(rng.choice([0.0, 0.0, 0.4]) * char_h)
        cv2.circle(image, (x, low), max(2, int(char_h * rng.uniform(0.05, 0.09))), ink, -1, cv2.LINE_AA)
    elif kind in ("shield", "shield_sticker", "shape"):
        size = char_h * rng.uniform(0.2, 0.4)
        half_w, half_h = int(min(size * rng.uniform(0.7, 1.1), width * 0.95) / 2), int(size / 2)
        if kind == "shield_sticker":
            cv2.circle(image, (x, y - int(char_h * 0.26)), radius, _print(rng), -1, cv2.LINE_AA)
            y += int(char_h * 0.2)
        if kind == "shape" and rng.random() < 0.6:
            _blob(image, x, y, half_w, half_h, ink, rng)
        else:
            _shield(image, x, y, half_w, half_h, ink, rng)
    elif kind == "picture":
        half_h = int(char_h * rng.uniform(0.22, 0.42))
        _picture(image, x, y, min(int(half_h * rng.uniform(0.7, 1.2)), int(width * 0.47)), half_h, ink, rng)
    elif kind in ("sticker", "stickers"):
        offsets = (-0.23, 0.23) if kind == "stickers" else (float(rng.choice([-0.25, 0.0, 0.25])),)
        for offset in offsets:
            _sticker(image, x, y + int(offset * char_h), radius, ink, rng)


def _print(rng: np.random.Generator) -> Colour:
    """Return a colour that emblems are printed in."""
    return any_colour(rng, 20, 235)


def _blob(image: np.ndarray, x: int, y: int, half_w: int, half_h: int, ink: Colour, rng: np.random.Generator) -> None:
    """Draw a ragged figure, as the outline of a state or a tree."""
    points = [
        [x + int(half_w * 1.2 * np.cos(a) * rng.uniform(0.4, 1)), y + int(half_h * np.sin(a) * rng.uniform(0.4, 1))]
        for a in np.linspace(0, 6.28, int(rng.integers(5, 12)))
    ]
    cv2.fillPoly(image, [np.array(points)], _print(rng) if rng.random() < 0.6 else ink, cv2.LINE_AA)


def _shield(image: np.ndarray, x: int, y: int, half_w: int, half_h: int, ink: Colour, rng: np.random.Generator) -> None:
    """Draw a coat of arms: five corners, sometimes parted, sometimes outlined."""
    low = y + half_h // 3
    points = np.array(
        [[x - half_w, y - half_h], [x + half_w, y - half_h], [x + half_w, low], [x, y + half_h], [x - half_w, low]]
    )
    cv2.fillPoly(image, [points], _print(rng), cv2.LINE_AA)
    if rng.random() < 0.7:
        cv2.fillPoly(image, [points[:3] // 2 + points[2:5] // 2], _print(rng), cv2.LINE_AA)
    if rng.random() < 0.6:
        cv2.polylines(image, [points], True, ink, 1, cv2.LINE_AA)


def _picture(
    image: np.ndarray, x: int, y: int, half_w: int, half_h: int, ink: Colour, rng: np.random.Generator
) -> None:
    """Draw a figure of several colours, as a fruit with its leaves or a landscape in an outline."""
    if rng.random() < 0.3:
        cv2.rectangle(image, (x - half_w, y - half_h), (x + half_w, y + half_h), _print(rng), -1)
    for _ in range(rng.integers(2, 6)):
        dx, dy = (int(v) for v in rng.uniform(-0.5, 0.5, 2) * [half_w, half_h])
        size = rng.uniform(0.35, 0.8)
        _blob(image, x + dx, y + dy, int(half_w * size), int(half_h * size), ink, rng)


def draw_pictogram(image: np.ndarray, area: Area, ink: Colour, glyphs: GlyphSet, rng: np.random.Generator) -> Area:
    """Draw what stands before some texts and isn't read, in place: a pictogram in a box, or small letters in a column.

    Parameters
    ----------
    image
        (h, w, 3) uint8 BGR.
    area
        Where the text may stand.
    ink
        Colour of the text.
    glyphs
        Letters of the column.
    rng
        Source of randomness.

    Returns
    -------
    Area
        What is left for the text.
    """
    size = (area.bottom - area.top) * rng.uniform(0.55, 0.8)
    middle, left = (area.top + area.bottom) / 2, area.left + 0.01 * image.shape[1]
    right = left
    if rng.random() < 0.65:
        half = int(size / 2)
        x, y = int(left + half), int(middle)
        boxed = rng.random() < 0.7
        light = _print(rng) if rng.random() < 0.4 else (240, 240, 240)
        if boxed:
            cv2.rectangle(image, (x - half, y - half), (x + half, y + half), ink, -1)
        _wheelchair(image, x, y, half, light if boxed else ink, rng)
        right = left + 2 * half + size * 0.1
    if right == left or rng.random() < 0.5:
        letters = "".join(rng.choice(list(ALPHABET[10:]), int(rng.integers(2, 4))))
        step = size / len(letters)
        for k, letter in enumerate(letters):
            mask = glyphs.masks[letter]
            wh = max(1, round(mask.shape[1] * step * 0.8 / mask.shape[0])), max(2, round(step * 0.8))
            blend(image, cv2.resize(mask, wh, interpolation=cv2.INTER_AREA), right, middle - size / 2 + k * step, ink)
        right += step
    return area._replace(left=right + 0.01 * image.shape[1])


def _wheelchair(image: np.ndarray, x: int, y: int, half: int, shade: Colour, rng: np.random.Generator) -> None:
    """Draw a seated figure on a wheel about (x, y)."""
    pen = max(1, int(half * rng.uniform(0.12, 0.22)))
    wheel = x + int(half * 0.05), y + int(half * 0.3)
    cv2.ellipse(image, wheel, (int(half * 0.5), int(half * 0.5)), 0, -60, 200, shade, pen, cv2.LINE_AA)
    cv2.circle(image, (x - int(half * 0.25), y - int(half * 0.7)), max(1, int(half * 0.16)), shade, -1, cv2.LINE_AA)
    limbs = np.array([[-0.22, -0.5], [-0.15, 0.15], [0.35, 0.15], [0.55, 0.7]]) * half + (x, y)
    cv2.polylines(image, [limbs.astype(np.int32)], False, shade, pen, cv2.LINE_AA)


def _sticker(image: np.ndarray, x: int, y: int, radius: int, ink: Colour, rng: np.random.Generator) -> None:
    """Draw a round seal with a coloured middle."""
    cv2.circle(image, (x, y), radius, _print(rng), -1 if rng.random() < 0.7 else 2, cv2.LINE_AA)
    cv2.circle(image, (x, y), max(1, radius // 2), _print(rng), -1, cv2.LINE_AA)
    if rng.random() < 0.5:
        cv2.circle(image, (x, y), radius, ink, 1, cv2.LINE_AA)
