from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamer.voting.ballot import Share
from streamer.voting.calibration import Calibration, identity
from streamer.voting.outcome import decide
from tests.driving import ALL_FORMATS

SHARES = (Share("RK300AS", 0.9), Share("RK800AS", 0.06), Share("RK30AS", 0.02))


def test_no_share_no_outcome():
    assert decide((), identity(), ALL_FORMATS, 0.9) is None


def test_a_character_is_as_sure_as_all_candidates_that_have_it():
    outcome = decide(SHARES, identity(), ALL_FORMATS, 0.9)
    assert outcome is not None
    assert [c.char for c in outcome.characters] == list("RK300AS")
    confidences = [c.confidence for c in outcome.characters]
    assert confidences[0] == pytest.approx(0.98, abs=0.003)
    assert confidences[2] == pytest.approx(0.92, abs=0.003)
    assert min(confidences) >= outcome.confidence


def test_calibration_moves_the_winner_and_the_others_share_the_rest():
    half = Calibration((-20, 20), (0.5, 0.5))
    outcome = decide(SHARES, half, ALL_FORMATS, 0.9)
    assert outcome is not None
    assert (outcome.confidence, outcome.posterior) == (0.5, 0.9)
    first, second, third = outcome.candidates
    assert first.confidence == 0.5 > second.confidence > third.confidence
    assert second.confidence / third.confidence == pytest.approx(3)


def test_at_most_ten_candidates_the_reading_among_them():
    shares = tuple(Share(f"AB{n:03d}CD", 0.05) for n in range(20))
    outcome = decide(shares, identity(), ALL_FORMATS, 0.9)
    assert outcome is not None
    assert len(outcome.candidates) == 10
    assert outcome.candidates[0].plate == outcome.plate == "AB000CD"


@given(st.lists(st.floats(1e-6, 1), min_size=1, max_size=12), st.floats(0, 1), st.floats(0, 1))
def test_candidates_never_add_up_to_more_than_one_and_are_in_order(weights, low, high):
    total = sum(weights) * 1.01
    shares = tuple(Share(f"A{n}", w / total) for n, w in enumerate(sorted(weights, reverse=True)))
    curve = Calibration((-14, 14), (min(low, high), max(low, high)))
    outcome = decide(shares, curve, ALL_FORMATS, 0.9)
    assert outcome is not None
    values = [c.confidence for c in outcome.candidates]
    assert sum(values) <= 1 + 1e-9
    assert values == sorted(values, reverse=True)


def test_a_part_is_known_though_it_is_not_the_plate():
    outcome = decide((Share("UD538", 0.2, longer=0.75),), identity(), ALL_FORMATS, 0.9)
    assert outcome is not None
    assert outcome.confidence == pytest.approx(0.2, abs=0.01)
    assert outcome.seen == pytest.approx(0.95, abs=0.01)
    whole = decide((Share("UD538", 0.99, longer=0.5),), identity(), ALL_FORMATS, 0.9)
    assert whole is not None
    assert whole.seen == 1
