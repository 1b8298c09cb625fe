"""Plates and scenes drawn with plain shapes, so that a test knows to the pixel what is where."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from streamer.geometry import quad_of_box

BODY = 70
"""Grey level of the car around a plate."""


def draw_plate(
    text: str, width: int = 260, height: int = 56, paper: int = 235, ink: int = 20, lines: int = 1, frame: int = 0
) -> np.ndarray:
    """Return a flat plate, (height, width, 3) uint8 BGR, its characters evenly spaced in one or two lines."""
    plate = np.full((height, width, 3), paper, np.uint8)
    if frame:
        cv2.rectangle(plate, (0, 0), (width - 1, height - 1), (ink,) * 3, frame)
    per_line = -(-len(text) // lines)
    line_h = height / lines
    for number in range(lines):
        part = text[number * per_line : (number + 1) * per_line]
        _draw_line(plate, part, number * line_h, line_h, ink)
    return plate


def _draw_line(plate: np.ndarray, text: str, top: float, line_h: float, ink: int) -> None:
    """Draw characters, each stretched to the same height, into a line of the plate."""
    char_h = round(0.62 * line_h)
    pitch = 0.88 * plate.shape[1] / max(len(text), 1)
    for place, char in enumerate(text):
        mask = glyph(char)
        char_w = max(3, min(round(mask.shape[1] * char_h / mask.shape[0]), round(0.78 * pitch)))
        small = cv2.resize(mask, (char_w, char_h), interpolation=cv2.INTER_AREA)
        x = round(0.06 * plate.shape[1] + place * pitch + (pitch - char_w) / 2)
        y = round(top + (line_h - char_h) / 2)
        part = plate[y : y + char_h, x : x + char_w].astype(np.float32)
        share = small[..., None].astype(np.float32) / 255
        plate[y : y + char_h, x : x + char_w] = np.round(part * (1 - share) + ink * share).astype(np.uint8)


def glyph(char: str) -> np.ndarray:
    """Return a character's mask cut close, (h, w) uint8, ink 255."""
    canvas = np.zeros((160, 160), np.uint8)
    cv2.putText(canvas, char, (20, 130), cv2.FONT_HERSHEY_DUPLEX, 4.0, 255, 12, cv2.LINE_AA)
    x, y, w, h = cv2.boundingRect(canvas)
    return canvas[y : y + h, x : x + w]


def draw_scene(
    plates: Sequence[tuple[np.ndarray, tuple[int, int]]] = (), width: int = 640, height: int = 480
) -> np.ndarray:
    """Return a scene (height, width, 3) uint8 BGR of one grey, with plates at their top-left corners (x, y)."""
    scene = np.full((height, width, 3), BODY, np.uint8)
    for plate, (x, y) in plates:
        scene[y : y + plate.shape[0], x : x + plate.shape[1]] = plate
    return scene


def plate_quad(plate: np.ndarray, at: tuple[int, int]) -> np.ndarray:
    """Return the quad (4, 2) px of a plate in a scene."""
    return quad_of_box(*at, plate.shape[1], plate.shape[0])


def turned(scene: np.ndarray, quad: np.ndarray, angle_deg: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the scene turned clockwise about its middle, and where the quad is then."""
    centre = (scene.shape[1] / 2, scene.shape[0] / 2)
    matrix = cv2.getRotationMatrix2D(centre, -angle_deg, 1.0)
    around = scene.shape[1::-1]
    image = cv2.warpAffine(scene, matrix, around, borderMode=cv2.BORDER_REPLICATE)
    return image, cv2.transform(quad[None].astype(np.float32), matrix)[0]
