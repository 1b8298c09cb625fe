"""The capture thread: every way to end, each with a limit."""

from __future__ import annotations

import threading

import pytest

from streamer.capture.frame_queue import FrameQueue
from streamer.capture.part import Part
from streamer.capture.thread import CaptureThread
from streamer.config import CaptureConfig
from streamer.datatypes import Frame, PictureLost
from streamer.errors import SourceError
from tests.factories import make_frame
from tests.fakes import ScriptedSource

pytestmark = pytest.mark.timeout(60)

LIMIT_S = 30


class Endless(ScriptedSource):
    """A source that never ends."""

    def read(self) -> Frame | None:
        return make_frame(0)


def started(source: ScriptedSource, config: CaptureConfig, capacity: int = 2, **options: object):
    queue = FrameQueue(capacity, source.live)
    thread = CaptureThread(source, queue, config, **options)
    thread.start()
    return thread, queue


def test_file_is_read_to_its_end_on_one_thread_of_its_own(config: CaptureConfig) -> None:
    source = ScriptedSource([make_frame(index) for index in range(20)])
    thread, queue = started(source, config)
    assert [frame.index for frame in queue] == list(range(20))
    assert thread.join(LIMIT_S)
    assert (thread.frames_read, source.opens, source.closes) == (20, 1, 1)
    assert source.threads == {"capture scripted"}
    assert queue.dropped == {}


def test_empty_file_ends_the_queue(config: CaptureConfig) -> None:
    thread, queue = started(ScriptedSource([]), config)
    assert list(queue) == []
    assert thread.join(LIMIT_S)
    assert not thread.wait_opened(0)


def test_file_that_does_not_open_raises_out_of_the_queue(config: CaptureConfig) -> None:
    source = ScriptedSource(SourceError("gate.mp4: no such file"))
    thread, queue = started(source, config)
    with pytest.raises(SourceError, match="no such file"):
        list(queue)
    assert thread.join(LIMIT_S)
    assert source.closes == 1


def test_error_in_the_middle_of_a_file_comes_after_its_frames(config: CaptureConfig) -> None:
    thread, queue = started(ScriptedSource([make_frame(0), SourceError("broken")]), config)
    assert queue.get().index == 0
    with pytest.raises(SourceError, match="broken"):
        queue.get()
    assert thread.join(LIMIT_S)


def test_fault_of_our_own_reaches_the_consumer_too(config: CaptureConfig) -> None:
    """A thread that dies silently leaves the pipeline waiting for ever."""

    class Broken(ScriptedSource):
        def read(self) -> Frame | None:
            raise ZeroDivisionError("a bug")

    source = Broken([])
    _, queue = started(source, config)
    with pytest.raises(ZeroDivisionError):
        queue.get()


def test_stop_ends_an_endless_file_in_order(config: CaptureConfig) -> None:
    source = Endless([])
    thread, queue = started(source, config)
    queue.get()
    thread.stop()
    assert all(isinstance(item, Frame) for item in queue)
    assert thread.join(LIMIT_S)
    assert source.closes >= 1


def test_stop_ends_a_file_that_is_still_on_its_way_to_the_wanted_part(config: CaptureConfig) -> None:
    """With `--start` an hour into a clip, the first read takes as long as decoding that hour."""

    class Skipping(ScriptedSource):
        def __init__(self) -> None:
            super().__init__([])
            self.reading, self.closed = threading.Event(), threading.Event()

        def read(self) -> Frame | None:
            self.reading.set()
            assert self.closed.wait(LIMIT_S)
            return None

        def close(self) -> None:
            self.closed.set()

    source = Skipping()
    thread, queue = started(source, config)
    assert source.reading.wait(LIMIT_S)
    thread.stop()
    assert queue.get() is None
    assert thread.join(LIMIT_S)


def test_consumer_that_goes_ends_the_thread(config: CaptureConfig) -> None:
    source = Endless([])
    thread, queue = started(source, config, capacity=1)
    queue.get()
    queue.cancel()
    assert thread.join(LIMIT_S)
    assert source.closes == 1


def test_live_source_is_reopened_and_the_gap_is_marked(config: CaptureConfig) -> None:
    source = ScriptedSource([make_frame(0), SourceError("lost")], [make_frame(1)], live=True)
    thread, queue = started(source, config, capacity=8)
    kinds = [type(item) for item in queue]
    assert kinds == [Frame, PictureLost, Frame]
    assert thread.join(LIMIT_S)
    assert (thread.reconnects, thread.frames_read) == (1, 2)


def test_live_source_that_never_opens_says_why_and_stops_at_once() -> None:
    slow = CaptureConfig(reconnect_first_s=600, reconnect_max_s=600)
    source = ScriptedSource(SourceError("refused"), live=True)
    thread, queue = started(source, slow)
    assert not thread.wait_opened(0.2)
    assert str(thread.error) == str(thread.not_opened()) == "refused"
    thread.stop()
    assert thread.join(LIMIT_S)
    assert queue.get() is None


def test_live_source_ends_after_the_frames_that_were_asked_for(config: CaptureConfig) -> None:
    thread, queue = started(Endless([], live=True), config, capacity=64, part=Part(max_frames=5))
    assert len(list(queue)) == 5
    assert thread.join(LIMIT_S)


def test_realtime_file_waits_but_stops_at_once(config: CaptureConfig) -> None:
    source = ScriptedSource([make_frame(0, fps=0.001), make_frame(1, fps=0.001)])
    thread, queue = started(source, config, realtime=True)
    assert queue.get().index == 0
    thread.stop()
    assert queue.get() is None
    assert thread.join(LIMIT_S)


def test_time_of_each_capture_is_told(config: CaptureConfig) -> None:
    seconds: list[float] = []
    _, queue = started(ScriptedSource([make_frame(0), make_frame(1)]), config, on_capture=seconds.append)
    assert len(list(queue)) == len(seconds) == 2
    assert all(second >= 0 for second in seconds)


def test_many_threads_leave_none_behind(config: CaptureConfig) -> None:
    before = threading.active_count()
    for _ in range(20):
        thread, queue = started(ScriptedSource([make_frame(0)]), config)
        list(queue)
        assert thread.join(LIMIT_S)
    assert threading.active_count() == before


def test_source_that_is_still_trying_is_told_from_one_that_failed() -> None:
    config = CaptureConfig(open_timeout_s=7)
    thread = CaptureThread(ScriptedSource(live=True), FrameQueue(1, live=True), config)
    assert thread.error is None
    assert str(thread.not_opened()) == "scripted: no picture within 7 s"
