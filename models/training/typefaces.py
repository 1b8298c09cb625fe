"""All the alphabets that a renderer of plates has: stroke styles drawn at random, font files, Chinese provinces."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from models.training.fonts import GlyphSet, find_fonts
from models.training.glyphs import CELL_H, GlyphStyle
from models.training.words import PROVINCES

FAMILIES = {
    "fe": ("GL-Nummernschild",),
    "din": ("OSP-DIN", "GL-Nummernschild", "barlow-condensed", "RG2014", "share-tech-latin", "saira-condensed"),
    "charles": ("RG2014E", "RG2014D", "overpass", "archivo-narrow-latin-700", "rubik"),
    "us": (
        "RG2014B",
        "RG2014C",
        "big-shoulders",
        "barlow-condensed",
        "saira-condensed",
        "teko",
        "rajdhani",
        "roboto-condensed",
        "bebas",
    ),
    "condensed": (
        "Narrow",
        "condensed",
        "oswald",
        "bebas",
        "league",
        "antonio",
        "pathway",
        "fjalla",
        "archivo",
        "teko",
    ),
    "bold": ("Sans-Bold", "rubik", "russo", "RG2014E", "RG2014F", "overpass", "chakra"),
    "any": ("",),
}
"""Parts of the names of each family's font files; `strokes`, `bars` and `serifs` are stroke styles and need none."""

PROVINCE_FONT = "DroidSansFallback*.ttf"


class Typefaces:
    """Alphabets to choose from.

    Parameters
    ----------
    fonts
        Folders with font files (`.ttf`, `.otf`, `.woff`), searched below.
    styles
        How many stroke alphabets are drawn.
    rng
        Draws them.
    """

    def __init__(self, fonts: list[Path], styles: int, rng: np.random.Generator) -> None:
        files = find_fonts(fonts)
        drawn = [GlyphStyle.sample(rng) for _ in range(styles)]
        self.strokes = [GlyphSet.of_style(style) for style in drawn]
        self.provinces = _province_masks(fonts)
        self._styles = {
            "bars": [k for k, style in enumerate(drawn) if style.one == "bar" and not style.serif_i],
            "serifs": [k for k, style in enumerate(drawn) if style.one == "serif" and style.serif_i],
        }
        self._families = {
            name: [file for file in files if any(part in Path(file).stem for part in parts)]
            for name, parts in FAMILIES.items()
        }
        self._opened: dict[str, GlyphSet] = {}

    def pick(self, families: tuple[str, ...], rng: np.random.Generator) -> GlyphSet:
        """Return an alphabet of one of the families, or strokes where no font file of it is at hand."""
        family = str(rng.choice(families))
        if fitting := self._styles.get(family):
            return self.strokes[fitting[rng.integers(len(fitting))]]
        files = self._families.get(family, [])
        if not files:
            return self.strokes[rng.integers(len(self.strokes))]
        file = files[rng.integers(len(files))]
        if file not in self._opened:
            self._opened[file] = GlyphSet.of_font(file)
        return self._opened[file]


def _province_masks(folders: list[Path]) -> list[np.ndarray]:
    """Return the provinces' characters as (CELL_H, 92) uint8 masks; none where no font has them."""
    masks = []
    for path in province_fonts(folders)[:1]:
        font = ImageFont.truetype(path, 88)
        for char in PROVINCES:
            image = Image.new("L", (92, CELL_H), 0)
            ImageDraw.Draw(image).text((2, -8), char, font=font, fill=255, stroke_width=2)
            masks.append(np.asarray(image))
    return masks


def province_fonts(folders: list[Path]) -> list[str]:
    """Return the font files below the folders that have the provinces' characters."""
    return [str(path) for folder in folders for path in sorted(folder.rglob(PROVINCE_FONT))]
