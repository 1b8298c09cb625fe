"""One output of annotated frames (a video file, a window) that draws at its own pace."""

from __future__ import annotations

import threading
from collections import deque
from typing import Protocol

from streamer.datatypes import FrameReport
from streamer.delivery.patience import POLL_S, Patience
from streamer.delivery.sink_faults import SinkFaults
from streamer.errors import SinkError

HELD = 4
"""Frames that wait to be drawn; each keeps its pixels in memory."""


class FrameSink(Protocol):
    """Where annotated frames go. Called from one thread of its own."""

    name: str
    """What messages call it."""
    may_drop: bool
    """Whether it always shows the newest frame (a window), or keeps every frame of a file (a recording)."""

    def show(self, report: FrameReport) -> None:
        """Draw one frame. Raises `SinkError` when it could not be kept."""

    def close(self) -> None:
        """Finish and release."""


class FrameFollower:
    """Shows frames to one sink in a thread of its own.

    A recording of a file keeps every frame: when it is behind, `show` waits. A recording of a camera, and any window,
    never holds the reading up: the oldest waiting frame is dropped, and counted where a recording misses it. A sink
    that fails is closed and counted once: a video with a hole in it is of no use.
    """

    def __init__(self, sink: FrameSink, faults: SinkFaults, stop: threading.Event, limit_s: float) -> None:
        self.name = sink.name
        self.dropped = 0
        """Frames that a recording misses."""
        self._sink = sink
        self._faults = faults
        self._stop = stop
        self._limit_s = limit_s
        self._waiting: deque[FrameReport] = deque()
        self._drawn = 0
        self._gone = False
        self._closing = False
        self._changed = threading.Condition(threading.RLock())
        self._thread = threading.Thread(target=self._run, name=f"draw {sink.name}", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def show(self, report: FrameReport, live: bool) -> None:
        """Hand over a frame; `live` says that its source does not wait."""
        with self._changed:
            if not live and not self._sink.may_drop:
                self._wait_for_room()
            if self._gone:
                return
            while len(self._waiting) >= HELD:
                self._waiting.popleft()
                self.dropped += not self._sink.may_drop
            self._waiting.append(report)
            self._changed.notify_all()

    def finish(self) -> None:
        """Say that no more frames come; the thread ends once those that wait are drawn."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()

    def join(self) -> None:
        """Wait for the last frames; after a stop, a sink that draws none for `limit_s` is given up."""
        patience = Patience(self._stop, self._limit_s)
        while self._thread.is_alive() and not self._gone:
            self._thread.join(POLL_S)
            with self._changed:
                if self._thread.is_alive() and patience.is_over(self._drawn):
                    self._give_up()

    def _wait_for_room(self) -> None:
        patience = Patience(self._stop, self._limit_s)
        while len(self._waiting) >= HELD and not self._gone:
            self._changed.wait(POLL_S)
            if patience.is_over(self._drawn):
                self._give_up()

    def _give_up(self) -> None:
        left = len(self._waiting) + 1
        self._end()
        error = SinkError(f"drew nothing for {self._limit_s:g} s after the stop; {left} frames not drawn")
        self._faults.failed(self.name, error, left)

    def _end(self) -> None:
        with self._changed:
            self._gone = True
            self._waiting.clear()
            self._changed.notify_all()

    def _run(self) -> None:
        while (report := self._next()) is not None:
            try:
                self._sink.show(report)
            except Exception as error:  # whatever it is, it ends this output and not the readings
                self._faults.failed(self.name, error)
                self._end()
            with self._changed:
                self._drawn += 1
        try:
            self._sink.close()
        except Exception as error:
            self._faults.failed(self.name, error)

    def _next(self) -> FrameReport | None:
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._closing or self._gone)
            if not self._waiting:
                return None
            report = self._waiting.popleft()
            self._changed.notify_all()
            return report
