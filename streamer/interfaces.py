"""The four things a user may replace: where frames come from, what finds plates, what reads them, where readings go."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np

from streamer.datatypes import Detection, Frame, PlateRead


class Source(Protocol):
    """Where frames come from. Owned by one thread, except `close`, which any thread may call once."""

    name: str
    """Path or address as given, without credentials."""
    live: bool
    """Whether frames come at their own pace (a camera) or as fast as they are asked for (a file)."""

    def open(self) -> None:
        """Open the source. Raises `SourceError` when it can't be opened."""

    def read(self) -> Frame | None:
        """Return the next frame, or None at the end. Raises `SourceError` when the picture is lost."""

    def close(self) -> None:
        """Release the source; harmless when it is not open."""


class Trace(Protocol):
    """Takes what a method sees on its way, for people to look at."""

    def __call__(self, name: str, image: np.ndarray, note: str, /) -> None:
        """Take one step: its name, (H, W) or (H, W, 3) uint8, and a line about it, which may be empty."""


class Detector(Protocol):
    """Finds plates in a whole frame."""

    def detect(self, image: np.ndarray) -> list[Detection]:
        """Return the plates of `image` (H, W, 3) uint8 BGR, best score first; quads in its pixels."""


class Reader(Protocol):
    """Reads one plate. It rectifies the plate itself, with the size and margin that it was made for."""

    def read(self, image: np.ndarray, quad: np.ndarray, score: float | None = None) -> PlateRead:
        """Read the plate at `quad` (4, 2) px of `image` (H, W, 3) uint8 BGR.

        `score` is the detector's; None where a person drew the quad, or the whole image is the plate.
        """


class Sink(Protocol):
    """Where readings go. Each sink is called from one thread of its own, in order."""

    name: str
    """What messages call it."""

    def write(self, record: dict[str, Any]) -> None:
        """Take one event, as `--json` prints it. Raises `SinkError` when it could not be kept."""

    def close(self) -> None:
        """Flush and release."""


class TextOf(Protocol):
    """Reads a detection of the current frame when two vehicles could be confused; the tracker asks only then."""

    def __call__(self, detection: Detection) -> str:
        """Return the text of the plate, or an empty string."""


Detections = Sequence[Detection]
