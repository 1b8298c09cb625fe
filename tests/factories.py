"""Values with sensible fields; a test changes only those that it is about."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from streamer.datatypes import (
    ALPHABET,
    BLANK,
    Candidate,
    Character,
    Detection,
    Frame,
    FrameReport,
    PlateRead,
    Quality,
    Reading,
    TrackView,
    Vote,
)
from streamer.geometry import quad_of_box

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def make_image(width: int = 64, height: int = 48, seed: int = 0) -> np.ndarray:
    """Return a read-only (height, width, 3) uint8 image of noise."""
    image = np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)
    image.setflags(write=False)
    return image


def make_frame(index: int = 0, fps: float = 25.0, image: np.ndarray | None = None, source: str = "gate.mp4") -> Frame:
    """Return frame `index` of a clip that began at noon."""
    seconds = index / fps
    return Frame(
        image=make_image(seed=index) if image is None else image,
        index=index,
        timestamp_s=seconds,
        utc=NOON + timedelta(seconds=seconds),
        source=source,
        captured_s=100.0 + seconds,
    )


def make_reading(number: int = 1, plate: str = "RK300AS", **changes: Any) -> Reading:
    """Return the final reading of vehicle `number`, without pictures."""
    reading = Reading(
        event="final",
        id=f"{number:08d}",
        camera="gate",
        source="gate.mp4",
        plate=plate,
        confidence=0.97,
        region="sk",
        format_ok=True,
        candidates=(Candidate(plate, 0.97),),
        characters=tuple(Character(char, 0.99) for char in plate),
        track=number,
        first_frame=31,
        last_frame=88,
        frames_seen=57,
        frames_read=24,
        first_seen=NOON + timedelta(seconds=1.033),
        last_seen=NOON + timedelta(seconds=2.933),
        video_time=(1.033, 2.933),
        best_frame=61,
        corners=quad_of_box(412, 518, 118, 34),
        direction="approaching",
        settled_s=100.0,
    )
    return replace(reading, **changes)


def make_report(
    index: int = 0,
    tracks: tuple[TrackView, ...] = (),
    votes: dict[int, Vote] | None = None,
    image: np.ndarray | None = None,
    camera: str = "gate",
) -> FrameReport:
    """Return what is known after frame `index`."""
    return FrameReport(camera, make_frame(index, image=image), tracks, votes or {}, fps=24.8, latency_ms=48.2)


def make_detection(x: float, y: float, w: float = 100.0, h: float = 25.0, score: float = 0.9) -> Detection:
    """Return the detection of an upright plate whose centre is at x, y."""
    quad = quad_of_box(x - w / 2, y - h / 2, w, h)
    quad.setflags(write=False)
    return Detection(quad, score)


def make_quality(**changes: float) -> Quality:
    """Return the quality of a good plate image."""
    return replace(Quality(plate_height_px=25.0, sharpness=0.9, exposure=0.9, obliqueness=0.05, score=0.9), **changes)


def make_plate_read(
    text: str, sure: float = 0.98, instead: dict[int, str] | None = None, quality: Quality | None = None
) -> PlateRead:
    """Return what a CTC reader says of a plate: each character with probability `sure`, two columns apart.

    The rest of the probability is the character of `instead` at that place, or the next one of the alphabet.
    """
    columns = np.zeros((max(2 * len(text) + 1, 3), BLANK + 1))
    columns[:, BLANK] = 1.0
    for place, char in enumerate(text):
        other = (instead or {}).get(place) or ALPHABET[(ALPHABET.index(char) + 1) % len(ALPHABET)]
        columns[2 * place + 1] = 0.0
        columns[2 * place + 1, ALPHABET.index(char)] = sure
        columns[2 * place + 1, ALPHABET.index(other)] += 1 - sure
    probabilities = columns.astype(np.float32)
    probabilities.setflags(write=False)
    return PlateRead(probabilities, text, (sure,) * len(text), quality or make_quality())
