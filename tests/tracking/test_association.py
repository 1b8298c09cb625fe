from __future__ import annotations

import numpy as np
import pytest

from streamer.tracking.association import assign, boxes_of, confusable, overlaps


def allow_all(costs: np.ndarray) -> np.ndarray:
    return np.ones(costs.shape, bool)


def test_the_greedy_choice_is_not_the_best():
    """Taking the cheapest pair first (1) leaves a pair that costs 100; together 2 + 3 cost less."""
    costs = np.array([[1.0, 2.0], [3.0, 100.0]])
    assert assign(costs, allow_all(costs)).matches == ((0, 1), (1, 0))


def test_a_forbidden_pair_is_not_made_even_when_nothing_else_is_left():
    result = assign(np.zeros((1, 1)), np.zeros((1, 1), bool))
    assert (result.matches, result.unmatched_rows, result.unmatched_columns) == ((), (0,), (0,))


def test_more_detections_than_tracks_leaves_the_dearest():
    costs = np.array([[5.0, 1.0, 3.0]])
    result = assign(costs, allow_all(costs))
    assert (result.matches, result.unmatched_columns) == (((0, 1),), (0, 2))


@pytest.mark.parametrize("shape", [(0, 0), (0, 2), (2, 0)])
def test_nothing_to_assign(shape):
    result = assign(np.zeros(shape), np.zeros(shape, bool))
    assert result.unmatched_rows == tuple(range(shape[0]))
    assert result.unmatched_columns == tuple(range(shape[1]))


def test_as_many_pairs_as_there_can_be():
    """One cheap pair alone would block the other row: two pairs win."""
    costs = np.array([[0.0, 9.0], [0.5, 1.0]])
    allowed = np.array([[True, True], [True, False]])
    assert assign(costs, allowed).matches == ((0, 1), (1, 0))


def test_overlap_of_a_box_with_itself_half_of_it_and_none():
    boxes = np.array([[0, 0, 10, 10.0]])
    others = np.array([[0, 0, 10, 10.0], [0, 0, 10, 5], [20, 20, 30, 30]])
    assert overlaps(boxes, others)[0] == pytest.approx([1, 0.5, 0])


def test_boxes_around_quads():
    quad = np.array([[[5, 0], [9, 3], [6, 7], [1, 4.0]]])
    assert boxes_of(quad)[0] == pytest.approx([1, 0, 9, 7])


def test_two_tracks_at_one_detection_are_confusable_and_a_lone_pair_is_not():
    costs = np.array([[1.0, 9.0], [1.2, 9.0], [9.0, 1.0]])
    allowed = np.array([[True, False], [True, False], [False, True]])
    assert confusable(costs, allowed, 0.5).tolist() == [[True, False], [True, False], [False, False]]


def test_a_pair_that_costs_much_more_is_no_rival():
    costs = np.array([[1.0], [3.0]])
    assert not confusable(costs, np.ones((2, 1), bool), 0.5).any()


def test_costs_are_not_changed():
    costs, allowed = np.array([[1.0, 2.0]]), np.array([[True, False]])
    assign(costs, allowed)
    confusable(costs, allowed, 0.5)
    assert costs.tolist() == [[1.0, 2.0]]
    assert allowed.tolist() == [[True, False]]
