"""What is kept of a vehicle, and for how long."""

from __future__ import annotations

from dataclasses import replace

import pytest

from streamer.config import VotingConfig
from streamer.geometry import quad_of_box
from streamer.voting.ballot import Ballot
from streamer.voting.calibration import identity
from streamer.voting.choice import other_looks_are_due
from streamer.voting.formats import Formats
from streamer.voting.outcome import Outcome, decide
from streamer.voting.prior import FormatPrior
from streamer.voting.sighting import Sighting
from tests.factories import make_frame, make_image, make_plate_read

WIDE = [make_frame(index, image=make_image(640, 360)) for index in range(3)]


def test_a_vehicle_that_gets_no_more_events_holds_no_pictures() -> None:
    """A parked one stays in view for hours after its last word."""
    config = VotingConfig()
    sighting = Sighting(1, Ballot(config, FormatPrior(config, Formats(()))), lambda ballot: None, make_frame())
    for index in range(3):
        sighting.take(make_plate_read("RK300AS"), quad_of_box(100, 100, 40, 10), WIDE[index])
    assert sighting.best is not None
    assert sighting.overlay.due
    sighting.close()
    assert sighting.best is None
    assert not sighting.overlay.due


def read_three_times(text: str) -> Sighting:
    """Return a vehicle that passes through three frames, of whose plate the same was read in each."""
    config, formats = VotingConfig(), Formats(())

    def outcome(ballot: Ballot) -> Outcome | None:
        return decide(ballot.shares, identity(), formats, 0.9, ballot.grounds)

    sighting = Sighting(1, Ballot(config, FormatPrior(config, formats)), outcome, make_frame())
    for index in range(3):
        sighting.take(make_plate_read(text), quad_of_box(10 + 60 * index, 10, 40, 10), WIDE[index])
    return sighting


def test_the_end_of_a_long_plate_is_no_other_vehicle() -> None:
    """A post stood before the rest of `5333768102`; two such reads in a row ended the vehicle and began another."""
    sighting = read_three_times("5333768102")
    assert not sighting.contradicted_by(make_plate_read("8102"))
    assert sighting.contradicted_by(make_plate_read("8103"))


def test_a_plate_that_comes_in_whole_is_no_other_vehicle_than_its_beginning_was() -> None:
    """`U22` at the frame's edge, then `BHA3U22`: two such reads in a row ended the vehicle and began another."""
    sighting = read_three_times("U22")
    assert not sighting.contradicted_by(make_plate_read("BHA3U22"))
    assert sighting.contradicted_by(make_plate_read("BHA3U23"))


def test_what_the_frames_edge_cuts_off_is_not_laid_over_whole_images() -> None:
    config = VotingConfig()
    sighting = Sighting(1, Ballot(config, FormatPrior(config, Formats(()))), lambda ballot: None, make_frame())
    for index in range(3):
        sighting.take(make_plate_read("RK300AS"), quad_of_box(-15, 10, 40, 10), WIDE[index])
    assert not sighting.overlay.due
    assert sighting.most_whole < 0.5


def test_a_younger_track_of_the_same_vehicle_gives_the_older_one_all_that_it_knows() -> None:
    older, younger = read_three_times("RK300AS"), read_three_times("RK300AS")
    older.frames_seen, younger.frames_seen = 5, 4
    near = make_plate_read("RK300AS", 0.999)
    younger.take(near, quad_of_box(190, 10, 80, 20), WIDE[2])
    younger.tallest_px, confidence = 20.0, older.outcome.confidence
    older.join(younger)
    assert (older.frames_seen, older.frames_read, older.tallest_px) == (9, 7, 20.0)
    assert older.texts == {"RK300AS": 7}
    assert len(older.ballot) == 7
    assert older.outcome.confidence > confidence
    assert older.best is not None
    assert older.best.read is near
    assert (len(younger.ballot), younger.frames_read) == (4, 4)


def test_a_vehicle_whose_last_word_is_said_takes_nothing_over() -> None:
    older, younger = read_three_times("RK300AS"), read_three_times("RK300AS")
    older.close()
    older.join(younger)
    assert (older.frames_read, len(older.ballot), older.best) == (3, 3, None)


def test_two_reads_in_a_row_that_agree_are_another_vehicle_and_two_that_do_not_are_none() -> None:
    quad = quad_of_box(10, 10, 40, 10)
    swapped, spoiled = read_three_times("RK300AS"), read_three_times("RK300AS")
    assert [swapped.doubt(make_plate_read(text), quad, WIDE[0]) for text in ("BA777ZZ", "BA777Z2")] == [False, True]
    assert (swapped.frames_read, len(swapped.doubts)) == (3, 2), "they are the other vehicle's"
    assert [spoiled.doubt(make_plate_read(text), quad, WIDE[0]) for text in ("BA777ZZ", "XC4")] == [False, False]
    assert (spoiled.frames_read, len(spoiled.doubts)) == (4, 1), "the first one goes to the vote"


def test_what_was_held_back_of_the_younger_goes_to_the_vote_of_the_older():
    older, younger = read_three_times("RK300AS"), read_three_times("RK300AS")
    younger.doubt(make_plate_read("BA777ZZ"), quad_of_box(10, 10, 40, 10), WIDE[0])
    older.join(younger)
    assert (older.frames_read, len(older.ballot)) == (7, 7)


@pytest.mark.parametrize(
    ("text", "confidence", "again"),
    [("RK300AS", 0.04, False), ("RK300AS", 0.06, True), ("RK300AS", 0.75, False), ("AMAHA", 0.75, True)],
)
def test_a_still_is_looked_at_again_where_that_may_change_what_is_told(text: str, confidence: float, again: bool):
    """Not what is junk by the first look, nor what is likely right; a word must be as sure as a provisional reading."""
    config, formats = VotingConfig(), Formats(())

    def outcome(ballot: Ballot) -> Outcome | None:
        decided = decide(ballot.shares, identity(), formats, 0.9, ballot.grounds)
        return decided and replace(decided, confidence=confidence)

    sighting = Sighting(1, Ballot(config, FormatPrior(config, formats)), outcome, make_frame())
    assert not other_looks_are_due(sighting, config)
    sighting.take(make_plate_read(text), quad_of_box(10, 10, 40, 10), make_frame())
    assert other_looks_are_due(sighting, config) == again
