"""A run from its request to its exit status: open everything, supervise, sum up."""

from __future__ import annotations

import logging
import sys
import threading
import time
from contextlib import ExitStack

from rich.console import Console

from streamer.build import Camera, PartsBin, make_job, plan
from streamer.commands.people import PeopleLines, summary_table
from streamer.commands.request import Request
from streamer.commands.screen import Screen
from streamer.commands.stopping import stopping
from streamer.delivery.json_lines import JsonLines
from streamer.delivery.records import SummaryLine
from streamer.enrichment.start import Registries
from streamer.errors import SinkError, SourceError
from streamer.outputs import make_outlets, open_outputs, prints_json
from streamer.pipeline import Outlets
from streamer.stats import RunStats
from streamer.summary import summarize
from streamer.supervisor import Supervisor

log = logging.getLogger(__name__)

STATISTICS_EVERY_S = 60.0


def execute(request: Request, *, realtime: bool, quiet: bool) -> int:
    """Run what was asked for and return the exit status.

    Raises
    ------
    ConfigError, ModelError, SinkError
        Something that can't be used, before anything starts.
    """
    began_s = time.monotonic()
    planned = plan(request.config, request.sources)
    stop, stats, parts_bin = threading.Event(), RunStats(), PartsBin()
    parts = [parts_bin.for_camera(camera) for camera in planned.cameras]
    deliveries = {camera.name: camera.config.delivery for camera in planned.cameras}
    json_lines = prints_json(deliveries or {"": request.config.delivery})
    console = _console(json_lines)
    with stopping(stop), ExitStack() as stack:
        sink = JsonLines() if json_lines else PeopleLines(console if sys.stdout.isatty() else None)
        outputs = stack.enter_context(open_outputs(request.config.delivery, deliveries, sink, stop))
        registries = stack.enter_context(Registries(outputs.submit))

        def outlets_of(camera: Camera) -> Outlets:
            enricher = registries.enricher(camera.config.registry)
            return make_outlets(outputs, enricher, camera.config.delivery)

        jobs = [
            make_job(camera, its_parts, outlets_of(camera), stats, request.part, realtime)
            for camera, its_parts in zip(planned.cameras, parts, strict=True)
        ]
        for fault in planned.faults:
            log.error("%s", fault)
        supervisor = Supervisor(jobs, stop)
        log.info("started: %d sources", len(jobs))
        with Screen(console, jobs, stats) as screen:
            said_s = time.monotonic()

            def on_poll() -> None:
                nonlocal said_s
                screen.update()
                if time.monotonic() - said_s >= STATISTICS_EVERY_S:
                    said_s = time.monotonic()
                    log.info("%d frames, %.1f a second", stats.counted("frames_processed"), stats.fps)

            supervisor.run(on_poll)
            registries.close()
            outputs.close()
        summary = summarize(stats, [job.status for job in jobs], outputs, time.monotonic() - began_s)
        _tell(summary, sink, console, quiet)
    return SourceError.exit_code if planned.faults or supervisor.failed_sources else 0


def _console(stdout_is_data: bool) -> Console:
    """Return where a person looks: stdout where it is a terminal and ours to write on, else stderr."""
    return Console(stderr=stdout_is_data or not sys.stdout.isatty())


def _tell(summary: SummaryLine, sink: JsonLines | PeopleLines, console: Console, quiet: bool) -> None:
    """Print the end of a run; nobody may be listening any more."""
    try:
        if isinstance(sink, JsonLines):
            sink.write_summary(summary)
    except SinkError as error:
        log.info("%s", error)
    if not quiet:
        console.print(summary_table(summary))
