"""Plate texts as they are counted: A-Z and 0-9 only, strictly and with the letter O and the digit 0 as one."""

from __future__ import annotations

import unicodedata

from streamer.datatypes import ALPHABET
from streamer.plate_text import fold_zero


def plate_text(text: str) -> str:
    """Return what counts of a label: upper case A-Z and 0-9.

    Accents and umlauts are folded (Ä to A); separators and glyphs of other scripts, such as the Chinese province
    character, are dropped.
    """
    return "".join(char for char in unicodedata.normalize("NFKD", text.upper()) if char in ALPHABET)


def same(a: str, b: str, *, strict: bool = False) -> bool:
    """Return whether two texts count as equal; `strict` tells O from 0."""
    return a == b if strict else fold_zero(a) == fold_zero(b)


def edit_distance(a: str, b: str) -> int:
    """Return the fewest insertions, deletions and substitutions that turn `a` into `b`.

    References
    ----------
    Wagner, R. A.; Fischer, M. J. (1974): The string-to-string correction problem. doi:10.1145/321796.321811
    """
    costs = list(range(len(b) + 1))
    for i, char_a in enumerate(a, 1):
        diagonal, costs[0] = costs[0], i
        for j, char_b in enumerate(b, 1):
            substituted = diagonal + (char_a != char_b)
            diagonal, costs[j] = costs[j], min(substituted, costs[j] + 1, costs[j - 1] + 1)
    return costs[-1]


def characters_right(truth: str, read: str) -> int:
    """Return how many of the truth's characters were read: its length less the edit distance, never below 0."""
    return max(0, len(truth) - edit_distance(fold_zero(truth), fold_zero(read)))
