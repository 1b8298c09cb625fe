"""`streamer compare`: every method that can run here, side by side on the same labelled data."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from streamer.commands.options import AsJson, ConfigFile, Regions

if TYPE_CHECKING:
    from streamer.config import Config

log = logging.getLogger(__name__)


def add_to(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("compare")(compare)


def compare(
    datasets: Annotated[
        list[Path], typer.Argument(metavar="DATASET...", help="Folders with labels.csv, or clips with their truth.")
    ],
    methods: Annotated[
        list[str] | None,
        typer.Option("--methods", metavar="DETECTOR+READER", help="Only this pair; repeatable; default all."),
    ] = None,
    limit: Annotated[str | None, typer.Option("--limit", metavar="N", help="N of each, spread evenly.")] = None,
    with_texts: Annotated[
        bool, typer.Option("--with-texts", help="Without the pictures on which no text is known.")
    ] = False,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="Report with failures; a run that stopped goes on.")
    ] = None,
    config: ConfigFile = None,
    region: Regions = None,
    as_json: AsJson = False,
) -> int:
    """Run every detector with every reader over the same data: accuracy, and milliseconds a frame.

    Several datasets have a folder each in --out, and all have an overview there, overview.md.

    Example: streamer compare tests/data/demo.mp4 --methods neural+neural --methods blackhat+tesseract
    """
    import json
    from dataclasses import replace

    from streamer.build import FilePipeline, candidates_of
    from streamer.commands.contenders import contenders
    from streamer.commands.progress import counting
    from streamer.commands.terminal import quiet_process, table_console
    from streamer.errors import SourceError
    from streamer.evaluation.compare import compare as run_all
    from streamer.evaluation.compare_overview import write_overview
    from streamer.evaluation.compare_report import comparison_table, write_report
    from streamer.evaluation.datasets import load_dataset
    from streamer.evaluation.readable import readable
    from streamer.names import unique

    comparisons, left_out = [], 0
    with quiet_process():
        settings = _settings(config, region, methods or [], limit)
        data = [load_dataset(dataset) for dataset in datasets]
        chosen, absent = contenders(settings, methods or [])
        for name, why in absent.items():
            typer.echo(f"not here: {name}: {why}", err=True)
        for whole, title in zip(data, unique(one.name for one in data), strict=True):
            place = out / title if out is not None and len(data) > 1 else out
            wanted = (whole.with_texts() if with_texts else whole).spread(None if limit is None else int(limit))
            with counting(f"decode {title}") as on_progress:
                dataset, faults = readable(replace(wanted, name=title), on_progress)
            for fault in faults:
                log.error("%s", fault)
            left_out += len(faults)
            if faults and not (dataset.images or dataset.clips):
                continue
            with counting(f"compare {title}") as on_progress:
                comparison = run_all(
                    dataset,
                    chosen,
                    lambda finds, reads: FilePipeline(settings, finds, reads),
                    candidates_of=candidates_of(settings),
                    keep_in=place,
                    on_progress=on_progress,
                )
            page = write_report(comparison, place) if place is not None else None
            comparisons.append(comparison)
            if as_json:
                typer.echo(json.dumps(comparison.as_dict()))
            else:
                table_console().print(comparison_table(comparison))
                if page is not None:
                    typer.echo(f"report: {page}")
        overview = write_overview(comparisons, out) if comparisons and out is not None else None
    if overview is not None and not as_json:
        typer.echo(f"overview: {overview}")
    return SourceError.exit_code if left_out else 0


def _settings(config: Path | None, region: list[str] | None, methods: Sequence[str], limit: str | None) -> Config:
    """Return the configuration with what options set. Raises `ConfigError` with every fault of the command line."""
    from streamer.commands.contenders import pair_faults
    from streamer.commands.request import method_settings, settings_of
    from streamer.errors import ConfigError

    faults = pair_faults(methods) + ([] if limit is None else _limit_faults(limit))
    try:
        settings = settings_of(config, method_settings(None, None, region))
    except ConfigError as error:
        raise ConfigError([*error.faults, *faults]) from error
    if faults:
        raise ConfigError(faults)
    return settings


def _limit_faults(limit: str) -> list[str]:
    try:
        wrong = "is too small" if int(limit) < 1 else ""
    except ValueError:
        wrong = "is not allowed"
    return [f"--limit: {limit} {wrong}; allowed: a whole number of at least 1"] if wrong else []
