"""Which events a vehicle gets: provisional, update, final; or none, with the reason counted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from streamer.config import VotingConfig
from streamer.datatypes import Frame, Reading
from streamer.stats import RunStats
from streamer.voting.duplicates import Visits
from streamer.voting.event import make_reading
from streamer.voting.rejection import SAME_VISIT, reason_against
from streamer.voting.sighting import Sighting


class Announcer:
    """Makes the events of one source.

    A provisional event comes as soon as the vote is sure enough and a second read bears it out, an update when its
    plate changes, and exactly one final event when the vehicle has left or has been in view for `max_reading_delay_s`;
    after that nothing changes. A vehicle that was reported shortly before is the same visit, and gets no event at all.

    Parameters
    ----------
    camera
        Name of the camera.
    config
        Thresholds.
    within_s
        How long a visit is remembered.
    timed
        Whether the source is a file, whose readings have a time in it.
    stats
        Counts the reasons of vehicles without a reading.
    new_id
        Makes a reading's id from the time of its first event.
    """

    def __init__(
        self,
        camera: str,
        config: VotingConfig,
        within_s: float,
        timed: bool,
        stats: RunStats,
        new_id: Callable[[datetime], str],
    ) -> None:
        self._camera = camera
        self._config = config
        self._timed = timed
        self._stats = stats
        self._new_id = new_id
        self._within_s = within_s
        self._visits = Visits(within_s)

    def new_scene(self) -> None:
        """Forget who was here: the next frame has nothing to do with the ones before."""
        self._visits = Visits(self._within_s)

    def announce(self, sighting: Sighting, frame: Frame) -> list[Reading]:
        """Return the event that a vehicle in view has come to with this frame, if any."""
        if sighting.closed or sighting.announced is not None:
            self._visits.prolong(sighting.visit_of, sighting.last.timestamp_s)
        outcome = sighting.outcome
        if sighting.closed or outcome is None or reason_against(sighting, self._config) is not None:
            return []
        if frame.timestamp_s - sighting.first.timestamp_s >= self._config.max_reading_delay_s:
            return self.close(sighting, frame)
        if sighting.announced is None:
            sure = sighting.borne_out and outcome.confidence >= self._config.provisional_confidence
            return self._say("provisional", sighting, frame) if sure and not self._could_be_burnt_in(sighting) else []
        return self._say("update", sighting, frame) if sighting.announced != outcome.plate else []

    def close(self, sighting: Sighting, frame: Frame) -> list[Reading]:
        """Return the last word on a vehicle, or count why there is none.

        `frame` is the last one: the event counts from its capture.
        """
        if sighting.closed:
            return []
        reason = reason_against(sighting, self._config) if sighting.announced is None else None
        if reason is not None:
            self._stats.reject({reason: 1})
            events = []
        else:
            events = self._say("final", sighting, frame)
        sighting.close()
        return events

    def _could_be_burnt_in(self, sighting: Sighting) -> bool:
        expected = sighting.outcome is not None and sighting.outcome.expected
        return not expected and sighting.stillness.perhaps_burnt_in()

    def _say(self, event: str, sighting: Sighting, frame: Frame) -> list[Reading]:
        """Return an event, unless the vehicle is one that was reported before."""
        visit = sighting.visit()
        assert visit is not None
        if sighting.announced is None:
            earlier = self._visits.earlier(sighting.track_id, visit)
            if earlier is not None:
                sighting.close(earlier)
                self._visits.prolong(earlier, visit.last_s)
                self._stats.reject({SAME_VISIT: 1})
                return []
            sighting.id = self._new_id(frame.utc)
        self._visits.note(sighting.track_id, visit)
        sighting.announced = visit.plate
        return [make_reading(event, sighting, self._camera, frame.captured_s, self._timed)]
