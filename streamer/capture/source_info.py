"""What a source says of itself once it is open, and which kinds of source there are."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class SourceKind(Enum):
    """What a SOURCE on the command line turns out to be."""

    DEVICE = "device"
    PI_CAMERA = "pi camera"
    STREAM = "stream"
    VIDEO = "video"
    STILL = "still"

    @property
    def live(self) -> bool:
        """Whether its frames come at their own pace."""
        return self in (SourceKind.DEVICE, SourceKind.PI_CAMERA, SourceKind.STREAM)


@dataclass(frozen=True, slots=True)
class SourceInfo:
    """What an open source claims; good for a progress bar, never for counting frames."""

    width: int
    """px, as frames are handed out."""
    height: int
    """px, as frames are handed out."""
    fps: float | None
    """Nominal frames a second; None when the source doesn't say."""
    duration_s: float | None
    """Nominal length of a file; None for live sources, stills, and files that don't say."""
