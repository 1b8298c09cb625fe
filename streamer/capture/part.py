"""Which part of a source is wanted."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Part:
    """Which part of a source is wanted; frame numbers and times still count from its start."""

    start_s: float = 0.0
    """Of a video file: its time from which frames are wanted."""
    duration_s: float | None = None
    """Seconds from the first wanted frame; None goes on to the end."""
    max_frames: int | None = None
    """Most frames that are wanted; None takes all."""
