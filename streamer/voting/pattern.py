"""How a plate format is written down.

The pattern language, one token after the other, groups separated by a space:

========  ==========================================================
`L`       a letter, less those in `never`
`D`       a digit
`N`       a digit from 1 to 9: the first of a number without leading zeros
`X`       a letter (less `never`) or a digit
`[A-HJ]`  one of these characters
`<BH>`    these characters as they stand
`R`       one of the region codes in `regions`
`{2}`     the token before it twice; `{1,3}` one to three times
========  ==========================================================
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from streamer.datatypes import ALPHABET

_DIGITS, _LETTERS = ALPHABET[:10], ALPHABET[10:]
_TOKEN = re.compile(r"(?P<kind>[LDNXR]|\[[A-Z0-9-]+\]|<[A-Z0-9]+>)(?:\{(?P<low>\d)(?:,(?P<high>\d))?\})?")


@dataclass(frozen=True, slots=True)
class Token:
    """One part of a pattern: one of `words`, `low` to `high` times."""

    words: tuple[str, ...]
    low: int = 1
    high: int = 1


def parse_pattern(pattern: str, never: str = "", regions: Sequence[str] = ()) -> tuple[tuple[Token, ...], ...]:
    """Return the groups of tokens of a pattern; the language is described at the top of the module.

    Raises
    ------
    ValueError
        Something in the pattern is no token, or it asks for region codes and there are none.
    """
    letters = tuple(letter for letter in _LETTERS if letter not in never)
    words = {"L": letters, "D": tuple(_DIGITS), "N": tuple(_DIGITS[1:]), "X": (*_DIGITS, *letters), "R": tuple(regions)}
    groups = []
    for group in pattern.split():
        tokens, at = [], 0
        while at < len(group):
            found = _TOKEN.match(group, at)
            if found is None:
                raise ValueError(f"{group[at:]!r} in the pattern {pattern!r} is no token")
            kind, low = found["kind"], int(found["low"] or 1)
            options = words[kind] if kind in words else _spelled_out(kind)
            if not options:
                raise ValueError(f"{kind!r} in the pattern {pattern!r} stands for nothing")
            tokens.append(Token(tuple(options), low, int(found["high"] or low)))
            at = found.end()
        groups.append(tuple(tokens))
    return tuple(groups)


def _spelled_out(kind: str) -> tuple[str, ...]:
    """Return the words of a class such as `[A-HJ]` or of a literal such as `<BH>`."""
    if kind[0] == "<":
        return (kind[1:-1],)
    expression = re.compile(kind)
    return tuple(char for char in ALPHABET if expression.fullmatch(char))


def shape_of(text: str) -> str:
    """Return `L` for every letter and `D` for every digit of a text."""
    return "".join("D" if char in _DIGITS else "L" for char in text)


def shapes(groups: tuple[tuple[Token, ...], ...]) -> tuple[tuple[Token, ...], ...]:
    """Return the same pattern for the shapes of texts."""
    return tuple(
        tuple(Token(tuple(sorted({shape_of(word) for word in t.words})), t.low, t.high) for t in group)
        for group in groups
    )


def regex_of(groups: tuple[tuple[Token, ...], ...]) -> str:
    """Return the regular expression of a pattern."""
    parts = []
    for token in (token for group in groups for token in group):
        single = all(len(word) == 1 for word in token.words)
        body = f"[{''.join(token.words)}]" if single else f"(?:{'|'.join(token.words)})"
        parts.append(f"{body}{{{token.low},{token.high}}}")
    return "".join(parts)


def counts_by_length(groups: tuple[tuple[Token, ...], ...]) -> np.ndarray:
    """Return how many plates have 0, 1, 2 … characters: a product of polynomials, one for each token."""
    total = np.ones(1)
    for token in (token for group in groups for token in group):
        once = np.bincount([len(word) for word in token.words]).astype(float)
        choices, power = np.zeros(1), np.ones(1)
        for times in range(token.high + 1):
            if times >= token.low:
                choices = np.pad(choices, (0, max(0, len(power) - len(choices))))
                choices[: len(power)] += power
            power = np.convolve(power, once)
        total = np.convolve(total, choices)
    return total


def draw(token: Token, rng: np.random.Generator) -> str:
    times = int(rng.integers(token.low, token.high + 1))
    return "".join(token.words[int(rng.integers(len(token.words)))] for _ in range(times))
