"""Reconnection on paper: scripted sources, a scripted clock, no waiting."""

from __future__ import annotations

import logging
import threading

import pytest

from streamer.capture.clock import Clock
from streamer.capture.reconnect import Backoff, Reconnector
from streamer.config import CaptureConfig
from streamer.datatypes import Frame
from streamer.errors import SourceError, SourceRefusedError
from tests.factories import make_frame
from tests.fakes import ScriptedClock, ScriptedSource

CONFIG = CaptureConfig(reconnect_first_s=1, reconnect_max_s=8)
LOST = SourceError("gate: no picture for 5 s")
REFUSED = SourceError("gate: refused")


def reconnector(source: ScriptedSource, clock: ScriptedClock, stop: threading.Event | None = None) -> Reconnector:
    return Reconnector(source, CONFIG, stop or threading.Event(), clock=Clock(monotonic=clock), wait=clock.wait)


def played(source: ScriptedSource, clock: ScriptedClock) -> list[int | str]:
    items = reconnector(source, clock).frames()
    return [item.index if isinstance(item, Frame) else item.reason for item in items]


def test_backoff_doubles_up_to_its_ceiling() -> None:
    backoff = Backoff(1, 5)
    assert [backoff.next_s() for _ in range(5)] == [1, 2, 4, 5, 5]


def test_backoff_begins_again_only_after_a_picture_that_lasted() -> None:
    backoff = Backoff(1, 8)
    assert [backoff.next_s(), backoff.next_s()] == [1, 2]
    backoff.picture_lasted(1.5)
    assert backoff.next_s() == 4
    backoff.picture_lasted(60)
    assert backoff.next_s() == 1


def test_source_that_never_fails_is_opened_once_and_its_end_is_the_end() -> None:
    source = ScriptedSource([make_frame(0), make_frame(1)], live=True)
    assert played(source, ScriptedClock()) == [0, 1]
    assert (source.opens, source.closes) == (1, 1)


def test_lost_picture_leaves_a_mark_between_the_frames() -> None:
    source = ScriptedSource([make_frame(0), LOST], REFUSED, REFUSED, [make_frame(1)], live=True)
    clock = ScriptedClock()
    assert played(source, clock) == [0, str(LOST), 1]
    assert clock.waits == [1, 2, 4]
    assert source.closes == source.opens == 4


def test_first_open_that_fails_is_tried_again_without_a_mark() -> None:
    source = ScriptedSource(REFUSED, [make_frame(0)], live=True)
    clock = ScriptedClock()
    assert played(source, clock) == [0]
    assert clock.waits == [1]


def test_open_without_a_frame_is_no_picture() -> None:
    """A stream that opens and dies before its first frame neither comes back nor is lost again."""
    source = ScriptedSource([make_frame(0), LOST], [LOST], [make_frame(1)], live=True)
    clock = ScriptedClock()
    watched = reconnector(source, clock)
    assert sum(isinstance(item, Frame) for item in watched.frames()) == 2
    assert watched.reconnects == 1


def test_camera_that_gives_one_frame_and_dies_is_asked_less_and_less() -> None:
    scripts = [[make_frame(number), LOST] for number in range(5)]
    clock = ScriptedClock()
    played(ScriptedSource(*scripts, [make_frame(5)], live=True), clock)
    assert clock.waits == [1, 2, 4, 8, 8]


def test_loss_and_return_are_logged_once_each_and_counted(caplog: pytest.LogCaptureFixture) -> None:
    source = ScriptedSource([make_frame(0), LOST], REFUSED, [make_frame(1), make_frame(2)], live=True)
    watched = reconnector(source, ScriptedClock())
    with caplog.at_level(logging.WARNING):
        list(watched.frames())
    assert [record.getMessage() for record in caplog.records] == [
        "camera offline: gate: no picture for 5 s",
        "camera back: scripted, after 3.0 s",
    ]
    assert watched.reconnects == 1
    assert watched.error is None


def test_error_is_known_while_there_is_no_picture() -> None:
    source = ScriptedSource(REFUSED, [make_frame(0)], live=True)
    clock = ScriptedClock()
    stop = threading.Event()
    seen: list[SourceError | None] = []

    def wait(seconds: float) -> bool:
        seen.append(watched.error)
        return clock.wait(seconds)

    watched = Reconnector(source, CONFIG, stop, clock=Clock(monotonic=clock), wait=wait)
    assert watched.error is None
    list(watched.frames())
    assert seen == [REFUSED]


def test_stop_during_a_pause_ends_at_once() -> None:
    stop = threading.Event()
    source = ScriptedSource(*[REFUSED] * 100, live=True)

    def stopped_while_waiting(seconds: float) -> bool:
        stop.set()
        return stop.wait(seconds)

    watched = Reconnector(source, CONFIG, stop, wait=stopped_while_waiting)
    assert list(watched.frames()) == []
    assert source.opens == source.closes == 1


def test_stop_before_the_start_opens_nothing() -> None:
    stop = threading.Event()
    stop.set()
    source = ScriptedSource([make_frame(0)], live=True)
    assert list(reconnector(source, ScriptedClock(), stop).frames()) == []
    assert source.opens == 0


def test_consumer_that_goes_closes_the_source() -> None:
    source = ScriptedSource([make_frame(0), make_frame(1)], live=True)
    frames = reconnector(source, ScriptedClock()).frames()
    next(frames)
    frames.close()
    assert source.closes == 1


def test_fault_of_our_own_is_not_taken_for_a_lost_picture() -> None:
    class Broken(ScriptedSource):
        def read(self) -> Frame | None:
            raise ZeroDivisionError

    source = Broken([make_frame(0)], live=True)
    with pytest.raises(ZeroDivisionError):
        list(reconnector(source, ScriptedClock()).frames())
    assert (source.opens, source.closes) == (1, 1)


def test_wrong_password_is_not_tried_again_soon() -> None:
    """Many cameras lock an account after a handful of wrong passwords in a row."""
    source = ScriptedSource(SourceRefusedError("gate: refused"), [make_frame(0)], live=True)
    clock = ScriptedClock()
    assert played(source, clock) == [0]
    assert clock.waits == [8]
