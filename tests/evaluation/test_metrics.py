"""Intervals and calibration, against numbers solved by hand or printed in the papers."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamer.evaluation.metrics import Rate, calibration, paired_difference, wilson


@pytest.mark.parametrize(
    ("hits", "total", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),  # Newcombe 1998, Statistics in Medicine 17:857, table I, method 3
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_interval_as_printed_in_the_literature(hits: int, total: int, low: float, high: float) -> None:
    assert wilson(hits, total) == pytest.approx((low, high), abs=5e-5)


def test_nothing_counted_is_nothing_known() -> None:
    rate = Rate(0, 0)
    assert math.isnan(rate.value)
    assert rate.interval == (0.0, 1.0)
    assert rate.as_dict()["rate"] is None
    assert str(rate) == "-"


@given(st.integers(0, 50), st.integers(1, 50))
def test_the_interval_holds_the_rate(hits: int, total: int) -> None:
    rate = Rate(min(hits, total), total)
    low, high = rate.interval
    assert 0 <= low <= rate.value <= high <= 1


def test_all_against_none() -> None:
    """With no spread the correlation is 0: both intervals' widths add up as squares."""
    difference = paired_difference([True] * 10, [False] * 10)
    width = wilson(0, 10)[1]
    assert difference.value == 1
    assert difference.low == pytest.approx(1 - math.sqrt(2) * width)
    assert difference.high == pytest.approx(1)
    assert difference.certain


def test_a_tie_is_no_difference() -> None:
    difference = paired_difference([True, False, True, False], [False, True, False, True])
    assert difference.value == 0
    assert difference.low < 0 < difference.high
    assert not difference.certain


def test_pairs_that_agree_make_the_interval_narrower_than_pairs_that_do_not() -> None:
    """96 and 90 of 100 either way; the second time each miss of the better one is a hit of the other."""
    agree = paired_difference([True] * 96 + [False] * 4, [True] * 90 + [False] * 10)
    differ = paired_difference([True] * 96 + [False] * 4, [False] * 10 + [True] * 90)
    assert agree.value == pytest.approx(differ.value) == pytest.approx(0.06)
    assert agree.high - agree.low < differ.high - differ.low


@given(st.lists(st.tuples(st.booleans(), st.booleans()), max_size=40))
def test_swapping_the_methods_turns_the_difference_round(pairs: list[tuple[bool, bool]]) -> None:
    first, second = [a for a, _ in pairs], [b for _, b in pairs]
    there, back = paired_difference(first, second), paired_difference(second, first)
    assert there.value == pytest.approx(-back.value)
    assert (there.low, there.high) == pytest.approx((-back.high, -back.low), abs=1e-9)
    assert there.low <= there.value <= there.high


def test_different_trials_cannot_be_paired() -> None:
    with pytest.raises(ValueError, match="1 and 2"):
        paired_difference([True], [True, False])


def test_calibration_solved_by_hand() -> None:
    """Two readings at 0.95 of which one is right, two at 0.25 of which none is: gaps of 0.45 and 0.25."""
    confidences, right = [0.95, 0.95, 0.25, 0.25], [True, False, False, False]
    result = calibration(confidences, right)
    assert result.error == pytest.approx((0.45 + 0.25) / 2)
    assert [(row.low, row.right.hits, row.right.total) for row in result.rows] == [(0.2, 0, 2), (0.9, 1, 2)]
    assert confidences == [0.95, 0.95, 0.25, 0.25], "input unchanged"


def test_calibration_at_the_edges() -> None:
    assert math.isnan(calibration([], []).error)
    assert calibration([], []).as_dict() == {"error": None, "rows": []}
    result = calibration([1.0, 0.0], [True, False])
    assert result.error == 0
    assert [row.high for row in result.rows] == [0.1, 1.0], "a confidence of 1 belongs to the last bin"
