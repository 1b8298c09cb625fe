"""Boxes found against boxes labelled."""

from __future__ import annotations

import math

from streamer.evaluation.matching import match_boxes, overlaps, same_place

A, B = (0.0, 0.0, 10.0, 10.0), (100.0, 0.0, 10.0, 10.0)


def test_empty_on_either_side() -> None:
    assert match_boxes([], []) == {}
    assert match_boxes([A], []) == {}
    assert match_boxes([], [A]) == {}
    assert overlaps([A], []).shape == (1, 0)


def test_each_finds_its_own_whatever_the_order() -> None:
    assert match_boxes([A, B], [B, A]) == {0: 1, 1: 0}


def test_one_detection_counts_for_one_plate_only() -> None:
    assert match_boxes([A, A], [A]) in ({0: 0}, {1: 0})


def test_two_pairs_are_better_than_one_with_more_overlap() -> None:
    """Found 0 fits truth 0 best, but only it can serve truth 1."""
    truth = [(0.0, 0.0, 10.0, 10.0), (3.0, 0.0, 10.0, 10.0)]
    found = [(1.0, 0.0, 10.0, 10.0), (-1.0, 0.0, 10.0, 10.0)]
    assert match_boxes(truth, found, 0.5) == {0: 1, 1: 0}


def test_too_little_overlap_is_none() -> None:
    assert match_boxes([A], [(6.0, 0.0, 10.0, 10.0)]) == {}


def test_a_box_that_is_no_number_overlaps_nothing() -> None:
    assert match_boxes([A], [(math.nan, 0.0, 10.0, 10.0)]) == {}


def test_a_loose_label_is_the_same_place() -> None:
    assert same_place((0, 0, 40, 30), (10, 10, 20, 8))
    assert not same_place((0, 0, 40, 30), (39, 29, 20, 8))
    assert not same_place(A, B)
