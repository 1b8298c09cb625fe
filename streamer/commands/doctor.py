"""`streamer doctor`: a source, watched for some seconds, and what a person could change about it."""

from __future__ import annotations

from typing import Annotated

import typer

from streamer.commands.options import AsJson, ConfigFile, DetectorName, ReaderName, Threads


def add_to(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("doctor")(doctor)


def doctor(
    source: Annotated[str, typer.Argument(metavar="SOURCE", help="Whatever `streamer run` takes.")],
    seconds: Annotated[
        float, typer.Option("--seconds", metavar="S", min=0.5, max=600, help="How long to watch.")
    ] = 10.0,
    config: ConfigFile = None,
    detector: DetectorName = None,
    reader: ReaderName = None,
    threads: Threads = None,
    as_json: AsJson = False,
) -> int:
    """Watch a source and say whether plates in it can be read on this machine, and what to change.

    Example: streamer doctor rtsp://192.0.2.7/stream1
    """
    import json
    from dataclasses import asdict

    from rich.console import Console

    from streamer.build import make_knowledge, plan
    from streamer.capture.source_info import SourceKind
    from streamer.capture.sources import kind_of, make_source
    from streamer.commands.request import method_settings, settings_of
    from streamer.commands.terminal import quiet_process
    from streamer.doctor import findings
    from streamer.methods import make_detector, make_reader
    from streamer.watching import measure

    with quiet_process():
        planned = plan(settings_of(config, method_settings(detector, reader, threads=threads)), [source])
        if planned.faults:
            raise planned.faults[0]
        camera = planned.cameras[0]
        opened = make_source(camera.spec, camera.config.capture)
        knowledge, scenes = make_knowledge(camera.config), kind_of(camera.spec) is SourceKind.STILL
        console = Console(stderr=True)
        with console.status(f"watching {opened.name} for {seconds:g} s") if console.is_terminal else console:
            methods = make_detector(camera.config), make_reader(camera.config)
            measured = measure(opened, *methods, camera.config, knowledge, seconds, scenes=scenes)
        found = findings(measured, camera.config, opened.live)
    if as_json:
        typer.echo(json.dumps({"source": opened.name, "findings": [asdict(finding) for finding in found]}))
        return 0
    typer.echo(opened.name)
    for finding in found:
        typer.echo(f"  {'+' if finding.good else '!'} {finding.what}")
        if finding.advice:
            typer.echo(f"      {finding.advice}")
    return 0
