"""What is kept of a vehicle, and for how long."""

from __future__ import annotations

from streamer.config import VotingConfig
from streamer.geometry import quad_of_box
from streamer.voting.ballot import Ballot
from streamer.voting.formats import Formats
from streamer.voting.prior import FormatPrior
from streamer.voting.sighting import Sighting
from tests.factories import make_frame, make_plate_read


def test_a_vehicle_that_gets_no_more_events_holds_no_pictures() -> None:
    """A parked one stays in view for hours after its last word."""
    config = VotingConfig()
    sighting = Sighting(1, Ballot(config, FormatPrior(config, Formats(()))), lambda ballot: None, make_frame())
    for index in range(3):
        sighting.take(make_plate_read("RK300AS"), quad_of_box(10, 10, 40, 10), make_frame(index))
    assert sighting.best is not None
    assert sighting.overlay.due
    sighting.close()
    assert sighting.best is None
    assert not sighting.overlay.due
