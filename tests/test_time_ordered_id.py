from __future__ import annotations

import uuid
from datetime import timedelta

from streamer.time_ordered_id import TimeOrderedIds
from tests.factories import NOON


def test_ids_sort_by_time():
    ids = TimeOrderedIds()
    made = [ids(NOON + timedelta(milliseconds=n)) for n in range(50)]
    assert made == sorted(made)


def test_ids_of_one_instant_are_distinct_and_in_order():
    ids = TimeOrderedIds()
    made = [ids(NOON) for _ in range(500)]
    assert made == sorted(set(made))


def test_a_clock_that_is_put_back():
    ids = TimeOrderedIds(lambda count: b"\x00" * count)
    first, second = ids(NOON), ids(NOON - timedelta(hours=1))
    assert second > first


def test_they_are_uuids_of_version_7_that_begin_with_the_time():
    made = uuid.UUID(TimeOrderedIds()(NOON))
    assert (made.version, made.variant) == (7, uuid.RFC_4122)
    assert made.int >> 80 == int(NOON.timestamp() * 1000)
