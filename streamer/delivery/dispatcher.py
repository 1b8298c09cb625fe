"""The way out: a reading goes to the journal first, and everything else follows the journal."""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Literal, TypeVar

import numpy as np

from streamer.datatypes import FrameReport, Reading
from streamer.delivery.follower import Follower, Place
from streamer.delivery.frame_follower import FrameFollower, FrameSink
from streamer.delivery.journal import Journal
from streamer.delivery.records import Percentiles, Record, reading_record
from streamer.delivery.sink_faults import SinkFaults
from streamer.delivery.snapshots import Snapshots
from streamer.errors import SinkError
from streamer.interfaces import Sink

log = logging.getLogger(__name__)

LAST_WORDS = ("final", "enriched")
"""The events that `--events final` lets out; the journal has all."""

LATENCIES_KEPT = 10_000
"""Events that the latency percentiles are taken over: the newest."""


Output = TypeVar("Output")


@dataclass(frozen=True, slots=True)
class Route:
    """Where one camera's readings and frames go; cameras may share any of it."""

    journal: Journal | None = None
    """None when none is kept."""
    sinks: tuple[Sink, ...] = ()
    """Where records go: JSON lines, CSV ..."""
    frame_sinks: tuple[FrameSink, ...] = ()
    """Where annotated frames go: a recording, a window."""
    snapshots: Snapshots | None = None
    """Where pictures of each reading go; None when none are kept."""
    events: Literal["all", "final"] = "final"
    """`final`: sinks and snapshots get only the last word on each vehicle; `all`: every event."""


class Dispatcher:
    """Takes readings and frames from the reading loops and brings them to their camera's outputs.

    One delivery thread takes the readings in order and, for each: writes its pictures, commits it to the journal, and
    hands the record to each sink's own thread. The evidence is therefore on the disk before the event that names it
    is, and the event is committed before anybody sees it. Any thread may call `submit` and `show`.

    Parameters
    ----------
    routes
        By the camera's name.
    stop
        The run's stop event. It is set when standard output was closed, and `close` looks at it.
    queue_size
        Readings that wait for the delivery thread; `submit` waits while it is full.
    backlog
        Records that each sink may be behind in memory; beyond that they are read back from the journal.
    close_timeout_s
        Once the run was asked to stop: how long an output may take nothing before it is given up.
    clock
        Monotonic, the one that `Reading.settled_s` comes from.
    """

    def __init__(
        self,
        routes: Mapping[str, Route],
        stop: threading.Event,
        *,
        queue_size: int = 32,
        backlog: int = 1000,
        close_timeout_s: float = 10.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._routes = routes
        self._clock = clock
        self._faults = SinkFaults()
        self._journals = _different(route.journal for route in routes.values() if route.journal is not None)
        self._followers = {
            id(sink): Follower(sink, _recall, backlog, self._faults, stop, close_timeout_s)
            for sink in _different(sink for route in routes.values() for sink in route.sinks)
        }
        self._frame_followers = {
            id(sink): FrameFollower(sink, self._faults, stop, close_timeout_s)
            for sink in _different(sink for route in routes.values() for sink in route.frame_sinks)
        }
        self._outputs: list[Follower | FrameFollower] = [*self._followers.values(), *self._frame_followers.values()]
        self._queue: queue.Queue[Reading | None] = queue.Queue(queue_size)
        self._latencies_ms: deque[float] = deque(maxlen=LATENCIES_KEPT)
        self._thread = threading.Thread(target=self._run, name="delivery", daemon=True)
        self._closed = False

    def __enter__(self) -> Dispatcher:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def start(self) -> None:
        """Start the threads."""
        self._thread.start()
        for output in self._outputs:
            output.start()

    def submit(self, reading: Reading) -> None:
        """Take one event. Never drops it; waits only while `queue_size` others wait for the disk."""
        if self._closed:
            self._faults.failed("delivery", SinkError(f"reading {reading.id} came after the end"))
            return
        if self._routes[reading.camera].snapshots is None:
            reading = replace(reading, frame=None, plate_image=None)
        self._queue.put(reading)

    def show(self, report: FrameReport, live: bool) -> None:
        """Take one frame for the recording and the window; `live` says that its source does not wait."""
        for sink in self._routes[report.camera].frame_sinks:
            self._frame_followers[id(sink)].show(report, live)

    def close(self) -> None:
        """Deliver what waits, then close every output; harmless when called again."""
        if self._closed:
            return
        self._closed = True
        self._queue.put(None)
        self._thread.join()
        for output in self._outputs:
            output.finish()
        for output in self._outputs:
            output.join()
        for journal in self._journals:
            journal.close()
        for drawn in self._frame_followers.values():
            if drawn.dropped:
                log.warning("%s: %d frames dropped, it can't keep up with the camera", drawn.name, drawn.dropped)

    @property
    def sink_errors(self) -> int:
        """Events and frames that some output could not keep."""
        return self._faults.total

    def latency(self) -> Percentiles:
        """Return the percentiles of the newest events' latency."""
        latencies = list(self._latencies_ms)
        if not latencies:
            return Percentiles(p50=None, p95=None)
        p50, p95 = np.percentile(latencies, (50, 95))
        return Percentiles(p50=round(float(p50), 1), p95=round(float(p95), 1))

    def _run(self) -> None:
        while (reading := self._queue.get()) is not None:
            try:
                self._deliver(reading)
            except Exception as error:  # one event that can't be put in schema 1 must not end those behind it
                self._faults.failed(f"reading {reading.id}", error)

    def _deliver(self, reading: Reading) -> None:
        route = self._routes[reading.camera]
        let_out = route.events == "all" or reading.event in LAST_WORDS
        if let_out and route.snapshots is not None:
            reading = self._with_pictures(route.snapshots, reading)
        record = reading_record(reading, self._clock())
        self._latencies_ms.append(record["latency_ms"])
        place = None if route.journal is None else self._commit(route.journal, record)
        if let_out:
            for sink in route.sinks:
                self._followers[id(sink)].offer(place, record)

    def _with_pictures(self, snapshots: Snapshots, reading: Reading) -> Reading:
        try:
            snapshot, crop = snapshots.save(reading)
        except SinkError as error:
            self._faults.failed(snapshots.name, error)
            return reading
        self._faults.worked(snapshots.name)
        return replace(reading, snapshot=snapshot, crop=crop)

    def _commit(self, journal: Journal, record: Record) -> Place | None:
        try:
            seq = journal.write(record)
        except SinkError as error:
            self._faults.failed(journal.name, error)
            return None
        self._faults.worked(journal.name)
        return journal, seq


def _recall(place: Place) -> Record:
    journal, seq = place
    return journal.event(seq)


def _different(outputs: Iterable[Output]) -> list[Output]:
    """Return each output once, however many cameras share it."""
    return list({id(output): output for output in outputs}.values())
