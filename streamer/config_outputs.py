"""The configuration of what becomes of a reading: where it goes, and what a registry adds to it."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, field_validator

from streamer.config_values import PositiveSeconds, Seconds, Section

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_NO_HEADER = re.compile(r"[^\t -~\x80-\xff]")


class DeliveryConfig(Section):
    """`delivery`: where readings go."""

    journal: Annotated[Path | None, BeforeValidator(lambda value: None if value == "none" else value)] = Field(
        Path("readings.db"), description="The SQLite file that every event is committed to first; null keeps none."
    )
    json_lines: bool = Field(False, description="Whether each event is printed to standard output as a line of JSON.")
    csv: Path | None = Field(None, description="A CSV file that readings are appended to.")
    snapshots: Path | None = Field(None, description="A folder for the frame and the plate image of each reading.")
    snapshot_format: Literal["jpg", "png"] = Field(
        "jpg", description="How the frame is saved: jpg is small and quick, png keeps every pixel as it was."
    )
    snapshot_quality: Annotated[int, Field(ge=50, le=100)] = Field(
        95, description="JPEG quality of the frame; the plate image is always PNG."
    )
    record: Path | None = Field(None, description="An annotated video, .mp4 or .webm, that plays in a browser.")
    display: bool = Field(False, description="Whether a window shows the annotated picture.")
    events: Literal["final", "all"] = Field(
        "final", description="Whether outputs get only the last word on each vehicle; the journal always gets all."
    )
    queue_size: Annotated[int, Field(ge=1, le=1000)] = Field(
        32, description="Readings that may wait for the disk before reading waits too; one number for all cameras."
    )
    backlog: Annotated[int, Field(ge=1, le=1_000_000)] = Field(
        1000,
        description="Readings a slow output may be behind in memory before they are read from the journal; one number "
        "for all cameras.",
    )
    close_timeout_s: PositiveSeconds = Field(
        10.0,
        description="How long an output may take nothing, once the run was asked to stop, before it is given up; one "
        "time for all cameras.",
    )


OF_THE_WHOLE_RUN = {"queue_size", "backlog", "close_timeout_s"}
"""Keys of `delivery` that a camera can't override: its outputs may be others', too."""


def _header_name(name: str) -> str:
    """Refuse what RFC 9110 (5.1) allows no header to be called."""
    if not _TOKEN.fullmatch(name):
        raise ValueError("can't be a header's name; allowed: letters, digits and !#$%&'*+-.^_`|~")
    return name


def _header_value(value: str) -> str:
    """Refuse what HTTP can't carry; the message doesn't repeat the value, which may be a key."""
    if wrong := _NO_HEADER.search(value):
        raise ValueError(f"has {wrong.group()!r} in it, which a header can't carry; allowed: printable Latin-1")
    if value != value.strip():
        raise ValueError("begins or ends with a space, which a header can't carry")
    return value


def _dotted_path(path: str) -> str:
    if not all(path.split(".")):
        raise ValueError(f"{path!r} leads nowhere; allowed: names with a dot between each two")
    return path


HeaderName = Annotated[str, AfterValidator(_header_name)]
HeaderValue = Annotated[str, AfterValidator(_header_value)]
DottedPath = Annotated[str, AfterValidator(_dotted_path)]


class RegistryConfig(Section):
    """`registry`: the optional look-up of a vehicle by its plate."""

    url: str | None = Field(
        None, description="Address of the look-up, with {plate} and, if wanted, {region} in it; null is off."
    )
    headers: dict[HeaderName, HeaderValue] = Field(
        {}, description="Headers sent with each request; take keys from the environment with ${NAME}."
    )
    answer: Literal["json", "xml"] = Field("json", description="What the registry answers with.")
    json_inside: DottedPath | None = Field(
        None,
        description="Dotted path of the XML element whose text is JSON, which then holds the fields; null is none.",
    )
    fields: dict[str, DottedPath] = Field(
        {"make": "make", "model": "model", "colour": "colour", "expiry": "expiry"},
        description="Name of each field of `vehicle`, and the dotted path in the answer that it is taken from.",
    )
    plate_field: DottedPath | None = Field(
        None, description="Dotted path of the plate in the answer; an answer about another plate is refused."
    )
    personal: tuple[str, ...] = Field(
        ("owner", "address", "vin"),
        description="Fields that tell about a person, by their name or by any part of their path; they are written "
        "only if kept.",
    )
    keep_personal: bool = Field(False, description="Whether personal fields are kept, cached and delivered.")
    cache: Path | None = Field(
        Path("registry-cache.db"), description="SQLite file in which answers are kept; null keeps none."
    )
    cache_s: PositiveSeconds = Field(2592000.0, description="How long an answer is good for: 30 days.")
    unknown_s: PositiveSeconds = Field(
        86400.0, description="How long it is remembered that the registry doesn't know a plate: a day."
    )
    requests_per_minute: Annotated[float, Field(gt=0, le=6000, allow_inf_nan=False)] = Field(
        30.0, description="Most requests a minute, repeated ones among them."
    )
    connect_timeout_s: PositiveSeconds = Field(3.0, description="How long connecting may take.")
    timeout_s: PositiveSeconds = Field(10.0, description="How long one whole request may take.")
    attempts: Annotated[int, Field(ge=1, le=10)] = Field(
        3, description="How often a request is made until it succeeds; what can't get better isn't repeated."
    )
    retry_first_s: Seconds = Field(1.0, description="Pause before the second attempt; it doubles with each.")
    breaker_failures: Annotated[int, Field(ge=1, le=1000)] = Field(
        5, description="Look-ups that fail in a row until the registry is left alone."
    )
    breaker_reset_s: PositiveSeconds = Field(120.0, description="How long it is left alone before it is tried again.")
    queue_readings: Annotated[int, Field(ge=1, le=100000)] = Field(
        256, description="Readings that wait for their look-up; the oldest goes without when there are more."
    )
    finish_s: Seconds = Field(5.0, description="How long the end of a run waits for look-ups still to be made.")
    answer_bytes_max: Annotated[int, Field(ge=100, le=100000000)] = Field(
        1000000, description="Largest answer that is taken."
    )

    @field_validator("fields")
    @classmethod
    def _some(cls, fields: dict[str, str]) -> dict[str, str]:
        if not fields:
            raise ValueError("names no field; allowed: names, each with its dotted path in the answer")
        return fields

    @field_validator("url")
    @classmethod
    def _a_template(cls, url: str | None) -> str | None:
        if url is None:
            return None
        if not url.startswith(("http://", "https://")):
            raise ValueError("must begin with http:// or https://")
        try:
            holes = {_hole(name, spec, how) for _, name, spec, how in Formatter().parse(url) if name is not None}
        except ValueError as error:
            raise ValueError("has a brace without its other; allowed in braces: {plate} and {region}") from error
        if wrong := sorted(holes - {"{plate}", "{region}"}):
            raise ValueError(f"has {wrong[0]} in it; allowed in braces: {{plate}} and {{region}}")
        if "{plate}" not in holes:
            raise ValueError("must have {plate} in it")
        _check_address(url.format(plate="A", region="a"))
        return url


def _hole(name: str, spec: str | None, how: str | None) -> str:
    """Return a hole of a template as it is written there."""
    return f"{{{name}{f'!{how}' if how else ''}{f':{spec}' if spec else ''}}}"


def _check_address(url: str) -> None:
    """Refuse what no request can be sent to; the message repeats nothing of it, which may hold a password."""
    if any(char.isspace() or not char.isprintable() for char in url):
        raise ValueError("has a space or a control character in it")
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").encode("idna")
    except ValueError as error:
        raise ValueError("has a host in it that can't be one") from error
    if not host:
        raise ValueError("names no host")
    port = parts.netloc.rpartition("@")[2].rpartition("]")[2].partition(":")[2]
    if port and not (port.isdecimal() and 0 < int(port) <= 65535):
        raise ValueError("has a port that can't be one; allowed: a whole number from 1 to 65535")
