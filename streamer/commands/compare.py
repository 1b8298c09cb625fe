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
    dataset: Annotated[Path, typer.Argument(metavar="DATASET", help="A folder with labels.csv, or a clip with truth.")],
    methods: Annotated[
        list[str] | None,
        typer.Option("--methods", metavar="DETECTOR+READER", help="Only this pair; repeatable; default all."),
    ] = None,
    limit: Annotated[int | None, typer.Option("--limit", metavar="N", min=1, help="The first N of the data.")] = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="Report with failures; a run that stopped goes on.")
    ] = None,
    config: ConfigFile = None,
    region: Regions = None,
    as_json: AsJson = False,
) -> int:
    """Run every detector with every reader over the same data: accuracy, and milliseconds a frame.

    Example: streamer compare tests/data/demo.mp4 --methods neural+neural --methods blackhat+tesseract
    """
    import json

    from streamer.build import FilePipeline, candidates_of
    from streamer.commands.contenders import contenders
    from streamer.commands.progress import counting
    from streamer.commands.request import method_settings, settings_of
    from streamer.commands.terminal import quiet_process, table_console
    from streamer.evaluation.compare import compare as run_all
    from streamer.evaluation.compare_report import comparison_table, write_report
    from streamer.evaluation.datasets import load_dataset

    with quiet_process():
        settings = settings_of(config, method_settings(None, None, region))
        chosen, absent = contenders(settings, methods or [])
        for name, why in absent.items():
            typer.echo(f"not here: {name}: {why}", err=True)
        with counting(f"compare {dataset.name}") as on_progress:
            comparison = run_all(
                load_dataset(dataset).first(limit),
                chosen,
                lambda finds, reads: FilePipeline(settings, finds, reads),
                candidates_of=candidates_of(settings),
                keep_in=out,
                on_progress=on_progress,
            )
        page = write_report(comparison, out) if out is not None else None
    if as_json:
        typer.echo(json.dumps(comparison.as_dict()))
    else:
        table_console().print(comparison_table(comparison))
        if page is not None:
            typer.echo(f"report: {page}")
    return 0
