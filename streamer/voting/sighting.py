"""Everything known of one vehicle in view: where and when it was seen, its reads, and the evidence for its reading."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from streamer.datatypes import Frame, PlateRead, TrackView
from streamer.geometry import quad_size
from streamer.plate_text import is_part, text_distance
from streamer.voting.ballot import Ballot
from streamer.voting.cut_off import cut_off
from streamer.voting.duplicates import Visit
from streamer.voting.evidence import trust
from streamer.voting.outcome import Outcome
from streamer.voting.overlay import Overlay
from streamer.voting.prior import glyphs
from streamer.voting.stillness import Stillness

_EDGE_SHARE = 0.005
"""A plate that comes nearer to the frame's edge, as a share of the frame's width, is probably cut off."""
_SAME_TEXT, _OTHER_TEXT = 0.25, 0.55
"""Text distance up to which two texts are one plate's, and from which they are two vehicles'."""
_LEAST_TEXT = 4
CLEAR_READ = 0.8
"""Certainty from which a read says who it is, if it contradicts another."""
_CLEAR, _CLEAR_TRUST = 0.9, 0.5
_DOUBTS = _SEVERAL = 2
_PROBABLY = 0.5
_LEAST_CERTAINTY = 0.05
"""A plate image that nothing was read on weighs as much as one read with this certainty."""


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """One read and the frame it is of."""

    frame: Frame
    quad: np.ndarray
    """(4, 2) float32 px that was read."""
    read: PlateRead


@dataclass(frozen=True, slots=True)
class Moment:
    """When a vehicle was seen."""

    frame: int
    timestamp_s: float
    utc: datetime

    @staticmethod
    def of(frame: Frame) -> Moment:
        """Return the moment of a frame."""
        return Moment(frame.index, frame.timestamp_s, frame.utc)


class Sighting:
    """One track's way to a reading.

    Parameters
    ----------
    track_id
        Of the track.
    ballot
        Empty; holds the reads.
    decide
        Makes an outcome of the ballot.
    frame
        The first in which the vehicle was seen.
    """

    def __init__(self, track_id: int, ballot: Ballot, decide: Callable[[Ballot], Outcome | None], frame: Frame) -> None:
        self.track_id = track_id
        self.ballot = ballot
        self.overlay = Overlay()
        self.stillness = Stillness()
        self.first = self.last = Moment.of(frame)
        self.direction: str | None = None
        self.confirmed = False
        self.closed = False
        """Whether its final reading is out, or it was found to be the same visit as another."""
        self.announced: str | None = None
        """The plate of the last event."""
        self.id: str | None = None
        self.visit_of = track_id
        """The track under which this visit was reported."""
        self.frames_seen = 0
        self.frames_read = 0
        self.tallest_px = 0.0
        self.best_trust = 0.0
        self.most_whole = 0.0
        """Probability that the read that shows most shows the plate whole, as far as the frame's edge is concerned."""
        self.best: Evidence | None = None
        self.read_at_s = -np.inf
        self.read_quad: np.ndarray | None = None
        """Time and (4, 2) px of the last read."""
        self.doubts: list[Evidence] = []
        """Reads in a row that say it is another vehicle altogether."""
        self.in_a_row = 0
        """How many of the last reads of a frame say the same."""
        self.newest = ""
        """What the last read of a frame says."""
        self.texts: Counter[str] = Counter()
        """How often each text was read."""
        self._overlaid = ""
        """What the newest overlay says."""
        self._overlays: Counter[str] = Counter()
        """How often each text was read on an overlay, or with other corners."""
        self._decide = decide
        self._outcome: Outcome | None = None
        self._borne_out = False
        self._stale = False

    @property
    def outcome(self) -> Outcome | None:
        """What the vote comes to so far; None without a read that says anything."""
        self._refresh()
        return self._outcome

    @property
    def borne_out(self) -> bool:
        """Whether several reads say what the outcome says, or a part of it: one alone proves no plate."""
        self._refresh()
        return self._borne_out

    def see(self, view: TrackView, frame: Frame, cut: bool) -> None:
        """Note that the vehicle is in the frame, at the track's detection."""
        assert view.detection is not None
        quad = view.detection.quad
        self.last = Moment.of(frame)
        self.direction = view.direction
        self.frames_seen += 1
        self.tallest_px = max(self.tallest_px, quad_size(quad)[1])
        self.stillness.see(quad, (frame.image.shape[1], frame.image.shape[0]), frame.timestamp_s, cut)

    def take(self, read: PlateRead, quad: np.ndarray, frame: Frame) -> None:
        """Put a read of this frame to the vote, and keep it as evidence if none supports the outcome better."""
        self.read_at_s, self.read_quad = frame.timestamp_s, quad
        cut = cut_off(quad, (frame.image.shape[1], frame.image.shape[0]))
        self.ballot.add(read, frame.timestamp_s, quad, cut=cut)
        height_px = max(read.quality.plate_height_px, 1.0)
        whole = cut.whole * (1 - cut.across)
        self.most_whole = max(self.most_whole, whole)
        if whole >= _PROBABLY:
            self.overlay.add(frame.image, quad, height_px * max(read.certainty, _LEAST_CERTAINTY))
        self.frames_read += 1
        self.in_a_row = self.in_a_row + 1 if read.text == self.newest else 1
        self.newest = read.text
        self.texts[read.text] += 1
        self.best_trust = max(self.best_trust, trust(read.quality))
        self._stale = True
        evidence = Evidence(frame, quad, read)
        if self.best is None or self._worth(evidence) >= self._worth(self.best):
            self.best = evidence

    def take_overlay(self, read: PlateRead) -> None:
        """Put another read of the plate to the vote: of the overlay, whose newest plate image is the one that was read
        last, or of that one with other corners.
        """
        assert self.read_quad is not None
        self.ballot.add(read, self.read_at_s, self.read_quad, overlay=True)
        self._overlaid = read.text
        self._overlays[read.text] += 1
        self._stale = True

    def join(self, other: Sighting) -> None:
        """Take over what is known of the same vehicle from a younger track; `other` is given up."""
        if self.closed:
            return
        other.resolve()
        self.ballot.join(other.ballot)
        self.frames_seen += other.frames_seen
        self.frames_read += other.frames_read
        self.texts += other.texts
        self._overlays += other._overlays
        self.tallest_px = max(self.tallest_px, other.tallest_px)
        self.best_trust = max(self.best_trust, other.best_trust)
        self.most_whole = max(self.most_whole, other.most_whole)
        self._stale = True
        if other.best is not None and (self.best is None or self._worth(other.best) > self._worth(self.best)):
            self.best = other.best

    def close(self, visit_of: int | None = None) -> None:
        """Let go of the pictures: there will be no more event; `visit_of` is the track that the visit belongs to."""
        self.closed, self.best, self.overlay = True, None, Overlay()
        if visit_of is not None:
            self.visit_of = visit_of

    def confirm(self, quad: np.ndarray, frame: Frame) -> None:
        """Note that a vehicle whose reading is out was read again, and is still the same."""
        self.doubts.clear()
        self.read_at_s, self.read_quad = frame.timestamp_s, quad

    def doubt(self, read: PlateRead, quad: np.ndarray, frame: Frame) -> bool:
        """Hold back a read that contradicts a clear vote; say whether there are now two of them that agree.

        Then another vehicle has taken the place of the one that was read so far. A single such read goes to the vote
        with the next one that does not agree with it: what never reads the same way twice is no plate.
        """
        if self.doubts and text_distance(self.doubts[-1].read.text, read.text) > _SAME_TEXT:
            self.resolve()
        self.read_at_s, self.read_quad = frame.timestamp_s, quad
        self.doubts.append(Evidence(frame, quad, read))
        return len(self.doubts) >= _DOUBTS

    def resolve(self) -> None:
        """Put reads that were held back to the vote: they are of no other vehicle."""
        held, self.doubts = self.doubts, []
        if not self.closed:
            for evidence in held:
                self.take(evidence.read, evidence.quad, evidence.frame)

    def contradicted_by(self, read: PlateRead) -> bool:
        """Whether a read, itself clear, is of a plate that has little in common with a clear outcome of several reads.

        A part of the plate has: something stands before the rest. So has a plate of which the outcome is a part:
        something stood before the rest until now.
        """
        outcome = self.outcome
        if outcome is None or not self.borne_out or outcome.seen < _CLEAR or len(read.text) < _LEAST_TEXT:
            return False
        if is_part(read.text, outcome.plate) or is_part(outcome.plate, read.text):
            return False
        clear = read.certainty >= CLEAR_READ and trust(read.quality) >= _CLEAR_TRUST
        return clear and text_distance(outcome.plate, read.text) >= _OTHER_TEXT

    def times_read(self, plate: str) -> tuple[int, int]:
        """Return how many reads, of frames and of overlays, say what a text says, O and 0 as one; and of how many."""
        reads = self.texts + self._overlays
        same = sum(times for text, times in reads.items() if glyphs(text) == glyphs(plate))
        return same, reads.total()

    def visit(self) -> Visit | None:
        """Return the vehicle's stay in view as far as it is known; None before there is an outcome."""
        if self.outcome is None:
            return None
        shares = {candidate.plate: candidate.confidence for candidate in self.outcome.candidates}
        return Visit.of(self.outcome.plate, shares, self.first.timestamp_s, self.last.timestamp_s)

    def _refresh(self) -> None:
        """Count the vote again if there was another read."""
        if self._stale:
            self._outcome, self._stale = self._decide(self.ballot), False
            self._borne_out = self._outcome is not None and self._bears_out(self._outcome.plate)

    def _bears_out(self, plate: str) -> bool:
        """Whether the newest overlay agrees with a text, or several of the reads."""
        if _agree(self._overlaid, plate):
            return True
        count = 0
        for text, times in self.texts.most_common():
            count += times * _agree(text, plate)
            if count >= _SEVERAL:
                return True
        return False

    def _worth(self, evidence: Evidence) -> float:
        """Return how well a read supports the outcome: first by its text, then by its quality and certainty."""
        plate = self.outcome.plate if self.outcome is not None else ""
        return (
            2.0 * (evidence.read.text == plate)
            + trust(evidence.read.quality)
            + evidence.read.certainty
            + min(evidence.read.quality.plate_height_px / 200, 0.5)
        )


def _agree(text: str, plate: str) -> bool:
    """Whether a read may be of a plate, or of a part of it."""
    return text_distance(text, plate) <= _SAME_TEXT or is_part(text, plate)


def at_edge(quad: np.ndarray, frame: Frame) -> bool:
    """Whether a plate at `quad` (4, 2) px touches the frame's edge, so that a part of it may be cut off."""
    height, width = frame.image.shape[:2]
    margin = _EDGE_SHARE * width
    low, high = quad.min(axis=0), quad.max(axis=0)
    return bool(low.min() < margin or high[0] > width - margin or high[1] > height - margin)
