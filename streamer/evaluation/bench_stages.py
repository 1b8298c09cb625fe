"""What each stage costs by itself, in this process and on one thread."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Protocol

import cv2
import numpy as np

from streamer.datatypes import ALPHABET, BLANK, Detection, Frame, PlateRead, Quality, Reading
from streamer.evaluation.labelled import Dataset
from streamer.evaluation.observed import Observer, PipelineOf
from streamer.evaluation.outcomes import image_outcome
from streamer.geometry import quad_of_box
from streamer.interfaces import Detector, Reader

SIZE_WH = (1280, 720)
WARM_UP = 3


class Loop(Protocol):
    """What tracks, reads and votes."""

    def update(self, frame: Frame, detections: Sequence[Detection] | None) -> list[Reading]:
        """Take one frame in."""


LoopOf = Callable[[Reader], Loop]
"""Makes a fresh loop around a reader."""


def median_ms(call: Callable[[], object], repeats: int) -> float:
    """Return the median milliseconds of a call, after some that don't count."""
    times = []
    for number in range(repeats + WARM_UP):
        start = time.perf_counter()
        call()
        if number >= WARM_UP:
            times.append(1000 * (time.perf_counter() - start))
    return round(statistics.median(times), 3)


def model_ms(detector: Detector, reader: Reader, image: np.ndarray, repeats: int) -> dict[str, float]:
    """Return the milliseconds of one look at an image (H, W, 3) uint8 BGR and of one read of a plate in it."""
    quad = quad_of_box(image.shape[1] * 0.45, image.shape[0] * 0.45, 130, 30)
    return {
        "detect": median_ms(lambda: detector.detect(image), repeats),
        "read": median_ms(lambda: reader.read(image, quad), repeats),
    }


def still_ms(dataset: Dataset, detector: Detector, reader: Reader, pipeline_of: PipelineOf) -> dict[str, float | int]:
    """Return the mean milliseconds of a whole picture, end to end, without decoding it."""
    observer = Observer(detector, reader, pipeline_of)
    outcomes = [image_outcome(image, reader, observer, lambda read: ()) for image in dataset.images]
    times = [max(0.0, one.total_ms - one.decode_ms) for one in outcomes]
    return {
        "pictures": len(times),
        "mean": round(statistics.mean(times), 3) if times else 0.0,
        "median": round(statistics.median(times), 3) if times else 0.0,
        "detect": round(statistics.mean(one.detect_ms for one in outcomes), 3) if outcomes else 0.0,
        "read": round(statistics.mean(one.read_ms for one in outcomes), 3) if outcomes else 0.0,
    }


def crowd_ms(loop_of: LoopOf, plates: int, frames: int = 150) -> float:
    """Return the median milliseconds a frame of tracking and voting with so many plates in view, reading apart."""
    reader = KnownReader(plates)
    loop = loop_of(reader)
    image = np.random.default_rng(0).integers(0, 256, (SIZE_WH[1], SIZE_WH[0], 3), np.uint8)
    image.flags.writeable = False
    noon = datetime(2026, 1, 1, 12, tzinfo=UTC)
    times = []
    for number in range(frames):
        seconds = number / 25
        frame = Frame(image, number, seconds, noon + timedelta(seconds=seconds), "crowd", seconds)
        detections = [Detection(reader.quad(plate, number), 0.9) for plate in range(plates)]
        reader.frame, reader.seconds, start = number, 0.0, time.perf_counter()
        loop.update(frame, detections)
        times.append(1000 * (time.perf_counter() - start - reader.seconds))
    return round(statistics.median(times), 3)


class KnownReader:
    """Knows where each of a row of plates is and what it says, with some doubt about every character."""

    def __init__(self, plates: int) -> None:
        rng = np.random.default_rng(7)
        self._texts = rng.integers(0, len(ALPHABET), (plates, 7))
        self._rng = rng
        self._plates = plates
        self.frame = 0
        """Number of the frame that is read."""
        self.seconds = 0.0
        """Time spent reading."""

    def quad(self, plate: int, frame: int) -> np.ndarray:
        """Return where a plate is in a frame: in a row, all drifting the same way."""
        x = 20 + plate * (SIZE_WH[0] - 240) / max(1, self._plates) + 0.8 * frame
        return quad_of_box(x, 100 + 40 * (plate % 5) + 1.5 * frame, 90, 22)

    def read(self, image: np.ndarray, quad: np.ndarray, score: float | None = None) -> PlateRead:
        """Return the text of the plate at the quad, as a CTC head of 40 columns would."""
        start = time.perf_counter()
        left = float(quad[:, 0].min())
        plate = min(range(self._plates), key=lambda p: abs(float(self.quad(p, self.frame)[0, 0]) - left))
        columns = np.full((40, BLANK + 1), 0.002, np.float32)
        columns[:, BLANK] = 0.9
        for place, char in enumerate(self._texts[plate]):
            column = 3 + 5 * place
            columns[column, BLANK] = 0.02
            columns[column, char] = self._rng.uniform(0.6, 0.95)
        columns /= columns.sum(axis=1, keepdims=True)
        columns.flags.writeable = False
        text = "".join(ALPHABET[char] for char in self._texts[plate])
        quality = Quality(22.0, 0.8, 0.9, 0.1, 1.0 if score is None else score)
        read = PlateRead(columns, text, (0.8,) * len(text), quality)
        self.seconds += time.perf_counter() - start
        return read


class OneThread:
    """Inside this block OpenCV works on one thread."""

    def __enter__(self) -> None:
        self._before = cv2.getNumThreads()
        cv2.setNumThreads(1)

    def __exit__(self, *_: object) -> None:
        cv2.setNumThreads(self._before)
