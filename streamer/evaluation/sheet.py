"""Contact sheets: many small pictures with a line or two under each, in one PNG."""

from __future__ import annotations

import zlib
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
FONT_SIZE = 0.42

_MAKER = b"Software\0"
"""What the PNG specification calls the text that names who made a file."""

_HEAD = 33
"""Bytes of a PNG's signature and header; other chunks follow."""


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
    """Return the sheet, (h, w, 3) uint8 BGR; one grey cell when there is nothing to show.

    A line that is longer than its cell is wide goes on below.
    """
    columns = max(1, min(columns, len(cells)))
    rows = [_draw_row(cells[start : start + columns], columns) for start in range(0, max(1, len(cells)), columns)]
    return np.concatenate(rows)


def _draw_row(cells: Sequence[Cell], columns: int) -> np.ndarray:
    """Return one row of a sheet, as high as its longest text asks."""
    texts = [[part for line in cell.lines for part in wrapped(line, CELL_WH[0])] for cell in cells]
    cell_w, cell_h = CELL_WH[0] + 8, CELL_WH[1] + 8 + max(map(len, texts), default=1) * LINE_PX
    row = np.full((cell_h, columns * cell_w, 3), 40, np.uint8)
    for index, (cell, text) in enumerate(zip(cells, texts, strict=True)):
        x = index * cell_w + 4
        scale = min(1.0, CELL_WH[0] / cell.image.shape[1], CELL_WH[1] / cell.image.shape[0])
        size = max(1, round(cell.image.shape[1] * scale)), max(1, round(cell.image.shape[0] * scale))
        row[4 : 4 + size[1], x : x + size[0]] = cv2.resize(cell.image, size, interpolation=cv2.INTER_AREA)
        for number, line in enumerate(text, 1):
            place = (x, 4 + CELL_WH[1] + number * LINE_PX - 4)
            cv2.putText(row, line, place, FONT, FONT_SIZE, (235, 235, 235), 1, cv2.LINE_AA)
    return row


def wrapped(line: str, width_px: int) -> list[str]:
    """Return a line as the lines that fit a width: broken between words, and within one that is too long itself."""
    lines = [""]
    for word in line.split():
        joined = f"{lines[-1]} {word}".strip()
        if _width_px(joined) <= width_px:
            lines[-1] = joined
            continue
        if lines[-1]:
            lines.append("")
        for letter in word:
            if _width_px(lines[-1] + letter) > width_px:
                lines.append("")
            lines[-1] += letter
    return lines


def _width_px(text: str) -> int:
    return cv2.getTextSize(text, FONT, FONT_SIZE, 1)[0][0]


def write_picture(path: Path, image: np.ndarray, maker: str = "") -> Path:
    """Write a PNG and return its path.

    Parameters
    ----------
    path
        The file; its folder is made.
    image
        (h, w, 3) or (h, w) uint8.
    maker
        Who made it, in Latin letters: written into the file, for `maker_of`.

    Raises
    ------
    SinkError
        When the file can't be written.

    References
    ----------
    Portable Network Graphics (PNG) Specification, W3C, section 11.3.3: textual information.
    """
    png = cv2.imencode(".png", image)[1].tobytes()
    if maker:
        chunk = b"tEXt" + _MAKER + maker.encode("latin-1")
        length, check = (len(chunk) - 4).to_bytes(4, "big"), zlib.crc32(chunk).to_bytes(4, "big")
        png = png[:_HEAD] + length + chunk + check + png[_HEAD:]
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(png)
    except OSError as error:
        raise SinkError(f"{path}: can't be written: {error.strerror}") from error
    return path


def maker_of(path: Path) -> str:
    """Return who made a PNG of `write_picture`; empty for every other file."""
    with path.open("rb") as file:
        head = file.read(_HEAD + 256)
    length, chunk = int.from_bytes(head[_HEAD : _HEAD + 4], "big"), head[_HEAD + 4 :]
    if not head.startswith(b"\x89PNG") or not chunk.startswith(b"tEXt" + _MAKER):
        return ""
    return chunk[4 + len(_MAKER) : 4 + length].decode("latin-1")
