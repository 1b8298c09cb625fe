"""`streamer train voting-table`: the README's tables of fusion rules, one line for each set of test clips."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated

import typer

from streamer.evaluation.evaluate import Report
from streamer.evaluation.fusion_table import OURS, RuleRow
from streamer.evaluation.metrics import calibration
from streamer.evaluation.texts import same


def markdown(reports: Sequence[Report]) -> str:
    """Return the tables of reports over sets of clips, as Markdown."""
    return "\n\n".join((_exact(reports), _besides(reports), _reliability(reports)))


def _exact(reports: Sequence[Report]) -> str:
    """Return exact-match rates with their intervals, and below each other rule's what ours is better by."""
    names = [row.rule for row in reports[0].rules]
    lines = [_line(("set", "vehicles", *names)), _line(("---",) * (len(names) + 2))]
    for report in reports:
        cells = [_rule(row) for row in report.rules]
        lines.append(_line((report.dataset, str(len(report.vehicles)), *cells)))
    return "\n".join(lines)


def _rule(row: RuleRow) -> str:
    low, high = row.exact.interval
    rate = f"{100 * row.exact.value:.1f} % ({100 * low:.0f} to {100 * high:.0f})"
    if row.behind is None:
        return f"**{rate}**"
    d = row.behind
    return f"{rate}; {100 * d.value:+.1f} ({100 * d.low:+.1f} to {100 * d.high:+.1f})"


def _besides(reports: Sequence[Report]) -> str:
    """Return what else is counted, for ours and for the others where it differs."""
    columns: dict[str, Callable[[RuleRow], str]] = {
        "misread, of 100": lambda row: f"{100 * row.misread / max(row.exact.total, 1):.1f}",
        "false, of 100": lambda row: f"{100 * row.stray / max(row.exact.total, 1):.1f}",
        "frames to the first correct": lambda row: (
            "-" if row.frames_to_correct is None else f"{row.frames_to_correct:g}"
        ),
        "calibration error": lambda row: "-" if math.isnan(row.calibration.error) else f"{row.calibration.error:.3f}",
    }
    heads = ("set", *columns, "repeated readings", "identity switches")
    lines = [_line(heads), _line(("---",) * len(heads))]
    for report in reports:
        rows = {row.rule: row for row in report.rules}
        rest = [row for name, row in rows.items() if name != OURS]
        cells = [f"**{value(rows[OURS])}**; {', '.join(map(value, rest))}" for value in columns.values()]
        ours = rows[OURS]
        lines.append(_line((report.dataset, *cells, str(ours.repeats), str(ours.switches))))
    return "\n".join(lines)


def _reliability(reports: Sequence[Report]) -> str:
    """Return how many of the readings of all sets were right, by confidence."""
    said = [(one.confidence, same(one.text, v.vehicle.text)) for r in reports for v in r.vehicles for one in v.said]
    said += [(one.confidence, False) for report in reports for clip in report.clips for one in clip.phantoms]
    pooled = calibration([confidence for confidence, _ in said], [right for _, right in said])
    lines = [_line(("confidence", "mean", "were right")), _line(("---",) * 3)]
    lines += [_line((f"{r.low:.1f} to {r.high:.1f}", f"{r.confidence:.3f}", str(r.right))) for r in pooled.rows]
    return "\n".join((f"Expected calibration error of all: {pooled.error:.3f}", "", *lines))


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def voting_table(
    clips: Annotated[list[Path], typer.Argument(metavar="CLIPS", help="Folders of test clips.", exists=True)],
) -> None:
    """Print the README's tables of fusion rules for sets of clips.

    Example: streamer train voting-table runs/clips/test/*
    """
    from streamer.build import FilePipeline
    from streamer.config import Config
    from streamer.evaluation.datasets import load_dataset
    from streamer.evaluation.evaluate import evaluate
    from streamer.methods import make_detector, make_reader

    config = Config()
    detector, reader = make_detector(config), make_reader(config)
    reports = []
    for folder in clips:
        report = evaluate(
            load_dataset(folder), detector, reader, lambda finds, reads: FilePipeline(config, finds, reads)
        )
        typer.echo(f"{folder.name}: {report.measures()['exact']}", err=True)
        reports.append(report)
    typer.echo(markdown(reports))
