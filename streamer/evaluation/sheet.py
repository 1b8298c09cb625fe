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
    """Return the part of a picture around a box, in the shape of a cell, and mark the box in it.

    Parameters
    ----------
    image
        (H, W, 3) uint8 BGR; not changed.
    box
        x, y, width, height in px.
    surroundings
        What is shown on each side at least, as a share of the box's width and height.
    """
    x, y, w, h = box
    shown_w = max((1 + 2 * surroundings) * w, (1 + 2 * surroundings) * h * CELL_WH[0] / CELL_WH[1])
    scale = CELL_WH[0] / shown_w
    centre = x + w / 2, y + h / 2
    to_cell = np.array(
        [[scale, 0, CELL_WH[0] / 2 - scale * centre[0]], [0, scale, CELL_WH[1] / 2 - scale * centre[1]]], np.float32
    )
    flags = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    part = cv2.warpAffine(image, to_cell, CELL_WH, flags=flags, borderValue=(40, 40, 40))
    half = scale * w / 2, scale * h / 2
    corners = [(round(CELL_WH[0] / 2 + k * half[0]), round(CELL_WH[1] / 2 + k * half[1])) for k in (-1, 1)]
    cv2.rectangle(part, corners[0], corners[1], (0, 200, 255), 1)
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
