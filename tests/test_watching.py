"""A source watched for some seconds."""

from __future__ import annotations

import numpy as np
import pytest

from streamer.config import CaptureConfig, Config
from streamer.datatypes import Detection, PlateRead, Quality
from streamer.errors import SourceError
from streamer.geometry import quad_of_box
from streamer.reading_loop import Knowledge
from streamer.watching import measure
from tests.driving import ALL_FORMATS, Road, Vehicle, passing
from tests.factories import make_frame, make_image
from tests.fakes import ScriptedDetector, ScriptedSource

pytestmark = pytest.mark.timeout(60)

GOOD = Quality(plate_height_px=30, sharpness=0.8, exposure=0.9, obliqueness=0.1, score=0.9)


class FixedReader:
    def read(self, image: np.ndarray, quad: np.ndarray, score: float = 1.0) -> PlateRead:
        return PlateRead(np.zeros((0, 37), np.float32), "", (), GOOD)


class PassingBy:
    """Detects and reads a car that drives by; counts reads."""

    def __init__(self, plate: str, frames: int) -> None:
        self._road = Road([Vehicle(plate, passing(0, 3))])
        self.frames = [self._road.frame(index)[0] for index in range(frames)]
        self._index = 0
        self.reads = 0

    def detect(self, image: np.ndarray) -> list[Detection]:
        _, detections = self._road.frame(self._index)
        self._index += 1
        return detections or []

    def read(self, image: np.ndarray, quad: np.ndarray, score: float = 1.0) -> PlateRead:
        self.reads += 1
        return self._road.read(image, quad, score)


def test_a_file_is_watched_to_its_end() -> None:
    source = ScriptedSource([make_frame(index) for index in range(26)])
    detector = ScriptedDetector([Detection(quad_of_box(1, 2, 30, 10), 0.9)])
    measured = measure(source, detector, FixedReader(), Config(), Knowledge(ALL_FORMATS), seconds=20)
    assert (measured.frames, measured.looks, detector.looks) == (26, 26, 26)
    assert measured.fps == pytest.approx(25.0)
    assert measured.size_wh == (64, 48)
    assert measured.plates == [GOOD] * 26
    assert source.closes >= 1


def test_a_file_that_can_not_be_read_says_why() -> None:
    with pytest.raises(SourceError, match="no such file"):
        measure(
            ScriptedSource(SourceError("a.mp4: no such file")),
            ScriptedDetector(),
            FixedReader(),
            Config(),
            Knowledge(ALL_FORMATS),
            1,
        )


def test_a_camera_that_gives_nothing_is_given_up() -> None:
    config = Config(capture=CaptureConfig(open_timeout_s=0.3, reconnect_first_s=0.05, reconnect_max_s=0.1))
    source = ScriptedSource(*[SourceError("gate: refuses")] * 100, live=True)
    with pytest.raises(SourceError, match="gate: "):
        measure(source, ScriptedDetector(), FixedReader(), config, Knowledge(ALL_FORMATS), 0.5)


def test_a_vehicle_that_passes_is_read_and_each_plate_only_once() -> None:
    car = PassingBy("RK300AS", 35)
    measured = measure(ScriptedSource(car.frames), car, car, Config(), Knowledge(ALL_FORMATS), seconds=20)
    assert (measured.readings, measured.rejected) == (["RK300AS"], {})
    assert car.reads == len(measured.read_ms) == len(measured.plates) == 30


def test_a_vehicle_that_can_not_be_read_is_counted_with_its_reason() -> None:
    detector = ScriptedDetector([Detection(quad_of_box(1, 2, 12, 4), 0.9)])
    source = ScriptedSource([make_frame(index, image=make_image()) for index in range(26)])
    measured = measure(source, detector, FixedReader(), Config(), Knowledge(ALL_FORMATS), seconds=20)
    assert (measured.readings, measured.rejected) == ([], {"too small": 1})


def test_in_stills_each_picture_is_a_scene_of_its_own() -> None:
    car = PassingBy("RK300AS", 2)
    source = ScriptedSource(car.frames)
    measured = measure(source, car, car, Config(), Knowledge(ALL_FORMATS), seconds=20, scenes=True)
    assert measured.readings == ["RK300AS", "RK300AS"]
