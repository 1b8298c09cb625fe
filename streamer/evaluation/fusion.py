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


FusionRule = Callable[[Sequence[PlateRead]], Fused]
"""Makes one text of the reads of a track, in their order; there is at least one."""


def read_score(read: PlateRead) -> float:
    """Return the mean probability of a read's characters, 0 for an empty one."""
    return float(np.mean(read.char_scores)) if read.char_scores else 0.0


def best_frame(reads: Sequence[PlateRead]) -> Fused:
    """Return the text of the read with the highest mean probability of its characters; the earliest of equals."""
    best = max(reads, key=read_score)
    return Fused(best.text, read_score(best))


def most_frequent(reads: Sequence[PlateRead]) -> Fused:
    """Return the text that was read most often; of equals, the one with the higher scores, then the earliest."""
    texts = [read for read in reads if read.text] or list(reads)
    counts = Counter(read.text for read in texts)
    scores: dict[str, float] = defaultdict(float)
    for read in texts:
        scores[read.text] += read_score(read)
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
    """Return the best path through the sum of the reads' log-probabilities, position by position.

    The reads with the most frequent number of positions take part. Nothing is aligned: this is what is lost when a
    plate is cut a little differently in each frame.
    """
    positions = Counter(len(read.probabilities) for read in reads)
    size = max(positions, key=lambda n: (positions[n], n))
    logs = [np.log(np.maximum(r.probabilities, 1e-6)) for r in reads if len(r.probabilities) == size]
    mean = np.mean(logs, axis=0)
    joint = np.exp(mean - mean.max(axis=1, keepdims=True))
    joint /= joint.sum(axis=1, keepdims=True)
    return _best_path(joint)


def _best_path(probabilities: np.ndarray) -> Fused:
    """Return the text of the likeliest column entries: repeats collapsed, then blanks removed (Graves et al. 2006)."""
    best = probabilities.argmax(axis=1)
    text, scores, before = "", [], BLANK
    for position, column in enumerate(best):
        probability = float(probabilities[position, column])
        if column != BLANK and column != before:
            text += ALPHABET[column]
            scores.append(probability)
        elif column != BLANK:
            scores[-1] = max(scores[-1], probability)
        before = column
    return Fused(text, float(np.prod(scores)) if scores else 0.0)


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
        reads.append(timed.read)
        if right(rule(reads).text):
            return timed.frame
    return None
