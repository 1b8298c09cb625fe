"""`streamer compare`: every method that can run here, side by side on the same labelled data."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from streamer.commands.options import AsJson, ConfigFile, Regions


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
    limit: Annotated[int | None, typer.Option("--limit", metavar="N", min=1, help="N of each, spread evenly.")] = None,
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

    from streamer.build import FilePipeline, candidates_of
    from streamer.commands.contenders import contenders
    from streamer.commands.progress import counting
    from streamer.commands.request import method_settings, settings_of
    from streamer.commands.terminal import quiet_process, table_console
    from streamer.evaluation.compare import compare as run_all
    from streamer.evaluation.compare_overview import write_overview
    from streamer.evaluation.compare_report import comparison_table, write_report
    from streamer.evaluation.datasets import load_dataset

    comparisons = []
    with quiet_process():
        settings = settings_of(config, method_settings(None, None, region))
        data = [load_dataset(dataset) for dataset in datasets]
        chosen, absent = contenders(settings, methods or [])
        for name, why in absent.items():
            typer.echo(f"not here: {name}: {why}", err=True)
        for whole in data:
            place = out / whole.name if out is not None and len(data) > 1 else out
            with counting(f"compare {whole.name}") as on_progress:
                comparison = run_all(
                    (whole.with_texts() if with_texts else whole).spread(limit),
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
        overview = write_overview(comparisons, out) if out is not None else None
    if overview is not None and not as_json:
        typer.echo(f"overview: {overview}")
    return 0
