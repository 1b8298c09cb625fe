"""The lines that leave the program."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone

import jsonschema
import numpy as np
import pytest

from streamer.datatypes import Candidate
from streamer.delivery.records import (
    Percentiles,
    ReadingLine,
    StageMilliseconds,
    SummaryLine,
    json_schema,
    reading_record,
    utc_text,
)
from tests.factories import make_frame, make_reading

FIELDS = [
    "schema", "type", "event", "id", "camera", "source", "plate", "confidence", "region", "format_ok",
    "candidates", "characters", "track", "first_frame", "last_frame", "frames_seen", "frames_read",
    "first_seen", "last_seen", "video_time", "best_frame", "box", "corners", "direction", "latency_ms",
    "snapshot", "crop",
]  # fmt: skip

SUMMARY = SummaryLine(
    sources=1,
    frames_read=90,
    frames_processed=80,
    frames_dropped=10,
    readings=2,
    seconds=3.0,
    fps=26.7,
    latency_ms=Percentiles(p50=40.0, p95=55.5),
    stage_ms=StageMilliseconds(capture=1.0, detect=4.0, track=0.1, read=None, vote=None),
    rejected={"too small": 3},
    reconnects=0,
    sink_errors=0,
    memory_mb=210.0,
)


def validate(record: dict[str, object]) -> None:
    jsonschema.validate(json.loads(json.dumps(record)), json_schema(), jsonschema.Draft202012Validator)


def test_fields_stand_in_the_order_of_the_interface() -> None:
    assert list(reading_record(make_reading(), 100.0)) == FIELDS


def test_an_enriched_event_adds_the_vehicle_at_the_end() -> None:
    record = reading_record(make_reading(event="enriched", vehicle={"make": "Skoda"}), 100.0)
    assert list(record) == [*FIELDS, "vehicle"]
    validate(record)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"event": "provisional", "region": None, "video_time": None, "direction": None, "format_ok": False},
        {"event": "update", "candidates": (), "characters": ()},
        {"snapshot": "a/b.jpg", "crop": "a/b.png"},
        {"confidence": np.float32(0.5), "track": np.int64(4), "corners": np.zeros((4, 2), np.float32)},
    ],
)
def test_every_reading_fits_the_published_schema(changes: dict[str, object]) -> None:
    validate(reading_record(make_reading(**changes), 100.0))


def test_the_summary_fits_the_published_schema() -> None:
    validate(SUMMARY.record())
    assert list(SUMMARY.record())[:3] == ["schema", "type", "sources"]


@pytest.mark.parametrize("field", ["schema", "type", "plate", "confidence", "box", "latency_ms"])
def test_the_published_schema_refuses_a_line_without(field: str) -> None:
    record = reading_record(make_reading(), 100.0)
    del record[field]
    with pytest.raises(jsonschema.ValidationError):
        validate(record)


def test_the_published_schema_leaves_room_for_later_fields() -> None:
    """A consumer's copy of the schema must go on accepting schema 1 when we add a field to it."""
    validate({**reading_record(make_reading(), 100.0), "zone": "north"})


def test_latency_is_counted_from_the_frame_that_settled_the_event() -> None:
    assert reading_record(make_reading(settled_s=100.0), 100.0482)["latency_ms"] == 48.2


def test_numbers_are_rounded_for_people() -> None:
    reading = make_reading(
        confidence=0.123456,
        candidates=(Candidate("RK300AS", 0.98765),),
        video_time=(1.03333, 2.9),
        corners=np.array([[0.4, 0.6], [10.5, 0], [10, 5.2], [0, 5]], np.float32),
    )
    record = reading_record(reading, 100.0)
    assert record["confidence"] == 0.1235
    assert record["candidates"] == [{"plate": "RK300AS", "confidence": 0.9877}]
    assert record["video_time"] == [1.033, 2.9]
    assert record["corners"] == [[0, 1], [10, 0], [10, 5], [0, 5]]
    assert record["box"] == [0, 0, 10, 5]


@pytest.mark.parametrize(
    "changes",
    [
        {"plate": "rk300as"},
        {"plate": ""},
        {"plate": "RK-300"},
        {"confidence": 1.2},
        {"confidence": float("nan")},
        {"event": "finished"},
        {"direction": "up"},
        {"candidates": tuple(Candidate(f"A{n}", 0.05) for n in range(11))},
        {"first_seen": datetime(2026, 11, 20)},
        {"corners": np.full((4, 2), np.nan, np.float32)},
        {"frames_seen": -1},
    ],
)
def test_what_schema_1_does_not_allow_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - pydantic's, numpy's and ours say different things
        reading_record(make_reading(**changes), 100.0)


def test_pictures_are_not_printed_and_the_reading_is_unchanged() -> None:
    frame = make_frame()
    before = frame.image.copy()
    reading = make_reading(frame=frame, plate_image=frame.image)
    json.dumps(reading_record(reading, 100.0))
    assert np.array_equal(frame.image, before)
    assert reading.frame is frame


def test_times_are_utc_and_rounded_not_cut() -> None:
    in_prague = datetime(2026, 11, 20, 11, 15, 31, 32_999, tzinfo=timezone(timedelta(hours=1)))
    assert utc_text(in_prague) == "2026-11-20T10:15:31.033Z"
    assert utc_text(datetime(2026, 12, 31, 23, 59, 59, 999_600, tzinfo=UTC)) == "2027-01-01T00:00:00.000Z"


def test_an_unknown_field_is_a_fault_of_ours() -> None:
    with pytest.raises(ValueError, match="zone"):
        ReadingLine.model_validate({**reading_record(make_reading(), 100.0), "zone": "north"})
