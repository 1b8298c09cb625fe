"""Five ways to make one text of a track's reads: four that others use, to be compared with ours."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from streamer.datatypes import ALPHABET, BLANK, PlateRead
from streamer.evaluation.observed import TrackTrace


@dataclass(frozen=True, slots=True)
class Fused:
    """A text and how sure the rule is of it."""

    text: str
    confidence: float


FLOOR = 1e-4
"""No single read makes a character less likely than this: it is what keeps one sure misread from being a veto."""

FusionRule = Callable[[Sequence[PlateRead]], Fused]
"""Makes one text of the reads of a track, in their order; there is at least one."""


def best_frame(reads: Sequence[PlateRead]) -> Fused:
    """Return the text of the read with the highest mean probability of its characters; the earliest of equals."""
    best = max(reads, key=lambda read: read.certainty)
    return Fused(best.text, best.certainty)


def most_frequent(reads: Sequence[PlateRead]) -> Fused:
    """Return the text that was read most often; of equals, the one with the higher scores, then the earliest."""
    texts = [read for read in reads if read.text] or list(reads)
    counts = Counter(read.text for read in texts)
    scores: dict[str, float] = defaultdict(float)
    for read in texts:
        scores[read.text] += read.certainty
    winner = max(counts, key=lambda text: (counts[text], scores[text]))
    return Fused(winner, counts[winner] / len(reads))


def character_majority(reads: Sequence[PlateRead]) -> Fused:
    """Return the most frequent character at each position, among the reads of the most frequent length.

    References
    ----------
    Goncalves, G. R.; Menotti, D.; Schwartz, W. R. (2016): License plate recognition based on temporal redundancy.
    doi:10.1109/ITSC.2016.7795970
    """
    lengths = Counter(len(read.text) for read in reads if read.text)
    if not lengths:
        return Fused("", 0.0)
    length = max(lengths, key=lambda n: (lengths[n], n))
    fitting = [read for read in reads if len(read.text) == length]
    text, shares = "", []
    for position in range(length):
        votes: dict[str, tuple[int, float]] = {}
        for read in fitting:
            count, score = votes.get(read.text[position], (0, 0.0))
            votes[read.text[position]] = count + 1, score + read.char_scores[position]
        winner = max(votes, key=lambda char: votes[char])
        text += winner
        shares.append(votes[winner][0] / len(reads))
    return Fused(text, float(np.mean(shares)))


def summed_log_probabilities(reads: Sequence[PlateRead]) -> Fused:
    """Return the text with the largest sum of log-probabilities at each position, as if frames were independent.

    Reads of the most frequent length take part. The distribution at a position is that of the column in which the best
    path has its character, without the blank.
    """
    slots = [slot_probabilities(read) for read in reads]
    lengths = Counter(len(rows) for rows in slots if len(rows))
    if not lengths:
        return Fused("", 0.0)
    length = max(lengths, key=lambda n: (lengths[n], n))
    total = np.sum([np.log(np.maximum(rows, FLOOR)) for rows in slots if len(rows) == length], axis=0)
    joint = np.exp(total - total.max(axis=1, keepdims=True))
    joint /= joint.sum(axis=1, keepdims=True)
    text = "".join(ALPHABET[column] for column in joint.argmax(axis=1))
    return Fused(text, float(np.prod(joint.max(axis=1))))


def slot_probabilities(read: PlateRead) -> np.ndarray:
    """Return the distribution over the alphabet of each character of a read's best path, (characters, 36).

    Repeats are collapsed, then blanks removed (Graves et al. 2006); of repeated columns the surest counts.
    """
    best = read.probabilities.argmax(axis=1)
    columns: list[int] = []
    before = BLANK
    for position, char in enumerate(best):
        if char != BLANK and char != before:
            columns.append(position)
        elif char != BLANK and read.probabilities[position, char] > read.probabilities[columns[-1], char]:
            columns[-1] = position
        before = char
    rows = read.probabilities[columns, :BLANK]
    return rows / np.maximum(rows.sum(axis=1, keepdims=True), FLOOR)


OTHER_RULES: dict[str, FusionRule] = {
    "best single frame": best_frame,
    "most frequent text": most_frequent,
    "majority of each character": character_majority,
    "sum of log-probabilities": summed_log_probabilities,
}
"""The rules that ours is compared with."""


def first_frame_of(rule: FusionRule, trace: TrackTrace, right: Callable[[str], bool]) -> int | None:
    """Return the first frame after which the rule, given the reads so far, has the right text."""
    reads: list[PlateRead] = []
    for timed in trace.reads:
        if timed.overlay:
            continue
        reads.append(timed.read)
        if right(rule(reads).text):
            return timed.frame
    return None
