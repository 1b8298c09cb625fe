"""The journal is a real SQLite file that anybody may open."""

from __future__ import annotations

import json
import sqlite3
import threading
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from streamer.delivery.journal import Journal
from streamer.delivery.journal_schema import COLUMNS, STEPS, prepare
from streamer.delivery.records import ReadingLine, reading_record
from streamer.errors import SinkError
from tests.factories import make_reading


def record(number: int = 1, **changes: Any) -> dict[str, Any]:
    return reading_record(make_reading(number, **changes), 100.0)


def rows(path: Path, query: str) -> list[sqlite3.Row]:
    with closing(sqlite3.connect(path)) as connection:
        connection.row_factory = sqlite3.Row
        return connection.execute(query).fetchall()


def test_columns_are_the_fields_of_a_line() -> None:
    assert list(COLUMNS) == [field.alias or name for name, field in ReadingLine.model_fields.items()]


def test_a_vehicle_has_one_row_and_each_event_has_one(tmp_path: Path) -> None:
    path = tmp_path / "readings.db"
    with closing(Journal(path)) as journal:
        journal.write(record(1, event="provisional", plate="RK3O0AS", confidence=0.6))
        journal.write(record(2))
        journal.write(record(1, event="final"))
    assert [row["event"] for row in rows(path, "SELECT * FROM events ORDER BY seq")] == [
        "provisional",
        "final",
        "final",
    ]
    readings = rows(path, "SELECT * FROM readings ORDER BY id")
    assert [(row["id"], row["event"], row["plate"]) for row in readings] == [
        ("00000001", "final", "RK300AS"),
        ("00000002", "final", "RK300AS"),
    ]


def test_lists_are_json_text_and_null_is_null(tmp_path: Path) -> None:
    path = tmp_path / "readings.db"
    with closing(Journal(path)) as journal:
        journal.write(record(region=None))
    (row,) = rows(path, "SELECT * FROM readings")
    assert json.loads(row["box"]) == [412, 518, 118, 34]
    assert json.loads(row["candidates"]) == [{"plate": "RK300AS", "confidence": 0.97}]
    assert row["region"] is None
    assert row["vehicle"] is None


@pytest.mark.parametrize("changes", [{}, {"event": "enriched", "vehicle": {"make": "Škoda"}, "video_time": None}])
def test_an_event_reads_back_as_it_was(tmp_path: Path, changes: dict[str, Any]) -> None:
    with closing(Journal(tmp_path / "readings.db")) as journal:
        seq = journal.write(record(**changes))
        assert journal.event(seq) == record(**changes)
        with pytest.raises(SinkError, match="no longer"):
            journal.event(seq + 1)


def test_a_power_cut_can_lose_nothing_that_was_committed(tmp_path: Path) -> None:
    """Write-ahead log, flushed at every commit: read back from the journal's own connection and from the file."""
    path = tmp_path / "readings.db"
    with closing(Journal(path)) as journal:
        full = 2
        assert journal._connection.execute("PRAGMA synchronous").fetchone() == (full,)
        assert journal._connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        journal.write(record())
        assert len(rows(path, "SELECT * FROM readings")) == 1, "another program sees it while we run"


def test_plate_and_time_are_looked_up_by_index(tmp_path: Path) -> None:
    path = tmp_path / "readings.db"
    Journal(path).close()
    for where, index in (("plate = 'X'", "readings_plate"), ("first_seen > '2026'", "readings_first_seen")):
        (plan,) = rows(path, f"EXPLAIN QUERY PLAN SELECT * FROM readings WHERE {where}")
        assert index in plan["detail"]


def test_runs_append(tmp_path: Path) -> None:
    path = tmp_path / "readings.db"
    for number in (1, 2):
        with closing(Journal(path)) as journal:
            journal.write(record(number))
    assert len(rows(path, "SELECT * FROM events")) == 2


def test_an_older_file_is_brought_up_to_date_with_its_readings(tmp_path: Path) -> None:
    path = tmp_path / "readings.db"
    with closing(Journal(path)) as journal:
        journal.write(record())
    steps = [*STEPS, ["ALTER TABLE readings ADD COLUMN zone TEXT", "ALTER TABLE events ADD COLUMN zone TEXT"]]
    for _ in range(2):  # the second time finds it done
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            prepare(connection, path, steps)
    (row,) = rows(path, "SELECT plate, zone FROM readings")
    assert tuple(row) == ("RK300AS", None)
    assert rows(path, "PRAGMA user_version")[0][0] == 2


def test_a_step_that_fails_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "readings.db"
    Journal(path).close()
    steps = [*STEPS, ["ALTER TABLE readings ADD COLUMN zone TEXT", "ALTER TABLE nothing ADD COLUMN zone TEXT"]]
    with closing(sqlite3.connect(path, isolation_level=None)) as connection, pytest.raises(sqlite3.Error):
        prepare(connection, path, steps)
    assert rows(path, "PRAGMA user_version")[0][0] == 1
    with closing(Journal(path)) as journal:
        journal.write(record())


def test_a_newer_file_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "readings.db"
    Journal(path).close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 99")
    before = path.read_bytes()
    with pytest.raises(SinkError, match=r"newer version.*99"):
        Journal(path)
    assert path.read_bytes() == before


def test_another_programs_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "photos.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE photos (name TEXT)")
    before = path.read_bytes()
    with pytest.raises(SinkError, match="another program"):
        Journal(path)
    assert path.read_bytes() == before


def test_what_is_no_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("These are my notes. " * 100)
    with pytest.raises(SinkError, match=r"notes\.txt: the journal can't be opened: file is not a database"):
        Journal(path)
    assert path.read_text().startswith("These are my notes.")


def test_a_folder_that_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(SinkError, match=r"the folder .*nowhere does not exist"):
        Journal(tmp_path / "nowhere" / "readings.db")


def test_a_folder_is_no_journal(tmp_path: Path) -> None:
    with pytest.raises(SinkError, match="is a folder"):
        Journal(tmp_path)


def test_a_file_that_may_not_be_written_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SinkError, match="can't be opened"):
        Journal(Path("/proc/readings.db"))


def test_an_event_that_does_not_fit_leaves_no_half(tmp_path: Path) -> None:
    path = tmp_path / "readings.db"
    with closing(Journal(path)) as journal:
        with pytest.raises(SinkError, match="can't be written"):
            journal.write({**record(), "plate": None})
        journal.write(record())
    assert len(rows(path, "SELECT * FROM events")) == 1


@pytest.mark.parametrize("moment", ["sqlite_master", "application_id", "user_version"])
def test_a_journal_that_another_streamer_makes_while_it_is_looked_at_is_ours(tmp_path: Path, moment: str) -> None:
    path = tmp_path / "readings.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:

        def meanwhile(statement: str) -> None:
            if moment in statement:
                connection.set_trace_callback(None)
                Journal(path).close()

        connection.set_trace_callback(meanwhile)
        prepare(connection, path)
        assert connection.execute("SELECT count(*) FROM events").fetchone() == (0,)


@pytest.mark.timeout(60)
def test_two_programs_open_and_write_one_new_journal_at_once(tmp_path: Path) -> None:
    path = tmp_path / "readings.db"
    faults: list[Exception] = []

    def write(first: int) -> None:
        try:
            with closing(Journal(path)) as journal:
                for number in range(first, first + 20):
                    journal.write(record(number))
        except SinkError as error:
            faults.append(error)

    threads = [threading.Thread(target=write, args=(first,)) for first in (0, 100, 200, 300)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert len(rows(path, "SELECT * FROM events")) == 80
