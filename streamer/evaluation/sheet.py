"""Contact sheets: many small pictures with a line or two under each, in one PNG."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from streamer.errors import SinkError
from streamer.evaluation.matching import Box

CELL_WH = (240, 120)
LINE_PX = 18
FONT = cv2.FONT_HERSHEY_SIMPLEX


@dataclass(frozen=True, slots=True, eq=False)
class Cell:
    """One picture of a sheet."""

    image: np.ndarray
    """(h, w, 3) uint8 BGR."""
    lines: tuple[str, ...]


def cut_out(image: np.ndarray, box: Box, surroundings: float = 0.6) -> np.ndarray:
    """Return the part of a picture around a box, and mark the box in it.

    Parameters
    ----------
    image
        (H, W, 3) uint8 BGR; not changed.
    box
        x, y, width, height in px.
    surroundings
        What is shown on each side, as a share of the box's width and height.
    """
    height, width = image.shape[:2]
    x, y, w, h = box
    x0, y0 = max(0, int(x - surroundings * w)), max(0, int(y - surroundings * h))
    x1, y1 = min(width, math.ceil(x + (1 + surroundings) * w)), min(height, math.ceil(y + (1 + surroundings) * h))
    if x1 <= x0 or y1 <= y0:
        return np.zeros((CELL_WH[1], CELL_WH[0], 3), np.uint8)
    part = image[y0:y1, x0:x1]
    scale = min(CELL_WH[0] / part.shape[1], CELL_WH[1] / part.shape[0])
    size = max(1, round(part.shape[1] * scale)), max(1, round(part.shape[0] * scale))
    part = cv2.resize(part, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC)
    corner = round((x - x0) * scale), round((y - y0) * scale)
    cv2.rectangle(part, corner, (round((x + w - x0) * scale), round((y + h - y0) * scale)), (0, 200, 255), 1)
    return part


def draw_sheet(cells: Sequence[Cell], columns: int = 5) -> np.ndarray:
    """Return the sheet, (h, w, 3) uint8 BGR; one grey cell when there is nothing to show."""
    lines = max((len(cell.lines) for cell in cells), default=1)
    cell_w, cell_h = CELL_WH[0] + 8, CELL_WH[1] + 8 + lines * LINE_PX
    columns = max(1, min(columns, len(cells)))
    rows = max(1, math.ceil(len(cells) / columns))
    sheet = np.full((rows * cell_h, columns * cell_w, 3), 40, np.uint8)
    for index, cell in enumerate(cells):
        x, y = index % columns * cell_w + 4, index // columns * cell_h + 4
        scale = min(1.0, CELL_WH[0] / cell.image.shape[1], CELL_WH[1] / cell.image.shape[0])
        size = max(1, round(cell.image.shape[1] * scale)), max(1, round(cell.image.shape[0] * scale))
        picture = cv2.resize(cell.image, size, interpolation=cv2.INTER_AREA)
        sheet[y : y + size[1], x : x + size[0]] = picture
        for number, line in enumerate(cell.lines, 1):
            place = (x, y + CELL_WH[1] + number * LINE_PX - 4)
            cv2.putText(sheet, line[:34], place, FONT, 0.42, (235, 235, 235), 1, cv2.LINE_AA)
    return sheet


def write_picture(path: Path, image: np.ndarray) -> Path:
    """Write a PNG and return its path.

    Raises
    ------
    SinkError
        When the file can't be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(cv2.imencode(".png", image)[1].tobytes())
    except OSError as error:
        raise SinkError(f"{path}: can't be written: {error.strerror}") from error
    return path
