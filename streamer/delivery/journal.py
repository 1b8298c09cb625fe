"""The journal: every event in SQLite, safe on the disk before anybody else hears of it."""

from __future__ import annotations

import json
import sqlite3
import threading
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from streamer.delivery.journal_schema import BUSY_TIMEOUT_S, COLUMNS, JSON_COLUMNS, prepare
from streamer.delivery.records import Record
from streamer.delivery.target import check_folder
from streamer.errors import SinkError

_NAMES = ", ".join(f'"{name}"' for name in COLUMNS)
_MARKS = ", ".join("?" for _ in COLUMNS)
_UPDATES = ", ".join(f'"{name}" = excluded."{name}"' for name in COLUMNS if name != "id")
_INSERT_EVENT = f"INSERT INTO events ({_NAMES}) VALUES ({_MARKS})"
_UPSERT_READING = f"INSERT INTO readings ({_NAMES}) VALUES ({_MARKS}) ON CONFLICT (id) DO UPDATE SET {_UPDATES}"
_SELECT_EVENT = f"SELECT {_NAMES} FROM events WHERE seq = ?"


class Journal:
    """Readings in a SQLite file: `events` has a row for each event, `readings` the latest event of each vehicle.

    One event is one committed transaction. Write-ahead logging lets others read while we write; `synchronous=FULL`
    flushes each commit to the disk, so that a power cut loses nothing that was committed. Any thread may call.

    Raises
    ------
    SinkError
        The file can't be made or opened, is no journal, or was written by a newer version.
    """

    name = "journal"

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        check_folder(path)
        if path.is_dir():
            raise SinkError(f"{path}: is a folder, not a file")
        with ExitStack() as on_fault:
            try:
                self._connection = sqlite3.connect(
                    path, timeout=BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False
                )
                on_fault.callback(self._connection.close)
                prepare(self._connection, path)
            except sqlite3.Error as error:
                raise SinkError(f"{path}: the journal can't be opened: {error}") from error
            on_fault.pop_all()

    def write(self, record: Record) -> int:
        """Commit one event and return its number, `seq`. Raises `SinkError` when it could not be kept."""
        row = _row(record)
        with self._lock:
            try:
                self._connection.execute("BEGIN IMMEDIATE")
                seq = self._connection.execute(_INSERT_EVENT, row).lastrowid
                self._connection.execute(_UPSERT_READING, row)
                self._connection.execute("COMMIT")
            except sqlite3.Error as error:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise SinkError(f"{self.path}: can't be written: {error}") from error
        assert seq is not None
        return seq

    def event(self, seq: int) -> Record:
        """Return a committed event by its number. Raises `SinkError` when it can't be read."""
        with self._lock:
            try:
                row = self._connection.execute(_SELECT_EVENT, (seq,)).fetchone()
            except sqlite3.Error as error:
                raise SinkError(f"{self.path}: can't be read: {error}") from error
        if row is None:
            raise SinkError(f"{self.path}: event {seq} is no longer in the journal")
        return _record(row)

    def close(self) -> None:
        """Fold the write-ahead log into the file and release it."""
        with self._lock:
            self._connection.close()


def _row(record: Record) -> list[Any]:
    """Return a record's values in the order of `COLUMNS`; lists and objects as JSON text."""
    row = []
    for name in COLUMNS:
        value = record.get(name)
        if name in JSON_COLUMNS and value is not None:
            value = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
        row.append(value)
    return row


def _record(row: tuple[Any, ...]) -> Record:
    """Return the record that `_row` made a row of."""
    record: Record = {}
    for name, value in zip(COLUMNS, row, strict=True):
        if name in JSON_COLUMNS and value is not None:
            value = json.loads(value)
        elif name == "format_ok":
            value = bool(value)
        record[name] = value
    if record["vehicle"] is None:
        del record["vehicle"]
    return record
