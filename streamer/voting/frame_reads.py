"""What is read in one frame: each detection, and images of several frames laid over one another."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from streamer.blockiness import blockiness
from streamer.datatypes import Detection, Frame, PlateRead
from streamer.interfaces import Reader
from streamer.voting.overlay import other_quads
from streamer.voting.sighting import CLEAR_READ, Sighting


class FrameReads:
    """The reads of one frame after another.

    Parameters
    ----------
    reader
        Reads plates.
    clock
        Seconds, for `seconds` only.
    """

    def __init__(self, reader: Reader, clock: Callable[[], float]) -> None:
        self._reader = reader
        self._clock = clock
        self._reads: dict[int, PlateRead] = {}
        self._overlays: dict[int, list[PlateRead]] = {}
        self.seconds = 0.0
        """Time that the reader has taken in this frame."""

    @property
    def overlays(self) -> Mapping[int, Sequence[PlateRead]]:
        """What was read on the images of several frames at once, or of a still with other corners, by track id."""
        return self._overlays

    def start(self) -> None:
        """Begin with another frame."""
        self._reads, self._overlays, self.seconds = {}, {}, 0.0

    def of(self, detection: Detection, frame: Frame) -> PlateRead:
        """Read a detection of this frame, once."""
        if id(detection) not in self._reads:
            start_s = self._clock()
            read = self._reader.read(frame.image, detection.quad, detection.score)
            self.seconds += self._clock() - start_s
            quality = replace(read.quality, blockiness=blockiness(frame.image, detection.quad))
            self._reads[id(detection)] = replace(read, quality=quality)
        return self._reads[id(detection)]

    def clear_text(self, detection: Detection, frame: Frame) -> str:
        """Return what a detection of this frame says, empty where the read doubts itself."""
        read = self.of(detection, frame)
        return read.text if read.certainty >= CLEAR_READ else ""

    def overlay(self, sighting: Sighting, score: float) -> None:
        """Put a read of a vehicle's overlay to its vote; `score` is the detector's."""
        self._put(sighting, lambda: [sighting.overlay.read(self._reader, score)])

    def other_looks(self, sighting: Sighting, detection: Detection, frame: Frame) -> None:
        """Put reads of a plate with other corners to its vote."""
        quads = other_quads(detection.quad)
        self._put(sighting, lambda: [self._reader.read(frame.image, quad, detection.score) for quad in quads])

    def last_look(self, sighting: Sighting, score: float) -> None:
        """Put several reads of the overlay of a vehicle that has left to its vote."""
        self._put(sighting, lambda: sighting.overlay.read_all(self._reader, score))

    def _put(self, sighting: Sighting, read: Callable[[], list[PlateRead]]) -> None:
        """Put what `read` returns to a vehicle's vote, and note the time that it takes."""
        start_s = self._clock()
        reads = read()
        self.seconds += self._clock() - start_s
        self._overlays.setdefault(sighting.track_id, []).extend(reads)
        for each in reads:
            sighting.take_overlay(each)
