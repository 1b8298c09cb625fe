"""Votes that can be solved on paper."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise, permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streamer.config import VotingConfig
from streamer.datatypes import ALPHABET, BLANK, PlateRead
from streamer.geometry import quad_of_box
from streamer.voting.ballot import Ballot, Share
from streamer.voting.cut_off import UNCUT, CutOff
from streamer.voting.formats import load_formats
from streamer.voting.prior import FormatPrior
from tests.conftest import PROJECT
from tests.factories import make_plate_read, make_quality

ALL = load_formats(PROJECT / "config" / "formats")
BAD = make_quality(plate_height_px=9, sharpness=0.1, exposure=0.3, obliqueness=0.4, score=0.4)


def at(x: float, y: float, width: float = 104.0) -> np.ndarray:
    """Return the quad of a plate 24 px high."""
    return quad_of_box(x - width / 2, y - 12, width, 24)


def vote(reads: list[PlateRead], regions: tuple[str, ...] = (), apart_s: float = 1.0, **config) -> tuple[Share, ...]:
    """Put reads to the vote, each at another time and place, and return the shares."""
    settings_ = VotingConfig(**config)
    ballot = Ballot(settings_, FormatPrior(settings_, ALL.select(regions) if regions else ALL))
    for number, read in enumerate(reads):
        ballot.add(read, number * apart_s, at(50.0 * number, 100.0))
    return ballot.shares


def share_of(text: str, shares: tuple[Share, ...]) -> float:
    return next((share.probability for share in shares if share.text == text), 0.0)


def test_no_read_no_answer():
    assert vote([]) == ()


def test_a_single_sure_read():
    (best, *_) = vote([make_plate_read("RK300AS", 0.999)])
    assert best.text == "RK300AS"
    assert 0.9 < best.probability < 0.97, "one read is never proof: some reads are wrong altogether"


def test_a_second_read_of_the_same_makes_sure():
    assert vote([make_plate_read("RK300AS")] * 2)[0].probability > 0.97


def test_one_liar_among_many():
    reads = [make_plate_read("RK300AS")] * 4 + [make_plate_read("BB111BB", 0.999)]
    for order in ([0, 1, 2, 3, 4], [4, 0, 1, 2, 3], [0, 1, 4, 2, 3]):
        shares = vote([reads[i] for i in order])
        assert shares[0].text == "RK300AS"
        assert shares[0].probability > 0.95


@pytest.mark.parametrize("count", [1, 2, 3])
def test_a_few_bad_reads_never_outvote_a_good_one(count):
    reads = [make_plate_read("RK300AS")] + [make_plate_read("RK800AS", 0.95, quality=BAD)] * count
    assert vote(reads)[0].text == "RK300AS"


def test_all_wrong_but_each_differently():
    """No read has the text, every read has six of its seven characters: the distributions know what no string says."""
    wrong = [("PK300AS", 0, "R"), ("RX300AS", 1, "K"), ("RK800AS", 2, "3"), ("RK30OAS", 4, "0"), ("RK300A5", 6, "S")]
    reads = []
    for text, place, true in wrong:
        read = make_plate_read(text, 0.97)
        columns = read.probabilities.copy()
        columns[2 * place + 1] = 0
        columns[2 * place + 1, [_index(text[place]), _index(true)]] = 0.6, 0.4
        reads.append(PlateRead(columns, text, read.char_scores, read.quality))
    assert vote(reads)[0].text == "RK300AS"


def test_sure_reads_that_are_mostly_wrong_each_in_another_character_still_leave_the_vehicle():
    """Three of ten are right; the other seven, as sure of themselves, have one wrong character each.

    The vote once took this for a text that is on nobody's list, and the vehicle was lost.
    """
    wrong = ["PK300AS", "RX300AS", "RK600AS", "RK3C0AS", "RK30UAS", "RK300HS", "RK300AE"]
    shares = vote([make_plate_read(text, 0.95) for text in ["RK300AS"] * 3 + wrong])
    assert shares[0].text == "RK300AS"
    assert shares[0].probability > 0.9


def test_smeared_frames_never_outvote_the_one_that_is_clear():
    """Plate images that all look sharp and tall; six reads doubt every character, and agree in some by chance."""
    texts = ("PX3O0A5", "BK80QAS", "RX8OOA5", "PK3O045", "RH80045", "PKB00A5")
    smeared = [make_plate_read(text, 0.6) for text in texts]
    shares = vote([*smeared, make_plate_read("RK300AS", 0.98)])
    assert shares[0].text == "RK300AS"


def test_lengths_that_differ_need_no_alignment():
    """One read lost its first character, one saw a bolt as I: neither shifts the others."""
    reads = [make_plate_read(text, 0.9) for text in ("RK300AS", "K300AS", "RK300AS", "RKI300AS")]
    assert vote(reads)[0].text == "RK300AS"


def test_a_tie_is_not_sure_of_anything():
    shares = vote([make_plate_read("RK300AS"), make_plate_read("BB111BB")], apart_s=60)
    assert shares[0].probability < 0.6
    assert share_of("RK300AS", shares) == pytest.approx(share_of("BB111BB", shares), rel=0.15)


def test_a_thing_that_never_reads_the_same_way_twice_is_sure_of_nothing():
    texts = ["A1", "C00D", "00", "0CD", "COO", "D0", "A00D", "1C"]
    assert vote([make_plate_read(text, 0.5) for text in texts])[0].probability < 0.5


def test_neighbouring_frames_are_not_independent():
    wrong, right = make_plate_read("RK800AS", 0.8), make_plate_read("RK300AS", 0.9)
    settings_ = VotingConfig()
    ballot = Ballot(settings_, FormatPrior(settings_, ALL))
    for frame in range(4):
        ballot.add(wrong, frame / 60, at(float(frame), 100.0))
    ballot.add(right, 3.0, at(400.0, 100.0))
    ballot.add(right, 6.0, at(700.0, 100.0))
    assert ballot.shares[0].text == "RK300AS"


def test_a_parked_car_read_a_hundred_times_is_not_a_hundred_proofs():
    settings_ = VotingConfig()
    ballot = Ballot(settings_, FormatPrior(settings_, ALL))
    for second in range(100):
        ballot.add(make_plate_read("RK800AS", 0.6, {2: "3"}), float(second), at(100.0, 100.0))
    assert ballot.shares[0].probability < 0.995
    assert len(ballot) <= settings_.max_reads


def test_a_blank_read_is_no_plate():
    shares = vote([make_plate_read("")] * 3)
    assert not shares or shares[0].probability < 0.1


def test_a_read_that_is_no_number_is_ignored():
    broken = PlateRead(np.full((5, 37), np.nan, np.float32), "AB", (0.5, 0.5), make_quality())
    empty = PlateRead(np.zeros((0, 37), np.float32), "", (), make_quality())
    assert vote([broken, empty]) == ()
    assert vote([broken, make_plate_read("RK300AS"), empty])[0].text == "RK300AS"


def test_a_format_that_was_asked_for_tells_o_from_0():
    """A font that draws O and 0 alike is read the same in every frame: no number of frames is a proof."""
    reads = [make_plate_read("RK3O0AS", 0.98, {3: "0"})] * 8
    assert vote(reads)[0].text == "RK3O0AS"
    assert vote(reads, ("sk",))[0].text == "RK300AS"
    assert vote(reads, ("sk",), formats="off")[0].text == "RK3O0AS"


@pytest.mark.parametrize(
    ("read", "place", "other", "region", "right"),
    [
        ("RK3OOAS", 3, "0", "sk", "RK300AS"), ("RK30IAS", 4, "1", "sk", "RK301AS"),
        ("7A8C123", 2, "B", "us-ca", "7ABC123"), ("AB1ZCDE", 3, "2", "gb", "AB12CDE"),
    ],
)  # fmt: skip
def test_look_alikes_are_resolved_by_position(read, place, other, region, right):
    assert vote([make_plate_read(read, 0.6, {place: other})] * 2, (region,))[0].text == right


def test_strong_evidence_against_every_format_is_reported_as_read():
    (best, *_) = vote([make_plate_read("XYZZY9", 0.999)] * 4, ("sk",))
    assert best.text == "XYZZY9"
    assert best.probability > 0.9


def test_strict_reports_nothing_else():
    assert vote([make_plate_read("XYZZY9", 0.999)] * 4, ("sk",), formats="strict") == ()
    assert vote([make_plate_read("RK3O0AS", 0.9)] * 4, ("sk",), formats="strict")[0].text == "RK300AS"


def test_a_text_in_doubt_is_the_one_that_fits():
    doubtful = make_plate_read("RKB00AS", 0.55, {2: "8"})
    assert vote([doubtful], ("sk",))[0].text == "RK800AS"


def at_the_edge(reads: list[tuple[PlateRead, CutOff]], regions: tuple[str, ...] = ()) -> tuple[Share, ...]:
    """Put reads to the vote that the frame's edge may cut off, a second apart and far from each other."""
    settings_ = VotingConfig()
    ballot = Ballot(settings_, FormatPrior(settings_, ALL.select(regions) if regions else ALL))
    for number, (read, cut) in enumerate(reads):
        ballot.add(read, float(number), at(300.0 * number, 100.0), cut=cut)
    return ballot.shares


ENDS_THERE = CutOff(end=0.8)


def test_what_is_seen_at_the_frames_edge_alone_is_no_whole_plate():
    """0.97 * 0.2 + 0.001 = 0.195 for the text, 0.97 * 0.8 = 0.776 for a longer one, 0.03 for any other: 0.195."""
    (best, *_) = at_the_edge([(make_plate_read("UD538", 0.9999), ENDS_THERE)])
    assert best.text == "UD538"
    assert best.probability == pytest.approx(0.195, abs=0.02)
    assert best.longer == pytest.approx(0.776, abs=0.02), "that much of it is known, for whoever follows the vehicle"


def test_seen_at_the_edge_again_and_again_it_is_no_surer():
    reads = [(make_plate_read("UD538", 0.99), ENDS_THERE)] * 4
    assert at_the_edge(reads)[0].probability < 0.1


def test_the_whole_plate_wins_over_what_came_before_it_at_the_edge():
    reads = [(make_plate_read(text, 0.99), CutOff(beginning=0.8)) for text in ("538", "D5380")]
    reads += [(make_plate_read("UD5380", 0.95), UNCUT)]
    for order in (reads, reads[::-1]):
        (best, *_) = at_the_edge(order)
        assert best.text == "UD5380"
        assert best.probability > 0.8


def test_at_the_edge_a_plate_as_long_as_the_expected_ones_may_well_be_whole():
    read = make_plate_read("RK300AS", 0.9999)
    unknown, expected = (at_the_edge([(read, ENDS_THERE)], regions)[0] for regions in ((), ("sk",)))
    assert unknown.probability < 0.25
    assert expected.probability > 0.6


def test_half_of_every_character_is_not_much():
    """Cut along its length with 0.9: 0.1 for the text and 0.9 for any other, of which 0.03 each is enough to differ."""
    (best, *_) = at_the_edge([(make_plate_read("UD538", 0.9999), CutOff(across=0.9))])
    assert best.probability < 0.3
    (best, *_) = at_the_edge([(make_plate_read("UD538"), CutOff(across=0.9)), (make_plate_read("UD5380"), UNCUT)])
    assert best.text == "UD5380"


def test_what_comes_out_from_behind_a_post_is_not_sure_to_be_all():
    """`384`, then `RU384`, both beginning at one place: the vehicle stopped there, and an N was never seen.

    It was told as `RU384` with 0.96.
    """
    settings_ = VotingConfig()
    ballot = Ballot(settings_, FormatPrior(settings_, ALL))
    for number, (text, width) in enumerate((("384", 48.0), ("RU384", 80.0), ("RU384", 80.0), ("RU384", 80.0))):
        ballot.add(make_plate_read(text, 0.99), number * 1.0, at(475 + width / 2, 100.0, width))
    assert ballot.shares[0].text == "RU384"
    assert ballot.shares[0].probability < 0.4
    ballot.add(make_plate_read("NRU384", 0.99), 6.0, at(600.0, 100.0, 96.0))
    ballot.add(make_plate_read("NRU384", 0.99), 7.0, at(700.0, 100.0, 96.0))
    assert ballot.shares[0].text == "NRU384"
    assert ballot.shares[0].probability > 0.9


def test_reads_are_not_changed():
    read = make_plate_read("RK300AS")
    before = read.probabilities.copy()
    vote([read, read])
    assert np.array_equal(read.probabilities, before)


def _index(char: str) -> int:
    return "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ".index(char)


plates = st.text("ABKRS0138", min_size=3, max_size=8)
reads_ = st.builds(
    make_plate_read,
    plates,
    st.floats(0.3, 0.999),
    quality=st.builds(make_quality, plate_height_px=st.floats(5, 80), sharpness=st.floats(0, 1)),
)


@settings(max_examples=40, deadline=None)
@given(st.lists(reads_, min_size=1, max_size=6))
def test_probabilities_are_a_part_of_one(reads):
    shares = vote(reads)
    values = [share.probability for share in shares]
    assert all(0 <= value <= 1 for value in values)
    assert sum(values) <= 1 + 1e-9
    assert all(a >= b for a, b in pairwise(values))
    assert len({share.text for share in shares}) == len(shares)


@settings(max_examples=25, deadline=None)
@given(st.lists(reads_, min_size=2, max_size=3))
def test_the_order_of_arrival_does_not_matter(reads):
    settings_ = VotingConfig()
    answers = []
    for order in permutations(range(len(reads))):
        ballot = Ballot(settings_, FormatPrior(settings_, ALL))
        for number in order:
            ballot.add(reads[number], float(number), at(50.0 * number, 0.0))
        answers.append({share.text: share.probability for share in ballot.shares})
    for answer in answers[1:]:
        assert answer == pytest.approx(answers[0])


@settings(max_examples=40, deadline=None)
@given(st.lists(reads_, min_size=1, max_size=4), st.floats(0.9, 0.999))
def test_more_evidence_for_the_winner_never_lowers_it(reads, sure):
    before = vote(reads, apart_s=60)
    more = make_plate_read(before[0].text, sure) if before else make_plate_read("RK300AS", sure)
    after = vote([*reads, more], apart_s=60)
    if before:
        assert share_of(before[0].text, after) >= before[0].probability - 1e-6


def test_an_overlay_is_read_where_single_frames_say_nothing_twice():
    settings_ = VotingConfig()
    ballot = Ballot(settings_, FormatPrior(settings_, ALL))
    for number, text in enumerate(("RX3OOA5", "BK8S", "R300A", "KK3Q0A8")):
        ballot.add(make_plate_read(text, 0.6), float(number), at(50.0 * number, 0.0))
    ballot.add(make_plate_read("RK300AS", 0.99), 3.0, at(150.0, 0.0), overlay=True)
    assert ballot.shares[0].text == "RK300AS"
    assert ballot.shares[0].probability > 0.8


def test_evidence_is_the_number_of_good_reads_that_share_nothing():
    settings_ = VotingConfig()
    ballot = Ballot(settings_, FormatPrior(settings_, ALL))
    assert ballot.grounds.reads == 0
    for number in range(3):
        ballot.add(make_plate_read("RK300AS", 1.0), 10.0 * number, at(200.0 * number, 0.0))
    assert ballot.grounds.reads == pytest.approx(3, abs=0.15)
    ballot.add(make_plate_read("RK300AS", 1.0), 20.001, at(400.0, 0.0))
    assert ballot.grounds.reads == pytest.approx(3, abs=0.2), "the same moment again adds nothing"


def test_parts_of_a_plate_never_outvote_the_whole():
    """A vehicle that was read far away comes nearer and stops behind a post: the part is large and sharp."""
    ballot = Ballot(VotingConfig(), FormatPrior(VotingConfig(), ALL))
    far = make_quality(plate_height_px=13)
    for second in range(3):
        ballot.add(make_plate_read("RK300AS", 0.95, quality=far), float(second), at(200.0 * second, 0.0, width=108))
    for second in range(3, 9):
        ballot.add(make_plate_read("RK30", 0.999), float(second), at(200.0 * second, 100.0, width=60))
    assert ballot.shares[0].text == "RK300AS"
    assert ballot.shares[0].probability > 0.9


def ballot_of(reads: list[PlateRead], first: int = 0) -> Ballot:
    """Return a ballot with reads a second apart, the first of which is number `first` of its vehicle."""
    settings_ = VotingConfig()
    ballot = Ballot(settings_, FormatPrior(settings_, ALL))
    for number, read in enumerate(reads, first):
        ballot.add(read, float(number), at(50.0 * number, 100.0))
    return ballot


@pytest.mark.parametrize("split", [0, 1, 3, 5])
def test_a_ballot_joined_to_another_is_as_if_it_had_been_one(split):
    texts = ("RK300AS", "RK800AS", "K300AS", "RK300AS", "RK30OAS")
    reads = [make_plate_read(text, 0.9) for text in texts]
    older, younger = ballot_of(reads[:split]), ballot_of(reads[split:], split)
    before = younger.shares
    older.join(younger)
    at_once = ballot_of(reads)
    assert len(older) == len(at_once) == 5
    assert older.grounds.reads == pytest.approx(at_once.grounds.reads)
    expected = {share.text: share.probability for share in at_once.shares}
    assert {share.text: share.probability for share in older.shares} == pytest.approx(expected)
    assert (len(younger), younger.shares) == (5 - split, before), "what was joined is not changed"


def test_a_ballot_joined_to_a_full_one_stays_within_what_may_be_kept():
    older, younger = ballot_of([make_plate_read("RK300AS")] * 20), ballot_of([make_plate_read("RK300AS")] * 20, 20)
    older.join(younger)
    assert len(older) == VotingConfig().max_reads
    assert older.shares[0].text == "RK300AS"


def of_a_stroke(text: str, other: str, share: float) -> PlateRead:
    """Return a read that is sure of all but one stroke, which it takes for the one of `text` by `share`."""
    read = make_plate_read(text, 0.99)
    (place,) = (n for n, (a, b) in enumerate(zip(text, other, strict=True)) if a != b)
    columns = read.probabilities.copy()
    row = np.flatnonzero(columns.argmax(axis=1) != BLANK)[place]
    columns[row] = 0.001 / (len(ALPHABET) - 2)
    columns[row, ALPHABET.index(text[place])] = share * 0.999
    columns[row, ALPHABET.index(other[place])] = (1 - share) * 0.999
    return replace(read, probabilities=columns / columns.sum(axis=1, keepdims=True))


@pytest.mark.parametrize("count", [1, 4, 16])
def test_many_frames_do_not_prove_that_a_stroke_is_an_i(count):
    """A typeface draws I and 1 alike: each frame takes it for I by eight to two, and so do sixteen of them."""
    shares = vote([of_a_stroke("XWI7QK2", "XW17QK2", 0.8)] * count, formats="off")
    of_both = share_of("XWI7QK2", shares) + share_of("XW17QK2", shares)
    assert shares[0].text == "XWI7QK2"
    assert share_of("XWI7QK2", shares) / of_both == pytest.approx(0.8, abs=0.06)
    assert of_both > (0.9 if count > 1 else 0.8), "that there is a plate is proved by each frame anew"


def test_a_format_decides_where_reads_waver():
    """Six to four for a letter, in ten frames alike: no known plate has it there, many have the digit."""
    reads = [of_a_stroke("ABI2CDE", "AB12CDE", 0.6)] * 10
    assert vote(reads)[0].text == "AB12CDE"
    assert vote(reads, formats="off")[0].text == "ABI2CDE"
    assert vote([of_a_stroke("ABI2CDE", "AB12CDE", 0.98)] * 10)[0].text == "ABI2CDE", "clear reads are believed"


def test_of_two_formats_the_one_that_more_countries_have_decides_where_reads_waver():
    """A traffic camera's APH188 was told as APHI88: three letters and three digits are plates of thirty countries and
    states, four letters and two digits of four."""
    wavering = of_a_stroke("APHI88", "APH188", 0.52)
    assert vote([wavering] * 6)[0].text == "APH188"
    assert vote([wavering] * 6, formats="off")[0].text == "APHI88"
    assert vote([of_a_stroke("APHI88", "APH188", 0.97)] * 6)[0].text == "APHI88"


def test_characters_that_look_different_are_told_by_all_frames_together():
    shares = vote([of_a_stroke("XWK7QK2", "XWH7QK2", 0.8)] * 8, formats="off")
    assert share_of("XWK7QK2", shares) > 0.99 * (share_of("XWK7QK2", shares) + share_of("XWH7QK2", shares))
