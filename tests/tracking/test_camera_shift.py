"""By how much all plates are off, on paper: pairs of places, a few px apart."""

from __future__ import annotations

import math

import numpy as np
import pytest

from streamer.tracking.camera_shift import common_shift


def plates(*places: tuple[float, ...]) -> np.ndarray:
    """Return (n, 4) `xyha` of plates at x, y; 20 px high and 80 px wide, or as high and wide as they say."""
    rows = [(*place[:2], *(place[2:] or (20.0, 80.0))) for place in places]
    return np.array([(x, y, math.log(h), math.log(w / h)) for x, y, h, w in rows], float).reshape(-1, 4)


TWO = plates((100, 100), (400, 120))


@pytest.mark.parametrize(
    ("expected", "found"),
    [
        (plates(), plates()),
        (plates(), TWO),
        (TWO, plates()),
        (plates((100, 100)), plates((130, 100))),
        (TWO, plates((130, 100))),
        (plates((100, 100)), plates((130, 100), (430, 120))),
    ],
    ids=["none", "no track", "no detection", "one of each", "two tracks, one detection", "one track, two detections"],
)
def test_of_less_than_two_plates_nobody_knows_whether_the_camera_moved(expected, found):
    assert common_shift(expected, found, 500).tolist() == [0, 0]


def test_two_plates_that_are_off_alike():
    assert common_shift(TWO, plates((130, 105), (430, 125)), 500) == pytest.approx((30, 5))


def test_in_whatever_order_they_were_found():
    assert common_shift(TWO, plates((430, 125), (130, 105)), 500) == pytest.approx((30, 5))


def test_two_plates_that_are_off_nearly_alike():
    """Within 0.6 of 20 px of each other; of the two shifts, as good as one another, the shorter."""
    assert common_shift(TWO, plates((130, 100), (438, 120)), 500) == pytest.approx((30, 0))
    assert common_shift(TWO, plates((130, 100), (445, 120)), 500).tolist() == [0, 0], "15 px are too much"


def test_two_plates_that_moved_each_in_its_own_way():
    assert common_shift(TWO, plates((130, 100), (370, 120)), 500).tolist() == [0, 0]


def test_plates_that_are_where_they_are_expected():
    """The four plates found would be as well explained by a shift of 30 px, but it explains no more than none does."""
    assert common_shift(TWO, TWO, 500).tolist() == [0, 0]
    assert common_shift(TWO, plates((100, 100), (130, 100), (400, 120), (430, 120)), 500).tolist() == [0, 0]


def test_one_that_stands_outvotes_nobody():
    """Of three one is where it is expected; the other two are off alike."""
    three = plates((100, 100), (400, 120), (700, 300))
    assert common_shift(three, plates((130, 105), (430, 125), (700, 300)), 500) == pytest.approx((30, 5))


@pytest.mark.parametrize(
    ("height", "width", "shift"),
    [(20, 80, (30, 5)), (27, 108, (30, 5)), (32, 128, (0, 0)), (20, 140, (30, 5)), (20, 150, (0, 0))],
    ids=["the same", "a third larger", "too large", "wider", "too wide"],
)
def test_plates_of_another_size_are_other_plates(height, width, shift):
    """Differences of up to 0.4 in ln height (a factor of 1.49) and of 0.6 in ln aspect (1.82)."""
    found = plates((130, 105, height, width), (430, 125, height, width))
    assert common_shift(TWO, found, 500) == pytest.approx(shift)


@pytest.mark.parametrize(("limit_px", "shift"), [(51, (30, 40)), (50, (30, 40)), (49, (0, 0)), (0, (0, 0))])
def test_the_longest_shift(limit_px, shift):
    """30 px to the right and 40 px down are 50 px."""
    assert common_shift(TWO, plates((130, 140), (430, 160)), limit_px) == pytest.approx(shift)


def test_of_two_shifts_that_explain_as_much_the_shorter():
    found = plates((150, 100), (450, 120), (70, 100), (370, 120))
    assert common_shift(TWO, found, 500) == pytest.approx((-30, 0))
    assert common_shift(TWO, found[::-1], 500) == pytest.approx((-30, 0))


def test_of_a_long_shift_and_a_short_one_that_which_explains_more():
    """A fleet in a row, 100 px apart: moved by 100 px one of three is left over, moved by 30 px none."""
    row = plates((100, 100), (200, 100), (300, 100))
    assert common_shift(row, row + np.array([30, 0, 0, 0]), 500) == pytest.approx((30, 0))
    assert common_shift(row, row + np.array([70, 0, 0, 0]), 500) == pytest.approx((70, 0)), (
        "not 30 px back, which explains two"
    )


def test_two_tracks_never_share_a_detection():
    """Both tracks lie near the one plate after a shift by 30 px: that is one plate, and one proves nothing."""
    close = plates((100, 100), (105, 100))
    assert common_shift(close, plates((130, 100), (900, 700)), 200).tolist() == [0, 0]


@pytest.mark.parametrize("limit_px", [500.0, np.inf])
def test_what_comes_in_is_not_changed(limit_px):
    expected, found = TWO.copy(), plates((130, 105), (430, 125), (800, 200))
    before = found.copy()
    assert common_shift(expected, found, limit_px) == pytest.approx((30, 5))
    assert np.array_equal(expected, TWO)
    assert np.array_equal(found, before)
