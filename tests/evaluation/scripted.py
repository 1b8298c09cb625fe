"""A pipeline that says what its script says, for tests of what measures it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import cv2
import numpy as np

from streamer.datatypes import (
    ALPHABET,
    BLANK,
    Detection,
    FrameReport,
    PlateRead,
    Quality,
    Reading,
    TrackState,
    TrackView,
)
from streamer.evaluation.matching import Box
from streamer.evaluation.observed import Run, TimedRead, TrackTrace
from streamer.geometry import quad_of_box
from streamer.interfaces import Detector, Reader
from tests.factories import make_frame, make_image, make_reading


def plate_read(text: str, score: float = 0.9, sharpness: float = 0.9, obliqueness: float = 0.1) -> PlateRead:
    """Return a read as a slot reader gives it: each character certain to `score`, a certain blank after it."""
    rows = []
    for char in text or " ":
        row = np.full(len(ALPHABET) + 1, (1 - score) / len(ALPHABET), np.float32)
        row[ALPHABET.index(char) if char != " " else BLANK] = score
        rows += [row, np.eye(len(ALPHABET) + 1, dtype=np.float32)[BLANK]]
    probabilities = np.array(rows, np.float32)
    probabilities.flags.writeable = False
    quality = Quality(20.0, sharpness, 1.0, obliqueness, 1.0)
    return PlateRead(probabilities, text, (score,) * len(text), quality)


def reading_at(text: str, box: Box, number: int = 0, **changes: object) -> Reading:
    """Return a final reading of a plate at a box."""
    return make_reading(plate=text, corners=quad_of_box(*box), best_frame=number, last_frame=number, **changes)


def view_at(track: int, box: Box) -> TrackView:
    """Return a confirmed track at a box, with its detection."""
    quad = quad_of_box(*box)
    return TrackView(track, TrackState.CONFIRMED, quad, (0.0, 0.0), 9, 0.0, 0.0, Detection(quad, 1.0), None)


def run_of(
    events: Sequence[Reading] = (),
    tracks: Sequence[TrackTrace] = (),
    detections: Sequence[Box] = (),
    reads: Sequence[tuple[Box, PlateRead]] = (),
) -> Run:
    """Return a run in which just this was seen, in one frame that took a millisecond."""
    return Run(
        tuple(events),
        tuple(tracks),
        tuple(Detection(quad_of_box(*box), 0.9) for box in detections),
        tuple((quad_of_box(*box), read) for box, read in reads),
        1,
        0.5,
        0.25,
        1.0,
    )


def trace_of(track: int, box: Box, *reads: PlateRead, first: int = 0) -> TrackTrace:
    """Return a track that stood still and was read in every frame from `first` on."""
    quad = quad_of_box(*box)
    timed = [TimedRead(first + i, (first + i) / 25, quad, read) for i, read in enumerate(reads)]
    return TrackTrace(track, {one.frame: box for one in timed}, timed)


class BoxDetector:
    """Finds the same boxes in every image."""

    def __init__(self, *boxes: Box) -> None:
        self._found = [Detection(quad_of_box(*box), 0.9) for box in boxes]

    def detect(self, image: np.ndarray) -> list[Detection]:
        return list(self._found)


class TextReader:
    """Reads the same text everywhere; counts its reads."""

    def __init__(self, text: str) -> None:
        self._text = text
        self.reads = 0

    def read(self, image: np.ndarray, quad: np.ndarray, score: float = 1.0) -> PlateRead:
        self.reads += 1
        return plate_read(self._text)


class PlainPipeline:
    """Detects and reads each frame of the script once; every detection of the last frame becomes a reading."""

    def __init__(self, detector: Detector, reader: Reader, frames: int = 1) -> None:
        self._detector, self._reader, self._frames = detector, reader, frames

    def run(self, path: Path, on_report: Callable[[FrameReport], None]) -> list[Reading]:
        events: list[Reading] = []
        for number in range(self._frames):
            frame = make_frame(number, image=make_image(seed=number))
            found = self._detector.detect(frame.image)
            reads = [self._reader.read(frame.image, one.quad, one.score) for one in found]
            views = tuple(view_at(i, one.box) for i, one in enumerate(found))
            on_report(FrameReport("gate", frame, views, {}, 25.0, 1.0))
            events = [reading_at(r.text, d.box, number, frame=frame) for r, d in zip(reads, found, strict=True)]
        return events


def write_image(path: Path, width: int = 64, height: int = 48) -> Path:
    """Write a picture of noise."""
    path.parent.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(path), make_image(width, height))
    return path


def write_labels(folder: Path, header: str, *rows: str, images: Sequence[str] = ("a.png",)) -> Path:
    """Write a folder with a label file and pictures."""
    for name in images:
        write_image(folder / name)
    (folder / "labels.csv").write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return folder


def truth_json(*vehicles: Mapping[str, object], fps: float = 25, frames: int = 10) -> dict[str, object]:
    """Return the content of a truth file."""
    return {"clip": "gate.mp4", "fps": fps, "frames": frames, "vehicles": [dict(v) for v in vehicles]}
