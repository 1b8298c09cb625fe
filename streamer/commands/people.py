"""Readings and the summary as a person reads them."""

from __future__ import annotations

import os
from datetime import datetime
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from streamer.delivery.json_lines import OutputClosedError
from streamer.delivery.records import SummaryLine
from streamer.errors import SinkError


class PeopleLines:
    """Prints one line for each event: when, which camera, the plate, how certain, where it is from and where it goes.

    Parameters
    ----------
    console
        Prints above the progress bar or table on a terminal; None writes plain lines to descriptor 1.
    """

    name = "the terminal"

    def __init__(self, console: Console | None) -> None:
        self._console = console

    def write(self, record: dict[str, Any]) -> None:
        """Print one event. Raises `OutputClosedError` when nobody reads any more, `SinkError` when it can't be kept."""
        line = reading_text(record)
        try:
            if self._console is None:
                os.write(1, f"{line}\n".encode("utf-8", "backslashreplace"))
            else:
                self._console.print(escape(line), highlight=False, soft_wrap=True)
        except BrokenPipeError as error:
            raise OutputClosedError("standard output was closed") from error
        except OSError as error:
            raise SinkError(f"standard output can't be written: {error.strerror}") from error

    def close(self) -> None:
        """The terminal is not ours to close."""


def reading_text(record: dict[str, Any]) -> str:
    """Return an event as one line of columns."""
    if record["video_time"] is not None:
        when = f"{record['video_time'][0]:9.2f} s"
    else:
        when = datetime.fromisoformat(record["first_seen"]).astimezone().strftime("%H:%M:%S")
    parts = [
        f"{when:>11}",
        record["camera"],
        f"{record['plate']:<10}",
        f"{record['confidence']:.2f}",
        f"{record['region'] or '-':<5}",
        record["direction"] or "",
        "" if record["event"] == "final" else record["event"],
        " ".join(str(value) for value in (record.get("vehicle") or {}).values()),
    ]
    return "  ".join(part for part in parts if part).rstrip()


def summary_table(summary: SummaryLine) -> Table:
    """Return the end of a run as a table."""
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(style="bold")
    table.add_column()
    dropped = f", {summary.frames_dropped} dropped" if summary.frames_dropped else ""
    rows = {
        "readings": str(summary.readings),
        "frames": f"{summary.frames_processed} of {summary.frames_read}{dropped}, {summary.fps:.1f} a second",
        "seconds": f"{summary.seconds:.1f}",
        "latency": _pair(summary.latency_ms.p50, summary.latency_ms.p95),
        "stages": ", ".join(
            f"{stage} {ms:.1f} ms" for stage, ms in summary.stage_ms.model_dump().items() if ms is not None
        ),
        "not read": ", ".join(f"{reason} {count}" for reason, count in summary.rejected.items()),
        "reconnects": str(summary.reconnects or ""),
        "output errors": str(summary.sink_errors or ""),
        "memory": f"{summary.memory_mb:.0f} MB",
    }
    for title, text in rows.items():
        if text:
            table.add_row(title, text)
    return table


def _pair(p50: float | None, p95: float | None) -> str:
    return f"{p50:.0f} ms, 95 % within {p95:.0f} ms" if p50 is not None and p95 is not None else ""
