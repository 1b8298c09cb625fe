"""The threads of one source: order, ends, errors, and the same looks on every run."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from streamer.config import CaptureConfig, Config
from streamer.datatypes import Detection, Frame, FrameReport, Reading
from streamer.errors import SourceError
from streamer.geometry import quad_of_box
from streamer.pipeline import Feedback, Outlets, Pipeline
from streamer.stats import CameraStatus, RunStats
from tests.factories import make_frame, make_reading
from tests.fakes import ScriptedDetector, ScriptedSource

pytestmark = pytest.mark.timeout(60)

PLATE = Detection(quad_of_box(10, 20, 30, 10), 0.9)


class ScriptedLoop:
    """A reading loop that notes what it gets, and has one reading at its end if it saw a frame."""

    def __init__(self, fails_at: int | None = None, slow_s: float = 0.0) -> None:
        self.seen: list[tuple[int, Sequence[Detection] | None]] = []
        self.losses: list[float] = []
        self.ends = 0
        self.unsettled = False
        self.tracks = ()
        self.votes: dict[int, object] = {}
        self.overlays: dict[int, object] = {}
        self._fails_at = fails_at
        self._slow_s = slow_s

    def update(self, frame: Frame, detections: Sequence[Detection] | None) -> list[Reading]:
        if frame.index == self._fails_at:
            raise RuntimeError("the loop is broken")
        if self._slow_s:
            time.sleep(self._slow_s)
        self.seen.append((frame.index, detections))
        self.unsettled = frame.index % 10 < 5
        return []

    def lost(self, timestamp_s: float) -> list[Reading]:
        self.losses.append(timestamp_s)
        return []

    def finish(self) -> list[Reading]:
        self.ends += 1
        return [make_reading(1)] if self.seen else []


class Run:
    """A pipeline around scripted parts."""

    def __init__(
        self, source: ScriptedSource, loop: ScriptedLoop | None = None, detector: ScriptedDetector | None = None
    ) -> None:
        self.loop = loop or ScriptedLoop()
        self.detector = detector or ScriptedDetector([PLATE])
        self.stats = RunStats()
        self.status = CameraStatus("gate", "gate.mp4", source.live)
        self.delivered: list[Reading] = []
        self.reports: list[FrameReport] = []
        self.pipeline = Pipeline(
            source,
            self.detector,
            self.loop,  # type: ignore[arg-type]
            Config(capture=CaptureConfig(reconnect_first_s=0.01, reconnect_max_s=0.02)),
            Outlets(self.delivered.append, lambda report, live: self.reports.append(report)),
            self.stats,
            self.status,
        )


def frames(count: int) -> list[Frame]:
    return [make_frame(index, fps=30.0) for index in range(count)]


def threads_of(name: str) -> list[str]:
    return [thread.name for thread in threading.enumerate() if name in thread.name]


def test_every_frame_of_a_file_reaches_the_loop_in_order_and_its_reading_is_delivered() -> None:
    run = Run(ScriptedSource(frames(50)))
    run.pipeline.run()
    assert [index for index, _ in run.loop.seen] == list(range(50))
    assert [reading.plate for reading in run.delivered] == ["RK300AS"]
    assert [report.frame.index for report in run.reports] == list(range(50))
    assert (run.stats.counted("frames_read"), run.stats.counted("frames_processed")) == (50, 50)
    assert run.stats.dropped == {}
    assert (run.status.frames, run.status.readings, run.status.last_plate) == (50, 1, "RK300AS")


def test_an_empty_file_ends_at_once() -> None:
    run = Run(ScriptedSource([]))
    run.pipeline.run()
    assert run.delivered == []
    assert run.loop.ends == 1


def test_what_came_before_an_error_is_read_and_delivered_and_the_error_comes_out() -> None:
    run = Run(ScriptedSource([*frames(10), SourceError("gate.mp4: broken in the middle")]))
    with pytest.raises(SourceError, match="broken in the middle"):
        run.pipeline.run()
    assert len(run.loop.seen) == 10
    assert len(run.delivered) == 1


def test_a_source_that_can_not_be_opened_says_so() -> None:
    with pytest.raises(SourceError, match="no such file"):
        Run(ScriptedSource(SourceError("gate.mp4: no such file"))).pipeline.run()


def test_an_error_in_the_loop_ends_both_threads() -> None:
    source = ScriptedSource(frames(500))
    run = Run(source, ScriptedLoop(fails_at=5))
    with pytest.raises(RuntimeError, match="the loop is broken"):
        run.pipeline.run()
    assert threads_of("gate") == []
    assert source.closes >= 1


def test_an_error_in_the_detector_comes_out_of_run() -> None:
    class Broken(ScriptedDetector):
        def detect(self, image: np.ndarray) -> list[Detection]:
            raise RuntimeError("the detector is broken")

    with pytest.raises(RuntimeError, match="the detector is broken"):
        Run(ScriptedSource(frames(20)), detector=Broken()).pipeline.run()


def test_halt_ends_in_order_and_tracks_are_flushed() -> None:
    run = Run(ScriptedSource(frames(100_000)[:2000]), ScriptedLoop(slow_s=0.005))
    runner = threading.Thread(target=run.pipeline.run)
    runner.start()
    while len(run.loop.seen) < 5:
        time.sleep(0.005)
    run.pipeline.halt()
    run.pipeline.halt()
    runner.join(20)
    assert not runner.is_alive()
    assert 5 <= len(run.loop.seen) < 2000
    assert run.loop.ends == 1
    assert len(run.delivered) == 1


def test_a_lost_picture_closes_tracks_and_is_counted_when_it_comes_back() -> None:
    first, second = frames(3), [make_frame(index) for index in range(3, 6)]
    source = ScriptedSource([*first, SourceError("cable pulled")], second, live=True)
    run = Run(source)
    run.pipeline.run()
    assert len(run.loop.losses) == 1
    assert [index for index, _ in run.loop.seen][-1] == 5
    assert run.stats.counted("reconnects") == 1


def test_the_same_frames_are_looked_at_however_slow_the_loop_is() -> None:
    """The loop's answer steers the looks of a file: it must be the answer of the same frame on every run.

    With an answer that was merely the newest, a slow loop had the detector look at other frames than a quick one.
    """
    looked = []
    for slow_s in (0.0, 0.004, 0.0):
        run = Run(ScriptedSource(frames(120)), ScriptedLoop(slow_s=slow_s))
        run.pipeline.run()
        looked.append([index for index, detections in run.loop.seen if detections is not None])
    assert looked[0] == looked[1] == looked[2]
    assert 12 < len(looked[0]) < 120


def test_detection_and_capture_have_threads_of_their_own() -> None:
    source = ScriptedSource(frames(5))
    run = Run(source)
    run.pipeline.run()
    assert run.detector.threads == {"detect gate"}
    assert len(source.threads) == 1
    assert source.threads.isdisjoint({"detect gate", threading.current_thread().name})


def test_a_file_that_asks_for_an_answer_that_never_comes_is_let_go_by_the_end() -> None:
    feedback = Feedback(live=False)
    answers: list[bool] = []
    worker = threading.Thread(target=lambda: answers.extend(feedback.ask(place) for place in range(4)))
    worker.start()
    feedback.end()
    worker.join(10)
    assert answers == [False] * 4


def test_a_camera_gets_the_newest_answer_and_never_waits() -> None:
    feedback = Feedback(live=True)
    assert not feedback.ask(0)
    feedback.tell(False)
    feedback.tell(True)
    assert feedback.ask(1)
    assert feedback.ask(2)


def test_input_unchanged() -> None:
    given = frames(5)
    before = [replace(frame) for frame in given]
    Run(ScriptedSource(given)).pipeline.run()
    assert [frame.index for frame in given] == [frame.index for frame in before]
    assert all((a.image == b.image).all() for a, b in zip(given, before, strict=True))
