"""JSON Lines: one event a line, out of the program as soon as it is written."""

from __future__ import annotations

import json
import os

from streamer.delivery.records import Record, SummaryLine
from streamer.errors import SinkError


class OutputClosedError(SinkError):
    """Whoever was reading the output has gone; the run is to end in order."""


class JsonLines:
    """Writes records to a file descriptor, standard output by default.

    Lines go straight to the descriptor: nothing is buffered that a kill could lose, and nothing is left for Python to
    flush into a closed pipe on exit.
    """

    name = "standard output"

    def __init__(self, descriptor: int = 1) -> None:
        self._descriptor = descriptor

    def write(self, record: Record) -> None:
        """Write one event. Raises `OutputClosedError` when nobody reads any more, `SinkError` when it can't be kept."""
        self._write_line(record)

    def write_summary(self, summary: SummaryLine) -> None:
        """Write the line that ends a run; raises as `write` does."""
        self._write_line(summary.record())

    def close(self) -> None:
        """The descriptor is the caller's and stays open."""

    def _write_line(self, record: Record) -> None:
        line = json.dumps(record, ensure_ascii=False, separators=(",", ":"), allow_nan=False) + "\n"
        rest = memoryview(line.encode("utf-8", "backslashreplace"))
        try:
            while rest:
                rest = rest[os.write(self._descriptor, rest) :]
        except BrokenPipeError as error:
            raise OutputClosedError("it was closed") from error
        except OSError as error:
            raise SinkError(f"can't be written: {error.strerror}") from error
