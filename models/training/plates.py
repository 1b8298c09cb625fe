"""Synthetic plates: one flat plate image at a time, as its maker would have made it, with the text that is on it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from models.training.looks import LOOKS, Look
from models.training.plate_bands import draw_band, draw_panel, draw_prefix
from models.training.plate_captions import draw_captions
from models.training.plate_ink import Area, faded, near
from models.training.plate_marks import draw_pictogram
from models.training.plate_text_line import LineStyle, draw_line, draw_stack, split_groups
from models.training.plate_wear import draw_bolts, draw_edge, draw_holder, paint_picture, wear
from models.training.texts import TextSource
from models.training.typefaces import Typefaces

PLATE_H = 112
"""Height in px of a one-line plate as it is drawn; plates that are high for their width get more."""

HIGH_ASPECT = 2.6
"""One-line plates below this width over height are drawn a quarter higher."""

FEWEST_IN_TWO_LINES = 4
"""Shorter texts stand in one line."""

OTHER_COUNTRY = 0.35
"""Share of texts without a format that stand on some country's plate."""


@dataclass(frozen=True, slots=True, eq=False)
class Plate:
    """A flat plate that fills its image."""

    image: np.ndarray
    """(h, w, 3) uint8 BGR."""
    text: str
    """What a reader must say: A-Z and 0-9 in reading order."""
    country: str
    """Code of the format that the text is of, as `sk`; `random` for none."""
    lines: int
    """1 or 2."""
    places: tuple[Area, ...] = ()
    """Where each character of the text was drawn, px."""
    dark: bool = True
    """Whether its text is darker than its ground."""
    font: str = ""
    """The name of the font file that it is lettered in; empty for a stroke alphabet."""


class PlateRenderer:
    """Draws random plates.

    Parameters
    ----------
    fonts
        Folders with font files (`.ttf`, `.otf`, `.woff`), searched below.
    formats_dir
        The folder of plate formats, `config/formats`.
    seed
        Two renderers with the same seed draw the same plates.
    styles
        How many stroke alphabets are drawn beforehand.
    """

    def __init__(self, fonts: list[Path], formats_dir: Path, seed: int, styles: int = 160) -> None:
        self.rng = np.random.default_rng(seed)
        self._texts = TextSource(formats_dir)
        self._typefaces = Typefaces(fonts, styles, self.rng)
        weights = np.array([look.weight for look in LOOKS])
        self._weights = weights / weights.sum()

    def render(self, look: Look | None = None) -> Plate:
        """Draw a plate; of a random country unless a look is given."""
        rng, strokes = self.rng, self._typefaces.strokes
        if look is None:
            look = self._any_look()
        code = str(rng.choice(look.codes))
        groups = self._texts.sample(code, rng)
        if look.codes == ("random",) and rng.random() < OTHER_COUNTRY:
            look = self._any_look()
        text = "".join(groups)
        two_line = len(text) >= FEWEST_IN_TWO_LINES and rng.random() < look.two_line

        background, ink = look.paint[rng.integers(len(look.paint))]
        background, ink = near(background, 10, rng), faded(ink, 14, rng)
        height, width = _size(look, two_line, rng)
        image = np.empty((height, width, 3), np.uint8)
        image[:] = background
        if rng.random() < look.picture:
            paint_picture(image, rng)
        draw_edge(image, ink, rng)

        if look.panel and not two_line:
            area = draw_panel(image, background, ink, strokes, rng)
        else:
            area = draw_band(image, look, ink, code, two_line, strokes, rng)
            if look.prefix == "glyph":
                area = draw_prefix(image, area, ink, self._typefaces.provinces, rng)
            area = draw_captions(image, look, ink, area, strokes, rng)
        glyphs = self._typefaces.pick(look.fonts, rng)
        if rng.random() < look.pictogram and not two_line:
            area = draw_pictogram(image, area, ink, glyphs, rng)
        emboss = float(rng.uniform(15, 70)) if rng.random() < 0.4 else 0.0
        style = LineStyle(glyphs, look, ink, emboss, two_line)
        if two_line:
            upper, lower = split_groups(groups, rng)
            middle = (area.top + area.bottom) / 2 + rng.normal(0, 0.02) * height
            places = draw_line(image, upper, style, area._replace(bottom=middle), rng)
            places += draw_line(image, lower, style, area._replace(top=middle), rng)
        else:
            places = []
            if len(groups) > 2 and rng.random() < look.stacked:
                places, area = draw_stack(image, groups[:2], style, area, rng)
                groups = groups[2:]
            places += draw_line(image, groups, style, area, rng)

        if rng.random() < look.bolts:
            draw_bolts(image, rng)
        if rng.random() < (0.35 if look.bottom or look.band else 0.15):
            draw_holder(image, look, strokes, rng)
        wear(image, rng)
        dark = sum(ink) < sum(background)
        return Plate(image, text, code, 2 if two_line else 1, tuple(places), dark, glyphs.font)

    def _any_look(self) -> Look:
        return LOOKS[self.rng.choice(len(LOOKS), p=self._weights)]


def _size(look: Look, two_line: bool, rng: np.random.Generator) -> tuple[int, int]:
    """Return a plate's height and width, px."""
    if two_line:
        height = int(PLATE_H * 1.5)
        return height, int(height * rng.uniform(*look.two_line_aspect))
    aspect = rng.uniform(*look.aspect)
    height = int(PLATE_H * 1.25) if aspect < HIGH_ASPECT else PLATE_H
    return height, int(height * aspect)
