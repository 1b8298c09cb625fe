"""CSV as a spreadsheet reads it."""

from __future__ import annotations

import csv
import resource
import signal
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from streamer.delivery.csv_file import COLUMNS, CsvFile
from streamer.delivery.records import ReadingLine, reading_record
from streamer.errors import SinkError
from tests.factories import make_reading


def record(number: int = 1, **changes: Any) -> dict[str, Any]:
    return reading_record(make_reading(number, **changes), 100.0)


def read(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@contextmanager
def largest_file(size: int) -> Iterator[None]:
    """Let no file grow beyond `size` bytes, as on a disk that is full there."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)


def test_columns_are_the_scalar_fields_in_their_order() -> None:
    lists = {"candidates", "characters", "video_time", "box", "corners", "vehicle"}
    fields = [field.alias or name for name, field in ReadingLine.model_fields.items()]
    assert list(COLUMNS) == [field for field in fields if field not in lists]


def test_a_row_round_trips(tmp_path: Path) -> None:
    path = tmp_path / "readings.csv"
    written = record(source='a "quoted", long\nname.mp4', camera="dvůr", region=None, format_ok=False)
    with closing(CsvFile(path)) as file:
        file.write(written)
    (row,) = read(path)
    assert row["source"] == written["source"]
    assert row["camera"] == "dvůr"
    assert (row["region"], row["format_ok"], row["confidence"]) == ("", "false", "0.97")
    assert row["first_seen"] == written["first_seen"]
    assert int(row["best_frame"]) == written["best_frame"]


def test_two_runs_append_under_one_header(tmp_path: Path) -> None:
    path = tmp_path / "readings.csv"
    for number in (1, 2):
        with closing(CsvFile(path)) as file:
            file.write(record(number))
    assert [row["id"] for row in read(path)] == ["00000001", "00000002"]
    assert path.read_text().count("schema,type") == 1


def test_a_file_with_other_columns_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "other.csv"
    path.write_text("date,plate\n2020-01-01,ABC\n")
    with pytest.raises(SinkError, match="other columns"):
        CsvFile(path)
    assert path.read_text() == "date,plate\n2020-01-01,ABC\n"


def test_a_row_that_a_kill_tore_does_not_spoil_the_next(tmp_path: Path) -> None:
    path = tmp_path / "readings.csv"
    with closing(CsvFile(path)) as file:
        file.write(record(1))
    path.write_bytes(path.read_bytes()[:-20])
    with closing(CsvFile(path)) as file:
        file.write(record(2))
    assert [row["id"] for row in read(path)] == ["00000001", "00000002"]


def test_a_disk_that_fills_leaves_whole_rows_and_takes_more_once_there_is_room(tmp_path: Path) -> None:
    path = tmp_path / "readings.csv"
    with closing(CsvFile(path)) as file:
        file.write(record(1))
        size = path.stat().st_size
        for room in (0, 30):
            with largest_file(size + room), pytest.raises(SinkError, match="can't be written"):
                file.write(record(2))
            assert path.stat().st_size == size, "no half row stays"
        file.write(record(3))
    assert [row["id"] for row in read(path)] == ["00000001", "00000003"]


@pytest.mark.parametrize(
    ("target", "why"), [("nowhere/readings.csv", "the folder .*nowhere does not exist"), (".", "can't be written")]
)
def test_a_file_that_cant_be_opened_is_named(tmp_path: Path, target: str, why: str) -> None:
    with pytest.raises(SinkError, match=why):
        CsvFile(tmp_path / target)
