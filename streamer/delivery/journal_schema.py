"""The journal's tables, and the steps that bring an older file up to date.

`PRAGMA user_version` holds the number of the last step that a file has been through. A step never changes once it is
released; a new one is added below it, and each runs in a transaction of its own.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from streamer.errors import SinkError

COLUMNS = (
    "schema", "type", "event", "id", "camera", "source", "plate", "confidence", "region", "format_ok", "candidates",
    "characters", "track", "first_frame", "last_frame", "frames_seen", "frames_read", "first_seen", "last_seen",
    "video_time", "best_frame", "box", "corners", "direction", "latency_ms", "snapshot", "crop", "vehicle",
)  # fmt: skip
"""The columns of both tables: the fields of a reading's line."""

JSON_COLUMNS = frozenset({"candidates", "characters", "video_time", "box", "corners", "vehicle"})
"""Columns that hold JSON text."""

BUSY_TIMEOUT_S = 10.0
"""How long a write waits for another program that holds the file; then it counts as failed."""

BUSY_POLL_S = 0.02

APPLICATION_ID = 0x706C6174
"""What marks the file as ours in its header: the letters `plat`."""

_FIELDS_1 = """
    "schema" INTEGER NOT NULL, "type" TEXT NOT NULL, "event" TEXT NOT NULL, "id" TEXT NOT NULL {id_constraint},
    "camera" TEXT NOT NULL, "source" TEXT NOT NULL, "plate" TEXT NOT NULL, "confidence" REAL NOT NULL, "region" TEXT,
    "format_ok" INTEGER NOT NULL, "candidates" TEXT NOT NULL, "characters" TEXT NOT NULL, "track" INTEGER NOT NULL,
    "first_frame" INTEGER NOT NULL, "last_frame" INTEGER NOT NULL, "frames_seen" INTEGER NOT NULL,
    "frames_read" INTEGER NOT NULL, "first_seen" TEXT NOT NULL, "last_seen" TEXT NOT NULL, "video_time" TEXT,
    "best_frame" INTEGER NOT NULL, "box" TEXT NOT NULL, "corners" TEXT NOT NULL, "direction" TEXT,
    "latency_ms" REAL NOT NULL, "snapshot" TEXT, "crop" TEXT, "vehicle" TEXT
"""

STEPS: Sequence[Sequence[str]] = (
    (
        f"CREATE TABLE readings ({_FIELDS_1.format(id_constraint='PRIMARY KEY')})",
        f"CREATE TABLE events (seq INTEGER PRIMARY KEY AUTOINCREMENT, {_FIELDS_1.format(id_constraint='')})",
        "CREATE INDEX readings_plate ON readings (plate, first_seen)",
        "CREATE INDEX readings_first_seen ON readings (first_seen)",
        "CREATE INDEX events_id ON events (id)",
        f"PRAGMA application_id = {APPLICATION_ID}",
    ),
)
"""What leads from each version to the next; the first makes a new file."""


def prepare(connection: sqlite3.Connection, path: Path, steps: Sequence[Sequence[str]] = STEPS) -> None:
    """Set the connection up and bring the file's tables up to date.

    Parameters
    ----------
    connection
        In autocommit mode (`isolation_level=None`).
    path
        The file, for messages.
    steps
        `STEPS`; a test may give its own.

    Raises
    ------
    SinkError
        The file holds another program's tables, or was written by a newer version.
    sqlite3.Error
        The file is no database or can't be written.
    """
    connection.execute("PRAGMA synchronous = FULL")
    # in this order: a streamer that makes the file just now makes its tables and its mark at once
    tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    ours = connection.execute("PRAGMA application_id").fetchone()[0] == APPLICATION_ID
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if tables and not ours:
        raise SinkError(f"{path}: is a database of another program; choose another file")
    if version > len(steps):
        raise SinkError(
            f"{path}: the journal was written by a newer version (journal version {version}; "
            f"this program knows up to {len(steps)}); upgrade, or choose another file"
        )
    if _write_ahead_log(connection) != "wal":
        raise SinkError(f"{path}: the disk does not support write-ahead logging; choose another folder")
    for number, statements in enumerate(steps, 1):
        _step(connection, number, statements)


def _write_ahead_log(connection: sqlite3.Connection) -> str:
    """Ask for the write-ahead log and return what is used.

    SQLite's own time-out does not cover this while another program does the same to a new file.
    """
    until_s = time.monotonic() + BUSY_TIMEOUT_S
    pause = threading.Event()
    while True:
        try:
            return str(connection.execute("PRAGMA journal_mode = WAL").fetchone()[0])
        except sqlite3.OperationalError as error:
            busy = error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
            if not busy or time.monotonic() > until_s:
                raise
        pause.wait(BUSY_POLL_S)


def _step(connection: sqlite3.Connection, number: int, statements: Sequence[str]) -> None:
    """Run one step unless the file, or another program just now, has been through it."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        if connection.execute("PRAGMA user_version").fetchone()[0] < number:
            for statement in statements:
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {number}")
    except sqlite3.Error:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")
