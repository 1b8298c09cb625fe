"""Part of a source, and a file at its own pace, on paper."""

from __future__ import annotations

import threading

import pytest

from streamer.capture.clock import Clock
from streamer.capture.pacing import limited, paced
from streamer.capture.part import Part
from streamer.datatypes import Frame, PictureLost
from tests.factories import make_frame
from tests.fakes import ScriptedClock

LOST = PictureLost("gate", 1.0, "unplugged")


class ScriptedStop(threading.Event):
    """A stop event on which a scripted clock waits."""

    def __init__(self, clock: ScriptedClock) -> None:
        super().__init__()
        self._clock = clock

    def wait(self, timeout: float | None = None) -> bool:
        self._clock.wait(timeout or 0.0)
        return self.is_set()


def frames(*numbers: int, fps: float = 10) -> list[Frame]:
    return [make_frame(number, fps) for number in numbers]


def test_each_frame_comes_at_its_time_from_the_first_on() -> None:
    clock = ScriptedClock(500.0)
    given = list(paced(frames(30, 31, 35), Clock(monotonic=clock), ScriptedStop(clock)))
    assert [frame.index for frame in given] == [30, 31, 35]
    assert clock.waits == pytest.approx([0.1, 0.4])
    assert [frame.captured_s for frame in given] == pytest.approx([500, 500.1, 500.5])


def test_consumer_that_falls_behind_gets_what_is_due_at_once() -> None:
    clock = ScriptedClock(0.0)
    given = []
    for frame in paced(frames(0, 1, 2, 3, 4), Clock(monotonic=clock), ScriptedStop(clock)):
        given.append(frame.index)
        clock.now_s += 0.25 if frame.index == 0 else 0.0
    assert given == [0, 1, 2, 3, 4]
    assert clock.waits == pytest.approx([0.05, 0.1])


def test_frames_are_not_changed_by_pacing() -> None:
    clock = ScriptedClock()
    before = frames(0, 1)
    stamps = [frame.captured_s for frame in before]
    list(paced(before, Clock(monotonic=clock), ScriptedStop(clock)))
    assert [frame.captured_s for frame in before] == stamps


def test_stop_ends_the_wait() -> None:
    stop = threading.Event()
    stop.set()
    given = list(paced(frames(0, 1000), Clock(), stop))
    assert [frame.index for frame in given] == [0]


def test_nothing_is_paced_to_nothing() -> None:
    assert list(paced([], Clock(), threading.Event())) == []


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        (Part(), [0, 1, 2, 3]),
        (Part(max_frames=2), [0, 1]),
        (Part(duration_s=0.2), [0, 1]),
        (Part(duration_s=0.2, max_frames=1), [0]),
        (Part(duration_s=99, max_frames=99), [0, 1, 2, 3]),
    ],
)
def test_live_source_ends_after_so_many_frames_or_seconds(part: Part, expected: list[int]) -> None:
    assert [frame.index for frame in limited(frames(0, 1, 2, 3), part)] == expected


def test_last_wanted_frame_is_not_held_back_by_waiting_for_another() -> None:
    def camera():
        yield make_frame(0)
        raise AssertionError("asked for a frame that nobody wants")

    assert len(list(limited(camera(), Part(max_frames=1)))) == 1


def test_marks_are_not_counted_as_frames() -> None:
    items = [*frames(0), LOST, *frames(1, 2)]
    assert list(limited(items, Part(max_frames=2))) == items[:3]
