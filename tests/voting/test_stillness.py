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


def trembling(sigma_px: float, path, seed: int = 0) -> list[tuple[float, bool]]:
    """Watch a text 24 px high ten times a second for 20 s; return each time, and whether it then is burnt in."""
    rng, stillness, said = np.random.default_rng(seed), Stillness(), []
    for number in range(200):
        (x, y), (off_x, off_y) = path(number / 10), rng.normal(0, sigma_px, 2)
        stillness.see(quad_of_box(x + off_x, y + off_y, 100, 24), WH, number / 10, False)
        said.append((number / 10, stillness.burnt_in(3)))
    return said


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("sigma_px", [0.5, 1.0, 1.5])
def test_burnt_in_text_that_the_detector_finds_a_little_off_each_time(sigma_px, seed):
    """Its farthest two places were compared: the longer it was in view, the farther apart they were, and it moved."""
    said = trembling(sigma_px, lambda _: (20, 680), seed)
    assert [burnt_in for _, burnt_in in said] == [time_s >= 3 for time_s, _ in said]


@pytest.mark.parametrize("y", [4, 80, 613, 690])
def test_two_lines_of_text_at_the_upper_and_the_lower_edge_are_in_the_band(y):
    """15 % of 720 px are 108: from 0 to 108 and from 612 to 720."""
    assert watch(*[text(y=y)] * 6).burnt_in(3)
    assert not watch(*[text(y=y)] * 6).burnt_in(6)


@pytest.mark.parametrize("y", [86, 300, 611])
def test_what_reaches_out_of_the_band_is_not_burnt_in(y):
    assert not watch(*[text(y=y)] * 20).burnt_in(3)


@pytest.mark.parametrize("speed_px_s", [8, 20, 60])
def test_a_plate_that_moves_slowly_through_the_band_is_not_burnt_in(speed_px_s):
    """A third of its height a second: after 3 s it has been a whole height from where it was."""
    assert not any(burnt_in for _, burnt_in in trembling(0.5, lambda t: (20 + speed_px_s * t, 680)))


def test_a_plate_that_is_parked_in_the_middle_of_the_picture_is_not_burnt_in():
    assert not any(burnt_in for _, burnt_in in trembling(0.5, lambda _: (600, 350)))


def test_a_plate_that_stood_in_the_band_and_drives_on_is_not_burnt_in():
    said = trembling(0.5, lambda t: (20 + 100 * max(t - 10, 0), 680))
    assert said[99] == (9.9, True), "nobody knows it from a text while it stands"
    assert not any(burnt_in for time_s, burnt_in in said if time_s >= 10.5)


@pytest.mark.parametrize("seed", range(8))
def test_2_px(seed):
    said = trembling(2.0, lambda _: (20, 680), seed)
    assert [burnt_in for _, burnt_in in said] == [time_s >= 3 for time_s, _ in said]
