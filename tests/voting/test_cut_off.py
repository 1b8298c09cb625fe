"""Plates at the frame's edge."""

from __future__ import annotations

import numpy as np
import pytest

from streamer.geometry import quad_of_box
from streamer.voting.cut_off import UNCUT, CutOff, cut_off

FRAME_WH = (640, 360)
WIDTH, HEIGHT = 80.0, 20.0


def at(x: float, y: float) -> np.ndarray:
    """Return the quad of an upright plate whose upper left corner is there."""
    return quad_of_box(x, y, WIDTH, HEIGHT)


def test_a_plate_in_the_middle_is_whole():
    assert cut_off(at(200, 100), FRAME_WH) == UNCUT
    assert UNCUT.whole == 1


def test_the_side_at_the_edge_on_paper():
    """Found 3 px outside, 0.15 heights, just where cut sides are found: n = 1 / (0.2 sqrt(2 pi)) = 1.995, N = 0.227.

    0.8 * 1.995 / (1.0 * 1.995 + 0.227) = 0.718.
    """
    assert cut_off(at(-3, 100), FRAME_WH).beginning == pytest.approx(0.718, abs=0.001)


@pytest.mark.parametrize(
    ("x", "y", "hidden"),
    [(0, 100, "beginning"), (640 - WIDTH, 100, "end"), (200, 0, "across"), (200, 360 - HEIGHT, "across")],
)
def test_the_edge_that_is_near_is_the_one_that_hides(x, y, hidden):
    cut = cut_off(at(x, y), FRAME_WH)
    assert getattr(cut, hidden) > 0.5
    assert sum((cut.beginning, cut.end, cut.across)) == pytest.approx(getattr(cut, hidden), abs=1e-3), "and no other"


@pytest.mark.parametrize("frame_wh", [(90, 24), (159, 300), (600, 39)])
def test_a_picture_of_nothing_but_a_plate_shows_it_whole(frame_wh):
    """A folder of plate images: the plate reaches to the edges of each, and lost 34 of 74 right readings."""
    assert cut_off(at(2, 1), frame_wh) == UNCUT
    assert cut_off(at(2, 1), (161, 300)) != UNCUT


def test_a_plate_that_hangs_upside_down_begins_at_its_right():
    upside_down = np.roll(at(640 - WIDTH, 100), 2, axis=0)
    cut = cut_off(upside_down, FRAME_WH)
    assert cut.beginning > 0.5
    assert cut.end < 0.01


def test_a_plate_on_its_side_ends_at_the_lower_edge():
    """A camera that was mounted the other way: the plate's own top left is the upper right corner in the frame."""
    on_its_side = np.roll(quad_of_box(200, 360 - WIDTH, HEIGHT, WIDTH), -1, axis=0)
    cut = cut_off(on_its_side, FRAME_WH)
    assert cut.end > 0.5
    assert cut.across < 0.01


def test_the_nearer_the_likelier():
    chances = [cut_off(at(x, 100), FRAME_WH).beginning for x in (-8, -4, 0, 2, 4, 6, 8, 10, 30)]
    assert chances == sorted(chances, reverse=True)
    assert chances[-1] == 0


def test_near_is_counted_in_plate_heights():
    twice = cut_off(quad_of_box(4, 100, 2 * WIDTH, 2 * HEIGHT), FRAME_WH)
    assert twice.beginning == pytest.approx(cut_off(at(2, 100), FRAME_WH).beginning)


def test_outside_the_frame_altogether_and_without_size():
    assert 0.5 < cut_off(at(-500, 100), FRAME_WH).beginning <= 1
    point = cut_off(np.zeros((4, 2), np.float32), FRAME_WH)
    assert all(0 <= chance <= 1 for chance in (point.beginning, point.end, point.across))


def test_nothing_is_known_of_a_frame_without_size():
    assert cut_off(at(0, 0), None) == UNCUT


def test_both_sides_must_be_seen():
    assert CutOff(beginning=0.5, end=0.5).whole == 0.25


def test_the_quad_is_not_changed():
    quad = at(0, 0)
    before = quad.copy()
    cut_off(quad, FRAME_WH)
    assert np.array_equal(quad, before)
