"""One sink that follows the journal at its own pace."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable

from streamer.delivery.journal import Journal
from streamer.delivery.json_lines import OutputClosedError
from streamer.delivery.patience import POLL_S, Patience
from streamer.delivery.records import Record
from streamer.delivery.sink_faults import SinkFaults
from streamer.errors import SinkError
from streamer.interfaces import Sink

log = logging.getLogger(__name__)

Place = tuple[Journal, int]
"""Where a record can be read back: its journal, and its number there."""


class Follower:
    """Writes records to one sink, in order, in a thread of its own.

    The newest `backlog` records that the sink has not taken are held in memory. Of those beyond it only their place
    in a journal is held, and they are read back when their turn comes: a sink that is slow for a day costs a few
    bytes for each reading. A record that is in no journal can't be read back, so `offer` waits for room.

    Parameters
    ----------
    sink
        Owned from now on: closed by this thread when all is written.
    recall
        Reads a record back from its place.
    backlog
        Records held in memory.
    faults
        Where failures are counted.
    stop
        The run's stop event: set when whoever read the output has gone.
    limit_s
        Once the run was asked to stop: how long the sink may take nothing before it is given up.
    """

    def __init__(
        self,
        sink: Sink,
        recall: Callable[[Place], Record],
        backlog: int,
        faults: SinkFaults,
        stop: threading.Event,
        limit_s: float,
    ) -> None:
        self.name = sink.name
        self._sink = sink
        self._recall = recall
        self._room = backlog
        self._faults = faults
        self._stop = stop
        self._limit_s = limit_s
        self._pending: deque[tuple[Place | None, Record | None]] = deque()
        self._taken = 0
        self._closing = False
        self._writing = False
        self._gone = False
        self._given_up: SinkError | None = None
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._run, name=f"deliver {sink.name}", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def offer(self, place: Place | None, record: Record) -> None:
        """Hand over a record; `place` is None when it is in no journal."""
        with self._changed:
            if place is None:
                self._wait_for_room()
            if self._gone:
                if self._given_up is not None:
                    self._faults.failed(self.name, self._given_up)
                return
            held = record if self._room > 0 else None
            self._room -= held is not None
            self._pending.append((place, held))
            self._changed.notify_all()

    def finish(self) -> None:
        """Say that nothing more comes; the thread ends once the sink has taken everything."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()

    def join(self) -> None:
        """Wait until the sink has taken everything.

        A run that ended by itself waits as long as it takes, as any program in a pipe does. Once the run was asked to
        stop, a sink that takes nothing for `limit_s` is given up, and what it did not take is counted.
        """
        patience = Patience(self._stop, self._limit_s)
        while self._thread.is_alive() and not self._gone:
            self._thread.join(POLL_S)
            with self._changed:
                if self._thread.is_alive() and patience.is_over(self._taken):
                    self._give_up()

    def _wait_for_room(self) -> None:
        patience = Patience(self._stop, self._limit_s)
        while self._room <= 0 and not self._gone:
            self._changed.wait(POLL_S)
            if patience.is_over(self._taken):
                self._give_up()

    def _give_up(self) -> None:
        left = len(self._pending) + self._writing
        self._gone = True
        self._given_up = SinkError(f"took nothing for {self._limit_s:g} s after the stop; {left} not delivered")
        self._pending.clear()
        self._changed.notify_all()
        self._faults.failed(self.name, self._given_up, max(1, left))

    def _run(self) -> None:
        while (entry := self._next()) is not None:
            self._write(*entry)
            with self._changed:
                self._taken += 1
                self._writing = False
        try:
            self._sink.close()
        except Exception as error:
            self._faults.failed(self.name, error)

    def _next(self) -> tuple[Place | None, Record | None] | None:
        with self._changed:
            self._changed.wait_for(lambda: self._pending or self._closing)
            if not self._pending:
                return None
            place, record = self._pending.popleft()
            self._writing = True
            if record is not None:
                self._room += 1
                self._changed.notify_all()
            return place, record

    def _write(self, place: Place | None, record: Record | None) -> None:
        try:
            if record is None:
                assert place is not None
                record = self._recall(place)
            self._sink.write(record)
        except OutputClosedError as error:
            log.info("%s: %s; ending", self.name, error)
            with self._changed:
                self._gone = True
                self._pending.clear()
                self._changed.notify_all()
            self._stop.set()
        except Exception as error:  # a sink of the user's own may raise anything; the others go on
            self._faults.failed(self.name, error)
        else:
            self._faults.worked(self.name)
