"""What plates look like, by country: data for the renderer.

A look says how a plate is made, not what is written on it: that comes from the country's format in `config/formats`.
Colours are BGR. Facts about plate designs are common knowledge of the field (size, colours, band, separators).
"""

from __future__ import annotations

from dataclasses import dataclass

Colour = tuple[int, int, int]

WHITE, YELLOW, BLACK, GREY = (245, 245, 245), (40, 190, 245), (25, 25, 25), (190, 190, 185)
BLUE, RED, GREEN, NAVY = (150, 60, 10), (40, 30, 190), (70, 120, 20), (90, 35, 20)


@dataclass(frozen=True)
class Look:
    """How one kind of plate is made."""

    codes: tuple[str, ...]
    """Format codes whose texts it carries."""
    weight: float
    aspect: tuple[float, float]
    """Range of width over height of a one-line plate."""
    paint: tuple[tuple[Colour, Colour], ...] = ((WHITE, BLACK),)
    """Pairs of background and text colour."""
    fonts: tuple[str, ...] = ("din",)
    """Font families, see `typefaces.FAMILIES`."""
    char_h: tuple[float, float] = (0.62, 0.78)
    """Height of the text over the plate's."""
    gap: tuple[float, float] = (0.1, 0.3)
    """Room between two characters over their mean width."""
    band: str | None = None
    """`eu` blue band at the left, `both`, `top` (Mercosur), `ind` (small mark at the left), or none."""
    emblems: tuple[str, ...] = ("space",)
    """What stands between the first groups, see `plate_marks.MARK_ROOM`."""
    top: str | None = None
    """Small text above: `state`, `city`, `country`, `slogan`; none of it is read."""
    bottom: str | None = None
    two_line: float = 0.0
    """Share of two-line plates."""
    two_line_aspect: tuple[float, float] = (1.2, 1.9)
    picture: float = 0.0
    """Share with a picture or colour wash behind the text."""
    bolts: float = 0.4
    centre: float = 0.5
    """Height of the text's middle on the plate."""
    prefix: str | None = None
    """`glyph`: a character of another script before the text, as the Chinese province."""
    pictogram: float = 0.0
    """Share with a pictogram or a column of small letters before the text."""
    stacked: float = 0.0
    """Share of plates of three groups or more whose first two stand small, one above the other, before the rest."""
    panel: bool = False
    """Whether the text stands on a panel of the background's colour, in a plate of the text's colour."""


EU = {"aspect": (4.2, 4.9), "band": "eu"}

LOOKS: tuple[Look, ...] = (
    Look(
        ("sk",),
        4,
        fonts=("din", "strokes"),
        emblems=("shield_sticker", "shield", "dash", "sticker", "stickers", "dash"),
        char_h=(0.66, 0.78),
        **EU,
    ),
    Look(("cz",), 4, fonts=("din", "strokes"), emblems=("stickers", "stickers", "space"), **EU),
    Look(
        ("de",), 4, fonts=("fe", "fe", "din"), emblems=("stickers", "stickers", "sticker", "space"), two_line=0.06, **EU
    ),
    Look(("at",), 2, fonts=("din", "strokes"), emblems=("shield",), **EU),
    Look(("pl",), 2, fonts=("din", "condensed", "strokes"), emblems=("sticker", "space", "space"), two_line=0.06, **EU),
    Look(("hu",), 1.5, fonts=("din", "strokes", "condensed"), emblems=("dash", "shield", "space"), **EU),
    Look(("si",), 1, fonts=("din", "strokes"), emblems=("shield", "dash"), **EU),
    Look(("hr",), 1, fonts=("din", "strokes"), emblems=("shield",), **EU),
    Look(
        ("ro", "bg", "lt", "lv", "ee"),
        3,
        fonts=("din", "condensed", "strokes"),
        emblems=("space", "sticker", "dash"),
        two_line=0.04,
        **EU,
    ),
    Look(
        ("se", "fi", "dk", "no"),
        3,
        fonts=("din", "condensed", "strokes", "us"),
        emblems=("space", "dash", "sticker"),
        **EU,
    ),
    Look(
        ("nl",),
        2.5,
        (4.2, 4.9),
        ((YELLOW, BLACK), (YELLOW, BLACK), (WHITE, BLACK)),
        ("din", "condensed", "strokes"),
        band="eu",
        emblems=("dash",),
        two_line=0.05,
    ),
    Look(
        ("be",), 1, (4.2, 4.9), ((WHITE, (40, 20, 140)),), ("din", "condensed", "strokes"), band="eu", emblems=("dash",)
    ),
    Look(("lu",), 0.6, (4.2, 4.9), ((YELLOW, BLACK),), ("din", "condensed"), band="eu", emblems=("space",)),
    Look(
        ("fr", "it"),
        3,
        (4.2, 4.9),
        ((WHITE, BLACK),),
        ("din", "condensed", "strokes"),
        band="both",
        emblems=("dash", "space", "shield"),
    ),
    Look(
        ("es", "pt", "gr", "cy", "mt", "ie"),
        3.5,
        (4.2, 4.9),
        ((WHITE, BLACK),),
        ("din", "condensed", "us", "strokes"),
        band="eu",
        emblems=("space", "dash", "shield"),
        two_line=0.05,
    ),
    Look(("ch",), 1, (4.2, 4.9), fonts=("din", "strokes"), emblems=("shield", "dot"), two_line=0.2),
    Look(
        ("gb",),
        4,
        (4.4, 4.9),
        ((WHITE, BLACK), (YELLOW, BLACK), (BLACK, WHITE)),
        ("charles", "charles", "bold", "strokes"),
        (0.64, 0.76),
        band="eu_maybe",
        emblems=("space",),
        two_line=0.08,
        bottom="dealer",
    ),
    Look(("tr",), 2.5, (4.2, 4.9), fonts=("din", "bold", "strokes"), band="eu", emblems=("space",), two_line=0.12),
    Look(("ua", "ru"), 1.5, (4.2, 4.9), fonts=("din", "strokes", "condensed"), band="eu_maybe", emblems=("space",)),
    Look(
        ("us", "us", "us", "us", "us", "us-mo", "us-ca", "us-tx", "ca"),
        34,
        (1.85, 2.1),
        (
            (WHITE, BLACK),
            (WHITE, NAVY),
            (WHITE, NAVY),
            (WHITE, (110, 40, 20)),
            (WHITE, (30, 80, 20)),
            (WHITE, RED),
            (GREY, BLACK),
            ((220, 200, 170), NAVY),
            ((200, 225, 235), BLACK),
            (YELLOW, BLACK),
            (NAVY, YELLOW),
            (BLACK, WHITE),
            (GREEN, WHITE),
            ((170, 120, 60), WHITE),
            ((205, 235, 245), (40, 40, 130)),
        ),
        ("us", "strokes", "strokes", "strokes", "condensed", "us"),
        (0.38, 0.56),
        emblems=("space", "shape", "picture", "picture", "dash", "dot", "none", "none", "sticker"),
        pictogram=0.06,
        top="state",
        bottom="slogan",
        picture=0.35,
        bolts=0.8,
    ),
    Look(
        ("br_grey",),
        15,
        (2.9, 3.25),
        ((GREY, BLACK), (GREY, BLACK), ((215, 215, 210), BLACK), (RED, WHITE)),
        ("bars", "bars", "bars", "strokes", "charles"),
        (0.5, 0.64),
        emblems=("dot", "dot", "dot", "dash", "space"),
        top="city",
        two_line=0.06,
        bolts=0.9,
        centre=0.58,
    ),
    Look(
        ("br", "ar", "uy", "py"),
        5,
        (2.9, 3.25),
        fonts=("fe", "din", "strokes"),
        band="top",
        emblems=("space", "none"),
        char_h=(0.5, 0.62),
        centre=0.6,
        two_line=0.06,
    ),
    Look(
        ("ar_old",),
        15,
        (2.2, 3.0),
        ((BLACK, WHITE),),
        ("serifs", "serifs", "serifs", "din", "strokes"),
        (0.5, 0.68),
        gap=(0.03, 0.2),
        emblems=("wide", "wide", "wide", "space", "shape", "picture"),
        top="country",
        centre=0.56,
        panel=True,
        bolts=0.8,
        two_line=0.04,
    ),
    Look(
        ("ar_moto",),
        1.5,
        (2.9, 3.25),
        fonts=("fe", "din", "strokes"),
        band="top",
        emblems=("space",),
        two_line=1.0,
        two_line_aspect=(1.2, 1.6),
    ),
    Look(
        ("ar_moto_old",),
        1.5,
        (2.9, 3.25),
        ((WHITE, BLACK), (BLACK, WHITE)),
        ("serifs", "strokes", "din"),
        emblems=("space", "sticker", "shape"),
        two_line=1.0,
        two_line_aspect=(1.2, 1.6),
        bolts=0.8,
    ),
    Look(
        ("mx",),
        2,
        (1.9, 2.1),
        ((WHITE, BLACK), (WHITE, (20, 90, 20))),
        ("us", "strokes", "condensed"),
        (0.36, 0.5),
        emblems=("dash",),
        top="state",
        bottom="slogan",
        picture=0.3,
        bolts=0.8,
    ),
    Look(
        ("in",),
        9,
        (3.6, 4.8),
        ((WHITE, BLACK), (WHITE, BLACK), (YELLOW, BLACK), (BLACK, YELLOW), (GREEN, WHITE), (RED, WHITE)),
        ("any", "bold", "din", "strokes", "any"),
        (0.5, 0.76),
        band="ind",
        emblems=("space", "space", "dash", "none", "dot"),
        two_line=0.35,
        bolts=0.6,
        stacked=0.12,
    ),
    Look(
        ("cn",),
        7,
        (2.9, 3.3),
        ((BLUE, WHITE), (BLUE, WHITE), (BLUE, WHITE), ((150, 210, 120), BLACK), (YELLOW, BLACK), (BLACK, WHITE)),
        ("us", "strokes", "condensed", "din"),
        (0.6, 0.7),
        emblems=("dot",),
        prefix="glyph",
        bolts=0.5,
    ),
    Look(
        ("vn",),
        4,
        (3.8, 4.6),
        ((WHITE, BLACK), (WHITE, BLACK), (YELLOW, BLACK), (BLUE, WHITE), (WHITE, RED)),
        ("us", "strokes", "condensed", "din"),
        (0.6, 0.75),
        emblems=("dash", "dot", "space"),
        two_line=0.65,
        two_line_aspect=(1.25, 1.75),
    ),
    Look(
        ("id",),
        3,
        (2.4, 3.3),
        ((BLACK, WHITE), (WHITE, BLACK), (YELLOW, BLACK)),
        ("condensed", "strokes", "us"),
        (0.5, 0.64),
        emblems=("space",),
        bottom="date",
        two_line=0.05,
        centre=0.44,
    ),
    Look(
        ("ae", "sa"),
        2,
        (2.0, 4.6),
        ((WHITE, BLACK), (YELLOW, BLACK)),
        ("any", "strokes", "us"),
        (0.42, 0.7),
        emblems=("space",),
        top="arabic",
        two_line=0.15,
        picture=0.1,
    ),
    Look(
        ("au", "au", "nz"),
        3,
        (2.7, 3.0),
        ((YELLOW, BLACK), (WHITE, (20, 90, 20)), (WHITE, NAVY), (WHITE, (50, 20, 110)), (BLACK, WHITE)),
        ("us", "din", "strokes"),
        (0.5, 0.64),
        emblems=("dash", "dot", "space", "shape"),
        top="state",
        bottom="slogan",
    ),
    Look(
        ("za", "ng", "pk"),
        4,
        (2.2, 4.6),
        ((WHITE, BLACK), (WHITE, NAVY), (WHITE, GREEN), (YELLOW, BLACK)),
        ("din", "strokes", "us", "bold"),
        (0.45, 0.7),
        emblems=("space", "dash", "none", "shape"),
        top="state",
        bottom="slogan",
        two_line=0.12,
        picture=0.3,
    ),
    Look(
        ("il",), 1.5, (4.2, 4.9), ((YELLOW, BLACK),), ("din", "strokes", "us"), band="eu_maybe", emblems=("dash", "dot")
    ),
    Look(
        ("sg", "my"),
        2,
        (3.6, 4.8),
        ((BLACK, WHITE), (WHITE, BLACK)),
        ("charles", "bold", "strokes", "din"),
        (0.55, 0.75),
        emblems=("space",),
        two_line=0.15,
    ),
    Look(
        ("random",),
        14,
        (1.6, 5.0),
        (
            (WHITE, BLACK),
            (YELLOW, BLACK),
            (BLACK, WHITE),
            (BLUE, WHITE),
            (RED, WHITE),
            (GREEN, WHITE),
            (GREY, BLACK),
            (WHITE, NAVY),
            (WHITE, RED),
            (WHITE, GREEN),
        ),
        ("any", "strokes", "strokes"),
        (0.42, 0.78),
        emblems=("space", "none", "dash", "dot", "shape", "sticker", "stickers", "shield"),
        top="maybe",
        bottom="maybe",
        two_line=0.15,
        picture=0.2,
    ),
)
