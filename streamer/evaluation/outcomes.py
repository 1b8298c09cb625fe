"""What one method made of one picture or clip, small enough to be kept and read again when a long run is resumed."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import cv2

from streamer.evaluation.clips import VehicleScore, score_clip
from streamer.evaluation.labelled import LabelledClip, LabelledImage
from streamer.evaluation.matching import Box, same_place
from streamer.evaluation.observed import Observer, Run
from streamer.evaluation.stills import Answer, CandidatesOf, PlateScore, load_image, score_alone, score_image
from streamer.evaluation.texts import characters_right
from streamer.interfaces import Reader


@dataclass(frozen=True, slots=True)
class PlateOutcome:
    """One labelled plate or legible vehicle."""

    text: str
    """Empty where only the place is known."""
    located: bool | None
    """None where the picture is the plate."""
    exact: bool
    strict: bool
    """The same, telling O from 0."""
    near: bool
    """Whether the text is among the first candidates."""
    right: int
    """Characters read right."""
    said: str
    box: Box | None
    frame: int | None
    """Where `box` is in a clip."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One picture or clip."""

    file: str
    plates: tuple[PlateOutcome, ...]
    false_readings: int
    frames: int
    decode_ms: float
    """Of the file alone, over all its frames."""
    detect_ms: float
    read_ms: float
    total_ms: float
    """The whole run, decoding included."""

    def as_dict(self) -> dict[str, object]:
        """The outcome as JSON values."""
        return asdict(self)

    @staticmethod
    def from_dict(data: dict) -> Outcome:
        """Read what `as_dict` gave."""
        plates = [PlateOutcome(**{**one, "box": tuple(one["box"]) if one["box"] else None}) for one in data["plates"]]
        return Outcome(**{**data, "plates": tuple(plates)})


def image_outcome(image: LabelledImage, reader: Reader, observer: Observer, candidates_of: CandidatesOf) -> Outcome:
    """Run a method over one picture; only the reader over a plate image."""
    start = time.perf_counter()
    pixels = load_image(image)
    decode_ms = 1000 * (time.perf_counter() - start)
    if any(plate.box is None for plate in image.plates):
        start = time.perf_counter()
        answers = score_alone(image, pixels, reader, candidates_of)
        read_ms = 1000 * (time.perf_counter() - start)
        plates = [_plate(plate.text, None, answer, None) for plate, answer in zip(image.plates, answers, strict=True)]
        return Outcome(image.file, tuple(plates), 0, 1, decode_ms, 0.0, read_ms, decode_ms + read_ms)
    run = observer.run(image.path)
    score = score_image(image, run, [None] * len(image.plates), float(pixels.shape[0]))
    return Outcome(
        image.file,
        tuple(_plate_of(one) for one in score.plates),
        len(score.false_readings),
        max(1, run.frames),
        decode_ms,
        run.detect_ms,
        run.read_ms,
        run.total_ms,
    )


def clip_outcome(clip: LabelledClip, observer: Observer) -> Outcome:
    """Run a method over one clip."""
    run = observer.run(clip.path)
    score = score_clip(clip, run)
    return Outcome(
        clip.path.name,
        tuple(_vehicle(one, run) for one in score.vehicles),
        score.false_readings,
        max(1, run.frames),
        decode_ms(clip.path),
        run.detect_ms,
        run.read_ms,
        run.total_ms,
    )


def decode_ms(clip: Path) -> float:
    """Return the milliseconds that it takes to decode a clip and do nothing with it."""
    capture = cv2.VideoCapture(str(clip))
    try:
        start = time.perf_counter()
        while capture.read()[0]:
            pass
        return 1000 * (time.perf_counter() - start)
    finally:
        capture.release()


def _plate_of(score: PlateScore) -> PlateOutcome:
    return _plate(score.plate.text, score.located, score.reading, score.plate.box)


def _plate(text: str, located: bool | None, answer: Answer | None, box: Box | None) -> PlateOutcome:
    if answer is None or not text:
        return PlateOutcome(text, located, False, False, False, 0, answer.text if answer else "", box, None)
    return PlateOutcome(
        text,
        located,
        answer.exact(text),
        answer.exact(text, strict=True),
        answer.near(text),
        characters_right(text, answer.text),
        answer.text,
        box,
        None,
    )


def _vehicle(score: VehicleScore, run: Run) -> PlateOutcome:
    vehicle = score.vehicle
    frame = max(vehicle.boxes, key=lambda number: (vehicle.boxes[number][3], -number), default=None)
    return PlateOutcome(
        vehicle.text,
        _followed(vehicle.boxes, run),
        score.exact,
        score.exact_strict,
        score.near,
        max((characters_right(vehicle.text, one.text) for one in score.said), default=0),
        ", ".join(one.text for one in score.said),
        None if frame is None else vehicle.boxes[frame],
        frame,
    )


def _followed(boxes: Mapping[int, Box], run: Run) -> bool:
    """Return whether a track was at the vehicle's plate in any frame."""
    return any(
        frame in track.boxes and same_place(box, track.boxes[frame])
        for frame, box in boxes.items()
        for track in run.tracks
    )
