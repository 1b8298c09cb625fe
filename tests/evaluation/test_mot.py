"""Tracks against vehicles: solved by hand, and against py-motmetrics."""

from __future__ import annotations

import math
import warnings

import numpy as np
import pytest

from streamer.evaluation.matching import Box, overlaps
from streamer.evaluation.mot import NO_BOXES, mot_scores

LEFT, RIGHT = (0.0, 0.0, 10.0, 10.0), (100.0, 0.0, 10.0, 10.0)


def test_nothing_at_all() -> None:
    scores = mot_scores([], [])
    assert scores == NO_BOXES
    assert math.isnan(scores.idf1)
    assert scores.as_dict()["idf1"] is None


def test_a_track_that_never_leaves_its_vehicle() -> None:
    truth = [{7: LEFT}] * 4
    scores = mot_scores(truth, [{1: LEFT}] * 4)
    assert (scores.idf1, scores.switches, scores.fragmentations) == (1.0, 0, 0)
    assert truth == [{7: LEFT}] * 4, "input unchanged"


def test_two_vehicles_whose_tracks_change_places() -> None:
    """Crossing: each goes on under the other's track, so half of all boxes are right."""
    truth = [{0: LEFT, 1: RIGHT}] * 4
    tracks = [{1: LEFT, 2: RIGHT}] * 2 + [{2: LEFT, 1: RIGHT}] * 2
    scores = mot_scores(truth, tracks)
    assert (scores.idf1, scores.switches, scores.fragmentations) == (0.5, 2, 0)


def test_lost_for_a_frame_and_found_under_the_same_track_is_no_switch() -> None:
    scores = mot_scores([{0: LEFT}] * 3, [{1: LEFT}, {}, {1: LEFT}])
    assert (scores.switches, scores.fragmentations) == (0, 1)
    assert scores.idf1 == pytest.approx(2 * 2 / (3 + 2))


def test_lost_and_found_under_a_new_track_is_both() -> None:
    scores = mot_scores([{0: LEFT}] * 3, [{1: LEFT}, {}, {2: LEFT}])
    assert (scores.switches, scores.fragmentations) == (1, 1)


def test_a_pair_is_kept_while_it_overlaps_though_another_track_fits_better() -> None:
    near = (2.0, 0.0, 10.0, 10.0)
    assert mot_scores([{0: LEFT}] * 2, [{1: LEFT}, {1: near, 2: LEFT}]).switches == 0


def test_different_numbers_of_frames_are_a_fault() -> None:
    with pytest.raises(ValueError, match="shorter"):
        mot_scores([{}], [])


def _wander(rng: np.random.Generator, frames: int) -> tuple[list[dict[int, Box]], list[dict[int, Box]]]:
    """Vehicles that drift, and tracks that follow them, stop, come back under new ids, and see things."""
    places = {i: rng.uniform(0, 300, 2) for i in range(4)}
    ids = {i: i + 10 for i in places}
    truth, tracks = [], []
    for _ in range(frames):
        for i in places:
            places[i] = places[i] + rng.normal(0, 4, 2)
            if rng.random() < 0.1:
                ids[i] = int(rng.integers(10, 30))
        boxes = {i: (float(p[0]), float(p[1]), 30.0, 12.0) for i, p in places.items() if rng.random() < 0.95}
        found = {
            ids[i]: (b[0] + float(rng.normal(0, 2)), b[1], b[2], b[3]) for i, b in boxes.items() if rng.random() < 0.85
        }
        if rng.random() < 0.2:
            found[99] = (float(rng.uniform(0, 300)), 200.0, 30.0, 12.0)
        truth.append(boxes)
        tracks.append(found)
    return truth, tracks


@pytest.mark.parametrize("seed", range(8))
def test_agrees_with_py_motmetrics(seed: int) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        motmetrics = pytest.importorskip("motmetrics", reason="py-motmetrics is the referee: pip install motmetrics")
        truth, tracks = _wander(np.random.default_rng(seed), 60)
        referee = motmetrics.MOTAccumulator(auto_id=True)
        for boxes, found in zip(truth, tracks, strict=True):
            shared = overlaps(list(boxes.values()), list(found.values()))
            gap = np.where(shared >= 0.5, 1 - shared, np.nan)
            referee.update(list(boxes), list(found), gap)
        names = ["idf1", "num_switches", "num_fragmentations"]
        expected = motmetrics.metrics.create().compute(referee, metrics=names).iloc[0]
    scores = mot_scores(truth, tracks)
    assert scores.idf1 == pytest.approx(expected["idf1"])
    assert scores.switches == expected["num_switches"]
    assert scores.fragmentations == expected["num_fragmentations"]
