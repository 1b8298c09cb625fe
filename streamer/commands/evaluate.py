"""`streamer evaluate`: how good a detector, a reader and the pipeline around them are on labelled data."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Annotated

import typer

from streamer.commands.options import AsJson, ConfigFile, DetectorName, ReaderName, Regions

log = logging.getLogger(__name__)


def add_to(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("evaluate")(evaluate)


def evaluate(
    dataset: Annotated[Path, typer.Argument(metavar="DATASET", help="A folder with labels.csv, or a clip with truth.")],
    config: ConfigFile = None,
    detector: DetectorName = None,
    reader: ReaderName = None,
    region: Regions = None,
    as_json: AsJson = False,
    failures: Annotated[Path | None, typer.Option("--failures", metavar="PNG", help="The worst as pictures.")] = None,
) -> int:
    """Score the pipeline against labels: counts, rates and 95 % intervals; of clips, trackers side by side too.

    Example: streamer evaluate tests/data/demo.mp4 --json
    """
    import json

    import cv2

    from streamer.build import FilePipeline, candidates_of
    from streamer.commands.progress import counting
    from streamer.commands.request import method_settings, settings_of
    from streamer.commands.terminal import quiet_process, table_console
    from streamer.errors import SinkError, SourceError
    from streamer.evaluation.datasets import load_dataset
    from streamer.evaluation.evaluate import evaluate as score
    from streamer.evaluation.failures import failure_sheet
    from streamer.evaluation.readable import readable
    from streamer.evaluation.report_tables import report_tables
    from streamer.methods import make_detector, make_reader
    from streamer.tracking.tracker import Tracker

    with quiet_process():
        settings = settings_of(config, method_settings(detector, reader, region))
        whole = load_dataset(dataset)
        with counting(f"decode {whole.name}") as on_progress:
            labelled, faults = readable(whole, on_progress)
        for fault in faults:
            log.error("%s", fault)
        if faults and not (labelled.images or labelled.clips):
            return SourceError.exit_code
        with counting(f"evaluate {labelled.name}") as on_progress:
            report = score(
                labelled,
                make_detector(settings),
                make_reader(settings),
                lambda finds, reads: FilePipeline(settings, finds, reads),
                candidates_of=candidates_of(settings),
                tracker_of=lambda: Tracker(settings.tracking),
                on_progress=on_progress,
            )
        if failures is not None and not cv2.imwrite(str(failures), failure_sheet(report)):
            raise SinkError(f"--failures: {failures} can't be written")
        if as_json:
            typer.echo(json.dumps(report.as_dict()))
        else:
            for table in report_tables(report):
                table_console().print(table)
    return SourceError.exit_code if faults else 0
