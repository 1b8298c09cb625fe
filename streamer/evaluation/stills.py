"""Score labelled pictures: plates located, the reader alone on the labelled box, and the whole way to the text."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from streamer.datatypes import PlateRead, Reading
from streamer.errors import SourceFormatError
from streamer.evaluation.labelled import LabelledImage, LabelledPlate
from streamer.evaluation.matching import LOCATED_IOU, Box, match_boxes, overlaps, same_place
from streamer.evaluation.observed import Run
from streamer.evaluation.texts import characters_right, same
from streamer.geometry import quad_of_box
from streamer.interfaces import Reader

TOP = 5
"""Candidates among which a plate counts as nearly read."""

CandidatesOf = Callable[[PlateRead], Sequence[str]]
"""The likeliest texts of one read, best first."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A text that something gave for a plate."""

    text: str
    confidence: float
    candidates: tuple[str, ...]

    def exact(self, truth: str, *, strict: bool = False) -> bool:
        """Whether it is the plate's text."""
        return same(self.text, truth, strict=strict)

    def near(self, truth: str) -> bool:
        """Whether the plate's text is among the first candidates."""
        return any(same(text, truth) for text in (self.text, *self.candidates[:TOP]))


@dataclass(frozen=True, slots=True)
class PlateScore:
    """What became of one labelled plate."""

    image: LabelledImage
    plate: LabelledPlate
    located: bool | None
    """None for a plate image."""
    iou: float
    """Overlap with the nearest detection."""
    alone: Answer | None
    """The reader's, on the labelled box."""
    reading: Answer | None
    """The whole pipeline's; None when it reported nothing here."""
    sharpness: float | None
    obliqueness: float | None
    height_px: float

    @property
    def labelled(self) -> bool:
        """Whether the text is known."""
        return bool(self.plate.text)


@dataclass(frozen=True, slots=True)
class Found:
    """One detection, right or not."""

    height_px: float
    right: bool


@dataclass(frozen=True, slots=True)
class ImageScore:
    """What became of one picture."""

    image: LabelledImage
    plates: tuple[PlateScore, ...]
    found: tuple[Found, ...]
    false_readings: tuple[str, ...]
    """Readings that are no labelled plate's text, where every text is known."""
    readings: int
    detect_ms: float
    read_ms: float
    total_ms: float


def load_image(image: LabelledImage) -> np.ndarray:
    """Return the picture's pixels (H, W, 3) uint8 BGR.

    Raises
    ------
    SourceFormatError
        When the file is no picture.
    """
    try:
        pixels = cv2.imread(str(image.path), cv2.IMREAD_COLOR)
    except cv2.error:
        pixels = None
    if pixels is None:
        raise SourceFormatError(f"{image.path}: no picture that can be decoded")
    return pixels


def score_alone(image: LabelledImage, pixels: np.ndarray, reader: Reader, candidates_of: CandidatesOf) -> list[Answer]:
    """Read each labelled box, without looking for it."""
    height, width = pixels.shape[:2]
    answers = []
    for plate in image.plates:
        read = reader.read(pixels, quad_of_box(*(plate.box or (0, 0, width, height))))
        confidence = float(np.prod(read.char_scores)) if read.char_scores else 0.0
        answers.append(Answer(read.text, confidence, tuple(candidates_of(read))[:TOP]))
    return answers


def score_image(
    image: LabelledImage, run: Run | None, alone: Sequence[Answer | None], plate_height_px: float
) -> ImageScore:
    """Compare one picture's labels with what was found and read.

    Parameters
    ----------
    image
        The labels.
    run
        The pipeline's run over the picture; None for a plate image.
    alone
        What the reader said of each labelled box.
    plate_height_px
        The picture's height, which is the plate's where the picture is one.
    """
    if run is None:
        plates = tuple(
            PlateScore(image, plate, None, 0.0, answer, None, None, None, plate_height_px)
            for plate, answer in zip(image.plates, alone, strict=True)
        )
        return ImageScore(image, plates, (), (), 0, 0.0, 0.0, 0.0)
    boxes = [plate.box for plate in image.plates if plate.box is not None]
    found = [detection.box for detection in run.detections]
    matched = match_boxes(boxes, found, LOCATED_IOU)
    nearest = overlaps(boxes, found).max(axis=1, initial=0.0)
    owners = _owners(image.plates, run.finals)
    plates = tuple(
        PlateScore(
            image,
            plate,
            index in matched,
            float(nearest[index]),
            alone[index],
            _answer(run.finals[owners[index]]) if index in owners else None,
            *_look(boxes[index], run),
            boxes[index][3],
        )
        for index, plate in enumerate(image.plates)
    )
    hits = set(matched.values())
    return ImageScore(
        image,
        plates,
        tuple(Found(box[3], index in hits) for index, box in enumerate(found)),
        _false_readings(image.plates, run.finals),
        len(run.finals),
        run.detect_ms,
        run.read_ms,
        run.total_ms,
    )


def _owners(plates: Sequence[LabelledPlate], finals: Sequence[Reading]) -> dict[int, int]:
    """Return plate index to reading index: the plate's own text first, then the place."""
    owners: dict[int, int] = {}
    for right in (True, False):
        for index, plate in enumerate(plates):
            if index in owners or plate.box is None:
                continue
            free = (j for j in range(len(finals)) if j not in owners.values())
            for j in free:
                there = same_place(plate.box, _box(finals[j]))
                if there and (not right or (plate.text and same(finals[j].plate, plate.text))):
                    owners[index] = j
                    break
    return owners


def _false_readings(plates: Sequence[LabelledPlate], finals: Sequence[Reading]) -> tuple[str, ...]:
    """Return readings that are no plate's text; those at a plate of unknown text can't be judged."""
    unknown = [plate.box for plate in plates if plate.box is not None and not plate.text]
    return tuple(
        reading.plate
        for reading in finals
        if not any(same(reading.plate, plate.text) for plate in plates if plate.text)
        and not any(same_place(box, _box(reading)) for box in unknown)
    )


def _look(box: Box, run: Run) -> tuple[float | None, float | None]:
    """Return sharpness and obliqueness of the read at a labelled box, None where nothing was read there."""
    for quad, read in run.reads:
        (x0, y0), (x1, y1) = quad.min(axis=0), quad.max(axis=0)
        if same_place(box, (float(x0), float(y0), float(x1 - x0), float(y1 - y0))):
            return read.quality.sharpness, read.quality.obliqueness
    return None, None


def _box(reading: Reading) -> Box:
    x, y, w, h = reading.box
    return float(x), float(y), float(w), float(h)


def _answer(reading: Reading) -> Answer:
    return Answer(reading.plate, reading.confidence, tuple(c.plate for c in reading.candidates[:TOP]))


def characters(scores: Sequence[tuple[str, str]]) -> tuple[int, int]:
    """Return characters read right and characters there were, of pairs of truth and text."""
    return sum(characters_right(truth, text) for truth, text in scores), sum(len(truth) for truth, _ in scores)
