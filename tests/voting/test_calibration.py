from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streamer.config import VotingConfig
from streamer.errors import ModelError
from streamer.geometry import quad_of_box
from streamer.places import models_dir
from streamer.voting.ballot import Ballot
from streamer.voting.calibration import (
    Calibration,
    Terms,
    fit_calibration,
    identity,
    load_calibration,
    save_calibration,
)
from streamer.voting.evidence import Grounds
from streamer.voting.formats import Formats
from streamer.voting.outcome import decide
from streamer.voting.prior import FormatPrior
from tests.factories import make_plate_read


def log_odds(posterior: float) -> float:
    """Return the log-odds of a posterior, finite at 0 and 1."""
    clipped = min(max(posterior, 1e-12), 1 - 1e-12)
    return math.log(clipped / (1 - clipped))


@settings(deadline=None)
@given(st.floats(0, 1))
def test_without_a_fit_the_posterior_is_believed(posterior):
    assert identity().confidence(log_odds(posterior)) == pytest.approx(posterior, abs=0.003)


def test_an_overconfident_vote_is_taken_down():
    """Of 1,000 readings at 0.99 only 800 are right, of 1,000 at 0.6 only 300: that is what they say afterwards."""
    posteriors = [0.99] * 1000 + [0.6] * 1000
    right = [n < 800 for n in range(1000)] + [n < 300 for n in range(1000)]
    curve = fit_calibration([log_odds(p) for p in posteriors], right, knots=2)
    assert curve.confidence(log_odds(0.99)) == pytest.approx(0.8, abs=0.01)
    assert curve.confidence(log_odds(0.6)) == pytest.approx(0.3, abs=0.01)


def test_expected_calibration_error_on_another_set():
    rng = np.random.default_rng(4)
    truth = rng.uniform(0, 1, 8000)
    posteriors = truth**0.3
    right = rng.uniform(0, 1, 8000) < truth
    curve = fit_calibration([log_odds(p) for p in posteriors[:4000]], right[:4000].tolist())
    said = np.array([curve.confidence(log_odds(p)) for p in posteriors[4000:]])
    bins = np.digitize(said, np.linspace(0, 1, 11))
    error = sum(
        abs(said[bins == b].mean() - right[4000:][bins == b].mean()) * (bins == b).mean() for b in np.unique(bins)
    )
    assert error < 0.03


@settings(deadline=None)
@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), max_size=60))
def test_every_curve_rises_and_stays_within_0_and_1(readings):
    curve = fit_calibration([log_odds(p) for p, _ in readings], [r for _, r in readings])
    said = [curve.confidence(log_odds(p)) for p in np.linspace(0, 1, 50)]
    assert all(0 <= value <= 1 for value in said)
    assert all(b >= a - 1e-12 for a, b in itertools.pairwise(said))


def test_a_saved_curve_comes_back(tmp_path):
    path = tmp_path / "calibration.yaml"
    curve = fit_calibration([log_odds(0.2)] * 50 + [log_odds(0.9)] * 50, [False] * 40 + [True] * 60)
    save_calibration(curve, path, "made up")
    assert load_calibration(path).confidence(log_odds(0.9)) == pytest.approx(curve.confidence(log_odds(0.9)), abs=1e-3)


@pytest.mark.parametrize(
    "text",
    [
        "", "[", "fitted_on: x\nlogits: [0]\nconfidences: [0.5]",
        "fitted_on: x\nlogits: [0, 1]\nconfidences: [0.9, 0.5]",
        "fitted_on: x\nlogits: [1, 0]\nconfidences: [0.1, 0.5]",
        "fitted_on: x\nlogits: [0, 1, 2]\nconfidences: [0.1, 0.5]",
        "fitted_on: x\nlogits: [0, .inf]\nconfidences: [0.1, 0.5]",
        "fitted_on: x\nlogits: [0, 1]\nconfidences: [0.1, 1.5]",
        "fitted_on: x\nlogits: [0, 1]\nconfidences: [0.1, .nan]",
    ],
)  # fmt: skip
def test_a_broken_file_is_one_clear_line(tmp_path, text):
    path = tmp_path / "calibration.yaml"
    path.write_text(text, "utf-8")
    with pytest.raises(ModelError, match=r"^calibration\.yaml: no usable calibration") as caught:
        load_calibration(path)
    assert "\n" not in str(caught.value)


def test_a_missing_file(tmp_path):
    with pytest.raises(ModelError, match=r"gone\.yaml"):
        load_calibration(tmp_path / "gone.yaml")


def test_many_reads_that_agree_prove_less_than_their_number():
    """What nine reads share is counted nine times over: a third of the logit is left, less half of ln 9."""
    curve = Calibration((-10, 10), (0.0, 1.0), Terms(sharing=0.5))
    odds_of_27 = 27 / 28  # a third of ln 27 is ln 3, and so is half of ln 9
    assert curve.confidence(log_odds(odds_of_27), Grounds(9)) == pytest.approx(curve.confidence(log_odds(0.5)))
    assert curve.confidence(log_odds(0.75), Grounds(0.2)) == curve.confidence(log_odds(0.75)), (
        "less than one read is not more than one"
    )


@settings(deadline=None)
@given(st.floats(0, 1), st.floats(0, 30), st.floats(0, 1), st.integers(1, 12), st.floats(1, 3))
def test_without_a_fit_the_posterior_alone_counts(posterior, reads, certainty, characters, blockiness):
    grounds = Grounds(reads, certainty, characters, blockiness)
    assert identity().confidence(log_odds(posterior), grounds) == identity().confidence(log_odds(posterior))


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        (Grounds(certainty=0.95), Grounds(certainty=0.7)),  # one clear look beside doubtful ones, and none
        (Grounds(characters=7), Grounds(characters=3)),
        (Grounds(blockiness=1.0), Grounds(blockiness=1.3)),
    ],
)
def test_what_the_posterior_does_not_know_counts_besides(better, worse):
    curve = load_calibration(models_dir() / "calibration.yaml")
    posterior = log_odds(0.999)
    assert curve.confidence(posterior, better) > curve.confidence(posterior, worse) + 0.01


def test_frames_without_blocks_are_no_better_than_others():
    """Noise makes the steps on the grid smaller than those beside it half the time."""
    curve = load_calibration(models_dir() / "calibration.yaml")
    assert curve.confidence(2.0, Grounds(blockiness=0.9)) == curve.confidence(2.0, Grounds(blockiness=1.0))


def test_no_read_is_so_sure_or_so_doubtful_that_it_decides_alone():
    curve = load_calibration(models_dir() / "calibration.yaml")
    assert curve.confidence(2.0, Grounds(certainty=1.0)) == curve.confidence(2.0, Grounds(certainty=0.995))
    assert curve.confidence(2.0, Grounds(certainty=0.0)) == curve.confidence(2.0, Grounds(certainty=0.005))


def test_what_each_ground_weighs_is_kept_with_the_curve(tmp_path):
    curve = fit_calibration([log_odds(0.2)] * 50 + [log_odds(0.9)] * 50, [False] * 40 + [True] * 60)
    save_calibration(curve, tmp_path / "calibration.yaml", "made up")
    assert load_calibration(tmp_path / "calibration.yaml").terms == curve.terms
    broken = "fitted_on: x\nlogits: [0, 1]\nconfidences: [0, 1]\nterms: {sharing: 2}\n"
    (tmp_path / "calibration.yaml").write_text(broken)
    with pytest.raises(ModelError, match="sharing"):
        load_calibration(tmp_path / "calibration.yaml")


@pytest.mark.parametrize("sure", [0.9, 0.999])
def test_reads_that_agree_never_lower_the_confidence(sure):
    """The posterior's logit was cut off where a float can't tell it from 1, then divided by the number of reads."""
    formats = Formats(())
    ballot = Ballot(VotingConfig(), FormatPrior(VotingConfig(), formats))
    calibration = load_calibration(models_dir() / "calibration.yaml")
    before = 0.0
    for number in range(24):
        quad = quad_of_box(10 + 100 * number, 10, 100, 25)
        ballot.add(make_plate_read("RK300AS", sure), 0.5 * number, quad)
        outcome = decide(ballot.shares, calibration, formats, 0.9, ballot.grounds)
        assert outcome is not None
        assert outcome.confidence >= before - 1e-9
        before = outcome.confidence
