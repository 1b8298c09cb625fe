from __future__ import annotations

import numpy as np
import pytest

from streamer.voting.alike import best_of_alike, drawing_of, log_shares_of_alike, mass_of_twins

TEXTS = ["AB10", "ABI0", "ABIO", "AB70", ""]


def test_o_looks_like_0_and_i_like_1_and_nothing_else_looks_alike():
    a, b, c, other, nothing = drawing_of(TEXTS)
    assert a == b == c
    assert len({a, other, nothing}) == 3


def test_a_read_speaks_for_all_that_looks_like_what_it_says():
    likelihoods = np.array([[1.0, 0.2, 0.1, 0.3, 0.0], [0.1, 0.1, 0.9, 1.0, 0.5]])
    before = likelihoods.copy()
    assert best_of_alike(drawing_of(TEXTS), likelihoods).tolist() == [[1, 1, 1, 0.3, 0], [0.9, 0.9, 0.9, 1, 0.5]]
    assert np.array_equal(likelihoods, before)


def test_what_looks_alike_shares_one():
    shares = np.exp(log_shares_of_alike(drawing_of(TEXTS), np.log([6.0, 2.0, 2.0, 5.0, 1e-30])))
    assert shares == pytest.approx([0.6, 0.2, 0.2, 1, 1])


def test_no_log_odds_are_too_far_apart():
    shares = log_shares_of_alike(drawing_of(TEXTS), np.array([-9000.0, 0.0, -1e6, 4000.0, -1e9]))
    assert np.isfinite(shares).all()
    assert shares[[1, 3, 4]] == pytest.approx(0)


def test_twins_differ_in_o_and_0_alone():
    assert mass_of_twins(TEXTS, np.array([0.5, 0.2, 0.1, 0.1, 0.1])) == pytest.approx([0, 0.1, 0.2, 0, 0])
