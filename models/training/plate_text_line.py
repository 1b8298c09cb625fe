"""One line of a plate's text: how its characters and groups share the room, and their ink."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from models.training.fonts import GlyphSet
from models.training.glyphs import CELL_H
from models.training.looks import Colour, Look
from models.training.plate_ink import Area, blend
from models.training.plate_marks import MARK_ROOM, draw_mark


@dataclass(frozen=True, slots=True)
class LineStyle:
    """How the text of one plate is made."""

    glyphs: GlyphSet
    look: Look
    ink: Colour
    emboss: float
    """Grey levels of the relief; 0 is flat print."""
    two_line: bool


@dataclass(frozen=True, slots=True)
class Spacing:
    """How the characters of a line share its width, px but for `squeeze`."""

    squeeze: float
    """Width of a glyph over its natural one."""
    gap: float
    """Between two characters."""
    joints: tuple[float, ...]
    """Room for a mark after each character; 0 inside a group."""
    width: float
    """Of the whole line."""


def split_groups(groups: tuple[str, ...], rng: np.random.Generator) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the groups of the upper and of the lower line; a single group is cut about its middle."""
    if len(groups) == 1:
        text = groups[0]
        cut = int(np.clip(len(text) // 2 + rng.integers(-1, 2), 1, len(text) - 1))
        return (text[:cut],), (text[cut:],)
    sizes = np.cumsum([len(group) for group in groups])[:-1]
    cut = int(np.argmin(np.abs(sizes - sizes[-1] * 0.5 - len(groups[-1]) * 0.5))) + 1
    return groups[:cut], groups[cut:]


def draw_line(
    image: np.ndarray, groups: tuple[str, ...], style: LineStyle, area: Area, rng: np.random.Generator
) -> list[Area]:
    """Draw the groups of one line centred in `area`, in place on (h, w, 3) uint8 BGR; return each character's place."""
    char_h, middle = _height_and_middle(image.shape[0], style, area, rng)
    scale = char_h / CELL_H
    text = "".join(groups)
    natural = [style.glyphs.masks[c].shape[1] * scale for c in text]
    marks, joints = _marks(groups, style.look, char_h, rng)
    pitch = float(np.mean(natural))
    gap = rng.uniform(*style.look.gap) * pitch
    spacing = _spread(natural, pitch, gap, joints, area.right - area.left, rng)
    x = (area.left + area.right) / 2 - spacing.width / 2 + rng.normal(0, 0.01) * (area.right - area.left)
    equal_slots = rng.random() < 0.25
    places = []
    for k, char in enumerate(text):
        mask = style.glyphs.masks[char]
        w = max(2, round(mask.shape[1] * scale * spacing.squeeze))
        h = max(4, round(char_h))
        small = cv2.resize(mask, (w, h), interpolation=cv2.INTER_AREA if h < CELL_H else cv2.INTER_LINEAR)
        slot = w
        if equal_slots and char in "1I":
            slot = max(w, round(pitch * spacing.squeeze * 0.85))
        left = x + (slot - w) / 2
        blend(image, small, left, middle - h / 2, style.ink, style.emboss)
        places.append(Area(left, left + w, middle - h / 2, middle + h / 2))
        x += slot + spacing.gap
        if k in marks:
            joint = spacing.joints[k]
            draw_mark(image, marks[k], (x - spacing.gap / 2 + joint / 2, middle), char_h, joint, style.ink, rng)
        x += spacing.joints[k]
    return places


def draw_stack(
    image: np.ndarray, groups: tuple[str, str], style: LineStyle, area: Area, rng: np.random.Generator
) -> tuple[list[Area], Area]:
    """Draw two short groups small, one above the other, at the left of `area`, in place on (h, w, 3) uint8 BGR.

    Returns
    -------
    places
        Of each character.
    area
        What is left for the rest of the text.
    """
    room = area.bottom - area.top
    middle = area.top + room * rng.uniform(0.47, 0.53)
    char_h = room * rng.uniform(0.3, 0.4)
    scale = char_h / CELL_H
    longest = max(sum(style.glyphs.masks[c].shape[1] for c in group) for group in groups) * scale
    gap = char_h * rng.uniform(0.05, 0.15)
    squeeze = min(rng.uniform(0.8, 1.2), 0.25 * (area.right - area.left) / longest)
    left, right = area.left + 0.02 * image.shape[1], area.left
    places = []
    for group, y in zip(groups, (middle - char_h * 1.06, middle + char_h * 0.06), strict=True):
        x = left
        for char in group:
            mask = style.glyphs.masks[char]
            size = max(2, round(mask.shape[1] * scale * squeeze)), max(4, round(char_h))
            blend(image, cv2.resize(mask, size, interpolation=cv2.INTER_AREA), x, y, style.ink, style.emboss)
            places.append(Area(x, x + size[0], y, y + char_h))
            x += size[0] + gap
        right = max(right, x)
    return places, area._replace(left=right + char_h * rng.uniform(0.05, 0.4))


def _height_and_middle(plate_h: int, style: LineStyle, area: Area, rng: np.random.Generator) -> tuple[float, float]:
    """Return the height of the characters and the height at which their middle lies, px."""
    room = area.bottom - area.top
    if style.two_line:
        return room * rng.uniform(0.72, 0.9), (area.top + area.bottom) / 2
    char_h = min(plate_h * rng.uniform(*style.look.char_h), room * 0.96)
    wanted = plate_h * style.look.centre + rng.normal(0, 0.015) * plate_h
    return char_h, float(np.clip(wanted, area.top + char_h / 2, area.bottom - char_h / 2))


def _marks(
    groups: tuple[str, ...], look: Look, char_h: float, rng: np.random.Generator
) -> tuple[dict[int, str], list[float]]:
    """Return the marks by the character they follow, and the room in px after each character."""
    emblem = str(rng.choice(look.emblems))
    joints = [0.0] * sum(len(group) for group in groups)
    marks = {}
    last = -1
    for number, group in enumerate(groups[:-1]):
        last += len(group)
        marks[last] = emblem if number == 0 or rng.random() < 0.6 else "space"
        joints[last] = MARK_ROOM[marks[last]] * char_h * rng.uniform(0.8, 1.25)
    return marks, joints


def _spread(
    natural: list[float], pitch: float, gap: float, joints: list[float], span: float, rng: np.random.Generator
) -> Spacing:
    """Choose the spacing: what is too wide for the span is squeezed, what is too narrow mostly spread.

    Parameters
    ----------
    natural, joints
        Width of each character before squeezing, and the room after it, px.
    pitch
        Mean natural width, px.
    gap
        Between two characters at least, px; less only where the whole line is squeezed.
    span
        Width that the line may take, px.
    rng
        Source of randomness.
    """
    room = span * rng.uniform(0.86, 0.97)
    squeeze = rng.uniform(0.82, 1.22)
    total = sum(natural) * squeeze + gap * (len(natural) - 1) + sum(joints)
    if total > room:
        ratio = room / total
        squeeze, gap = squeeze * ratio, gap * ratio
        joints = [joint * ratio for joint in joints]
    elif rng.random() < 0.75:
        spare = room - total
        squeeze *= min(1.3, 1 + spare / (sum(natural) * squeeze + 1e-6) * rng.uniform(0.3, 0.8))
        total = sum(natural) * squeeze + gap * (len(natural) - 1) + sum(joints)
        gap += max(0.0, min((room - total) / max(len(natural), 1), 0.35 * pitch))
    total = sum(natural) * squeeze + gap * (len(natural) - 1) + sum(joints)
    return Spacing(squeeze, gap, tuple(joints), total)
