"""How alike two plate texts are, knowing which characters look alike."""

from __future__ import annotations

from functools import lru_cache

LOOK_ALIKE = ("0ODQ", "1IL7T", "2Z7", "5S", "8B3", "6G", "4A", "VY", "UV", "MN", "CG", "EF", "PR", "KX")
"""Characters that are taken for one another on a small or blurred plate."""

_ALIKE_COST = 0.5
_PAIRS = frozenset((a, b) for group in LOOK_ALIKE for a in group for b in group if a != b)


def alike(a: str, b: str) -> bool:
    """Whether two different characters are easily taken for one another."""
    return (a, b) in _PAIRS


def fold_zero(text: str) -> str:
    """Return the text with every letter O as the digit 0: the two count as one, as labels mix them freely."""
    return text.replace("O", "0")


def is_part(text: str, whole: str) -> bool:
    """Whether a text is the beginning or the end of a longer one."""
    return 0 < len(text) < len(whole) and (whole.startswith(text) or whole.endswith(text))


@lru_cache(maxsize=4096)
def text_distance(a: str, b: str) -> float:
    """Return how different two texts are: 0 (the same) to 1 (nothing in common).

    The edit distance (Levenshtein 1966) over the length of the longer text, where taking a character for one that
    looks like it costs half an edit. Two empty texts are the same.
    """
    if a == b:
        return 0.0
    above = [float(j) for j in range(len(b) + 1)]
    for i, char in enumerate(a, start=1):
        row = [float(i)]
        for j, other in enumerate(b, start=1):
            change = 0.0 if char == other else _ALIKE_COST if (char, other) in _PAIRS else 1.0
            row.append(min(above[j] + 1, row[j - 1] + 1, above[j - 1] + change))
        above = row
    return above[-1] / max(len(a), len(b))
