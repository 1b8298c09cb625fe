"""`streamer run`: the whole path from sources to readings."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from streamer.commands.options import (
    AsJson,
    ConfigFile,
    DetectorName,
    Quiet,
    ReaderName,
    Regions,
    Threads,
    Verbose,
    Version,
)


def add_to(app: typer.Typer) -> None:
    """Add the command to the command line. Unknown options are collected, so that all faults are told at once."""
    app.command("run", context_settings={"ignore_unknown_options": True})(run)


def run(
    context: typer.Context,
    sources: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[SOURCE]...",
            help="A camera index, /dev/video0, picamera, an rtsp(s):// or http(s):// stream, a video, an image, or a "
            "folder or glob of either; without any, the cameras of the configuration.",
        ),
    ] = None,
    config: ConfigFile = None,
    as_json: AsJson = False,
    db: Annotated[str | None, typer.Option("--db", metavar="FILE", help="The SQLite journal, or none.")] = None,
    csv: Annotated[Path | None, typer.Option("--csv", metavar="FILE", help="Readings as CSV.")] = None,
    record: Annotated[Path | None, typer.Option("--record", metavar="FILE", help="Annotated video.")] = None,
    snapshots: Annotated[
        Path | None, typer.Option("--snapshots", metavar="DIR", help="Frame and plate image of each reading.")
    ] = None,
    display: Annotated[bool, typer.Option("--display", help="A live window; q quits.")] = False,
    region: Regions = None,
    detector: DetectorName = None,
    reader: ReaderName = None,
    realtime: Annotated[bool, typer.Option("--realtime", help="Replay a file at its own pace.")] = False,
    events: Annotated[
        str | None, typer.Option("--events", metavar="all|final", help="Every event, or the last word on each vehicle.")
    ] = None,
    threads: Threads = None,
    max_frames: Annotated[str | None, typer.Option("--max-frames", metavar="N", help="At most N frames.")] = None,
    start: Annotated[str | None, typer.Option("--start", metavar="S", help="From S seconds into a file.")] = None,
    duration: Annotated[str | None, typer.Option("--duration", metavar="S", help="For S seconds.")] = None,
    verbose: Verbose = 0,
    quiet: Quiet = False,
    version: Version = False,
) -> int:
    """Read number plates from cameras, streams, videos and images.

    Example: streamer run gate.mp4 --json --region sk
    """
    from streamer.commands.request import Request, method_settings
    from streamer.commands.running import execute
    from streamer.commands.terminal import quiet_process

    settings = method_settings(detector, reader, region, threads) | {
        ("--json", "delivery.json_lines"): as_json or None,
        ("--db", "delivery.journal"): db,
        ("--csv", "delivery.csv"): csv,
        ("--record", "delivery.record"): record,
        ("--snapshots", "delivery.snapshots"): snapshots,
        ("--display", "delivery.display"): display or None,
        ("--events", "delivery.events"): events,
    }
    with quiet_process(verbose, quiet):
        request = Request.parse(
            sources or [],
            config,
            settings,
            {"--max-frames": max_frames, "--start": start, "--duration": duration},
            known_options=[name for parameter in context.command.params for name in parameter.opts],
        )
        return execute(request, realtime=realtime, quiet=quiet)
