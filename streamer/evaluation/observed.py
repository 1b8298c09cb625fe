"""Watch a pipeline at work: what its detector found, what its reader read for which track, and how long each took."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

import numpy as np

from streamer.blockiness import blockiness
from streamer.datatypes import Detection, FrameReport, PlateRead, Reading, TrackState
from streamer.evaluation.matching import Box
from streamer.geometry import box_iou
from streamer.interfaces import Detector, Reader


class Pipeline(Protocol):
    """The whole path from a file to its readings, around one detector and one reader."""

    def run(self, path: Path, on_report: Callable[[FrameReport], None]) -> list[Reading]:
        """Read one picture or clip completely and return every event in order.

        Each call starts afresh: no track, ballot or background of an earlier file is left. `on_report` is called after
        each frame, in the thread that reads plates.
        """


PipelineOf = Callable[[Detector, Reader], Pipeline]
"""Builds a pipeline with the given detector and reader in place of its own."""


@dataclass(frozen=True, slots=True, eq=False)
class TimedRead:
    """One read of a track, and the frame it is of."""

    frame: int
    timestamp_s: float
    quad: np.ndarray
    """(4, 2) float32 px that was read."""
    read: PlateRead
    overlay: bool = False
    """Whether it is a read of the images of several frames, this one the newest."""
    frame_wh: tuple[int, int] | None = None
    """Width and height of the frame, px; None when it was not recorded."""


@dataclass(slots=True, eq=False)
class TrackTrace:
    """What one track went through; complete when the run has ended."""

    track_id: int
    boxes: dict[int, Box]
    """The confirmed track's box in each frame, px."""
    reads: list[TimedRead]

    @property
    def of_frames(self) -> list[PlateRead]:
        """The reads of single frames."""
        return [timed.read for timed in self.reads if not timed.overlay]


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """One file, read."""

    events: tuple[Reading, ...]
    """Without their pictures, which would fill the memory."""
    tracks: tuple[TrackTrace, ...]
    detections: tuple[Detection, ...]
    """Everything that the detector found, frame after frame."""
    reads: tuple[tuple[np.ndarray, PlateRead], ...]
    """Every quad that was read and its read."""
    frames: int
    detect_ms: float
    read_ms: float
    total_ms: float
    """The whole run, decoding included."""

    @property
    def finals(self) -> tuple[Reading, ...]:
        """The last word on each vehicle."""
        return tuple(event for event in self.events if event.event == "final")


class WatchedDetector:
    """A detector that keeps what it found."""

    def __init__(self, detector: Detector) -> None:
        self._detector = detector
        self.found: list[Detection] = []
        self.seconds = 0.0

    def detect(self, image: np.ndarray) -> list[Detection]:
        """Detect, and remember."""
        start = time.perf_counter()
        found = self._detector.detect(image)
        self.seconds += time.perf_counter() - start
        self.found.extend(found)
        return found


class WatchedReader:
    """A reader that keeps what it read."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self.done: list[tuple[np.ndarray, PlateRead]] = []
        self.seconds = 0.0

    def read(self, image: np.ndarray, quad: np.ndarray, score: float | None = None) -> PlateRead:
        """Read, and remember."""
        start = time.perf_counter()
        read = self._reader.read(image, quad, score)
        self.seconds += time.perf_counter() - start
        self.done.append((np.array(quad, np.float32), read))
        return read


class Observer:
    """One pipeline with its detector and reader watched, file after file."""

    def __init__(self, detector: Detector, reader: Reader, pipeline_of: PipelineOf) -> None:
        self._detector = WatchedDetector(detector)
        self._reader = WatchedReader(reader)
        self._pipeline = pipeline_of(self._detector, self._reader)
        self._tracks: dict[int, TrackTrace] = {}
        self._assigned = 0
        self._frames = 0
        self._report: FrameReport | None = None

    def run(self, path: Path) -> Run:
        """Read one file and return all that was seen on the way."""
        self._detector.found, self._detector.seconds = [], 0.0
        self._reader.done, self._reader.seconds = [], 0.0
        self._tracks, self._assigned, self._frames, self._report = {}, 0, 0, None
        start = time.perf_counter()
        events = self._pipeline.run(path, self._on_report)
        total = time.perf_counter() - start
        self._take_overlays()
        return Run(
            tuple(replace(event, frame=None, plate_image=None) for event in events),
            tuple(self._tracks.values()),
            tuple(self._detector.found),
            tuple(self._reader.done),
            self._frames,
            1000 * self._detector.seconds,
            1000 * self._reader.seconds,
            1000 * total,
        )

    def _on_report(self, report: FrameReport) -> None:
        self._frames += 1
        self._take_overlays()
        self._report = report
        for view in report.tracks:
            trace = self._tracks.setdefault(view.track_id, TrackTrace(view.track_id, {}, []))
            if view.state is TrackState.CONFIRMED:
                trace.boxes[report.frame.index] = Detection(view.quad, 1.0).box
        fresh = self._reader.done[self._assigned :]
        self._assigned = len(self._reader.done)
        frame_wh = report.frame.image.shape[1], report.frame.image.shape[0]
        of_overlays = {id(read.probabilities) for reads in report.overlays.values() for read in reads}
        frame = report.frame
        for quad, read in fresh:
            owner = None if id(read.probabilities) in of_overlays else _owner(quad, report)
            if owner is not None:
                blocks = blockiness(frame.image, quad)
                seen = replace(read, quality=replace(read.quality, blockiness=blocks))
                self._tracks[owner].reads.append(TimedRead(frame.index, frame.timestamp_s, quad, seen, False, frame_wh))

    def _take_overlays(self) -> None:
        """Give the overlays of the last frame to their tracks: at the end, more come after its report."""
        for track_id, reads in self._report.overlays.items() if self._report else ():
            trace = self._tracks[track_id]
            trace.reads += [replace(trace.reads[-1], read=read, overlay=True) for read in reads if trace.reads]


def _owner(quad: np.ndarray, report: FrameReport) -> int | None:
    """Return the track whose detection of this frame was read, or None."""
    box = Detection(quad, 1.0).box
    shares = {
        view.track_id: box_iou(Detection(view.quad if view.detection is None else view.detection.quad, 1.0).box, box)
        for view in report.tracks
    }
    best = max(shares, key=lambda track: shares[track], default=None)
    return best if best is not None and shares[best] > 0.5 else None
