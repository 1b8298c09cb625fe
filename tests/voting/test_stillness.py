from __future__ import annotations

import numpy as np
import pytest

from streamer.geometry import quad_of_box
from streamer.voting.stillness import Stillness

WH = (1280, 720)
SLANTED = np.array([[20, 680], [220, 692], [220, 716], [20, 704]], np.float32)


def watch(*quads, every_s: float = 1.0, cut_at: int | None = None) -> Stillness:
    stillness = Stillness()
    for number, quad in enumerate(quads):
        stillness.see(quad, WH, number * every_s, number == cut_at)
    return stillness


def text(dx: float = 0.0, y: float = 690.0):
    return quad_of_box(20 + dx, y, 200, 24)


def test_text_at_the_lower_edge_that_never_moves_is_burnt_in():
    assert watch(*[text()] * 6).burnt_in(4)


def test_it_takes_its_time_to_be_known():
    early = watch(*[text()] * 3)
    assert not early.burnt_in(4)
    assert early.perhaps_burnt_in()


@pytest.mark.parametrize(
    "quads",
    [
        [text(y=300)] * 9,
        [text(dx=5.0 * n) for n in range(9)],
        [SLANTED] * 9,
    ],
    ids=["in the middle", "moves", "slanted"],
)
def test_a_plate_is_not_burnt_in(quads):
    assert not watch(*quads).burnt_in(4)


def test_what_a_cut_leaves_at_its_place_is_burnt_in_wherever_it_is():
    assert watch(text(y=300), text(y=300), text(y=300), cut_at=2).burnt_in(100)


def test_a_first_look_at_a_cut_proves_nothing():
    assert not watch(text(y=300), cut_at=0).burnt_in(100)


def test_moved():
    assert not watch(text(), text(dx=2)).moved
    assert watch(text(), text(dx=40)).moved


@pytest.mark.parametrize(
    ("quads", "stays"),
    [
        ([text(y=300)] * 2, True),
        ([text(y=300), quad_of_box(60, 290, 100, 44), text(y=300), text(y=300)], True),
        ([*[text(y=300)] * 3, text(dx=400, y=500)], True),
        ([*[text(y=300)] * 3, text(dx=30, y=300), text(dx=60, y=300)], False),
        ([text(y=300), text(dx=130, y=300), text(dx=260, y=300)], False),
        ([quad_of_box(600, 300, 60, 15), quad_of_box(560, 290, 150, 38)], False),
        ([text(y=300)], False),
        ([], False),
    ],
)
def test_what_is_mostly_where_it_was_first_seen(quads, stays):
    """However its detections wander: whole and in part, or the track ends on a vehicle that stops before the sign.

    What comes head-on is larger later, and what stood at first drives on.
    """
    assert watch(*quads).stays is stays


def test_in_view_for_less_than_half_a_second_nothing_stays():
    assert not watch(*[text(y=300)] * 5, every_s=0.1).stays
