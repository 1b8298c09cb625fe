"""The configuration file: loaded with every fault at once."""

from __future__ import annotations

import math
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from streamer.config import Config
from streamer.config_faults import fault_text, is_section
from streamer.config_text import ConfigText, Key, dotted, read_text
from streamer.errors import ConfigError
from streamer.places import config_dir


@dataclass(frozen=True, slots=True)
class Override:
    """A value from the command line, which wins over the file."""

    option: str
    """What messages call it: `--threads`."""
    key: str
    """The dotted key it sets: `detection.threads`."""
    value: Any


def load_config(
    path: Path | None = None, overrides: Sequence[Override] = (), environment: Mapping[str, str] = os.environ
) -> Config:
    """Load the configuration.

    Parameters
    ----------
    path
        The YAML file; None for the project's `default.yaml`.
    overrides
        Values from the command line; each also wins over what a camera sets.
    environment
        Where `${NAME}` comes from.

    Raises
    ------
    ConfigError
        With one line for each fault of the file and of the command line.
    """
    text = read_text(config_dir() / "default.yaml" if path is None else path, environment)
    options: dict[Key, str] = {}
    for override in overrides:
        options[tuple(override.key.split("."))] = override.option
        _set(text, tuple(override.key.split(".")), override.value)
    faults = [*text.faults, *_repeated_names(text)]
    config = None
    try:
        config = Config.model_validate(_without_empty_sections(text.values))
    except ValidationError as error:
        faults += [fault_text(fault, text, options) for fault in error.errors() if fault["loc"] not in text.unread]
    if config is not None:
        faults += _camera_faults(config, text, options)
    if faults or config is None:
        raise ConfigError(sorted(dict.fromkeys(faults), key=lambda fault: _line(fault, text)))
    return config


def _line(fault: str, text: ConfigText) -> float:
    """Return the line that a fault is in; those of the command line come last."""
    found = re.match(r":(\d+):", fault.removeprefix(text.file))
    return int(found.group(1)) if found else math.inf


def _without_empty_sections(value: Any, key: Key = ()) -> Any:
    """Return the values less sections whose every key is commented out, which YAML reads as null."""
    if isinstance(value, list):
        return [_without_empty_sections(item, (*key, index)) for index, item in enumerate(value)]
    if not isinstance(value, dict):
        return value
    kept = {name: _without_empty_sections(inner, (*key, name)) for name, inner in value.items()}
    return {name: inner for name, inner in kept.items() if inner is not None or not is_section((*key, name))}


def _set(text: ConfigText, key: Key, value: Any) -> None:
    """Put a value of the command line into the file's values, in place of the file's and of every camera's."""
    *sections, name = key
    cameras = text.values.get("cameras")
    holders = [camera for camera in cameras if isinstance(camera, dict)] if isinstance(cameras, list) else []
    for holder in holders:
        inner = _section(holder, sections)
        if inner is not None:
            inner.pop(str(name), None)
    values = text.values
    for section in sections:
        if not isinstance(values.get(str(section)), dict):
            values[str(section)] = {}
        values = values[str(section)]
    values[str(name)] = value


def _section(values: dict[str, Any], sections: Sequence[str | int]) -> dict[str, Any] | None:
    inner: Any = values if sections else None
    for section in sections:
        inner = inner.get(section) if isinstance(inner, dict) else None
    return inner if isinstance(inner, dict) else None


def _repeated_names(text: ConfigText) -> list[str]:
    """Return a fault for each camera whose name another camera has."""
    first: dict[str, int] = {}
    faults = []
    cameras = text.values.get("cameras")
    for index, camera in enumerate(cameras if isinstance(cameras, list) else ()):
        name = camera.get("name") if isinstance(camera, dict) else None
        if isinstance(name, str) and first.setdefault(name, index) != index:
            key: Key = ("cameras", index, "name")
            other = text.lines.get(("cameras", first[name], "name"))
            faults.append(f"{text.place(key)}: {dotted(key)}: {name!r} is used twice, first in line {other}")
    return faults


def _camera_faults(config: Config, text: ConfigText, options: Mapping[Key, str]) -> list[str]:
    """Return what is wrong in a camera's sections only together with the sections of the whole file."""
    faults = []
    for index, camera in enumerate(config.cameras):
        try:
            config.for_camera(camera)
        except ValidationError as error:
            for fault in error.errors():
                fault["loc"] = ("cameras", index, *fault["loc"])
                faults.append(fault_text(fault, text, options))
    return faults
