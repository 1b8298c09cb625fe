"""A vehicle seen again is the same visit; two vehicles with similar plates are two."""

from __future__ import annotations

from dataclasses import dataclass

from streamer.plate_text import is_part, text_distance

_LIKELY_SHARE = 0.05
"""Share of the probability from which another vehicle's text is one that this one could have, too."""
_LEAST_CUT = 5
"""Characters that must be left of a plate whose first or last one was cut off."""
_LEAST_PART = 3
"""Characters that must be left of a plate that was told whole, and then seen in part."""


@dataclass(frozen=True, slots=True)
class Visit:
    """One vehicle's stay in view, as far as it is known."""

    plate: str
    others: frozenset[str]
    """Other texts that it could well be."""
    first_s: float
    last_s: float

    @staticmethod
    def of(plate: str, shares: dict[str, float], first_s: float, last_s: float) -> Visit:
        """Return the visit of a vehicle whose candidates have these shares."""
        others = frozenset(text for text, share in shares.items() if share >= _LIKELY_SHARE and text != plate)
        return Visit(plate, others, first_s, last_s)


class Visits:
    """Remembers who was in view, by track, for as long as it can come back.

    Two tracks are one visit when their texts are the same, or nearly the same and one track ended before the other
    began: a vehicle can't be in two places, so two similar plates in view together are two vehicles.
    """

    def __init__(self, within_s: float) -> None:
        self._within_s = within_s
        self._visits: dict[int, Visit] = {}

    def note(self, track_id: int, visit: Visit) -> None:
        """Remember a vehicle that was reported, or what is newly known of it."""
        self._visits[track_id] = visit
        self._visits = {i: v for i, v in self._visits.items() if visit.last_s - v.last_s <= self._within_s}

    def earlier(self, track_id: int, visit: Visit) -> int | None:
        """Return the track under which this vehicle has been reported already; None if it is new."""
        if self._within_s <= 0:
            return None
        for other_id, other in self._visits.items():
            if other_id != track_id and self._same(other, visit):
                return other_id
        return None

    def prolong(self, track_id: int, last_s: float) -> None:
        """Note that a vehicle reported earlier was seen until `last_s`, under whatever track."""
        visit = self._visits.get(track_id)
        if visit is not None and last_s > visit.last_s:
            self._visits[track_id] = Visit(visit.plate, visit.others, visit.first_s, last_s)

    def _same(self, told: Visit, now: Visit) -> bool:
        gap_s = max(now.first_s - told.last_s, told.first_s - now.last_s)
        if gap_s > self._within_s:
            return False
        return told.plate == now.plate or (gap_s >= 0 and _nearly_same(told, now))


def _nearly_same(told: Visit, now: Visit) -> bool:
    """Whether the texts differ in one look-alike or a cut-off end, or either could well be the other.

    Any part of a plate that has been told, or of what it could well be, is the same vehicle's. A text that has more
    than one character more than what was told is told, too: it is what the plate says, if it is the same vehicle at
    all.
    """
    if told.plate in now.others or now.plate in told.others:
        return True
    if len(told.plate) == len(now.plate):
        return text_distance(told.plate, now.plate) * len(now.plate) <= 0.5
    if len(now.plate) >= _LEAST_PART and any(is_part(now.plate, text) for text in (told.plate, *told.others)):
        return True
    one_more = len(now.plate) == len(told.plate) + 1 and len(told.plate) >= _LEAST_CUT
    return one_more and is_part(told.plate, now.plate)
