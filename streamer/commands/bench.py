"""`streamer bench`: speed, latency and memory on this machine, beside what they must be."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from streamer.commands.options import AsJson, ConfigFile


def add_to(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("bench")(bench)


def bench(
    clip: Annotated[
        Path | None, typer.Option("--clip", metavar="FILE", help="A clip with traffic; default: the bundled one.")
    ] = None,
    stills: Annotated[
        list[Path] | None, typer.Option("--stills", metavar="DATASET", help="Labelled stills, timed too; repeatable.")
    ] = None,
    repeats: Annotated[int, typer.Option("--repeats", metavar="N", min=1, help="Runs that a median is of.")] = 5,
    seconds: Annotated[float, typer.Option("--seconds", metavar="S", min=2, help="Length of the clips made.")] = 20.0,
    work: Annotated[Path, typer.Option("--work", metavar="DIR", help="Where those clips are kept.")] = Path(
        "runs/bench"
    ),
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Write the report as JSON too.")] = None,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> int:
    """Measure stages, the ratio to decoding, latency and memory, against what they must be.

    Example: streamer bench --out bench.json
    """
    import json
    from functools import partial

    from rich.console import Console

    from streamer.build import FilePipeline, make_knowledge
    from streamer.commands.request import settings_of
    from streamer.commands.terminal import quiet_process, table_console
    from streamer.errors import ConfigError, SinkError
    from streamer.evaluation.bench import BenchPlan, bench_table
    from streamer.evaluation.bench import bench as measure
    from streamer.evaluation.bench_program import PROGRAM
    from streamer.evaluation.datasets import load_dataset
    from streamer.methods import DETECTORS, READERS
    from streamer.places import PACKAGE
    from streamer.reading_loop import ReadingLoop
    from streamer.stats import RunStats

    tests = PACKAGE.parent / "tests"
    chosen = clip or tests / "data" / "demo.mp4"
    if not chosen.is_file():
        raise ConfigError(f"--clip: {chosen} is not a file; name a clip with traffic in it")
    server = tests / "rtsp_server.py"
    with quiet_process():
        settings = settings_of(config, {})
        knowledge = make_knowledge(settings)
        names = settings.detection.detector, settings.reading.reader
        console = Console(stderr=True)
        report = measure(
            BenchPlan(
                clip=chosen,
                folder=work,
                detectors={names[0]: partial(DETECTORS[names[0]].make, settings)},
                readers={names[1]: partial(READERS[names[1]].make, settings)},
                pipeline_of=lambda finds, reads: FilePipeline(settings, finds, reads),
                loop_of=lambda reads: ReadingLoop("bench", reads, settings, RunStats(), knowledge),
                stills=[load_dataset(path) for path in stills or []],
                rtsp_server=server if server.is_file() else None,
                repeats=repeats,
                seconds=seconds,
                program=(*PROGRAM, "--config", str(config)) if config is not None else PROGRAM,
            ),
            lambda name: console.print(f"measuring {name}", highlight=False),
        )
    text = json.dumps(report.as_dict(), indent=1) + "\n"
    if out is not None:
        try:
            out.write_text(text, encoding="utf-8")
        except OSError as error:
            raise SinkError(f"--out: {out} can't be written: {error.strerror}") from error
    if as_json:
        typer.echo(text, nl=False)
    else:
        table_console().print(bench_table(report))
    return 0
