"""All sources of a run: files one after another, cameras side by side, until they end or the run is stopped."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from streamer.errors import SourceError
from streamer.pipeline import Pipeline
from streamer.stats import CameraStatus

log = logging.getLogger(__name__)

POLL_S = 0.1
"""How often the main thread looks up: for a stop, for cameras that can't be opened, for the screen."""


@dataclass(frozen=True, slots=True)
class Job:
    """One source of a run."""

    status: CameraStatus
    make: Callable[[], Pipeline]
    """Makes the pipeline when the source's turn has come. Raises `SourceError`."""
    open_timeout_s: float
    """How long a camera may take to give its first frame."""
    duration_s: Callable[[], float | None]
    """Tells a file's length once it is open; None when it is not known."""


class Supervisor:
    """Runs jobs in threads of their own and waits for them in the calling one.

    Parameters
    ----------
    jobs
        In the order in which files are read; those of cameras all start at once.
    stop
        Set by anyone to end the run in order.
    """

    def __init__(self, jobs: Sequence[Job], stop: threading.Event) -> None:
        self._stop = stop
        self._cameras = [job for job in jobs if job.status.live]
        self._files = [job for job in jobs if not job.status.live]
        self._late: set[str] = set()
        self._running: dict[str, Pipeline] = {}
        self._lock = threading.Lock()
        self._error: BaseException | None = None
        self.failed_sources = 0
        """Sources that could not be read."""

    def run(self, on_poll: Callable[[], None] = lambda: None) -> None:
        """Run to the end, or until the stop; call `on_poll` now and then.

        Raises
        ------
        BaseException
            What is no fault of a source: it stops the run.
        """
        lanes = [[job] for job in self._cameras] + ([self._files] if self._files else [])
        threads = [
            threading.Thread(target=self._run_lane, args=(lane,), name=f"read {lane[0].status.name}", daemon=True)
            for lane in lanes
        ]
        began_s = time.monotonic()
        for thread in threads:
            thread.start()
        while alive := [thread for thread in threads if thread.is_alive()]:
            if not self._stop.is_set():
                self._look_for_late_cameras(time.monotonic() - began_s)
                files_left = bool(self._files) and threads[-1] in alive
                if self._late and not files_left and not self._cameras_left():
                    self._give_up()
            if self._stop.is_set():
                self._halt()
            on_poll()
            alive[0].join(POLL_S)
        on_poll()
        if self._error is not None:
            raise self._error

    def _run_lane(self, jobs: Sequence[Job]) -> None:
        """Run jobs one after another; what is no fault of a source stops the whole run."""
        for job in jobs:
            if self._stop.is_set():
                return
            try:
                self._run_job(job)
            except SourceError as error:
                self._source_failed(job, error)
            except BaseException as error:
                with self._lock:
                    self._error = self._error or error
                self._stop.set()

    def _run_job(self, job: Job) -> None:
        pipeline = job.make()
        with self._lock:
            self._running[job.status.name] = pipeline
        try:
            pipeline.run()
            job.status.state = "done"
        finally:
            with self._lock:
                del self._running[job.status.name]

    def _source_failed(self, job: Job, error: SourceError) -> None:
        job.status.state = "failed"
        log.error("%s", error)
        with self._lock:
            self.failed_sources += 1

    def _look_for_late_cameras(self, elapsed_s: float) -> None:
        """Tell, once for each camera, that it has given no picture within its time; it goes on being tried."""
        for job in self._cameras:
            name = job.status.name
            with self._lock:
                pipeline = self._running.get(name)
            if job.status.frames or (pipeline is not None and pipeline.capture.wait_opened(0)):
                self._late.discard(name)
            elif name not in self._late and job.status.state != "failed" and elapsed_s >= job.open_timeout_s:
                self._late.add(name)
                why = pipeline.capture.error if pipeline is not None else None
                what = why or f"{job.status.source}: no picture within {job.open_timeout_s:g} s"
                log.error("%s", what)

    def _cameras_left(self) -> bool:
        """Return whether some camera gives a picture or still has time to."""
        ended = ("failed", "done")
        return any(job.status.name not in self._late and job.status.state not in ended for job in self._cameras)

    def _give_up(self) -> None:
        """End the run: what is left are cameras that never opened."""
        self.failed_sources += len(self._late)
        self._stop.set()

    def _halt(self) -> None:
        with self._lock:
            running = list(self._running.values())
        for pipeline in running:
            pipeline.halt()
