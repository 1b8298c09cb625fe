"""Why a track gives no reading, in words for people; each reason is counted."""

from __future__ import annotations

from streamer.config import VotingConfig
from streamer.voting.outcome import Outcome
from streamer.voting.prior import glyphs
from streamer.voting.sighting import Sighting

TOO_BRIEF = "seen too briefly"
TOO_SMALL = "too small"
TOO_BLURRED = "too blurred"
NOT_A_PLATE = "not a plate"
BURNT_IN = "burnt-in text"
FORMAT = "format"
OUTVOTED = "outvoted"
SAME_VISIT = "same visit"
CUT_OFF = "cut off"

_LONG_ENOUGH = 3
"""Characters from which a text need not be as sure as a provisional reading: shorter ones are everywhere."""
_LONGEST_WORD = 7
"""Letters that plates without digits seldom have more of; longer words are on signs and on the sides of vehicles."""
_SMALL_PX = 12.0
_POOR_TRUST = 0.4
_MANY_READS = 4
_PROBABLY = 0.5


def reason_against(sighting: Sighting, config: VotingConfig) -> str | None:
    """Return why a vehicle can't be reported as it stands; None when it can.

    What stays where it is may be a sign, a sticker or the grille of a parked car as well: it must be as sure as a
    provisional reading, as a parked plate is that is read again and again. Where a format of a named region fits that
    doesn't fit nearly everything, a text is never taken for burnt in, and need not be surer where it stays. A text of
    one or two characters must be as sure wherever it is, and so must ones alone and long words. So must any word in a
    still, where nothing can be seen to move; and what several looks at a still never read the same way twice is no
    plate.

    Parameters
    ----------
    sighting
        What is known of it.
    config
        Thresholds.
    """
    outcome = sighting.outcome
    if not sighting.confirmed:
        return TOO_BRIEF
    if sighting.tallest_px < config.min_plate_height_px:
        return TOO_SMALL
    if outcome is None:
        return FORMAT if config.formats == "strict" and sighting.frames_read else NOT_A_PLATE
    if sighting.stillness.burnt_in(config.burnt_in_s) and not outcome.expected:
        return BURNT_IN
    still, word = sighting.frames_seen == 1, is_word(outcome)
    if len(outcome.plate) < config.min_length or (word and not still and not sighting.stillness.moved):
        return NOT_A_PLATE
    if still and _never_twice(sighting, outcome):
        return NOT_A_PLATE
    scenery = sighting.stillness.stays and not outcome.expected
    lettering = _is_lettering(outcome)
    doubtful = scenery or lettering or len(outcome.plate) < _LONG_ENOUGH or (still and word)
    if outcome.confidence < (config.provisional_confidence if doubtful else config.min_confidence):
        return NOT_A_PLATE if lettering else _why_unsure(sighting)
    return None


def is_word(outcome: Outcome) -> bool:
    """Whether it is letters only and no plate that is known: on a wall, where it never moves, it is a sign."""
    return not outcome.format_ok and not any(char.isdigit() for char in outcome.plate)


def _is_lettering(outcome: Outcome) -> bool:
    """Whether it is what railings and grilles read as, ones alone, or a long word; its O and I may read as 0 and 1."""
    if outcome.expected:
        return False
    word = not outcome.format_ok and not any(char in "23456789" for char in outcome.plate)
    return set(glyphs(outcome.plate)) == {"1"} or (word and len(outcome.plate) > _LONGEST_WORD)


def _never_twice(sighting: Sighting, outcome: Outcome) -> bool:
    """Whether there are several reads, and no two of them say what the vote says."""
    same, reads = sighting.times_read(outcome.plate)
    return reads > 1 and same < 2


def _why_unsure(sighting: Sighting) -> str:
    """Return why the vote came to nothing."""
    if sighting.most_whole < _PROBABLY:
        return CUT_OFF
    if sighting.frames_read >= _MANY_READS and max(sighting.texts.values()) == 1:
        return NOT_A_PLATE
    if sighting.tallest_px < _SMALL_PX:
        return TOO_SMALL
    return TOO_BLURRED if sighting.best_trust < _POOR_TRUST else OUTVOTED
