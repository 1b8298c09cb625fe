"""What a vote comes to: the plate, how sure it is, and what else it could be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

from streamer.datatypes import Candidate, Character
from streamer.voting.ballot import Share
from streamer.voting.calibration import Calibration
from streamer.voting.evidence import ONE_READ, Grounds
from streamer.voting.formats import Formats

_MOST_CANDIDATES = 10
_LEAST_SHARE = 1e-4


@dataclass(frozen=True, slots=True)
class Outcome:
    """The answer of one vote so far."""

    plate: str
    confidence: float
    """Calibrated, 0 to 1."""
    candidates: tuple[Candidate, ...]
    characters: tuple[Character, ...]
    region: str | None
    format_ok: bool
    expected: bool = False
    """Whether it fits a format of a named region that doesn't fit nearly everything."""
    longer: float = 0.0
    """The vote's probability that the plate has more than the text, hidden in every frame."""

    @property
    def seen(self) -> float:
        """How sure it is that the plate is the text, or that the text is a part of it."""
        return min(self.confidence + self.longer, 1.0)


def decide(
    shares: Sequence[Share], calibration: Calibration, formats: Formats, certainty: float, grounds: Grounds = ONE_READ
) -> Outcome | None:
    """Return what the shares of a ballot, best first, come to; None without any.

    The winner's confidence is calibrated: how far reads can be believed. Its share among texts that look alike is left
    as it is: reads that dispute whether a stroke is I or 1 do not doubt that there is a plate. The other candidates
    keep their proportions among themselves, share what is left, and stay below it.
    """
    if not shares:
        return None
    winner = shares[0]
    confidence = calibration.confidence(winner.log_odds, grounds) * winner.of_alike
    doubt = 1 - winner.probability
    factor = min((1 - confidence) / doubt if doubt > 0 else 0.0, confidence / max(winner.probability, 1e-9))
    listed = [share for share in shares[1:_MOST_CANDIDATES] if share.probability * factor >= _LEAST_SHARE]
    rivals = tuple(Candidate(share.text, min(share.probability * factor, confidence)) for share in listed)
    return Outcome(
        plate=winner.text,
        confidence=confidence,
        candidates=(Candidate(winner.text, confidence), *rivals),
        characters=_characters(winner.text, confidence, rivals),
        region=formats.region(winner.text, certainty),
        format_ok=formats.fits(winner.text),
        expected=formats.expected(winner.text),
        longer=winner.longer,
    )


def _characters(plate: str, confidence: float, rivals: Sequence[Candidate]) -> tuple[Character, ...]:
    """Return each character's probability: that of the plate, and of every rival that has the same one there."""
    sure = [confidence] * len(plate)
    for rival in rivals:
        for place in _same_places(plate, rival.plate):
            sure[place] += rival.confidence
    return tuple(Character(char, min(value, 1.0)) for char, value in zip(plate, sure, strict=True))


@lru_cache(maxsize=4096)
def _same_places(plate: str, other: str) -> tuple[int, ...]:
    """Return the places of `plate` at which `other` has the same character, once the two are aligned."""
    if len(plate) == len(other):
        return tuple(place for place, (a, b) in enumerate(zip(plate, other, strict=True)) if a == b)
    blocks = SequenceMatcher(None, plate, other, autojunk=False).get_matching_blocks()
    return tuple(block.a + step for block in blocks for step in range(block.size))
