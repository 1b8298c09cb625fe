"""The process's own terminal: log lines on stderr, and nothing of what native libraries print."""

from __future__ import annotations

import contextlib
import logging
import sys
from collections.abc import Iterator
from typing import TextIO

from rich.console import Console


class _CurrentStderr(logging.StreamHandler[TextIO]):
    """Writes to whatever `sys.stderr` is just now: a progress bar puts itself in between while it is shown."""

    @property
    def stream(self) -> TextIO:
        return sys.stderr

    @stream.setter
    def stream(self, value: TextIO) -> None:
        """The base class sets it once; what counts is `sys.stderr`."""


class _OneLine(logging.Formatter):
    """`warning: gate.mp4 is cut off`: the level in small letters, then the message."""

    def format(self, record: logging.LogRecord) -> str:
        text = super().format(record)
        where = f" [{record.threadName}]" if record.levelno <= logging.DEBUG else ""
        return (
            f"streamer: {record.levelname.lower()}{where}: {text}"
            if record.levelno != logging.ERROR
            else f"streamer: {text}"
        )


WIDE = 200
"""Columns of a table that is written into a file or a pipe, where nothing needs to be cut."""


def table_console() -> Console:
    """Return where tables that are a command's answer are printed: standard output."""
    return Console(width=None if sys.stdout.isatty() else WIDE)


@contextlib.contextmanager
def quiet_process(verbose: int = 0, quiet: bool = False) -> Iterator[None]:
    """Own standard error inside the block: our log lines reach it, native chatter does not.

    Parameters
    ----------
    verbose
        0 shows warnings, 1 also what starts and stops, 2 everything.
    quiet
        Show errors only.
    """
    from streamer.capture.native_logs import native_stderr_discarded

    level = logging.ERROR if quiet else (logging.WARNING, logging.INFO, logging.DEBUG)[min(verbose, 2)]
    handler = _CurrentStderr()
    handler.setFormatter(_OneLine())
    root = logging.getLogger("streamer")
    before = root.level
    with native_stderr_discarded():
        root.addHandler(handler)
        root.setLevel(level)
        try:
            yield
        finally:
            root.setLevel(before)
            root.removeHandler(handler)
