"""What a command line asks for, checked: every fault of it and of the configuration at once."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from streamer.build import name_faults
from streamer.capture.part import Part
from streamer.config import Config
from streamer.config_file import Override, load_config
from streamer.errors import ConfigError


@dataclass(frozen=True, slots=True)
class Request:
    """A run as it was asked for."""

    sources: tuple[str, ...]
    config: Config
    part: Part

    @classmethod
    def parse(
        cls,
        sources: Sequence[str],
        config_file: Path | None,
        settings: Mapping[tuple[str, str], Any],
        part: Mapping[str, str | None],
        known_options: Sequence[str],
    ) -> Request:
        """Check what was asked for.

        Parameters
        ----------
        sources
            What was given beside options; what begins with a dash there is an option that does not exist.
        config_file
            The configuration file, None for the project's.
        settings
            For each pair of option and configuration key what was given, None when it was not.
        part
            What was given for `--max-frames`, `--start` and `--duration`.
        known_options
            The command's options, to find the nearest for a typo.

        Raises
        ------
        ConfigError
            With one line for each fault.
        """
        faults = [_unknown(word, known_options) for word in sources if _is_option(word)]
        max_frames = _number(part, "--max-frames", 1, whole=True, faults=faults)
        start_s = _number(part, "--start", 0, whole=False, faults=faults)
        duration_s = _number(part, "--duration", 0, whole=False, faults=faults)
        config = Config()
        try:
            config = settings_of(config_file, settings)
        except ConfigError as error:
            faults += error.faults
        if faults:
            raise ConfigError(faults)
        wanted = Part(start_s or 0.0, duration_s, None if max_frames is None else int(max_frames))
        return cls(tuple(sources), config, wanted)


def settings_of(config_file: Path | None, settings: Mapping[tuple[str, str], Any]) -> Config:
    """Return the configuration with what options set.

    Parameters
    ----------
    config_file
        None for the project's.
    settings
        For each pair of option and configuration key what was given, None when it was not.

    Raises
    ------
    ConfigError
        With one line for each fault of the file and of the options, names of methods and regions included.
    """
    overrides = [Override(option, key, value) for (option, key), value in settings.items() if value is not None]
    faults: list[str] = []
    try:
        config = load_config(config_file, overrides)
    except ConfigError as error:
        faults += error.faults
        config = _only_names(overrides)
    options = {override.key: override.option for override in overrides}
    for fault in name_faults(config):
        key, _, rest = fault.partition(": ")
        faults.append(f"{options.get(key, key)}: {rest}")
    if faults:
        raise ConfigError(list(dict.fromkeys(faults)))
    return config


def method_settings(
    detector: str | None, reader: str | None, regions: Sequence[str] | None = None, threads: str | None = None
) -> dict[tuple[str, str], Any]:
    """Return the settings of the options that most commands have."""
    return {
        ("--detector", "detection.detector"): detector,
        ("--reader", "reading.reader"): reader,
        ("--region", "voting.regions"): regions or None,
        ("--threads", "detection.threads"): threads,
        ("--threads", "reading.threads"): threads,
    }


def _only_names(overrides: Sequence[Override]) -> Config:
    """Return a configuration with nothing but the names that options give, to check them beside other faults."""
    given = {override.key: override.value for override in overrides}
    names = {
        "detection": {"detector": given.get("detection.detector")},
        "reading": {"reader": given.get("reading.reader")},
        "voting": {"regions": given.get("voting.regions")},
    }
    return Config.model_validate(
        {
            section: {name: value for name, value in values.items() if value is not None}
            for section, values in names.items()
        }
    )


def _is_option(word: str) -> bool:
    return len(word) > 1 and word.startswith("-") and not Path(word).exists()


def _unknown(word: str, known: Sequence[str]) -> str:
    name = word.partition("=")[0]
    near = get_close_matches(name, known, 1)
    return f"{name}: no such option" + (f"; did you mean {near[0]}?" if near else "")


def _number(
    given: Mapping[str, str | None], option: str, least: float, *, whole: bool, faults: list[str]
) -> float | None:
    """Return the number given for an option, or None; note a fault when it is none or out of range."""
    text = given[option]
    if text is None:
        return None
    try:
        value = float(int(text) if whole else float(text))
    except ValueError:
        value = math.nan
    if not least <= value < math.inf:
        kind = "a whole number" if whole else "a number of seconds"
        faults.append(f"{option}: {text!r} is not {kind} of {least:g} or more")
        return None
    return value
