"""What a person sees while a run goes on: a progress bar for files, a live table for cameras."""

from __future__ import annotations

from collections.abc import Sequence
from types import TracebackType

from rich.console import Console
from rich.live import Live
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from streamer.stats import RunStats
from streamer.supervisor import Job

REFRESH_PER_S = 5


class Screen:
    """Shows a run on a terminal; shows nothing where there is none.

    Parameters
    ----------
    console
        Where to draw.
    jobs
        The sources of the run.
    stats
        The run's counters.
    """

    def __init__(self, console: Console, jobs: Sequence[Job], stats: RunStats) -> None:
        self._jobs = jobs
        self._stats = stats
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.fields[frames]} frames · {task.fields[fps]:.0f} fps · {task.fields[readings]} readings"),
            TimeRemainingColumn(),
            console=console,
            auto_refresh=False,
        )
        self._cameras = any(job.status.live for job in jobs)
        self._task = self._progress.add_task("", total=max(1, len(jobs)), frames=0, fps=0.0, readings=0)
        shown = console.is_terminal
        self._live = Live(self._picture(), console=console, auto_refresh=False, transient=True) if shown else None

    def __enter__(self) -> Screen:
        if self._live is not None:
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._live is not None:
            self._live.stop()

    def update(self) -> None:
        """Draw how the run stands."""
        if self._live is not None:
            self._live.update(self._picture(), refresh=True)

    def _picture(self) -> Table | Progress:
        if self._cameras:
            return camera_table(self._jobs)
        self._update_bar()
        return self._progress

    def _update_bar(self) -> None:
        done = [job for job in self._jobs if job.status.state in ("done", "failed")]
        current = next((job for job in self._jobs if job.status.state not in ("done", "failed")), self._jobs[-1])
        part = 0.0
        if (duration_s := current.duration_s()) and current not in done:
            part = min(1.0, current.status.time_s / duration_s)
        self._progress.update(
            self._task,
            completed=len(done) + part,
            description=current.status.source
            if len(self._jobs) == 1
            else f"{len(done)}/{len(self._jobs)} {current.status.source}",
            frames=self._stats.counted("frames_processed"),
            fps=self._stats.fps,
            readings=sum(job.status.readings for job in self._jobs),
        )


def camera_table(jobs: Sequence[Job]) -> Table:
    """Return one row for each source: how it does, and what it read last."""
    table = Table(box=None, header_style="bold", pad_edge=False)
    for title in ("camera", "state"):
        table.add_column(title)
    for title in ("fps", "frames", "readings"):
        table.add_column(title, justify="right")
    table.add_column("last plate")
    for job in jobs:
        status = job.status
        table.add_row(
            status.name, status.state, f"{status.fps:.1f}", str(status.frames), str(status.readings), status.last_plate
        )
    return table
