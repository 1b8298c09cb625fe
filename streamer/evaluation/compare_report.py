"""A comparison for people to read: a table on the terminal, and a page with plot, intervals and worst failures."""

from __future__ import annotations

import base64
import html
import io
import json
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from rich.markup import escape
from rich.table import Table

from streamer.errors import SinkError
from streamer.evaluation.compare import Comparison, Row
from streamer.evaluation.failures import frame_of
from streamer.evaluation.metrics import Rate
from streamer.evaluation.outcomes import Outcome, PlateOutcome
from streamer.evaluation.sheet import Cell, cut_out, draw_sheet, write_picture

WORST = 10
"""Failures that are shown of each contender."""

HEADINGS = (
    "detector",
    "reader",
    "located",
    "exact",
    "O is not 0",
    "in candidates",
    "characters",
    "false",
    "decode ms",
    "detect ms",
    "read ms",
    "total ms",
)

STYLE = """
body { font: 15px/1.5 sans-serif; margin: 2em auto; max-width: 75em; padding: 0 1em; color: #222 }
table { border-collapse: collapse } th, td { padding: .25em .7em; border-bottom: 1px solid #ccc; text-align: right }
th:nth-child(-n+2), td:nth-child(-n+2) { text-align: left } small { color: #777 } img { max-width: 100% }
"""


def comparison_table(comparison: Comparison) -> Table:
    """Return the rows for a terminal."""
    table = Table(title=escape(f"{comparison.dataset.name}: {_extent(comparison)}"), title_justify="left")
    for number, heading in enumerate(HEADINGS):
        table.add_column(heading, justify="left" if number < 2 else "right")
    for row in comparison.rows:
        table.add_row(*_cells(row))
    return table


def write_report(comparison: Comparison, out: Path) -> Path:
    """Write `comparison.json`, `comparison.html` and a sheet of each contender's worst failures; return the page.

    Raises
    ------
    SinkError
        When the folder can't be written.
    """
    sheets = []
    for row in comparison.rows:
        name = "".join(char if char.isalnum() else "-" for char in f"{row.detector}-{row.reader}".lstrip("-"))
        sheets.append(write_picture(out / f"failures-{name}.png", _failures(row, comparison)).name)
    page = out / "comparison.html"
    try:
        text = json.dumps(comparison.as_dict(), indent=1) + "\n"
        (out / "comparison.json").write_text(text, encoding="utf-8")
        page.write_text(_page(comparison, sheets), encoding="utf-8")
    except OSError as error:
        raise SinkError(f"{out}: can't be written: {error.strerror}") from error
    return page


def plot(rows: Sequence[Row]) -> bytes:
    """Return a PNG of accuracy against time: exact texts with their interval over milliseconds a frame."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8, 4.5), layout="constrained")
    axes = figure.add_subplot()
    for number, row in enumerate(rows):
        rate = row.exact()
        if not rate.total:
            continue
        low, high = rate.interval
        share, ms = 100 * rate.value, max(row.ms()["total"], 0.01)
        error = [[share - 100 * low], [100 * high - share]]
        axes.errorbar([ms], [share], yerr=error, fmt="o", capsize=3, color=f"C{number % 10}")
        axes.annotate(row.name, (ms, share), (5, 4), textcoords="offset points", fontsize=8)
    axes.set(xscale="log", ylim=(-2, 102), xlabel="ms a frame, without decoding", ylabel="read exactly, %")
    axes.margins(x=0.25)
    axes.grid(alpha=0.3)
    picture = io.BytesIO()
    FigureCanvasAgg(figure).print_png(picture)
    return picture.getvalue()


def _cells(row: Row) -> list[str]:
    ms = row.ms()
    rates = (row.located(), row.exact(), row.exact(strict=True), row.near(), row.characters())
    times = (f"{ms[stage]:.1f}" for stage in ("decode", "detect", "read", "total"))
    return [row.detector, row.reader, *map(_rate, rates), str(row.false_readings()), *times]


def _rate(rate: Rate) -> str:
    if not rate.total:
        return "-"
    low, high = rate.interval
    return f"{100 * rate.value:.1f} % ({100 * low:.0f}-{100 * high:.0f})"


def _page(comparison: Comparison, sheets: Sequence[str]) -> str:
    head = "".join(f"<th>{html.escape(heading)}</th>" for heading in HEADINGS)
    body = "".join(
        "<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in _cells(row)) + "</tr>" for row in comparison.rows
    )
    differences = "".join(
        f"<li>{html.escape(comparison.rows[0].name)} reads {100 * d.value:+.1f} points more exactly than "
        f"{html.escape(row.name)} <small>({100 * d.low:+.1f} to {100 * d.high:+.1f})</small></li>"
        for row in comparison.rows[1:]
        for d in (comparison.rows[0].better_than(row),)
    )
    failures = "".join(
        f'<h3>{html.escape(row.name)}</h3><img src="{html.escape(sheet)}" alt="worst failures">'
        for row, sheet in zip(comparison.rows, sheets, strict=True)
    )
    picture = base64.b64encode(plot(comparison.rows)).decode()
    title = html.escape(f"{comparison.dataset.name}: {_extent(comparison)}")
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title><style>{STYLE}</style>'
        f"<h1>{title}</h1><p>In brackets: 95 % intervals (Wilson). O and 0 count as one character except where said. "
        f"Total is without decoding; stages of a clip overlap in time.</p>"
        f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
        f'<h2>Accuracy and time</h2><img src="data:image/png;base64,{picture}" alt="accuracy against time">'
        f"<h2>Differences on the same plates</h2><ul>{differences}</ul>"
        f"<h2>Worst failures</h2>{failures}</html>\n"
    )


def _extent(comparison: Comparison) -> str:
    if comparison.dataset.clips:
        return f"{len(comparison.dataset.clips)} clips"
    return f"{len(comparison.dataset.images)} pictures"


def _failures(row: Row, comparison: Comparison) -> np.ndarray:
    """Return the sheet of a contender's worst failures."""
    paths = {image.file: image.path for image in comparison.dataset.images}
    paths |= {clip.path.name: clip.path for clip in comparison.dataset.clips}
    failed = [
        (o, plate) for o in row.outcomes for plate in o.plates if not (plate.exact if plate.text else plate.located)
    ]
    worst = sorted(failed, key=lambda one: (one[1].right / max(1, len(one[1].text)), one[0].file))
    return draw_sheet([_cell(outcome, plate, paths[outcome.file]) for outcome, plate in worst[:WORST]])


def _cell(outcome: Outcome, plate: PlateOutcome, path: Path) -> Cell:
    image = cv2.imread(str(path), cv2.IMREAD_COLOR) if plate.frame is None else frame_of(path, plate.frame)
    if image is None:
        image = np.full((60, 120, 3), 90, np.uint8)
    elif plate.box is not None:
        image = cut_out(image, plate.box)
    place = "" if plate.located is None else "located" if plate.located else "not located"
    return Cell(image, (f"{plate.text or '?'} read {plate.said or 'nothing'}", f"{outcome.file} {place}"))
