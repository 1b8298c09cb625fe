"""Values with sensible fields; a test changes only those that it is about."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from streamer.datatypes import Candidate, Character, Frame, FrameReport, Reading, TrackView, Vote
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
