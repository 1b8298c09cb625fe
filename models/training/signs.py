"""Things with text that are no plate: badges, stickers, shop fronts, route displays, racing numbers, web addresses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np

from models.training.fonts import GlyphSet
from models.training.looks import Colour
from models.training.plate_ink import Area, any_colour
from models.training.plate_print import small_text
from models.training.typefaces import Typefaces
from models.training.words import BADGES, CITIES, SIGN_WORDS, SLOGANS, STATES

SIGN_H = 72
"""Height in px of a row of text as it is drawn flat."""

WORDS = (BADGES, SIGN_WORDS, SIGN_WORDS, SLOGANS, CITIES, STATES)
"""Lists to take a text from, each equally likely."""

LEAST_CONTRAST = 70
"""Grey levels between the ground and the ink of a sign."""


@dataclass(frozen=True, slots=True, eq=False)
class Sign:
    """A flat sign; only its cover is seen."""

    image: np.ndarray
    """(h, w, 3) uint8 BGR."""
    cover: np.ndarray | None
    """(h, w) uint8, 255 where the sign hides what is behind it; all of it does without one."""


def rounded_cover(height: int, width: int, radius: float) -> np.ndarray:
    """Return the (height, width) uint8 cover of a plate or sign whose corners are rounded by `radius` px."""
    cover = np.zeros((height, width), np.uint8)
    r = int(radius)
    cv2.rectangle(cover, (r, 0), (width - 1 - r, height - 1), 255, -1)
    cv2.rectangle(cover, (0, r), (width - 1, height - 1 - r), 255, -1)
    for x in (r, width - 1 - r):
        for y in (r, height - 1 - r):
            cv2.circle(cover, (x, y), r, 255, -1, cv2.LINE_AA)
    return cover


def two_colours(rng: np.random.Generator) -> tuple[Colour, Colour]:
    """Return a ground and an ink that stands out from it."""
    while True:
        ground, ink = any_colour(rng), any_colour(rng)
        if rng.random() < 0.4:
            light = int(rng.integers(200, 256))
            ink = (light, light, light) if sum(ground) < 380 else (20, 20, 20)
        if abs(sum(ground) - sum(ink)) > 3 * LEAST_CONTRAST:
            return ground, ink


class Signs:
    """Draws random signs.

    Parameters
    ----------
    typefaces
        Alphabets to print in, those of the plates.
    rng
        Source of randomness.
    """

    def __init__(self, typefaces: Typefaces, rng: np.random.Generator) -> None:
        self.rng = rng
        self._typefaces = typefaces

    def draw(self) -> Sign:
        """Return a sign of any kind."""
        kinds: tuple[Callable[[], Sign], ...] = (self.lettering, self.panel, self.display, self.number)
        return kinds[self.rng.choice(4, p=[0.42, 0.38, 0.1, 0.1])]()

    def _glyphs(self) -> list[GlyphSet]:
        return [self._typefaces.pick(("any",), self.rng)]

    def _words(self) -> str:
        rng = self.rng
        kind = rng.random()
        if kind < 0.12:
            digits = "".join(str(d) for d in rng.integers(0, 10, 10))
            return str(rng.choice([f"{digits[:4]} {digits[4:7]} {digits[7:]}", f"{digits[:3]}-{digits[3:]}", digits]))
        if kind < 0.22:
            return f"www.{rng.choice(SIGN_WORDS).split()[0].lower()}.{rng.choice(['com', 'net', 'org', 'info'])}"
        words = str(rng.choice(WORDS[rng.integers(len(WORDS))]))
        case = rng.random()
        return words.upper() if case < 0.55 else words.lower() if case < 0.65 else words

    def lettering(self) -> Sign:
        """Letters without a ground of their own: a model's name on a boot, a name on a wall, painted or raised."""
        rng = self.rng
        text = str(rng.choice(BADGES)) if rng.random() < 0.35 else self._words()
        height = SIGN_H
        width = int(height * len(text) * rng.uniform(0.45, 1.0)) + 8
        mask = np.zeros((height, width, 3), np.uint8)
        small_text(mask, text, Area(2, width - 2, 2, height - 2), (255, 255, 255), self._glyphs(), rng)
        image = np.empty_like(mask)
        image[:] = any_colour(rng) if rng.random() < 0.4 else (int(rng.choice([20, 90, 190, 240])),) * 3
        if rng.random() < 0.3:
            shine = np.linspace(rng.uniform(0.5, 1), rng.uniform(1, 1.5), height)[:, None, None]
            image = np.clip(image * shine, 0, 255).astype(np.uint8)
        return Sign(image, mask[..., 0])

    def panel(self) -> Sign:
        """A sticker or a board: one to three rows on a ground, no two alike, often with a border or a mark."""
        rng = self.rng
        rows = [self._words() for _ in range(int(rng.choice([1, 2, 2, 3])))]
        heights = [SIGN_H * rng.uniform(0.4, 1.1) for _ in rows]
        gap = SIGN_H * rng.uniform(0.1, 0.4)
        height = int(sum(heights) + gap * (len(rows) + 1))
        width = int(max(len(row) * h for row, h in zip(rows, heights, strict=True)) * rng.uniform(0.5, 0.8) + 2 * gap)
        ground, ink = two_colours(rng)
        image = np.empty((height, width, 3), np.uint8)
        image[:] = ground
        left = 0.0
        if rng.random() < 0.3:
            left = min(height, width * 0.3)
            at = int(left / 2), height // 2
            cv2.circle(image, at, int(left * rng.uniform(0.2, 0.42)), any_colour(rng), -1, cv2.LINE_AA)
        top = gap
        for row, h in zip(rows, heights, strict=True):
            small_text(image, row, Area(left + gap, width - gap, top, top + h), ink, self._glyphs(), rng)
            top += h + gap
        if rng.random() < 0.35:
            cv2.rectangle(image, (3, 3), (width - 4, height - 4), ink, int(rng.integers(2, 7)))
        radius = rng.uniform(0, 0.3) * min(height, width) if rng.random() < 0.5 else 0
        return Sign(image, rounded_cover(height, width, radius))

    def display(self) -> Sign:
        """A bus's route in lit letters on black."""
        rng = self.rng
        text = f"{rng.integers(1, 400)} {rng.choice(SIGN_WORDS)}" if rng.random() < 0.7 else self._words()
        width = int(SIGN_H * (0.6 * len(text) + 1))
        image = np.full((SIGN_H, width, 3), int(rng.integers(5, 40)), np.uint8)
        lit = ((40, 170, 255), (60, 220, 120), (235, 235, 235))[rng.integers(3)]
        small_text(image, text, Area(SIGN_H * 0.4, width - SIGN_H * 0.4, 10, SIGN_H - 10), lit, self._glyphs(), rng)
        return Sign(image, None)

    def number(self) -> Sign:
        """One to three digits on a disc or a square: racing numbers, speed limits, houses."""
        rng = self.rng
        side = int(SIGN_H * 1.4)
        ground, ink = two_colours(rng)
        image = np.empty((side, side, 3), np.uint8)
        image[:] = ground
        text = str(rng.integers(1, 200))
        inner = side * rng.uniform(0.12, 0.25)
        small_text(image, text, Area(inner, side - inner, inner, side - inner), ink, self._glyphs(), rng)
        disc = rng.random() < 0.6
        if rng.random() < 0.5:
            rim = int(rng.integers(3, 10))
            if disc:
                cv2.circle(image, (side // 2, side // 2), side // 2 - rim, any_colour(rng), rim, cv2.LINE_AA)
            else:
                cv2.rectangle(image, (rim, rim), (side - rim, side - rim), any_colour(rng), rim)
        return Sign(image, rounded_cover(side, side, side / 2 - 1 if disc else 0))

    def frame(self, quad: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the frame of a plate at quad (4, 2) px: its flat image (h, w, 3) uint8 BGR, and its own quad.

        A frame stands outside the plate's edge all round; above and below it is often wider and carries a name.
        """
        rng = self.rng
        ground, ink = two_colours(rng)
        if rng.random() < 0.65:
            grey = int(rng.choice([15, 25, 45, 190]))
            ground, ink = (grey, grey, grey), (235, 235, 235) if grey < 100 else (30, 30, 30)
        height = 2.0 * SIGN_H
        aspect = np.linalg.norm(quad[1] - quad[0]) / np.maximum(np.linalg.norm(quad[3] - quad[0]), 1e-3)
        width = height * float(aspect)
        side = height * rng.uniform(0.015, 0.07)
        top, bottom = (
            height * (rng.uniform(0.08, 0.2) if rng.random() < share else rng.uniform(0.015, 0.07))
            for share in (0.3, 0.45)
        )
        image = np.empty((int(height + top + bottom), int(width + 2 * side), 3), np.uint8)
        image[:] = ground
        for strip, start in ((top, 0.0), (bottom, top + height)):
            if strip > height * 0.075 and rng.random() < 0.85:
                area = Area(width * 0.12, width * 0.88 + 2 * side, start + strip * 0.12, start + strip * 0.88)
                small_text(image, self._words(), area, ink, self._glyphs(), rng)
        flat = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
        outer = flat + np.array([[-side, -top], [side, -top], [side, bottom], [-side, bottom]], np.float32)
        matrix = cv2.getPerspectiveTransform(flat, quad.astype(np.float32))
        return image, cv2.perspectiveTransform(outer[None], matrix)[0]
