"""`labels.csv`: `file,x,y,w,h,text[,country]`, one row a plate."""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from streamer.errors import ConfigError, SourceError
from streamer.evaluation.labelled import LabelledImage, LabelledPlate
from streamer.evaluation.matching import Box
from streamer.evaluation.texts import plate_text

BOX_COLUMNS = ("x", "y", "w", "h")
KNOWN_COLUMNS = ("file", *BOX_COLUMNS, "text", "country")

Row = Mapping[str, str]


def read_labels(path: Path) -> tuple[LabelledImage, ...]:
    """Read a label file, pictures in its order.

    A row with its box columns left empty says that the picture holds no plate. In a file without box columns every
    picture is a plate image.

    Raises
    ------
    SourceError
        When the file can't be read.
    ConfigError
        With every fault: file, line, what came and what is allowed.
    """
    header, rows = _rows(path)
    faults: list[str] = []
    plates: dict[str, list[LabelledPlate]] = {}
    lines: dict[str, int] = {}
    whole = "x" not in header
    for line, row in rows:
        file = str(PurePosixPath(row["file"].strip().replace("\\", "/"))) if row["file"].strip() else ""
        fault = _row_fault(row, file, header, plates, whole) or _file_fault(path.parent, file, lines)
        if fault:
            faults.append(f"{path}, line {line}: {fault}")
            continue
        lines.setdefault(file, line)
        found = plates.setdefault(file, [])
        if whole or row["x"].strip():
            box = None if whole else _box(row)
            found.append(LabelledPlate(plate_text(row["text"]), box, row.get("country", "").strip().lower()))
    if faults:
        raise ConfigError(faults)
    if not plates:
        raise ConfigError(f"{path}: no labels: the file holds nothing but its header")
    return tuple(
        LabelledImage(file, path.parent / file, tuple(found), _set_of(file, path.parent))
        for file, found in plates.items()
    )


def _rows(path: Path) -> tuple[list[str], list[tuple[int, Row]]]:
    """Return the header and the rows with their lines, every row with every column of the header."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(f"{path}: can't be read as text: {_reason(error)}") from error
    reader = csv.reader(text.splitlines(), strict=True)
    try:
        header = [name.strip().lower() for name in next(reader, [])]
        fault = _header_fault(header)
        if fault:
            raise ConfigError(f"{path}, line 1: {fault}")
        rows: list[tuple[int, Row]] = []
        for cells in reader:
            if any(cell.strip() for cell in cells):
                if len(cells) != len(header):
                    raise ConfigError(f"{path}, line {reader.line_num}: {len(cells)} fields instead of {len(header)}")
                rows.append((reader.line_num, dict(zip(header, cells, strict=True))))
    except csv.Error as error:
        raise ConfigError(f"{path}, line {reader.line_num}: no CSV: {error}") from error
    return header, rows


def _header_fault(header: list[str]) -> str | None:
    if len(set(header)) != len(header):
        return "a column comes twice"
    missing = [name for name in ("file", "text") if name not in header]
    if missing:
        return f"column {missing[0]} is missing; the header must be file,x,y,w,h,text[,country]"
    boxed = [name for name in BOX_COLUMNS if name in header]
    if boxed and len(boxed) < len(BOX_COLUMNS):
        return f"columns {','.join(boxed)} without the rest of x,y,w,h"
    unknown = [name for name in header if name not in KNOWN_COLUMNS]
    return f"unknown column {unknown[0]!r}; known are {', '.join(KNOWN_COLUMNS)}" if unknown else None


def _row_fault(row: Row, file: str, header: list[str], plates: Mapping[str, list[LabelledPlate]], whole: bool) -> str:
    """Return what is wrong with a row, or an empty string."""
    if not file:
        return "file is empty"
    if whole:
        return f"{file} comes twice; a plate image has one row" if file in plates else ""
    cells = [row[name].strip() for name in BOX_COLUMNS]
    if not any(cells):
        return "text without a box" if row["text"].strip() else ""
    for name, cell in zip(BOX_COLUMNS, cells, strict=True):
        try:
            number = float(cell)
        except ValueError:
            return f"{name} is {cell!r}, which is no number"
        if not math.isfinite(number):
            return f"{name} is {cell}; a finite number of pixels is needed"
        if name in "wh" and number <= 0:
            return f"{name} is {cell}; it must be above 0"
    return ""


def _file_fault(folder: Path, file: str, lines: Mapping[str, int]) -> str:
    if file in lines or (folder / file).is_file():
        return ""
    return f"there is no picture {file}"


def _box(row: Row) -> Box:
    x, y, w, h = (float(row[name]) for name in BOX_COLUMNS)
    return x, y, w, h


def _set_of(file: str, folder: Path) -> str:
    parent = PurePosixPath(file).parent.name
    return parent or folder.resolve().name


def _reason(error: Exception) -> str:
    return error.strerror if isinstance(error, OSError) and error.strerror else str(error)
