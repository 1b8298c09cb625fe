"""Vehicles that have left: in which order, and when, the last word on each is said."""

from __future__ import annotations

from streamer.voting.sighting import Sighting

_WAIT_S = 3.0
"""How long after it was last seen the last word waits on a vehicle that nothing was said of, if it may wait so long."""


class Departed:
    """Keeps vehicles that have left until their last word is due.

    At once, where something was said of them already. The others wait: a vehicle that was only seen in part, or not
    surely enough, may turn up again from behind a post under another track, and be told whole. Then it is known to be
    the same visit, which could not be taken back if the part was told first. For the same reason those with the longest
    text come first where several are due.

    Parameters
    ----------
    max_delay_s
        How long after a vehicle was first seen its last word comes at the latest.
    """

    def __init__(self, max_delay_s: float) -> None:
        self._max_delay_s = max_delay_s
        self._sightings: list[Sighting] = []

    def add(self, *sightings: Sighting) -> None:
        """Take in vehicles that have left: what was held back of their reads is put to the vote."""
        for sighting in sightings:
            sighting.resolve()
        self._sightings += sightings

    def due(self, timestamp_s: float) -> list[Sighting]:
        """Let go of those whose last word is due by now; infinity is the end."""
        due = [s for s in self._sightings if s.announced or timestamp_s >= self._due_s(s)]
        self._sightings = [s for s in self._sightings if s not in due]
        return sorted(due, key=lambda s: (s.announced is None, -len(s.outcome.plate) if s.outcome else 0))

    def _due_s(self, sighting: Sighting) -> float:
        return min(sighting.last.timestamp_s + _WAIT_S, sighting.first.timestamp_s + self._max_delay_s)
