"""What leaves the program, schema 1: a `Reading` as the dictionary that is printed, and the models that check it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from streamer.datatypes import Reading

SCHEMA = 1

Record = dict[str, Any]
"""One event as it is printed: the fields of `ReadingLine`, in its order, ready for `json.dumps`."""

Probability = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[int, Field(ge=0)]
PlateText = Annotated[str, Field(pattern=r"^[A-Z0-9]+$")]
Utc = Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$", description="UTC, RFC 3339.")]
Point = Annotated[list[int], Field(min_length=2, max_length=2)]


def _open_to_additions(schema: dict[str, Any]) -> None:
    """Let a consumer's copy of the schema accept the fields that later versions add."""
    schema.pop("additionalProperties", None)


class Line(BaseModel):
    """One line of output: closed to unknown fields when we write it, no NaN or infinity."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", allow_inf_nan=False, strict=True, json_schema_extra=_open_to_additions
    )


class CandidateField(Line):
    """One possible text and its share of the probability."""

    plate: PlateText
    confidence: Probability


class CharacterField(Line):
    """One character of the reading and its probability."""

    char: Annotated[str, Field(pattern=r"^[A-Z0-9]$")]
    confidence: Probability


class ReadingLine(Line):
    """One event about one vehicle."""

    schema_: Annotated[Literal[1], Field(alias="schema")]
    type: Literal["reading"]
    event: Literal["provisional", "update", "final", "enriched"]
    id: Annotated[str, Field(min_length=1, description="The same in all events of one vehicle.")]
    camera: str
    source: Annotated[str, Field(description="Path or address, without credentials.")]
    plate: PlateText
    confidence: Annotated[Probability, Field(description="Calibrated: of the readings at 0.9, nine in ten are right.")]
    region: Annotated[str | None, Field(description="ISO 3166 code, lower case, when one format clearly fits.")]
    format_ok: bool
    candidates: Annotated[list[CandidateField], Field(max_length=10, description="Best first.")]
    characters: list[CharacterField]
    track: int
    first_frame: Count
    last_frame: Count
    frames_seen: Count
    frames_read: Count
    first_seen: Utc
    last_seen: Utc
    video_time: Annotated[
        list[float] | None, Field(min_length=2, max_length=2, description="First and last seen, seconds in a file.")
    ]
    best_frame: Count
    box: Annotated[list[int], Field(min_length=4, max_length=4, description="x, y, width, height in px.")]
    corners: Annotated[list[Point], Field(min_length=4, max_length=4, description="px, from the plate's top left.")]
    direction: Literal["approaching", "receding", "left", "right", "stationary"] | None
    latency_ms: Annotated[float, Field(description="Capture of the frame that settled this event, to delivery.")]
    snapshot: str | None
    crop: str | None
    vehicle: Annotated[dict[str, Any] | None, Field(description="The registry's answer; `enriched` only.")] = None


class Percentiles(Line):
    """Two percentiles in milliseconds, null where nothing was measured."""

    p50: float | None
    p95: float | None


class StageMilliseconds(Line):
    """Medians a frame, null where the stage did not run."""

    capture: float | None
    detect: float | None
    track: float | None
    read: float | None
    vote: float | None


class SummaryLine(Line):
    """The last line of a run."""

    schema_: Annotated[Literal[1], Field(alias="schema")] = 1
    type: Literal["summary"] = "summary"
    sources: Count
    frames_read: Annotated[Count, Field(description="Frames taken from the sources.")]
    frames_processed: Count
    frames_dropped: Count
    readings: Count
    seconds: Annotated[float, Field(ge=0)]
    fps: Annotated[float, Field(ge=0)]
    latency_ms: Percentiles
    stage_ms: StageMilliseconds
    rejected: Annotated[dict[str, Count], Field(description="How many tracks gave no reading, by reason.")]
    reconnects: Count
    sink_errors: Count
    memory_mb: Annotated[float, Field(ge=0, description="Peak resident size.")]

    def record(self) -> Record:
        """Return the summary as it is printed."""
        return self.model_dump(mode="json", by_alias=True)


def reading_record(reading: Reading, now_s: float) -> Record:
    """Return one event as it is printed.

    Parameters
    ----------
    reading
        The event.
    now_s
        The monotonic clock that `reading.settled_s` was taken from, now.

    Raises
    ------
    ValueError
        A field that schema 1 does not allow: lower case in a plate, a confidence of 1.2, a time without a zone.
    """
    record: Record = {
        "schema": SCHEMA,
        "type": "reading",
        "event": reading.event,
        "id": reading.id,
        "camera": reading.camera,
        "source": reading.source,
        "plate": reading.plate,
        "confidence": round(float(reading.confidence), 4),
        "region": reading.region,
        "format_ok": bool(reading.format_ok),
        "candidates": [{"plate": c.plate, "confidence": round(float(c.confidence), 4)} for c in reading.candidates],
        "characters": [{"char": c.char, "confidence": round(float(c.confidence), 4)} for c in reading.characters],
        "track": int(reading.track),
        "first_frame": int(reading.first_frame),
        "last_frame": int(reading.last_frame),
        "frames_seen": int(reading.frames_seen),
        "frames_read": int(reading.frames_read),
        "first_seen": utc_text(reading.first_seen),
        "last_seen": utc_text(reading.last_seen),
        "video_time": None if reading.video_time is None else [round(float(t), 3) for t in reading.video_time],
        "best_frame": int(reading.best_frame),
        "box": list(reading.box),
        "corners": [[round(float(x)), round(float(y))] for x, y in reading.corners],
        "direction": reading.direction,
        "latency_ms": round((now_s - reading.settled_s) * 1000, 1),
        "snapshot": reading.snapshot,
        "crop": reading.crop,
    }
    if reading.vehicle is not None:
        record["vehicle"] = dict(reading.vehicle)
    ReadingLine.model_validate(record)
    return record


def utc_text(moment: datetime) -> str:
    """Return a moment as `2026-11-20T10:15:31.033Z`, rounded to a millisecond."""
    if moment.tzinfo is None:
        raise ValueError(f"a time without a zone: {moment.isoformat()}")
    rounded = moment.astimezone(UTC) + timedelta(microseconds=500)
    return rounded.replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"


def json_schema() -> dict[str, Any]:
    """Return the JSON schema of a line of `--json`: a reading or the summary."""
    lines: TypeAdapter[ReadingLine | SummaryLine] = TypeAdapter(
        Annotated[ReadingLine | SummaryLine, Field(discriminator="type")]
    )
    schema = lines.json_schema(by_alias=True)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A line of `streamer run --json`",
        "description": "A reading, or the summary that ends a run.",
        **schema,
    }
