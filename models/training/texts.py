"""What is written on synthetic plates: texts of the countries' formats, and random ones against learning a lexicon."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from streamer.datatypes import ALPHABET
from streamer.voting.formats import Format, Formats, load_formats

SERIES = {
    "br_grey": ("br", "grey"),
    "br": ("br", "Mercosur"),
    "ar": ("ar", "Mercosur"),
    "ar_old": ("ar", "1994"),
    "ar_moto": ("ar", "Mercosur motorcycles"),
    "ar_moto_old": ("ar", "motorcycles until"),
}
"""Looks that carry one of a country's formats only: its code, and a part of the format's name."""


class TextSource:
    """Draws plate texts.

    Parameters
    ----------
    formats_dir
        The folder of plate formats, `config/formats`.
    vanity
        Share of texts that follow no format: personal plates, and what the formats don't know.
    """

    def __init__(self, formats_dir: Path, vanity: float = 0.12) -> None:
        self._formats: Formats = load_formats(formats_dir)
        self._known: dict[str, list[Format]] = {}
        self._vanity = vanity

    def sample(self, code: str, rng: np.random.Generator) -> tuple[str, ...]:
        """Return the groups of a plate of this code; `random` gives a text without a format."""
        choices = self._of(code)
        if not choices or rng.random() < self._vanity:
            return self._random(rng)
        return choices[rng.integers(len(choices))].sample(rng)

    def _of(self, code: str) -> list[Format]:
        country, series = SERIES.get(code, (code, ""))
        if country == "random":
            return []
        if country not in self._known:
            self._known[country] = list(self._formats.select([country]).formats)
        return [f for f in self._known[country] if series in f.name]

    @staticmethod
    def _random(rng: np.random.Generator) -> tuple[str, ...]:
        length = int(rng.choice(np.arange(2, 11), p=[0.02, 0.04, 0.09, 0.15, 0.22, 0.22, 0.14, 0.07, 0.05]))
        letters = np.array(list(ALPHABET[10:]))
        digits = np.array(list(ALPHABET[:10]))
        share = rng.random()
        chars = "".join(str(rng.choice(letters if rng.random() < share else digits)) for _ in range(length))
        if rng.random() < 0.15:
            at = int(rng.integers(length))
            chars = chars[: max(at - 1, 0)] + chars[at] * min(3, length) + chars[at + 1 :]
            chars = chars[:10]
        if length > 4 and rng.random() < 0.6:
            cut = int(rng.integers(1, length))
            return chars[:cut], chars[cut:]
        return (chars,)
