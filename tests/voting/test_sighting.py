"""What is kept of a vehicle, and for how long."""

from __future__ import annotations

from streamer.config import VotingConfig
from streamer.geometry import quad_of_box
from streamer.voting.ballot import Ballot
from streamer.voting.calibration import identity
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
        return decide(ballot.shares, identity(), formats, 0.9, ballot.evidence)

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
