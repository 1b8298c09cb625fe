"""A stroke alphabet: every character as pen strokes whose proportions follow a style drawn at random.

Plate makers cut their own dies, so no list of fonts covers the world's plates. These glyphs vary what dies vary:
stroke width, corner radius, the flag of 1, the serifs of I, the vertex of M and W, open or closed 4, flat or round 3,
spurs and tails, one width for all letters or more for M and W.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

Stroke = list[tuple[float, float]]

CELL_H = 96
"""Height in px of a glyph mask."""


@dataclass(frozen=True)
class GlyphStyle:
    """How one die set looks; lengths are shares of the glyph's width or height."""

    stroke: float
    """Pen width as a share of the height."""
    width: float
    """Width of a normal letter as a share of its height."""
    radius: float
    """Corner radius of round letters over their width: 0.12 boxy, as on Brazilian plates, 0.5 elliptic."""
    one: str
    """`bar`, `flag` or `serif`."""
    serif_i: bool
    serif: float
    """Width of the serifs of I and of the foot of 1, over that of a normal letter."""
    m_depth: float
    """Depth of the vertex of M, and height of the one of W."""
    m_width: float
    """Width of M over that of a normal letter, and nearly that of W: 1 where a die has one width for all."""
    open_four: bool
    four_bar: float
    """Height of the bar of 4, from the top."""
    four_stem: float
    """Place of the stem of 4, from the left."""
    four_top: float
    """Width of the top of 4; 0 is pointed."""
    flat_three: bool
    flat_a: float
    """Width of the top of A; 0 is pointed."""
    slashed_zero: bool
    narrow_zero: float
    """Width of the digit 0 over that of the letter O."""
    g_spur: bool
    q_tail: float
    round_cap: bool
    middle: float
    """Height of the middle bar of B, E, F, P, R, 3, 8."""

    @staticmethod
    def sample(rng: np.random.Generator) -> GlyphStyle:
        """Draw a style."""
        return GlyphStyle(
            stroke=rng.uniform(0.085, 0.175),
            width=rng.uniform(0.4, 0.68),
            radius=rng.choice([rng.uniform(0.12, 0.3), rng.uniform(0.3, 0.5)]),
            one=rng.choice(["bar", "flag", "flag", "serif"]),
            serif_i=bool(rng.random() < 0.45),
            serif=rng.uniform(0.35, 0.85),
            m_depth=rng.uniform(0.35, 1.0),
            m_width=rng.choice([1.0, rng.uniform(1.0, 1.3)]),
            open_four=bool(rng.random() < 0.12),
            four_bar=rng.uniform(0.64, 0.84),
            four_stem=rng.uniform(0.64, 0.92),
            four_top=rng.choice([0.0, rng.uniform(0.0, 0.4)]),
            flat_three=bool(rng.random() < 0.2),
            flat_a=rng.choice([0.0, rng.uniform(0.1, 0.45)]),
            slashed_zero=bool(rng.random() < 0.12),
            narrow_zero=rng.choice([1.0, rng.uniform(0.75, 1.0)]),
            g_spur=bool(rng.random() < 0.5),
            q_tail=rng.uniform(0.18, 0.38),
            round_cap=bool(rng.random() < 0.6),
            middle=rng.uniform(0.44, 0.54),
        )


def _corner(cx: float, cy: float, rx: float, ry: float, start: float) -> Stroke:
    """A quarter ellipse about (cx, cy), from `start` degrees, clockwise in image coordinates."""
    angles = np.radians(np.linspace(start, start + 90, 7))
    return [(cx + rx * float(np.cos(a)), cy + ry * float(np.sin(a))) for a in angles]


def _loop(x0: float, y0: float, x1: float, y1: float, rx: float, ry: float, part: str = "all") -> Stroke:
    """A rounded rectangle, clockwise; `part` opens it: `all`, or the sides that are kept, as `tr` or `rbl`."""
    rx, ry = min(rx, (x1 - x0) / 2), min(ry, (y1 - y0) / 2)
    quarters = {
        "tr": _corner(x1 - rx, y0 + ry, rx, ry, -90),
        "br": _corner(x1 - rx, y1 - ry, rx, ry, 0),
        "bl": _corner(x0 + rx, y1 - ry, rx, ry, 90),
        "tl": _corner(x0 + rx, y0 + ry, rx, ry, 180),
    }
    if part == "all":
        points = quarters["tr"] + quarters["br"] + quarters["bl"] + quarters["tl"]
        return [*points, points[0]]
    return [point for name in part.split() for point in quarters[name]]


def strokes(char: str, s: GlyphStyle) -> tuple[list[Stroke], float]:
    """Return a character's strokes in the unit square (x right, y down) and its width over that of a normal letter."""
    rx, ry = s.radius, s.radius * s.width * 1.05
    m = s.middle
    v = s.m_depth
    match char:
        case "0":
            slash: list[Stroke] = [[(0.2, 0.75), (0.8, 0.25)]] if s.slashed_zero else []
            return [_loop(0, 0, 1, 1, rx, ry), *slash], s.narrow_zero
        case "O":
            return [_loop(0, 0, 1, 1, rx, ry)], 1
        case "Q":
            return [_loop(0, 0, 1, 1, rx, ry), [(1 - s.q_tail * 1.2, 1 - s.q_tail), (1.02, 1.02)]], 1
        case "1":
            if s.one == "bar":
                return [[(0.5, 0), (0.5, 1)]], 0.3
            flag: list[Stroke] = [[(0.05, 0.26), (0.6, 0.0), (0.6, 1)]]
            if s.one == "serif":
                return [*flag, [(0.1, 1), (1.1, 1)]], s.serif
            return flag, 0.55
        case "I":
            bar: list[Stroke] = [[(0.5, 0), (0.5, 1)]]
            return ([*bar, [(0, 0), (1, 0)], [(0, 1), (1, 1)]] if s.serif_i else bar), s.serif if s.serif_i else 0.3
        case "2":
            top = [(0, min(ry * 1.1, 0.3)), *_loop(0, 0, 1, 0.58, rx, ry, "tl tr")]
            return [[*top, (1, 0.32), (0.9, 0.5), (0, 1), (1, 1)]], 1
        case "3":
            if s.flat_three:
                return [[(0.02, 0), (0.95, 0), (0.4, 0.42), *_loop(0, 0.42, 1, 1, rx, ry, "tr br bl"), (0, 0.8)]], 1
            return [
                [(0, 0.22), *_loop(0, 0, 1, m, rx, ry, "tl tr br"), (0.35, m)],
                [(0.35, m), *_loop(0, m, 1, 1, rx, ry, "tr br bl"), (0, 0.78)],
            ], 1
        case "4":
            if s.open_four:
                return [[(0.2, 0), (0, 0.68), (1, 0.68)], [(0.75, 0.35), (0.75, 1)]], 1
            x, y = s.four_stem, s.four_bar
            return [[(x, 1), (x, 0), (x - s.four_top, 0), (0, y), (1, y)]], 1
        case "5":
            return [[(0.95, 0), (0.06, 0), (0, 0.46), *_loop(0, 0.38, 1, 1, rx, ry, "tr br bl"), (0, 0.82)]], 1
        case "6":
            return [
                _loop(0, 0.42, 1, 1, rx, ry),
                [(1, 0.2), *_loop(0, 0, 1, 1, rx, ry, "tr")[::-1], *_loop(0, 0, 1, 1, rx, ry, "tl")[::-1], (0, 0.75)],
            ], 1
        case "9":
            return [
                _loop(0, 0, 1, 0.58, rx, ry),
                [(1, 0.3), *_loop(0, 0, 1, 1, rx, ry, "br bl"), (0, 0.82)],
            ], 1
        case "7":
            return [[(0, 0), (1, 0), (0.35, 1)]], 1
        case "8":
            return [_loop(0.04, 0, 0.96, m, rx, ry), _loop(0, m, 1, 1, rx, ry)], 1
        case "A":
            a, b = 0.5 - s.flat_a / 2, 0.5 + s.flat_a / 2
            y = 0.66
            return [[(0, 1), (a, 0), (b, 0), (1, 1)], [(a * (1 - y), y), (1 - a * (1 - y), y)]], 1.1
        case "B":
            return [
                [(0, 1), (0, 0), *_loop(0, 0, 0.94, m, rx, ry, "tr br"), (0, m)],
                [(0, m), *_loop(0, m, 1, 1, rx, ry, "tr br"), (0, 1)],
            ], 1
        case "C":
            return [
                [
                    (1, 0.28),
                    *_loop(0, 0, 1, 1, rx, ry, "tr")[::-1],
                    *_loop(0, 0, 1, 1, rx, ry, "tl")[::-1],
                    *_loop(0, 0, 1, 1, rx, ry, "bl")[::-1],
                    *_loop(0, 0, 1, 1, rx, ry, "br")[::-1],
                    (1, 0.72),
                ]
            ], 1
        case "D":
            return [[(0, 1), (0, 0), *_loop(0, 0, 1, 1, rx * 1.3, ry * 1.3, "tr br"), (0, 1)]], 1
        case "E":
            return [[(1, 0), (0, 0), (0, 1), (1, 1)], [(0, m), (0.85, m)]], 0.92
        case "F":
            return [[(1, 0), (0, 0), (0, 1)], [(0, m), (0.85, m)]], 0.9
        case "G":
            end: Stroke = [(1, 0.55), (0.55, 0.55)]
            spur: list[Stroke] = [[(1, 0.55), (1, 1)]] if s.g_spur else []
            return [
                [
                    (1, 0.26),
                    *_loop(0, 0, 1, 1, rx, ry, "tr")[::-1],
                    *_loop(0, 0, 1, 1, rx, ry, "tl")[::-1],
                    *_loop(0, 0, 1, 1, rx, ry, "bl")[::-1],
                    *_loop(0, 0, 1, 1, rx, ry, "br")[::-1],
                    *end,
                ],
                *spur,
            ], 1
        case "H":
            return [[(0, 0), (0, 1)], [(1, 0), (1, 1)], [(0, m), (1, m)]], 1
        case "J":
            top: Stroke = [(0.4, 0), (1, 0)] if s.serif_i else []
            return [[*top, (1, 0), *_loop(0, 0, 1, 1, rx, ry, "br bl"), (0, 0.72)]], 0.9
        case "K":
            return [[(0, 0), (0, 1)], [(1, 0), (0, 0.62)], [(0.34, 0.42), (1, 1)]], 1
        case "L":
            return [[(0, 0), (0, 1), (0.95, 1)]], 0.9
        case "M":
            return [[(0, 1), (0, 0), (0.5, v), (1, 0), (1, 1)]], s.m_width
        case "N":
            return [[(0, 1), (0, 0), (1, 1), (1, 0)]], 1.02
        case "P":
            return [[(0, 1), (0, 0), *_loop(0, 0, 1, m + 0.06, rx, ry, "tr br"), (0, m + 0.06)]], 1
        case "R":
            return [
                [(0, 1), (0, 0), *_loop(0, 0, 1, m + 0.03, rx, ry, "tr br"), (0, m + 0.03)],
                [(0.5, m + 0.03), (1, 1)],
            ], 1
        case "S":
            return [
                [
                    (1, 0.24),
                    *_loop(0, 0, 1, m, rx, ry, "tr")[::-1],
                    *_loop(0, 0, 1, m, rx, ry, "tl")[::-1],
                    *_loop(0, 0, 1, m, rx, ry, "bl")[::-1],
                    *_loop(0, m, 1, 1, rx, ry, "tr br bl"),
                    (0, 0.77),
                ]
            ], 1
        case "T":
            return [[(0, 0), (1, 0)], [(0.5, 0), (0.5, 1)]], 1
        case "U":
            return [[(1, 0), *_loop(0, 0, 1, 1, rx, ry, "br bl"), (0, 0)]], 1
        case "V":
            return [[(0, 0), (0.5, 1), (1, 0)]], 1.08
        case "W":
            if s.m_depth > 0.8:
                return [[(0, 0), (0.25, 1), (0.5, 0.25), (0.75, 1), (1, 0)]], s.m_width * 1.05
            return [[(0, 0), (0.06, 1), (0.5, 1 - v), (0.94, 1), (1, 0)]], s.m_width * 1.03
        case "X":
            return [[(0, 0), (1, 1)], [(1, 0), (0, 1)]], 1.05
        case "Y":
            return [[(0, 0), (0.5, 0.5), (1, 0)], [(0.5, 0.5), (0.5, 1)]], 1.05
        case "Z":
            return [[(0, 0), (1, 0), (0, 1), (1, 1)]], 1
    raise KeyError(char)


def glyph_mask(char: str, style: GlyphStyle) -> np.ndarray:
    """Return a character's mask, (CELL_H, w) uint8, 255 where there is ink."""
    scale = 2
    paths, width = strokes(char, style)
    pen = style.stroke * CELL_H * scale
    inner_h = CELL_H * scale - pen
    inner_w = max((CELL_H * scale * style.width - pen) * width, 1.0)
    mask = np.zeros((CELL_H * scale, max(round(inner_w + pen), 2)), np.uint8)
    for path in paths:
        points = np.array([(x * inner_w + pen / 2, y * inner_h + pen / 2) for x, y in path])
        cv2.polylines(mask, [np.round(points * 16).astype(np.int32)], False, 255, max(1, round(pen)), cv2.LINE_AA, 4)
    if not style.round_cap:
        kernel = np.ones((3, 3), np.uint8)
        mask = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, kernel)
    return cv2.resize(mask, (max(1, mask.shape[1] // scale), CELL_H), interpolation=cv2.INTER_AREA)
