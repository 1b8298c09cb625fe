"""How likely a whole text is, given the columns of a CTC reader: no alignment, no argmax.

References
----------
Graves, Fernández, Gomez, Schmidhuber 2006, Connectionist Temporal Classification, sections 4.1 (the forward algorithm)
and 3.2 (the prefix search that `beam_search` bounds).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from streamer.datatypes import ALPHABET, BLANK, MAX_PLATE_LENGTH

_STATES = 2 * MAX_PLATE_LENGTH + 1
_INDEX = {char: index for index, char in enumerate(ALPHABET)}
_SURE_BLANK = 0.95
_DOUBT = 1e-3
"""Share of every column that could be any character: a reader's zero is never a proof."""
_LEAST_CHAR = 4e-3
_LEAST_BEAM = 1e-3
"""Beams less likely than the best by this factor are dropped."""


def condense(probabilities: np.ndarray) -> np.ndarray:
    """Return the columns that matter, for `log_likelihoods` and `beam_search`.

    Of each run of columns that are almost surely blank one is kept, the least sure one: a blank still separates two
    equal characters. What is dropped changes the likelihood of every text by nearly the same factor.

    Parameters
    ----------
    probabilities
        (T, 37) rows sum to 1, blank last.

    Returns
    -------
    (t, 37) float64 with t <= T, every entry above 0, rows sum to 1.
    """
    columns = np.asarray(probabilities, np.float64)
    blank = columns[:, BLANK] >= _SURE_BLANK
    if blank.any():
        run = np.cumsum(np.concatenate([[True], ~blank[1:] | ~blank[:-1]]))
        order = np.lexsort((columns[:, BLANK], run))
        first = np.concatenate([[True], run[order][1:] != run[order][:-1]])
        keep = np.zeros(len(columns), bool)
        keep[order[first]] = True
        columns = columns[keep | ~blank]
    return columns * (1 - _DOUBT) + _DOUBT / columns.shape[1]


def encode(texts: Sequence[str]) -> np.ndarray:
    """Return the (n, 21) states of texts of at most 10 characters: blank, character, blank … padded with blanks."""
    states = np.full((len(texts), _STATES), BLANK, np.intp)
    for row, text in enumerate(texts):
        states[row, 1 : 2 * len(text) : 2] = [_INDEX[char] for char in text]
    return states


def stack(reads: Sequence[np.ndarray]) -> np.ndarray:
    """Return (reads, columns, 37): condensed reads, the shorter ones filled up with certain blanks."""
    stacked = np.zeros((len(reads), max(len(read) for read in reads), BLANK + 1))
    stacked[:, :, BLANK] = 1.0
    for row, read in enumerate(reads):
        stacked[row, : len(read)] = read
    return stacked


def log_likelihoods(columns: np.ndarray, states: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    """Return ln P(text | read) for every read and every text: the forward algorithm, all at once.

    Parameters
    ----------
    columns
        (reads, columns, 37) of `stack`.
    states
        (texts, 21) of `encode`.
    lengths
        (texts,) characters of each text.

    Returns
    -------
    (reads, texts) natural logarithms; a text that needs more columns than there are gets a very low, finite value.

    Notes
    -----
    Plates have few characters and condensed reads few columns, so products stay far above the smallest float and
    nothing has to be rescaled on the way.
    """
    reads, steps = columns.shape[:2]
    used = 2 * int(lengths.max(initial=0)) + 1
    states = states[:, :used]
    emitted = columns[:, :, states]
    skip = np.zeros(states.shape)
    skip[:, 2:] = (states[:, 2:] != BLANK) & (states[:, 2:] != states[:, :-2])
    forward = np.zeros((reads, len(states), used + 2))
    here, one_back, two_back = forward[:, :, 2:], forward[:, :, 1:-1], forward[:, :, :-2]
    here[:, :, :2] = emitted[:, 0, :, :2]
    for step in range(1, steps):
        arriving = skip * two_back
        arriving += one_back
        arriving += here
        arriving *= emitted[:, step]
        here[...] = arriving
    rows = np.arange(len(states))
    total = forward[:, rows, 2 * lengths + 2]
    total += np.where(lengths > 0, forward[:, rows, 2 * lengths + 1], 0)
    return np.log(np.maximum(total, 1e-300))


def beam_search(columns: np.ndarray, width: int, keep: int) -> list[str]:
    """Return the likeliest texts of a condensed read, best first, the empty one among them if it is likely.

    Parameters
    ----------
    columns
        (t, 37) of `condense`.
    width
        Prefixes that are followed at a time.
    keep
        Texts returned at most.
    """
    places, chars = np.nonzero(columns[:, :BLANK] >= _LEAST_CHAR)
    values = columns[places, chars].tolist()
    likely: list[list[tuple[str, float]]] = [[] for _ in range(len(columns))]
    for place, index, value in zip(places.tolist(), chars.tolist(), values, strict=True):
        likely[place].append((ALPHABET[index], value))
    beams = {"": (1.0, 0.0)}
    for blank, options in zip(columns[:, BLANK].tolist(), likely, strict=True):
        grown: dict[str, tuple[float, float]] = {}
        for text, (ends_blank, ends_char) in beams.items():
            both, last = ends_blank + ends_char, text[-1:]
            b, c = grown.get(text, (0.0, 0.0))
            grown[text] = (b + both * blank, c)
            for char, value in options:
                if char == last:
                    b, c = grown[text]
                    grown[text] = (b, c + ends_char * value)
                if len(text) < MAX_PLATE_LENGTH:
                    longer = text + char
                    b, c = grown.get(longer, (0.0, 0.0))
                    grown[longer] = (b, c + (ends_blank if char == last else both) * value)
        if len(grown) > 1:
            ranked = sorted(grown.items(), key=lambda beam: -(beam[1][0] + beam[1][1]))[:width]
            least = _LEAST_BEAM * sum(ranked[0][1])
            grown = {text: ends for text, ends in ranked if sum(ends) >= least}
        beams = grown
    return list(beams)[:keep]
