from __future__ import annotations

import math

from streamer.config import VotingConfig
from streamer.geometry import quad_of_box
from streamer.voting.ballot import Ballot
from streamer.voting.calibration import identity
from streamer.voting.departed import Departed
from streamer.voting.formats import Formats
from streamer.voting.outcome import decide
from streamer.voting.prior import FormatPrior
from streamer.voting.sighting import Sighting
from tests.factories import make_frame, make_plate_read


def gone(track_id: int, plate: str = "", announced: str | None = None) -> Sighting:
    """Return a vehicle last seen at 0 s."""
    config, formats = VotingConfig(), Formats(())
    ballot = Ballot(config, FormatPrior(config, formats))
    sighting = Sighting(track_id, ballot, lambda b: decide(b.shares, identity(), formats, 0.9, b.grounds), make_frame())
    if plate:
        sighting.take(make_plate_read(plate), quad_of_box(10, 10, 40, 10), make_frame())
    sighting.announced = announced
    return sighting


def due(departed: Departed, timestamp_s: float) -> list[int]:
    return [sighting.track_id for sighting in departed.due(timestamp_s)]


def test_nobody_has_left():
    assert Departed(30.0).due(math.inf) == []


def test_what_was_told_has_its_last_word_at_once_and_once():
    departed = Departed(30.0)
    departed.add(gone(1, "RK300AS", announced="RK300AS"))
    assert due(departed, 0.1) == [1]
    assert due(departed, 9.0) == []


def test_what_was_not_told_may_turn_up_again_for_three_seconds():
    departed = Departed(30.0)
    departed.add(gone(1, "300AS"))
    assert due(departed, 2.9) == []
    assert due(departed, 3.0) == [1]


def test_at_the_end_those_told_come_first_then_whole_plates_then_parts_then_what_was_never_read():
    departed = Departed(30.0)
    departed.add(gone(1), gone(2, "00AS"), gone(3, "RK300AS"), gone(4, "BA7", announced="BA7"))
    assert due(departed, math.inf) == [4, 3, 2, 1]


def test_the_last_word_comes_no_later_than_it_may():
    """With a delay of 2 s a vehicle seen for 0.6 s had its last word after 3.5 s."""
    departed = Departed(2.0)
    departed.add(gone(1, "RK300AS"))
    assert due(departed, 1.9) == []
    assert due(departed, 2.0) == [1]


def test_what_was_held_back_is_put_to_the_vote_when_the_vehicle_leaves():
    """The read that contradicts the others waits for a second one; none came, and it was lost."""
    departed, sighting = Departed(30.0), gone(1, "RK300AS")
    assert not sighting.doubt(make_plate_read("BA777ZZ"), quad_of_box(10, 10, 40, 10), make_frame())
    assert (sighting.frames_read, len(sighting.ballot)) == (1, 1)
    departed.add(sighting)
    assert sighting.doubts == []
    assert (sighting.frames_read, len(sighting.ballot)) == (2, 2)
    assert sighting.texts == {"RK300AS": 1, "BA777ZZ": 1}


def test_what_was_held_back_of_a_vehicle_whose_last_word_is_said_changes_nothing():
    departed, sighting = Departed(30.0), gone(1, "RK300AS", announced="RK300AS")
    sighting.close()
    sighting.doubt(make_plate_read("BA777ZZ"), quad_of_box(10, 10, 40, 10), make_frame())
    departed.add(sighting)
    assert sighting.doubts == []
    assert sighting.frames_read == 1
