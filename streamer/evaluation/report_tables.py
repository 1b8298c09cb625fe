"""An evaluation for people to read: tables on the terminal."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from rich.table import Table

from streamer.evaluation.evaluate import Report
from streamer.evaluation.fusion_table import rules_table
from streamer.evaluation.groups import Measures
from streamer.evaluation.metrics import Rate
from streamer.evaluation.mot import MotScores

GROUP_COLUMNS = ("located", "precision", "reader alone exact", "end to end exact", "exact", "missed")
"""The measures of a group that fit into a line; the JSON has all of them."""


def report_tables(report: Report) -> Iterator[Table]:
    """Yield the tables of a report: all measures, each grouping, and the reliability of confidences."""
    whole = Table(title=f"{report.dataset}: {_extent(report)}", title_justify="left")
    whole.add_column("measure")
    whole.add_column("rate (hits/total, 95 % interval)", justify="right")
    for name, value in report.measures().items():
        whole.add_row(name, str(value))
    yield whole
    for name, parts in report.by_group().items():
        if len(parts) > 1:
            yield _group_table(name, parts)
    if report.rules:
        yield rules_table(report.rules, "Ways to make one text of a vehicle's reads")
    if report.trackers:
        yield _tracker_table(report.trackers)
    calibration = report.calibration()
    if not math.isnan(calibration.error):
        table = Table(title=f"Expected calibration error {calibration.error:.3f}", title_justify="left")
        for heading in ("confidence", "mean", "were right"):
            table.add_column(heading, justify="right")
        for row in calibration.rows:
            table.add_row(f"{row.low:.1f} to {row.high:.1f}", f"{row.confidence:.3f}", str(row.right))
        yield table


def _tracker_table(trackers: Mapping[str, MotScores]) -> Table:
    table = Table(title="Trackers on the same detections", title_justify="left")
    headings = ("tracker", "vehicles", "IDF1", "switches", "fragmentations")
    for number, heading in enumerate(headings):
        table.add_column(heading, justify="right" if number else "left")
    for name, scores in trackers.items():
        counts = (scores.vehicles, f"{scores.idf1:.3f}", scores.switches, scores.fragmentations)
        table.add_row(name, *map(str, counts))
    return table


def _group_table(name: str, parts: dict[str, Measures]) -> Table:
    columns = [column for column in GROUP_COLUMNS if any(column in measures for measures in parts.values())]
    table = Table(title=f"By {name}", title_justify="left")
    table.add_column(name)
    for column in columns:
        table.add_column(column, justify="right")
    for group, measures in parts.items():
        table.add_row(group, *(_short(measures.get(column)) for column in columns))
    return table


def _short(value: Rate | float | int | None) -> str:
    if isinstance(value, Rate):
        return f"{100 * value.value:.1f} % of {value.total}" if value.total else "-"
    return "-" if value is None else str(value)


def _extent(report: Report) -> str:
    if report.clips:
        return f"{len(report.vehicles)} legible vehicles in {len(report.clips)} clips"
    return f"{len(report.plates)} plates in {len(report.images)} pictures"
