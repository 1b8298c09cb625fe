"""What everything on a synthetic plate is drawn with: places, colours, and ink that goes through a mask."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from models.training.looks import Colour


class Area(NamedTuple):
    """An upright part of a plate's image, px."""

    left: float
    right: float
    top: float
    bottom: float


def any_colour(rng: np.random.Generator, darkest: int = 0, brightest: int = 255) -> Colour:
    """Return a colour whose three values lie from `darkest` up to, not including, `brightest`."""
    blue, green, red = (int(v) for v in rng.integers(darkest, brightest, 3))
    return blue, green, red


def near(colour: Colour, spread: float, rng: np.random.Generator) -> Colour:
    """Return a colour about the given one, each value normal with a deviation of `spread` grey levels."""
    blue, green, red = (int(np.clip(c + rng.normal(0, spread), 0, 255)) for c in colour)
    return blue, green, red


def faded(ink: Colour, spread: float, rng: np.random.Generator) -> Colour:
    """Return a colour like the given one or lighter, by half a normal with a deviation of `spread` grey levels."""
    blue, green, red = (int(np.clip(c + abs(rng.normal(0, spread)), 0, 255)) for c in ink)
    return blue, green, red


def blend(image: np.ndarray, mask: np.ndarray, x: float, y: float, colour: Colour, emboss: float = 0.0) -> None:
    """Put a mask's ink onto the image, in place; what lies outside the image is left out.

    Parameters
    ----------
    image
        (h, w, 3) uint8 BGR.
    mask
        (mh, mw) uint8, 255 where there is ink.
    x, y
        Where the mask's top left goes, px.
    colour
        The ink.
    emboss
        Grey levels by which the edges towards the light are lighter and those away from it darker.
    """
    x, y = round(x), round(y)
    x0, y0 = max(x, 0), max(y, 0)
    x1, y1 = min(x + mask.shape[1], image.shape[1]), min(y + mask.shape[0], image.shape[0])
    if x1 <= x0 or y1 <= y0:
        return
    ink = mask[y0 - y : y1 - y, x0 - x : x1 - x].astype(np.float32)[..., None] / 255
    area: np.ndarray = image[y0:y1, x0:x1].astype(np.float32)
    if emboss:
        edge = ink[..., 0]
        relief = np.zeros_like(edge)
        relief[1:, 1:] = edge[1:, 1:] - edge[:-1, :-1]
        area = area + emboss * relief[..., None]
    image[y0:y1, x0:x1] = np.clip(area * (1 - ink) + np.array(colour, np.float32) * ink, 0, 255).astype(np.uint8)
