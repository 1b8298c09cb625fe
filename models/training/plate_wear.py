"""What is under and over a plate's text without being print: pictures, edges, bolts, holders, dirt."""

from __future__ import annotations

import cv2
import numpy as np

from models.training.fonts import GlyphSet
from models.training.looks import BLACK, WHITE, Colour, Look
from models.training.plate_ink import Area, any_colour
from models.training.plate_print import small_text
from models.training.words import SLOGANS

BORDER_GREY: Colour = (120, 120, 120)
PLASTIC: Colour = (15, 15, 15)
"""A common holder's black."""
MUD: Colour = (60, 75, 85)
LIGHT_SUM = 380
"""A holder whose three values sum to less takes white print."""


def paint_picture(image: np.ndarray, rng: np.random.Generator) -> None:
    """Paint a wash, hills or a figure behind the text, in place, pale enough to read on."""
    h, w = image.shape[:2]
    if rng.random() < 0.6:
        ramp = np.linspace(0, 1, h) if rng.random() < 0.7 else np.abs(np.linspace(-1, 1, h))
        ramp = ramp[:, None, None]
        tint = np.array(rng.integers(60, 256, 3), np.float32)
        strength = rng.uniform(0.2, 0.75)
        image[:] = np.clip(image * (1 - strength * ramp) + tint * strength * ramp, 0, 255).astype(np.uint8)
    layer = image.copy()
    for _ in range(rng.integers(0, 4)):
        x, y = (int(v) for v in rng.uniform(0, 1, 2) * [w, h])
        shade = any_colour(rng, 60, 250)
        if rng.random() < 0.5:
            half_w, half_h = (int(v) for v in rng.uniform(0.08, 0.5, 2) * [w * 0.5, h])
            cv2.ellipse(layer, (x, y), (half_w, half_h), float(rng.uniform(0, 180)), 0, 360, shade, -1, cv2.LINE_AA)
        else:
            points = rng.normal(0, 0.2, (6, 2)) * [w * 0.5, h] + (x, y)
            cv2.fillPoly(layer, [points.astype(np.int32)], shade, cv2.LINE_AA)
    mix = rng.uniform(0.15, 0.5)
    image[:] = cv2.addWeighted(image, 1 - mix, layer, mix, 0)


def draw_edge(image: np.ndarray, ink: Colour, rng: np.random.Generator) -> None:
    """Draw the line pressed along many plates' edges, in place."""
    h, w = image.shape[:2]
    if rng.random() < 0.55:
        inset = int(rng.integers(1, 6))
        shade = ink if rng.random() < 0.7 else BORDER_GREY
        far = w - 1 - inset, h - 1 - inset
        cv2.rectangle(image, (inset, inset), far, shade, int(rng.integers(1, 5)), cv2.LINE_AA)


def draw_bolts(image: np.ndarray, rng: np.random.Generator) -> None:
    """Draw pairs of bolt heads, or of slots for bolts, near the upper and the lower edge, in place."""
    h, w = image.shape[:2]
    xs = (rng.uniform(0.1, 0.3), rng.uniform(0.7, 0.9))
    slots = rng.random() < 0.35
    for y in (rng.uniform(0.06, 0.14), rng.uniform(0.86, 0.94)):
        if rng.random() < 0.65:
            shade = int(rng.integers(20, 90 if slots else 230))
            radius = max(2, int(h * rng.uniform(0.025, 0.05)))
            for x in xs:
                at = int(x * w), int(y * h)
                if slots:
                    half = int(radius * rng.uniform(0.8, 2.0))
                    ends = (at[0] - half, at[1]), (at[0] + half, at[1])
                    cv2.line(image, *ends, (shade, shade, shade), radius, cv2.LINE_AA)
                else:
                    _draw_bolt(image, at, radius, shade)


def _draw_bolt(image: np.ndarray, at: tuple[int, int], radius: int, shade: int) -> None:
    glint = min(shade + 60, 255)
    cv2.circle(image, at, radius, (shade, shade, shade), -1, cv2.LINE_AA)
    cv2.circle(image, (at[0] - 1, at[1] - 1), max(1, radius // 2), (glint, glint, glint), -1, cv2.LINE_AA)


def draw_holder(image: np.ndarray, look: Look, strokes: list[GlyphSet], rng: np.random.Generator) -> None:
    """Draw a holder that covers the plate's edge, often with a dealer's name, in place."""
    h, w = image.shape[:2]
    shade = PLASTIC if rng.random() < 0.75 else any_colour(rng)
    american = look.top == "state"
    thick = int(h * rng.uniform(0.01, 0.08 if american else 0.035))
    cv2.rectangle(image, (0, 0), (w - 1, h - 1), shade, max(2, thick * 2))
    if rng.random() < 0.6:
        share = rng.uniform(0.07, 0.17 if american else 0.12)
        cv2.rectangle(image, (0, int(h * (1 - share))), (w, h), shade, -1)
        name = str(rng.choice(SLOGANS))
        light = WHITE if sum(shade) < LIGHT_SUM else BLACK
        if rng.random() < 0.75:
            small_text(image, name, Area(w * 0.15, w * 0.85, h * (1 - share * 0.9), h * 0.99), light, strokes, rng)
        if american and rng.random() < 0.6:
            cv2.rectangle(image, (0, 0), (w, int(h * share)), shade, -1)
            area = Area(w * 0.2, w * 0.8, h * 0.01, h * share * 0.9)
            small_text(image, str(rng.choice(SLOGANS)), area, light, strokes, rng)


def wear(image: np.ndarray, rng: np.random.Generator) -> None:
    """Add uneven light, specks and mud, in place."""
    h, w = image.shape[:2]
    if rng.random() < 0.6:
        coarse = rng.normal(1.0, rng.uniform(0.02, 0.14), (4, 8)).astype(np.float32)
        field = cv2.resize(coarse, (w, h), interpolation=cv2.INTER_CUBIC)[..., None]
        image[:] = np.clip(image * field, 0, 255).astype(np.uint8)
    if rng.random() < 0.3:
        for _ in range(rng.integers(1, 14)):
            shade = int(rng.integers(30, 200))
            at = int(rng.integers(w)), int(rng.integers(h))
            cv2.circle(image, at, int(rng.integers(1, 4)), (shade, shade, shade), -1, cv2.LINE_AA)
    if rng.random() < 0.07:
        dirt = cv2.resize(rng.random((10, 30)).astype(np.float32), (w, h), interpolation=cv2.INTER_CUBIC)
        cover = np.clip((dirt - rng.uniform(0.65, 0.9)) * 2, 0, rng.uniform(0.15, 0.5))[..., None]
        image[:] = (image * (1 - cover) + np.array(MUD) * cover).astype(np.uint8)
