"""The frame queue: what is kept, what is dropped, and how either end ends it."""

from __future__ import annotations

import threading

import pytest

from streamer.capture.frame_queue import FrameQueue
from streamer.datatypes import Frame, PictureLost
from streamer.errors import SourceError
from tests.factories import make_frame

pytestmark = pytest.mark.timeout(60)

LOST = PictureLost("gate", 1.0, "unplugged")


def numbers(queue: FrameQueue) -> list[int | str]:
    return [item.index if isinstance(item, Frame) else "lost" for item in queue]


def in_thread(work) -> threading.Thread:
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


def test_ended_empty_queue_gives_nothing() -> None:
    queue = FrameQueue(1, live=False)
    queue.end()
    assert numbers(queue) == []
    assert queue.get() is None


def test_what_was_put_before_the_end_still_comes() -> None:
    queue = FrameQueue(3, live=False)
    for index in range(3):
        assert queue.put(make_frame(index))
    queue.end()
    assert numbers(queue) == [0, 1, 2]
    assert queue.dropped == {}


def test_live_queue_keeps_the_newest_and_counts_the_rest() -> None:
    queue = FrameQueue(2, live=True)
    for index in range(7):
        assert queue.put(make_frame(index))
    queue.end()
    assert numbers(queue) == [5, 6]
    assert queue.dropped == {"queue full": 5}


def test_mark_of_a_lost_picture_is_never_dropped_and_keeps_its_place() -> None:
    queue = FrameQueue(2, live=True)
    for item in (make_frame(0), LOST, make_frame(1), make_frame(2), make_frame(3)):
        queue.put(item)
    queue.end()
    assert numbers(queue) == ["lost", 2, 3]


def test_mark_never_waits_even_in_a_full_file_queue() -> None:
    queue = FrameQueue(1, live=False)
    queue.put(make_frame(0))
    assert queue.put(LOST)
    queue.end()
    assert numbers(queue) == [0, "lost"]


def test_file_queue_makes_the_producer_wait_and_drops_nothing() -> None:
    queue = FrameQueue(1, live=False)
    most = [0]

    def produce() -> None:
        for index in range(50):
            queue.put(make_frame(index))
            most[0] = max(most[0], len(queue))
        queue.end()

    producer = in_thread(produce)
    assert numbers(queue) == list(range(50))
    producer.join(30)
    assert not producer.is_alive()
    assert most[0] <= 1
    assert queue.dropped == {}


def test_error_comes_after_the_frames_that_came_before_it() -> None:
    queue = FrameQueue(3, live=False)
    queue.put(make_frame(0))
    queue.end(SourceError("gone"))
    queue.end()
    assert queue.get().index == 0
    for _ in range(2):
        with pytest.raises(SourceError, match="gone"):
            queue.get()


def test_consumer_that_goes_frees_a_waiting_producer() -> None:
    queue = FrameQueue(1, live=False)
    queue.put(make_frame(0))
    answers: list[bool] = []
    producer = in_thread(lambda: answers.append(queue.put(make_frame(1))))
    queue.cancel()
    producer.join(30)
    assert answers == [False]
    assert queue.dropped == {"stopped": 2}
    assert queue.get() is None


def test_producer_that_ends_frees_a_waiting_consumer() -> None:
    queue = FrameQueue(1, live=True)
    answers: list[object] = []
    consumer = in_thread(lambda: answers.append(queue.get()))
    queue.end()
    consumer.join(30)
    assert answers == [None]


def test_put_after_the_end_is_refused_and_counted() -> None:
    queue = FrameQueue(1, live=True)
    queue.end()
    assert not queue.put(make_frame(0))
    assert queue.dropped == {"stopped": 1}


def test_cancelling_twice_and_empty_is_harmless() -> None:
    queue = FrameQueue(1, live=True)
    queue.cancel()
    queue.cancel()
    assert queue.dropped == {}


def test_waiting_with_a_limit_says_so() -> None:
    with pytest.raises(TimeoutError, match="no frame within"):
        FrameQueue(1, live=True).get(timeout_s=0.01)


@pytest.mark.parametrize("capacity", [0, -1])
def test_capacity_below_one_is_refused(capacity: int) -> None:
    with pytest.raises(ValueError, match="at least one frame"):
        FrameQueue(capacity, live=True)
