"""Font files and stroke styles as one thing: a set of glyph masks of equal height."""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from models.training.glyphs import CELL_H, GlyphStyle, glyph_mask
from streamer.datatypes import ALPHABET

EXCLUDED = ("Oblique", "Italic", "Mono", "Serif", "Math", "ExtraLight", "Variable")
"""Parts of font names that no plate is lettered in."""

WOFF_WEIGHTS = (400, 500, 600, 700, 800)
"""Weights taken of a family that comes as web fonts."""

RASTER_PX = 120
"""Size at which a font is drawn before it is brought to `CELL_H`."""


@dataclass(frozen=True, slots=True, eq=False)
class GlyphSet:
    """The masks of one alphabet."""

    masks: dict[str, np.ndarray]
    """For each character of `ALPHABET`, a (CELL_H, w) uint8 mask, 255 where there is ink."""
    font: str = ""
    """The name of the font file; empty for a stroke alphabet."""

    @staticmethod
    def of_style(style: GlyphStyle) -> GlyphSet:
        """Draw the stroke alphabet of a style."""
        return GlyphSet({char: glyph_mask(char, style) for char in ALPHABET})

    @staticmethod
    def of_font(path: str) -> GlyphSet:
        """Rasterize a font file; every character is stretched to the same height, as on a plate."""
        font = ImageFont.truetype(io.BytesIO(_raw(path)), RASTER_PX)
        masks = {}
        for char in ALPHABET:
            x0, y0, x1, y1 = font.getbbox(char)
            image = Image.new("L", (x1 - x0 + 2, y1 - y0 + 2), 0)
            ImageDraw.Draw(image).text((1 - x0, 1 - y0), char, font=font, fill=255)
            ink = np.asarray(image)
            rows, cols = np.flatnonzero(ink.max(axis=1)), np.flatnonzero(ink.max(axis=0))
            ink = ink[rows[0] : rows[-1] + 1, cols[0] : cols[-1] + 1]
            width = max(2, round(ink.shape[1] * CELL_H / ink.shape[0]))
            masks[char] = cv2.resize(ink, (width, CELL_H), interpolation=cv2.INTER_AREA)
        return GlyphSet(masks, Path(path).stem)


@lru_cache(maxsize=256)
def _raw(path: str) -> bytes:
    """Return a font file's bytes as FreeType takes them: web fonts are unpacked."""
    data = Path(path).read_bytes()
    if not path.endswith((".woff", ".woff2")):
        return data
    from fontTools.ttLib import TTFont

    font = TTFont(io.BytesIO(data))
    font.flavor = None
    out = io.BytesIO()
    font.save(out)
    return out.getvalue()


def find_fonts(folders: list[Path]) -> list[str]:
    """Return the font files below the folders that can draw a plate: upright, sans, medium to bold, every letter."""
    found: dict[str, str] = {}
    for folder in folders:
        for path in sorted([*folder.rglob("*.ttf"), *folder.rglob("*.otf"), *folder.rglob("*.woff")]):
            stem = path.stem
            if any(word in stem for word in EXCLUDED) or "italic" in stem:
                continue
            if path.suffix == ".woff" and not any(f"-latin-{w}-normal" in stem for w in WOFF_WEIGHTS):
                continue
            if stem not in found and has_alphabet(str(path)):
                found[stem] = str(path)
    return list(found.values())


def has_alphabet(path: str) -> bool:
    """Tell whether a font file has every character of `ALPHABET`: one that lacks it draws an empty box instead."""
    from fontTools.ttLib import TTFont

    with TTFont(path, lazy=True) as font:
        return {ord(char) for char in ALPHABET} <= set(font.getBestCmap())
