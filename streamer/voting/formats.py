"""Plate formats of the world: data in `config/formats/*.yaml`, one file a country."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path

import numpy as np
import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from streamer.datatypes import MAX_PLATE_LENGTH
from streamer.errors import ConfigError
from streamer.voting.pattern import Token, counts_by_length, draw, parse_pattern, regex_of, shape_of, shapes


@dataclass(frozen=True, slots=True)
class Format:
    """One series of plates of one country or state."""

    code: str
    """Lower-case ISO 3166 code: `sk`, `us-ca`."""
    name: str
    country: str
    pattern: str
    groups: tuple[tuple[Token, ...], ...]
    max_length: int
    loose: bool
    """It fits so much that it says nothing unless its region was asked for."""
    valid: str
    invalid: str
    source: str
    shares: dict[int, float] = field(init=False, repr=False)
    """By how many characters a plate has: the probability of any one such plate."""
    _regex: re.Pattern[str] = field(init=False, repr=False)
    _shape_regex: re.Pattern[str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        counts = counts_by_length(self.groups)[: self.max_length + 1]
        lengths = np.flatnonzero(counts)
        object.__setattr__(self, "shares", {int(n): 1 / (len(lengths) * float(counts[n])) for n in lengths})
        object.__setattr__(self, "_regex", re.compile(regex_of(self.groups)))
        object.__setattr__(self, "_shape_regex", re.compile(regex_of(shapes(self.groups))))

    def matches(self, text: str) -> bool:
        """Whether `text`, upper case without separators, is a plate of this format."""
        return len(text) in self.shares and self._regex.fullmatch(text) is not None

    def has_shape(self, shape: str) -> bool:
        """Whether a text with letters and digits where `shape` has `L` and `D` can be a plate of this format."""
        return len(shape) in self.shares and self._shape_regex.fullmatch(shape) is not None

    def sample(self, rng: np.random.Generator) -> tuple[str, ...]:
        """Return the groups of a random valid plate."""
        while True:
            groups = tuple("".join(draw(token, rng) for token in group) for group in self.groups)
            if sum(map(len, groups)) in self.shares:
                return tuple(group for group in groups if group)


class Formats:
    """The formats that a plate is held against: all known ones, or those of the regions that were asked for."""

    def __init__(self, formats: Sequence[Format], asked: bool = False) -> None:
        self.formats = tuple(formats)
        self.asked = asked
        """Whether a person named these regions."""
        self._match = lru_cache(maxsize=4096)(self._fitting)
        self._of_shape = lru_cache(maxsize=4096)(self._with_shape)
        self._loose = lru_cache(maxsize=4096)(self._loose_codes)

    def codes(self) -> tuple[str, ...]:
        """Return the codes of the countries and states, sorted."""
        return tuple(sorted({format_.code for format_ in self.formats}))

    def of(self, code: str) -> tuple[Format, ...]:
        """Return the formats of one country or state."""
        return tuple(format_ for format_ in self.formats if format_.code == code)

    def select(self, codes: Sequence[str]) -> Formats:
        """Return the formats of these regions only; a country's code stands for all its states.

        Raises
        ------
        ConfigError
            A code that is not known, with the nearest one.
        """
        faults = tuple(_unknown_region(code, self.codes()) for code in codes if not self._under(code))
        if faults:
            raise ConfigError(faults)
        return Formats([f for f in self.formats if any(_is_under(f.code, code) for code in codes)], asked=True)

    def match(self, text: str) -> list[tuple[str, str]]:
        """Return code and name of every format that `text` fits, the narrowest format first."""
        return [(format_.code, format_.name) for format_ in self._match(text)]

    def region(self, text: str, certainty: float) -> str | None:
        """Return the code that `text` clearly belongs to, or None.

        A plate of a narrow format is a stronger hint than one of a wide format. With every code, every length of its
        plates and every plate of that length equally likely, Bayes' rule gives the posterior of a code; it has to be
        at least `certainty`. Not every code is equally likely, so that nothing is clear where a loose format of another
        code fits, too: many a Chinese plate, but for its province, would be one of British Columbia.
        """
        if self._loose(text) - {format_.code for format_ in self._match(text)}:
            return None
        shares: dict[str, float] = {}
        for format_ in self._match(text):
            shares[format_.code] = max(shares.get(format_.code, 0.0), format_.shares[len(text)])
        if not shares:
            return None
        best = max(shares, key=lambda code: shares[code])
        return best if shares[best] >= certainty * sum(shares.values()) else None

    def fits(self, text: str) -> bool:
        """Whether any format fits."""
        return bool(self._match(text))

    def users(self, text: str) -> int:
        """Return how many countries and states have a format that fits."""
        return len({format_.code for format_ in self._match(text)})

    def expected(self, text: str) -> bool:
        """Whether `text` fits a format of a named region that doesn't fit nearly everything."""
        return self.asked and any(not format_.loose for format_ in self._match(text))

    def _loose_codes(self, text: str) -> frozenset[str]:
        """Return the codes whose loose formats fit, where no region was named: there they don't count otherwise."""
        loose = () if self.asked else (format_ for format_ in self.formats if format_.loose)
        return frozenset(format_.code for format_ in loose if format_.matches(text))

    def _with_shape(self, shape: str) -> tuple[Format, ...]:
        return tuple(f for f in self.formats if (self.asked or not f.loose) and f.has_shape(shape))

    def _under(self, code: str) -> bool:
        return any(_is_under(format_.code, code) for format_ in self.formats)

    def _fitting(self, text: str) -> tuple[Format, ...]:
        fitting = [format_ for format_ in self._of_shape(shape_of(text)) if format_.matches(text)]
        return tuple(sorted(fitting, key=lambda format_: -format_.shares[len(text)]))


class _FormatEntry(BaseModel):
    """One entry of `formats:` in a country's file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: str | None = Field(default=None, pattern=r"^[a-z]{2}(-[a-z0-9]{1,3})?$")
    name: str
    pattern: str
    never: str = Field(default="", pattern=r"^[A-Z]*$")
    regions: tuple[str, ...] = ()
    max_length: int = Field(default=MAX_PLATE_LENGTH, ge=1, le=MAX_PLATE_LENGTH)
    loose: bool = False
    valid: str
    invalid: str


class _CountryFile(BaseModel):
    """One file of `config/formats`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    country: str
    code: str = Field(pattern=r"^[a-z]{2}$")
    source: str
    formats: tuple[_FormatEntry, ...] = Field(min_length=1)


def load_formats(folder: Path) -> Formats:
    """Read every `*.yaml` of `folder`.

    Raises
    ------
    ConfigError
        A file that can't be read, a pattern that can't be understood, or a sample that contradicts its pattern; one
        line for each, naming file and format.
    """
    formats: list[Format] = []
    faults: list[str] = []
    for path in sorted(folder.glob("*.yaml")):
        try:
            country = _CountryFile.model_validate(yaml.load(path.read_text("utf-8"), Loader=_LOADER))
        except (OSError, UnicodeDecodeError, yaml.YAMLError, ValidationError) as error:
            faults.append(f"{path.name}: {' '.join(str(error).split())}")
            continue
        for entry in country.formats:
            try:
                formats.append(_format_of(country, entry))
            except ValueError as error:
                faults.append(f"{path.name}: {entry.name}: {error}")
    if not formats and not faults:
        faults.append(f"{folder.name}: no plate formats (*.yaml) in this folder")
    if faults:
        raise ConfigError(faults)
    return Formats(formats)


_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _format_of(country: _CountryFile, entry: _FormatEntry) -> Format:
    format_ = Format(
        code=entry.code or country.code,
        name=entry.name,
        country=country.country,
        pattern=entry.pattern,
        groups=parse_pattern(entry.pattern, entry.never, entry.regions),
        max_length=entry.max_length,
        loose=entry.loose,
        valid=entry.valid,
        invalid=entry.invalid,
        source=country.source,
    )
    if not format_.matches(entry.valid):
        raise ValueError(f"the valid sample {entry.valid} does not fit {entry.pattern}")
    if format_.matches(entry.invalid):
        raise ValueError(f"the invalid sample {entry.invalid} fits {entry.pattern}")
    return format_


def _is_under(code: str, asked: str) -> bool:
    return code == asked or code.startswith(f"{asked}-")


def _unknown_region(code: str, known: Sequence[str]) -> str:
    nearest = get_close_matches(code.lower(), known, n=1, cutoff=0.0)
    hint = f"; did you mean {nearest[0]}?" if nearest else ""
    return f"region: {code!r} is not known{hint}"
