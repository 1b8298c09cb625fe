"""Synthetic plates: one flat plate image at a time, as its maker would have made it, with the text that is on it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from models.training.fonts import GlyphSet, find_fonts
from models.training.glyphs import CELL_H, GlyphStyle
from models.training.looks import BLACK, BLUE, LOOKS, WHITE, Colour, Look
from models.training.texts import TextSource
from models.training.words import CITIES, PROVINCES, SLOGANS, STATES
from streamer.datatypes import ALPHABET

PLATE_H = 112
"""Height in px of a one-line plate as it is drawn."""

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


@dataclass(frozen=True, slots=True, eq=False)
class Plate:
    """A flat plate: its picture fills `image`."""

    image: np.ndarray
    """(h, w, 3) uint8 BGR."""
    text: str
    """What a reader must say: A-Z and 0-9 in reading order."""
    country: str
    lines: int


def _paste(image: np.ndarray, mask: np.ndarray, x: float, y: float, colour: Colour, emboss: float = 0.0) -> None:
    """Blend a mask's ink into the image in place, its top left at (x, y)."""
    x, y = round(x), round(y)
    x0, y0 = max(x, 0), max(y, 0)
    x1, y1 = min(x + mask.shape[1], image.shape[1]), min(y + mask.shape[0], image.shape[0])
    if x1 <= x0 or y1 <= y0:
        return
    ink = mask[y0 - y : y1 - y, x0 - x : x1 - x].astype(np.float32)[..., None] / 255
    area = image[y0:y1, x0:x1].astype(np.float32)
    if emboss:
        edge = ink[..., 0]
        relief = np.zeros_like(edge)
        relief[1:, 1:] = edge[1:, 1:] - edge[:-1, :-1]
        area = area + emboss * relief[..., None]
    image[y0:y1, x0:x1] = np.clip(area * (1 - ink) + np.array(colour, np.float32) * ink, 0, 255).astype(np.uint8)


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
        self.texts = TextSource(formats_dir)
        self._files = find_fonts(fonts)
        self._sets: dict[str, GlyphSet] = {}
        drawn = [GlyphStyle.sample(self.rng) for _ in range(styles)]
        self._strokes = [GlyphSet.of_style(style) for style in drawn]
        self._bars = [k for k, style in enumerate(drawn) if style.one == "bar" and not style.serif_i]
        self._families = {
            name: [f for f in self._files if any(part in Path(f).stem for part in parts)]
            for name, parts in FAMILIES.items()
        }
        self._provinces = self._province_masks(fonts)
        weights = np.array([look.weight for look in LOOKS])
        self._weights = weights / weights.sum()

    def _province_masks(self, folders: list[Path]) -> list[np.ndarray]:
        from PIL import Image, ImageDraw, ImageFont

        for folder in folders:
            for path in sorted(folder.rglob("DroidSansFallback*.ttf")):
                font = ImageFont.truetype(str(path), 88)
                masks = []
                for char in PROVINCES:
                    image = Image.new("L", (92, CELL_H), 0)
                    ImageDraw.Draw(image).text((2, -8), char, font=font, fill=255, stroke_width=2)
                    masks.append(np.asarray(image))
                return masks
        return []

    def _glyphs(self, look: Look) -> GlyphSet:
        family = str(self.rng.choice(look.fonts))
        if family == "bars" and self._bars:
            return self._strokes[self._bars[self.rng.integers(len(self._bars))]]
        files = self._families.get(family, [])
        if family == "strokes" or not files:
            return self._strokes[self.rng.integers(len(self._strokes))]
        path = files[self.rng.integers(len(files))]
        if path not in self._sets:
            self._sets[path] = GlyphSet.of_font(path)
        return self._sets[path]

    def render(self, look: Look | None = None) -> Plate:
        """Draw a plate; of a random country unless a look is given."""
        rng = self.rng
        if look is None:
            look = LOOKS[rng.choice(len(LOOKS), p=self._weights)]
        code = str(rng.choice(look.codes))
        groups = self.texts.sample(code, rng)
        length = sum(len(g) for g in groups)
        if look.codes == ("random",) and rng.random() < 0.35:
            look = LOOKS[rng.choice(len(LOOKS), p=self._weights)]
        two_line = len(groups) >= 1 and length >= 4 and rng.random() < look.two_line
        background, ink = look.paint[rng.integers(len(look.paint))]
        background = tuple(int(np.clip(c + rng.normal(0, 10), 0, 255)) for c in background)
        ink = tuple(int(np.clip(c + abs(rng.normal(0, 14)), 0, 255)) for c in ink)
        if two_line:
            height = int(PLATE_H * 1.5)
            aspect = rng.uniform(*look.two_line_aspect)
        else:
            height, aspect = PLATE_H, rng.uniform(*look.aspect)
            if aspect < 2.6:
                height = int(PLATE_H * 1.25)
        width = int(height * aspect)
        image = np.empty((height, width, 3), np.uint8)
        image[:] = background
        if rng.random() < look.picture:
            self._picture(image)
        if rng.random() < 0.55:
            inset = int(rng.integers(1, 6))
            shade = ink if rng.random() < 0.7 else (120, 120, 120)
            cv2.rectangle(
                image,
                (inset, inset),
                (width - 1 - inset, height - 1 - inset),
                shade,
                int(rng.integers(1, 5)),
                cv2.LINE_AA,
            )
        if look.rim and rng.random() < 0.8:
            cv2.rectangle(
                image, (0, 0), (width - 1, height - 1), ink, int(2 * height * look.rim * rng.uniform(0.5, 1.3))
            )
        left, right, top, bottom = self._furniture(image, look, ink, code, two_line)
        glyphs = self._glyphs(look)
        emboss = float(rng.uniform(15, 70)) if rng.random() < 0.4 else 0.0
        if two_line:
            first, second = self._split(groups)
            middle = (top + bottom) / 2 + rng.normal(0, 0.02) * height
            self._line(image, first, glyphs, look, ink, emboss, (left, right, top, middle), two_line=True)
            self._line(image, second, glyphs, look, ink, emboss, (left, right, middle, bottom), two_line=True)
        else:
            self._line(image, groups, glyphs, look, ink, emboss, (left, right, top, bottom), two_line=False)
        if rng.random() < look.bolts:
            self._bolts(image)
        if rng.random() < (0.35 if look.bottom or look.band else 0.15):
            self._frame(image, look)
        self._wear(image)
        return Plate(image, "".join(groups), code, 2 if two_line else 1)

    def _split(self, groups: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        if len(groups) == 1:
            text = groups[0]
            cut = int(np.clip(len(text) // 2 + self.rng.integers(-1, 2), 1, len(text) - 1))
            return (text[:cut],), (text[cut:],)
        sizes = np.cumsum([len(g) for g in groups])[:-1]
        cut = int(np.argmin(np.abs(sizes - sizes[-1] * 0.5 - len(groups[-1]) * 0.5))) + 1
        return groups[:cut], groups[cut:]

    def _line(self, image, groups, glyphs, look, ink, emboss, area, two_line) -> None:
        """Draw the groups of one line centred in `area` (left, right, top, bottom)."""
        rng = self.rng
        left, right, top, bottom = area
        height = image.shape[0]
        if two_line:
            char_h = (bottom - top) * rng.uniform(0.72, 0.9)
            middle = (top + bottom) / 2
        else:
            char_h = min(height * rng.uniform(*look.char_h), (bottom - top) * 0.96)
            middle = np.clip(
                height * look.centre + rng.normal(0, 0.015) * height, top + char_h / 2, bottom - char_h / 2
            )
        scale = char_h / CELL_H
        text = "".join(groups)
        natural = [glyphs.masks[c].shape[1] * scale for c in text]
        emblem = str(rng.choice(look.emblems))
        joints = [0.0] * len(text)
        position = 0
        marks = []
        for number, group in enumerate(groups[:-1]):
            position += len(group)
            kind = emblem if number == 0 or rng.random() < 0.6 else "space"
            share = {
                "none": 0.0,
                "space": 0.32,
                "dash": 0.42,
                "dot": 0.3,
                "shield": 0.62,
                "stickers": 0.5,
                "sticker": 0.45,
                "shape": 0.55,
                "shield_sticker": 0.62,
            }[kind]
            joints[position - 1] = share * char_h * rng.uniform(0.8, 1.25)
            marks.append((position - 1, kind))
        pitch = float(np.mean(natural))
        room = (right - left) * rng.uniform(0.86, 0.97)
        squeeze = rng.uniform(0.82, 1.22)
        gap = rng.uniform(0.1, 0.3) * pitch
        total = sum(natural) * squeeze + gap * (len(text) - 1) + sum(joints)
        if total > room:
            ratio = room / total
            squeeze, gap = squeeze * ratio, gap * ratio
            joints = [j * ratio for j in joints]
        elif rng.random() < 0.75:
            spare = room - total
            grow = min(1.3, 1 + spare / (sum(natural) * squeeze + 1e-6) * rng.uniform(0.3, 0.8))
            squeeze *= grow
            total = sum(natural) * squeeze + gap * (len(text) - 1) + sum(joints)
            gap += max(0.0, min((room - total) / max(len(text), 1), 0.35 * pitch))
        total = sum(natural) * squeeze + gap * (len(text) - 1) + sum(joints)
        x = (left + right) / 2 - total / 2 + rng.normal(0, 0.01) * (right - left)
        equal = rng.random() < 0.25
        for k, char in enumerate(text):
            mask = glyphs.masks[char]
            w = max(2, round(mask.shape[1] * scale * squeeze))
            h = max(4, round(char_h))
            small = cv2.resize(mask, (w, h), interpolation=cv2.INTER_AREA if h < CELL_H else cv2.INTER_LINEAR)
            slot = w
            if equal and char in "1I":
                slot = max(w, round(pitch * squeeze * 0.85))
            _paste(image, small, x + (slot - w) / 2, middle - h / 2, ink, emboss)
            x += slot + gap
            for at, kind in marks:
                if at == k:
                    self._mark(image, kind, x - gap / 2 + joints[k] / 2, middle, char_h, joints[k], ink)
            x += joints[k]

    def _mark(self, image, kind, x, y, char_h, width, ink) -> None:
        """Draw what stands between two groups, centred at (x, y)."""
        rng = self.rng
        x, y = int(x), int(y)
        colour = lambda: tuple(int(v) for v in rng.integers(20, 235, 3))  # noqa: E731
        r = max(2, int(min(width * 0.42, char_h * 0.17)))
        if kind == "dash":
            half = max(2, int(width * rng.uniform(0.25, 0.42)))
            thick = max(2, int(char_h * rng.uniform(0.06, 0.13)))
            cv2.rectangle(image, (x - half, y - thick // 2), (x + half, y + thick // 2), ink, -1)
        elif kind == "dot":
            cv2.circle(
                image,
                (x, y + int(rng.choice([0.0, 0.0, 0.4]) * char_h)),
                max(2, int(char_h * rng.uniform(0.05, 0.09))),
                ink,
                -1,
                cv2.LINE_AA,
            )
        elif kind in ("shield", "shield_sticker", "shape"):
            size = char_h * rng.uniform(0.2, 0.4)
            w, h = int(min(size * rng.uniform(0.7, 1.1), width * 0.95) / 2), int(size / 2)
            if kind == "shield_sticker":
                cv2.circle(image, (x, y - int(char_h * 0.26)), r, colour(), -1, cv2.LINE_AA)
                y += int(char_h * 0.2)
            if kind == "shape" and rng.random() < 0.6:
                points = [
                    [x + int(w * 1.2 * np.cos(a) * rng.uniform(0.4, 1)), y + int(h * np.sin(a) * rng.uniform(0.4, 1))]
                    for a in np.linspace(0, 6.28, int(rng.integers(5, 12)))
                ]
                cv2.fillPoly(image, [np.array(points)], colour() if rng.random() < 0.6 else ink, cv2.LINE_AA)
            else:
                points = np.array(
                    [[x - w, y - h], [x + w, y - h], [x + w, y + h // 3], [x, y + h], [x - w, y + h // 3]]
                )
                cv2.fillPoly(image, [points], colour(), cv2.LINE_AA)
                if rng.random() < 0.7:
                    cv2.fillPoly(image, [points[:3] // 2 + points[2:5] // 2], colour(), cv2.LINE_AA)
                if rng.random() < 0.6:
                    cv2.polylines(image, [points], True, ink, 1, cv2.LINE_AA)
        elif kind in ("sticker", "stickers"):
            offsets = (-0.23, 0.23) if kind == "stickers" else (float(rng.choice([-0.25, 0.0, 0.25])),)
            for offset in offsets:
                cy = y + int(offset * char_h)
                cv2.circle(image, (x, cy), r, colour(), -1 if rng.random() < 0.7 else 2, cv2.LINE_AA)
                cv2.circle(image, (x, cy), max(1, r // 2), colour(), -1, cv2.LINE_AA)
                if rng.random() < 0.5:
                    cv2.circle(image, (x, cy), r, ink, 1, cv2.LINE_AA)

    def _small_text(self, image, text: str, box, colour) -> None:
        """Fit small text into box (left, right, top, bottom)."""
        rng = self.rng
        left, right, top, bottom = box
        if right - left < 8 or bottom - top < 5:
            return
        if text.upper() == text and all(c in ALPHABET + " -" for c in text) and rng.random() < 0.7:
            glyphs = self._strokes[rng.integers(len(self._strokes))]
            h = (bottom - top) * rng.uniform(0.7, 1.0)
            scale = h / CELL_H
            advance = [0.5 * h if c in " -" else glyphs.masks[c].shape[1] * scale * 1.2 for c in text]
            squeeze = min(1.2, (right - left) / max(sum(advance), 1))
            x = (left + right) / 2 - sum(advance) * squeeze / 2
            for char, step in zip(text, advance, strict=True):
                if char in ALPHABET:
                    mask = glyphs.masks[char]
                    size = max(1, round(mask.shape[1] * scale * squeeze)), max(2, round(h))
                    _paste(
                        image,
                        cv2.resize(mask, size, interpolation=cv2.INTER_AREA),
                        x,
                        (top + bottom) / 2 - h / 2,
                        colour,
                    )
                x += step * squeeze
            return
        face = int(
            rng.choice(
                [
                    cv2.FONT_HERSHEY_DUPLEX,
                    cv2.FONT_HERSHEY_TRIPLEX,
                    cv2.FONT_HERSHEY_SCRIPT_COMPLEX,
                    cv2.FONT_HERSHEY_SIMPLEX,
                    cv2.FONT_HERSHEY_COMPLEX,
                ]
            )
        )
        (w, h), base = cv2.getTextSize(text, face, 1.0, 2)
        scale = min((right - left) / w, (bottom - top) / (h + base * 0.5))
        thick = 2 if scale > 0.6 else 1
        cv2.putText(
            image,
            text,
            (int((left + right) / 2 - w * scale / 2), int(bottom - base * scale * 0.4)),
            face,
            scale,
            colour,
            thick,
            cv2.LINE_AA,
        )

    def _furniture(self, image, look: Look, ink, code: str, two_line: bool):
        """Draw bands and small text; return the area left for the text (left, right, top, bottom)."""
        rng = self.rng
        h, w = image.shape[:2]
        pad = 0.035 * w
        left, right, top, bottom = pad, w - pad, 0.04 * h, 0.96 * h
        band = look.band
        if band == "eu_maybe":
            band = "eu" if rng.random() < 0.5 else None
        if band in ("eu", "both") and rng.random() < 0.88:
            bw = int(h * rng.uniform(0.34, 0.46) * (0.6 if two_line else 1))
            blue = tuple(int(np.clip(c + rng.normal(0, 18), 0, 255)) for c in BLUE)
            cv2.rectangle(image, (2, 2), (bw, h - 3), blue, -1)
            gold = (40, 200, 230) if rng.random() < 0.8 else WHITE
            for a in np.linspace(0, 2 * np.pi, 13)[:-1]:
                cv2.circle(
                    image,
                    (int(bw / 2 + bw * 0.28 * np.cos(a)), int(h * 0.3 + bw * 0.28 * np.sin(a))),
                    max(1, bw // 18),
                    gold,
                    -1,
                    cv2.LINE_AA,
                )
            letters = (
                code.upper()[:2]
                if rng.random() < 0.8
                else str(rng.choice(["D", "F", "I", "E", "GB", "PL", "SLO", "RO"]))
            )
            self._small_text(image, letters, (3 + bw * 0.12, bw * 0.88, h * 0.66, h * 0.92), WHITE)
            left = bw + 0.012 * w
            if band == "both" and rng.random() < 0.8:
                cv2.rectangle(image, (w - bw, 2), (w - 3, h - 3), blue, -1)
                if rng.random() < 0.6:
                    self._small_text(
                        image,
                        str(rng.integers(1, 96)).zfill(2),
                        (w - bw * 0.85, w - bw * 0.15, h * 0.68, h * 0.9),
                        WHITE,
                    )
                right = w - bw - 0.012 * w
        elif band == "top":
            bh = int(h * rng.uniform(0.2, 0.27))
            blue = tuple(int(np.clip(c + rng.normal(0, 15), 0, 255)) for c in BLUE)
            cv2.rectangle(image, (2, 2), (w - 3, bh), blue, -1)
            self._small_text(
                image,
                str(rng.choice(["BRASIL", "REPUBLICA ARGENTINA", "URUGUAY", "PARAGUAY", "MERCOSUL"])),
                (w * 0.25, w * 0.75, bh * 0.2, bh * 0.85),
                WHITE,
            )
            top = bh + 0.02 * h
            if rng.random() < 0.6:
                self._small_text(image, "BR", (0.02 * w, 0.07 * w, h * 0.75, h * 0.9), ink)
                cv2.rectangle(image, (int(0.02 * w), int(0.32 * h)), (int(0.06 * w), int(0.5 * h)), (90, 90, 90), -1)
                left = 0.08 * w
        elif band == "ind" and rng.random() < 0.5:
            left = 0.1 * w
            blue = (150, 70, 20)
            self._small_text(image, "IND", (0.015 * w, 0.085 * w, h * 0.6, h * 0.82), blue)
            if rng.random() < 0.6:
                cv2.circle(
                    image, (int(0.05 * w), int(0.36 * h)), max(2, int(0.022 * w)), (180, 150, 120), -1, cv2.LINE_AA
                )
        if look.prefix == "glyph":
            size = int(h * rng.uniform(0.58, 0.7))
            if self._provinces and rng.random() < 0.85:
                mask = cv2.resize(
                    self._provinces[rng.integers(len(self._provinces))],
                    (int(size * rng.uniform(0.5, 0.62)), size),
                    interpolation=cv2.INTER_AREA,
                )
            else:
                mask = np.zeros((size, int(size * 0.55)), np.uint8)
                for _ in range(rng.integers(5, 9)):
                    p = rng.uniform(0.05, 0.95, (2, 2)) * mask.shape[::-1]
                    cv2.line(
                        mask,
                        tuple(int(v) for v in p[0]),
                        tuple(int(v) for v in (p[1] if rng.random() < 0.4 else (p[1][0], p[0][1]))),
                        255,
                        max(2, size // 14),
                    )
            _paste(image, mask, left + 0.01 * w, h / 2 - size / 2, ink)
            left += mask.shape[1] + 0.025 * w
        for where, kind in (("top", look.top), ("bottom", look.bottom)):
            if (
                kind is None
                or (kind == "maybe" and rng.random() < 0.7)
                or (kind == "dealer" and rng.random() < 0.5)
                or rng.random() < 0.12
            ):
                continue
            share = rng.uniform(0.14, 0.22) if where == "top" else rng.uniform(0.09, 0.17)
            if kind in ("dealer", "date"):
                share = rng.uniform(0.08, 0.13) if kind == "dealer" else rng.uniform(0.14, 0.2)
            y = (top + 0.01 * h, top + share * h) if where == "top" else (bottom - share * h, bottom - 0.01 * h)
            tint = ink if rng.random() < 0.5 else tuple(int(v) for v in rng.integers(0, 255, 3))
            span = rng.uniform(0.2, 0.75)
            area = (w * (0.5 - span / 2), w * (0.5 + span / 2), *y)
            if kind == "city":
                text = f"{''.join(rng.choice(list('ABCDEGMPRST'), 2))}-{rng.choice(CITIES)}"
            elif kind == "state":
                text = str(rng.choice(STATES))
            elif kind == "date":
                text = f"{rng.integers(1, 13):02d} {rng.integers(14, 30)}"
                area = (w * 0.4, w * 0.6, *y)
            elif kind == "country":
                text = str(rng.choice(["ARGENTINA", "REPUBLICA ARGENTINA", "ARGENTINA"]))
            elif kind == "arabic":
                self._scribble(image, area, ink)
                text = ""
            else:
                text = str(rng.choice(SLOGANS)) if rng.random() < 0.7 else str(rng.choice(STATES))
            if text:
                self._small_text(image, text, area, tint)
            if where == "top":
                top = y[1] + 0.01 * h
                if kind == "state" and rng.random() < 0.5:
                    for side in (0.04, 0.84):
                        if rng.random() < 0.6:
                            sx, sy = int(w * side), int(y[0])
                            cv2.rectangle(
                                image,
                                (sx, sy),
                                (sx + int(0.12 * w), sy + int(0.16 * h)),
                                tuple(int(v) for v in rng.integers(30, 240, 3)),
                                -1,
                            )
                            self._small_text(
                                image,
                                str(rng.choice(["JAN", "25", "JUN", "09", "2012", "DEC", "14"])),
                                (sx + 2, sx + 0.11 * w, sy + 2, sy + 0.13 * h),
                                WHITE,
                            )
            else:
                bottom = y[0] - 0.005 * h
        return left, right, top, bottom

    def _scribble(self, image, area, ink) -> None:
        left, right, top, bottom = area
        rng = self.rng
        for x in np.arange(left, right, (bottom - top) * 0.9):
            points = rng.uniform(0, 1, (5, 2)) * [(bottom - top) * 0.9, bottom - top] + [x, top]
            cv2.polylines(image, [points.astype(np.int32)], False, ink, max(1, int((bottom - top) * 0.12)), cv2.LINE_AA)

    def _picture(self, image: np.ndarray) -> None:
        """Paint a wash, hills or a figure behind the text, pale enough to read on."""
        rng = self.rng
        h, w = image.shape[:2]
        if rng.random() < 0.6:
            ramp = (
                np.linspace(0, 1, h)[:, None, None]
                if rng.random() < 0.7
                else np.abs(np.linspace(-1, 1, h))[:, None, None]
            )
            tint = np.array(rng.integers(60, 256, 3), np.float32)
            strength = rng.uniform(0.2, 0.75)
            image[:] = np.clip(image * (1 - strength * ramp) + tint * strength * ramp, 0, 255).astype(np.uint8)
        layer = image.copy()
        for _ in range(rng.integers(0, 4)):
            centre = tuple(int(v) for v in rng.uniform(0, 1, 2) * [w, h])
            shade = tuple(int(v) for v in rng.integers(60, 250, 3))
            if rng.random() < 0.5:
                cv2.ellipse(
                    layer,
                    centre,
                    tuple(int(v) for v in rng.uniform(0.08, 0.5, 2) * [w * 0.5, h]),
                    float(rng.uniform(0, 180)),
                    0,
                    360,
                    shade,
                    -1,
                    cv2.LINE_AA,
                )
            else:
                points = rng.normal(0, 0.2, (6, 2)) * [w * 0.5, h] + centre
                cv2.fillPoly(layer, [points.astype(np.int32)], shade, cv2.LINE_AA)
        mix = rng.uniform(0.15, 0.5)
        image[:] = cv2.addWeighted(image, 1 - mix, layer, mix, 0)

    def _bolts(self, image: np.ndarray) -> None:
        rng = self.rng
        h, w = image.shape[:2]
        xs = (rng.uniform(0.1, 0.3), rng.uniform(0.7, 0.9))
        for y in (rng.uniform(0.06, 0.14), rng.uniform(0.86, 0.94)):
            if rng.random() < 0.65:
                shade = int(rng.integers(20, 230))
                radius = max(2, int(h * rng.uniform(0.025, 0.05)))
                for x in xs:
                    cv2.circle(image, (int(x * w), int(y * h)), radius, (shade, shade, shade), -1, cv2.LINE_AA)
                    cv2.circle(
                        image,
                        (int(x * w) - 1, int(y * h) - 1),
                        max(1, radius // 2),
                        (min(shade + 60, 255),) * 3,
                        -1,
                        cv2.LINE_AA,
                    )

    def _frame(self, image: np.ndarray, look: Look) -> None:
        """Draw a holder that covers the plate's edge, often with a dealer's name."""
        rng = self.rng
        h, w = image.shape[:2]
        shade = (15, 15, 15) if rng.random() < 0.75 else tuple(int(v) for v in rng.integers(0, 255, 3))
        thick = int(h * rng.uniform(0.01, 0.035))
        cv2.rectangle(image, (0, 0), (w - 1, h - 1), shade, max(2, thick * 2))
        if rng.random() < 0.6:
            share = rng.uniform(0.07, 0.12)
            cv2.rectangle(image, (0, int(h * (1 - share))), (w, h), shade, -1)
            text = str(rng.choice(SLOGANS))
            light = WHITE if sum(shade) < 380 else BLACK
            if rng.random() < 0.75:
                self._small_text(image, text, (w * 0.15, w * 0.85, h * (1 - share * 0.9), h * 0.99), light)
            if look.top == "state" and rng.random() < 0.6:
                cv2.rectangle(image, (0, 0), (w, int(h * share)), shade, -1)
                self._small_text(image, str(rng.choice(SLOGANS)), (w * 0.2, w * 0.8, h * 0.01, h * share * 0.9), light)

    def _wear(self, image: np.ndarray) -> None:
        """Uneven light, dirt and scratches, in place."""
        rng = self.rng
        h, w = image.shape[:2]
        if rng.random() < 0.6:
            coarse = rng.normal(1.0, rng.uniform(0.02, 0.14), (4, 8)).astype(np.float32)
            field = cv2.resize(coarse, (w, h), interpolation=cv2.INTER_CUBIC)[..., None]
            image[:] = np.clip(image * field, 0, 255).astype(np.uint8)
        if rng.random() < 0.3:
            for _ in range(rng.integers(1, 14)):
                shade = int(rng.integers(30, 200))
                cv2.circle(
                    image,
                    (int(rng.integers(w)), int(rng.integers(h))),
                    int(rng.integers(1, 4)),
                    (shade, shade, shade),
                    -1,
                    cv2.LINE_AA,
                )
        if rng.random() < 0.07:
            dirt = cv2.resize(rng.random((10, 30)).astype(np.float32), (w, h), interpolation=cv2.INTER_CUBIC)
            cover = np.clip((dirt - rng.uniform(0.65, 0.9)) * 2, 0, rng.uniform(0.15, 0.5))[..., None]
            image[:] = (image * (1 - cover) + np.array((60, 75, 85)) * cover).astype(np.uint8)
