from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamer.config import VotingConfig
from streamer.geometry import quad_of_box
from streamer.places import models_dir
from streamer.voting.ballot import Ballot, Share
from streamer.voting.calibration import Calibration, Terms, identity, load_calibration
from streamer.voting.evidence import Grounds
from streamer.voting.outcome import Outcome, decide
from streamer.voting.prior import FormatPrior
from tests.driving import ALL_FORMATS
from tests.factories import make_plate_read


def share(text: str, probability: float, longer: float = 0.0) -> Share:
    """Return a share of a text that nothing looks like."""
    return Share(text, probability, 1 - probability, longer)


SHARES = (share("RK300AS", 0.9), share("RK800AS", 0.06), share("RK30AS", 0.02))


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
    assert outcome.confidence == 0.5
    first, second, third = outcome.candidates
    assert first.confidence == 0.5 > second.confidence > third.confidence
    assert second.confidence / third.confidence == pytest.approx(3)


def test_at_most_ten_candidates_the_reading_among_them():
    shares = tuple(share(f"AB{n:03d}CD", 0.05) for n in range(20))
    outcome = decide(shares, identity(), ALL_FORMATS, 0.9)
    assert outcome is not None
    assert len(outcome.candidates) == 10
    assert outcome.candidates[0].plate == outcome.plate == "AB000CD"


@given(st.lists(st.floats(1e-6, 1), min_size=1, max_size=12), st.floats(0, 1), st.floats(0, 1))
def test_candidates_never_add_up_to_more_than_one_and_are_in_order(weights, low, high):
    total = sum(weights) * 1.01
    shares = tuple(share(f"A{n}", w / total) for n, w in enumerate(sorted(weights, reverse=True)))
    curve = Calibration((-14, 14), (min(low, high), max(low, high)))
    outcome = decide(shares, curve, ALL_FORMATS, 0.9)
    assert outcome is not None
    values = [c.confidence for c in outcome.candidates]
    assert sum(values) <= 1 + 1e-9
    assert values == sorted(values, reverse=True)


def test_a_part_is_known_though_it_is_not_the_plate():
    outcome = decide((share("UD538", 0.2, longer=0.75),), identity(), ALL_FORMATS, 0.9)
    assert outcome is not None
    assert outcome.confidence == pytest.approx(0.2, abs=0.01)
    assert outcome.seen == pytest.approx(0.95, abs=0.01)
    whole = decide((share("UD538", 0.99, longer=0.5),), identity(), ALL_FORMATS, 0.9)
    assert whole is not None
    assert whole.seen == 1


def test_what_formats_decide_is_left_as_it_is():
    """I or 1 is a matter of the typeface alone: however many reads there are, six to one stay six to one."""
    looks_alike = (Share("RK311AS", 6 / 7 - 1e-9, 1e-9), Share("RK31IAS", 1 / 7, 1e-9))
    curve = Calibration((-20, 0, 20), (0.1, 0.6, 0.98), Terms(sharing=0.5))
    for reads in (1.0, 4.0, 24.0):
        outcome = decide(looks_alike, curve, ALL_FORMATS, 0.9, Grounds(reads))
        assert outcome is not None
        assert outcome.confidence == pytest.approx(curve.confidence(looks_alike[0].log_odds, Grounds(reads)) * 6 / 7)


def test_o_and_0_count_as_one():
    """So they do wherever readings are counted; which of them it is stands among the candidates."""
    alike = (Share("RK300AS", 0.6, 0.02, twins=0.38), Share("RK30OAS", 0.38, 0.02, twins=0.6))
    outcome = decide(alike, identity(), ALL_FORMATS, 0.9)
    assert outcome is not None
    assert outcome.confidence == pytest.approx(0.98, abs=0.003)
    assert [candidate.plate for candidate in outcome.candidates] == ["RK300AS", "RK30OAS"]
    assert sum(candidate.confidence for candidate in outcome.candidates) <= 1


def test_a_doubt_too_small_for_a_float_beside_one_still_counts():
    assert share("A1", 1.0).log_odds > 600
    assert Share("A1", 1.0, 1e-40).log_odds == pytest.approx(92.1, abs=0.1)
    assert Share("A1", 0.0, 1.0).log_odds < -30


@pytest.mark.parametrize(("text", "expected"), [("AB12CDE", True), ("5PM", False), ("XYZZY9", False)])
def test_an_outcome_is_expected_where_a_narrow_format_of_a_named_region_fits(text, expected):
    gb = ALL_FORMATS.select(["gb"])
    named, unnamed = (decide((share(text, 0.9),), identity(), formats, 0.9) for formats in (gb, ALL_FORMATS))
    assert named is not None
    assert unnamed is not None
    assert named.format_ok is (text != "XYZZY9")
    assert named.expected is expected
    assert not unnamed.expected


def told(texts: tuple[str, ...]) -> Outcome:
    """Return what ten reads come to that say each of the texts by turns, with the shipped calibration."""
    config = VotingConfig()
    ballot = Ballot(config, FormatPrior(config, ALL_FORMATS))
    for number in range(10):
        text = texts[number % len(texts)]
        ballot.add(make_plate_read(text, 0.95), float(number), quad_of_box(50.0 * number, 100, 104, 24))
    calibration = load_calibration(models_dir() / "calibration.yaml")
    outcome = decide(ballot.shares, calibration, ALL_FORMATS, 0.9, ballot.grounds)
    assert outcome is not None
    return outcome


def test_reads_that_dispute_whether_a_stroke_is_i_or_1_are_sure_of_a_plate_all_the_same():
    """A traffic camera's APH188 was read APHI88 in every second frame, and so was not reported at all."""
    clear, disputed, contradicted = told(("APH188",)), told(("APH188", "APHI88")), told(("APH188", "APHX88"))
    assert clear.confidence > 0.9
    assert {c.plate for c in disputed.candidates[:2]} == {"APH188", "APHI88"}
    assert sum(c.confidence for c in disputed.candidates[:2]) > 0.9
    assert 0.45 < disputed.confidence < 0.75
    assert contradicted.confidence < 0.45, "that may be any text, or none"


def test_each_character_that_is_not_in_dispute_stays_sure():
    characters = told(("APH188", "APHI88")).characters
    assert min(c.confidence for place, c in enumerate(characters) if place != 3) > 0.9
    assert characters[3].confidence < 0.75
