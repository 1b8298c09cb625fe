"""Lines to a pipe: real descriptors."""

from __future__ import annotations

import json
import os

import pytest

from streamer.delivery.json_lines import JsonLines, OutputClosedError
from streamer.delivery.records import reading_record
from streamer.errors import SinkError
from tests.delivery.test_records import SUMMARY
from tests.factories import make_reading


def test_a_line_is_out_as_soon_as_it_is_written() -> None:
    reader, writer = os.pipe()
    lines = JsonLines(writer)
    record = reading_record(make_reading(), 100.0)
    lines.write(record)
    assert os.read(reader, 65536) == json.dumps(record, separators=(",", ":")).encode() + b"\n"
    lines.write_summary(SUMMARY)
    assert json.loads(os.read(reader, 65536)) == SUMMARY.record()
    os.close(reader)
    os.close(writer)


def test_a_name_with_accents_stays_readable_and_a_broken_one_harmless() -> None:
    """A file name that is no UTF-8 reaches Python with surrogates, which no encoder takes."""
    reader, writer = os.pipe()
    lines = JsonLines(writer)
    lines.write({"source": "dvůr.mp4"})
    lines.write({"source": "bad\udcff.mp4"})
    first, second = os.read(reader, 65536).splitlines()
    assert first == '{"source":"dvůr.mp4"}'.encode()
    second.decode("utf-8")
    os.close(reader)
    os.close(writer)


def test_a_closed_pipe_is_told_from_other_faults() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with pytest.raises(OutputClosedError):
        JsonLines(writer).write({"plate": "RK300AS"})
    os.close(writer)


def test_a_full_disk_is_a_sink_error() -> None:
    full = os.open("/dev/full", os.O_WRONLY)
    with pytest.raises(SinkError, match="can't be written: No space left") as caught:
        JsonLines(full).write({"plate": "RK300AS"})
    assert not isinstance(caught.value, OutputClosedError)
    os.close(full)


def test_nan_never_reaches_a_consumer() -> None:
    reader, writer = os.pipe()
    with pytest.raises(ValueError, match="Out of range"):
        JsonLines(writer).write({"confidence": float("nan")})
    os.close(reader)
    os.close(writer)
