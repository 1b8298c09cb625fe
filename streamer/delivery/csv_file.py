"""CSV: the scalar fields of each event, one row each, for spreadsheets."""

from __future__ import annotations

import csv
import errno
import io
import os
from collections.abc import Iterable
from pathlib import Path

from streamer.delivery.records import Record
from streamer.delivery.target import check_folder
from streamer.errors import SinkError

COLUMNS = (
    "schema", "type", "event", "id", "camera", "source", "plate", "confidence", "region", "format_ok", "track",
    "first_frame", "last_frame", "frames_seen", "frames_read", "first_seen", "last_seen", "best_frame", "direction",
    "latency_ms", "snapshot", "crop",
)  # fmt: skip
"""The scalar fields of a reading's line, in its order."""


class CsvFile:
    """Appends rows to a CSV file (RFC 4180, UTF-8, lines end in a line feed); the header stands once.

    True and false are lower case and null is an empty field, as in JSON and YAML. A row is written whole or, on a full
    disk, not at all.

    Raises
    ------
    SinkError
        The file can't be opened, or has other columns.
    """

    name = "CSV"

    def __init__(self, path: Path) -> None:
        self._path = path
        check_folder(path)
        header = _line(COLUMNS)
        try:
            self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o666)
        except OSError as error:
            raise SinkError(f"{path}: can't be written: {error.strerror}") from error
        try:
            size = os.fstat(self._descriptor).st_size
            if size == 0:
                self._append(header)
            elif os.pread(self._descriptor, len(header), 0) != header:
                raise SinkError(f"{path}: has other columns than a CSV file of readings; choose another file")
            elif os.pread(self._descriptor, 1, size - 1) != b"\n":
                self._append(b"\n")
        except OSError:  # a SinkError is one
            os.close(self._descriptor)
            raise

    def write(self, record: Record) -> None:
        """Append one event. Raises `SinkError` when it could not be kept."""
        self._append(_line([_text(record[name]) for name in COLUMNS]))

    def close(self) -> None:
        """Release the file."""
        os.close(self._descriptor)

    def _append(self, line: bytes) -> None:
        try:
            size = os.fstat(self._descriptor).st_size
            torn = os.write(self._descriptor, line) < len(line)
            if torn:
                os.ftruncate(self._descriptor, size)
        except OSError as error:
            raise SinkError(f"{self._path}: can't be written: {error.strerror}") from error
        if torn:
            raise SinkError(f"{self._path}: can't be written: {os.strerror(errno.ENOSPC)}")


def _text(value: object) -> object:
    return str(value).lower() if isinstance(value, bool) else value


def _line(values: Iterable[object]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(values)
    return text.getvalue().encode("utf-8", "backslashreplace")
