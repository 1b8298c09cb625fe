"""Small clips and images with a plate, drawn by the tests."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

SIZE_WH = 640, 360
PLATE_WH = 168, 40


def street(shade: int = 70) -> np.ndarray:
    """Return an empty street, (360, 640, 3) uint8 BGR: a light band over a dark one, with a little texture."""
    width, height = SIZE_WH
    image = np.full((height, width, 3), shade, np.uint8)
    image[: height // 3] = 150
    noise = np.random.default_rng(7).integers(0, 12, (height, width, 1), np.uint8)
    return image + noise


def draw_plate(image: np.ndarray, text: str, x: int, y: int) -> np.ndarray:
    """Return the image with a car's dark rear and a white plate on it, whose top left is at (x, y)."""
    image = image.copy()
    width, height = PLATE_WH
    cv2.rectangle(image, (x - 60, y - 70), (x + width + 60, y + height + 30), (45, 40, 40), -1)
    cv2.rectangle(image, (x, y), (x + width, y + height), (235, 235, 235), -1)
    (text_w, text_h), _ = cv2.getTextSize(text, cv2.FONT_HERSHEY_DUPLEX, 1.0, 2)
    place = x + (width - text_w) // 2, y + (height + text_h) // 2
    cv2.putText(image, text, place, cv2.FONT_HERSHEY_DUPLEX, 1.0, (20, 20, 20), 2, cv2.LINE_AA)
    return image


def write_clip(path: Path, frames: int = 40, text: str = "KT347HE", fps: float = 25.0) -> Path:
    """Write a clip in which a car drives to the right through the first three quarters, then is gone."""
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*"mp4v"), fps, SIZE_WH)
    empty = street()
    for index in range(frames):
        there = index < frames * 3 // 4
        writer.write(draw_plate(empty, text, 70 + 4 * (index % 90), 200) if there else empty)
    writer.release()
    return path


def write_still(path: Path, text: str = "KT347HE") -> Path:
    """Write a still of a car."""
    cv2.imwrite(str(path), draw_plate(street(), text, 220, 200))
    return path
