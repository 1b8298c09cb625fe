"""What plate formats say about a text before anything was read."""

from __future__ import annotations

import math
from functools import lru_cache
from itertools import combinations, product

from streamer.config import VotingConfig
from streamer.datatypes import MAX_PLATE_LENGTH
from streamer.voting.formats import Formats

_SWAPS = {"0": "ODQ", "O": "0", "D": "0", "Q": "0", "1": "IT", "I": "1", "T": "17", "7": "T", "L": "1", "8": "B"} | {
    "B": "8", "5": "S", "S": "5", "2": "Z", "Z": "2", "6": "G", "G": "6", "4": "A", "A": "4"
}  # fmt: skip
"""Letter for digit and digit for letter, where they look alike."""

_SAME_GLYPH = frozenset(("0O", "O0", "1I", "I1"))
_GLYPHS = str.maketrans("OI", "01")
_SAME_GLYPH_SHARE, _ALIKE_SHARE = 0.3, 0.02
"""How often a reader takes a character for its double in every frame of a vehicle: where many fonts draw both alike,
and where only bad pictures do."""
_MOST_SWAPS = 2
_MOST_REPAIRS, _MOST_WEAK_REPAIRS = 4, 2
"""Where regions are named, and where all formats are known: there nearly everything fits one of them."""


def glyphs(text: str) -> str:
    """Return a text in which a letter and a digit that many fonts draw alike are one."""
    return text.translate(_GLYPHS)


class FormatPrior:
    """The prior probability of texts, from the formats that were asked for or from all that are known."""

    def __init__(self, config: VotingConfig, formats: Formats) -> None:
        self._formats = formats
        self._strict = config.formats == "strict"
        weight = config.asked_format_weight if formats.asked else config.known_format_weight
        self._weight = 0.0 if config.formats == "off" else weight
        self._on = config.formats != "off"
        self._longest = max((max(format_.shares) for format_ in formats.formats), default=MAX_PLATE_LENGTH)
        self.knows_better = self._on and formats.asked
        """Whether a text that fits a format may be the plate though another one is read in every frame."""
        self.commonness = lru_cache(maxsize=4096)(self._commonness)
        self.repairs = lru_cache(maxsize=4096)(self._repairs)
        self.confusion = lru_cache(maxsize=4096)(self._confusion)

    def log_prior(self, text: str) -> float | None:
        """Return the natural logarithm of a text's prior, up to a constant; None where it may not be reported."""
        if self._formats.fits(text):
            return 0.0
        return None if self._strict else -self._weight

    def _commonness(self, text: str) -> float:
        """Return the natural logarithm of how much likelier a text is than one that looks like it and fits as well.

        Where no region is named, by the root of the number of countries and states that have such plates: they don't
        have equally many vehicles.
        """
        users = 1 if self._formats.asked else self._formats.users(text)
        return self._weight * math.log(max(users, 1)) / 2

    def log_prior_of_more(self, text: str) -> float:
        """Return the same of the texts that begin or end with `text` and have more characters, all in all."""
        return 0.0 if len(text) < self._longest else -self._weight

    def _repairs(self, text: str) -> tuple[str, ...]:
        """Return texts that fit a format and differ from `text`, which fits none, in one or two look-alikes."""
        if not self._on or self._formats.fits(text):
            return ()
        found: list[str] = []
        places = [place for place, char in enumerate(text) if char in _SWAPS]
        for count in range(1, _MOST_SWAPS + 1):
            for chosen in combinations(places, count):
                for swaps in product(*(_SWAPS[text[place]] for place in chosen)):
                    chars = list(text)
                    for place, swap in zip(chosen, swaps, strict=True):
                        chars[place] = swap
                    if self._formats.fits("".join(chars)):
                        found.append("".join(chars))
        return tuple(found[: _MOST_REPAIRS if self._formats.asked else _MOST_WEAK_REPAIRS])

    def _confusion(self, text: str, seen: str) -> float:
        """Return how likely a plate `text` is read as `seen` in every frame alike, 0 to 1.

        Only where a person named the regions, and only for a `seen` that fits none of them: there the format knows
        better than the glyph.
        """
        if not self.knows_better or len(text) != len(seen):
            return 0.0
        if self._formats.fits(seen) or not self._formats.fits(text):
            return 0.0
        share = 1.0
        for char, other in zip(text, seen, strict=True):
            if char != other:
                if other not in _SWAPS.get(char, ""):
                    return 0.0
                share *= _SAME_GLYPH_SHARE if char + other in _SAME_GLYPH else _ALIKE_SHARE
        return share
