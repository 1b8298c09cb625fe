"""The detection worker: every frame comes out, in order, looked at or skipped."""

from __future__ import annotations

import numpy as np

from streamer.config import DetectionConfig
from streamer.datatypes import Detection, Frame, PictureLost
from streamer.detection.worker import DetectionWorker, Looked
from streamer.geometry import quad_of_box
from streamer.stats import RunStats
from tests.factories import NOON, make_frame
from tests.fakes import ScriptedDetector

PLATE = Detection(quad_of_box(10, 20, 30, 10), 0.9)
BLACK = np.zeros((48, 64, 3), np.uint8)


def still_frames(count: int) -> list[Frame]:
    return [make_frame(index, image=BLACK) for index in range(count)]


def worker(detector: ScriptedDetector, stats: RunStats | None = None, **changes: object) -> DetectionWorker:
    settings = {"scenes": False, "live": False, "unsettled": lambda place: False} | changes
    return DetectionWorker(detector, DetectionConfig(), stats or RunStats(), **settings)  # type: ignore[arg-type]


def test_nothing_in_nothing_out() -> None:
    assert list(worker(ScriptedDetector()).run([])) == []


def test_every_frame_comes_out_in_order() -> None:
    frames = still_frames(30)
    out = list(worker(ScriptedDetector()).run(frames))
    assert [item.frame.index for item in out if isinstance(item, Looked)] == list(range(30))


def test_a_frame_that_is_skipped_has_none_and_one_without_plates_an_empty_tuple() -> None:
    out = [item.detections for item in worker(ScriptedDetector([])).run(still_frames(2)) if isinstance(item, Looked)]
    assert out == [(), None]


def test_each_still_is_looked_at() -> None:
    detector = ScriptedDetector([PLATE])
    out = list(worker(detector, scenes=True).run(still_frames(5)))
    assert detector.looks == 5
    assert all(isinstance(item, Looked) and item.detections == (PLATE,) for item in out)


def test_a_lost_picture_keeps_its_place_and_the_next_frame_is_looked_at() -> None:
    lost = PictureLost("gate", 1.0, "gone")
    frames = still_frames(2)
    detector = ScriptedDetector()
    out = list(worker(detector).run([frames[0], lost, frames[1]]))
    assert out[1] is lost
    assert detector.looks == 2


def test_a_smaller_detection_image_gives_corners_of_the_whole_frame() -> None:
    small = np.zeros((24, 16, 3), np.uint8)
    frame = Frame(BLACK, 0, 0.0, NOON, "picamera", 0.0, small)
    (item,) = worker(ScriptedDetector([PLATE])).run([frame])
    assert isinstance(item, Looked)
    assert item.detections is not None
    assert item.detections[0].box == (40.0, 40.0, 120.0, 20.0)
    assert not item.detections[0].quad.flags.writeable
    assert PLATE.box == (10.0, 20.0, 30.0, 10.0), "input unchanged"


def test_the_same_frames_are_looked_at_whatever_a_look_costs() -> None:
    """A file's looks depend on content and time alone; only a live source may stretch its interval."""
    calls: list[int] = []

    def asked(place: int) -> bool:
        calls.append(place)
        return place % 7 == 0

    first, second = ScriptedDetector(), ScriptedDetector()
    a = [item.detections for item in worker(first, unsettled=asked).run(still_frames(50))]  # type: ignore[union-attr]
    b = [item.detections for item in worker(second, unsettled=asked).run(still_frames(50))]  # type: ignore[union-attr]
    assert a == b
    assert calls == [*range(50), *range(50)], "asked once for each frame, in order"


def test_looks_are_timed_and_counted() -> None:
    stats = RunStats()
    list(worker(ScriptedDetector(), stats).run(still_frames(3)))
    assert stats.counted("frames_looked_at") == 1
    assert stats.stage_ms()["detect"] >= 0


def moving_frames(count: int, rate_hz: float) -> list[Frame]:
    """Return frames in each of which everything is elsewhere than in the one before."""
    rng = np.random.default_rng(1)
    images = rng.integers(0, 255, (count, 48, 64, 3), np.uint8)
    return [Frame(images[k], k, k / rate_hz, NOON, "gate", 0.0) for k in range(count)]


def test_a_plate_that_has_just_come_is_looked_at_closely_before_the_vote_says_so() -> None:
    """Sixteen frames a second. The answer, six frames old, still says that nothing is in view when a plate is."""
    out = list(worker(ScriptedDetector([PLATE]), answer_age=6).run(moving_frames(12, 16)))
    looked = [place for place, item in enumerate(out) if isinstance(item, Looked) and item.detections is not None]
    assert looked == [0, 1, 2, 3, 4, 5, 6, 8, 10], "then every 0.1 s, as the answer has it settled"


def test_where_nothing_is_found_the_answer_s_age_changes_nothing() -> None:
    out = list(worker(ScriptedDetector([]), answer_age=6).run(moving_frames(9, 16)))
    looked = [place for place, item in enumerate(out) if isinstance(item, Looked) and item.detections is not None]
    assert looked == [0, 2, 4, 6, 8]
