"""The bounded queue between two threads."""

from __future__ import annotations

import threading

import pytest

from streamer.channel import Channel

pytestmark = pytest.mark.timeout(30)


def test_items_come_out_in_order_and_then_it_ends() -> None:
    channel: Channel[int] = Channel(3)
    for item in range(3):
        assert channel.put(item)
    channel.end()
    assert list(channel) == [0, 1, 2]


def test_an_error_comes_after_everything_that_was_put_before() -> None:
    channel: Channel[int] = Channel(2)
    channel.put(1)
    channel.end(OSError("gone"))
    items = iter(channel)
    assert next(items) == 1
    with pytest.raises(OSError, match="gone"):
        next(items)


def test_a_full_channel_makes_the_producer_wait_until_there_is_room() -> None:
    channel: Channel[int] = Channel(1)
    channel.put(0)
    producer = threading.Thread(target=lambda: (channel.put(1), channel.end()))
    producer.start()
    assert list(channel) == [0, 1]
    producer.join(10)
    assert not producer.is_alive()


def test_a_consumer_that_goes_frees_a_waiting_producer() -> None:
    channel: Channel[int] = Channel(1)
    channel.put(0)
    answers: list[bool] = []
    producer = threading.Thread(target=lambda: answers.append(channel.put(1)))
    producer.start()
    channel.cancel()
    producer.join(10)
    assert answers == [False]
    assert list(channel) == []


def test_a_channel_holds_at_least_one() -> None:
    with pytest.raises(ValueError, match="at least one"):
        Channel(0)
