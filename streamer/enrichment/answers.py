"""A registry's answer, and the fields of it that are wanted."""

from __future__ import annotations

import json
from xml.parsers.expat import ExpatError

import xmltodict

from streamer.config_outputs import RegistryConfig
from streamer.enrichment.faults import BadAnswerError

LONGEST_VALUE = 200
"""Characters of a field that are kept."""

Vehicle = dict[str, object]
"""Names of fields and their values: texts, numbers or truth values."""

ASTRAY = object()
"""Where a path leads that isn't in an answer at all."""


def vehicle_of(body: bytes, plate: str, config: RegistryConfig) -> Vehicle | None:
    """Return the wanted fields of an answer, or None when all are empty there: the plate isn't known.

    Raises
    ------
    BadAnswerError
        When the answer isn't what the configuration says, as one that has none of the fields' paths, or is about
        another plate.
    """
    answer = _parse(body, config)
    if config.plate_field is not None:
        named = _value(_at(answer, config.plate_field))
        if named is not None and _plain(str(named)) != plate:
            raise BadAnswerError("the answer is about another plate")
    found = {name: _at(answer, path) for name, path in config.fields.items()}
    if all(value is ASTRAY for value in found.values()):
        raise BadAnswerError("the answer has none of registry.fields in it")
    wanted = (name for name in found if config.keep_personal or not _is_personal(name, config))
    vehicle = {name: value for name in wanted if (value := _value(found[name])) is not None}
    return vehicle or None


def _is_personal(name: str, config: RegistryConfig) -> bool:
    """Return whether a field tells about a person, by its name or by any part of the path that it is taken from."""
    parts = [name, *config.fields[name].split(".")]
    words = {part.lstrip("@").rpartition(":")[2].casefold() for part in parts}
    return not words.isdisjoint(word.casefold() for word in config.personal)


def _parse(body: bytes, config: RegistryConfig) -> object:
    try:
        if config.answer == "json":
            return json.loads(body)
        answer = xmltodict.parse(body, disable_entities=True)
        if config.json_inside is None:
            return answer
        inside = _at(answer, config.json_inside)
        if isinstance(inside, dict) and all(key.startswith(("@", "#")) for key in inside):
            inside = inside.get("#text")
        if inside is None:
            return None
        if not isinstance(inside, str):
            raise BadAnswerError(f"registry.json_inside: {config.json_inside} is no text")
        return json.loads(inside)
    except (ValueError, ExpatError, RecursionError) as error:
        raise BadAnswerError(f"the answer is no {config.answer}, or not as registry.json_inside says") from error


def _at(answer: object, path: str) -> object:
    """Return what a dotted path leads to; a number is a place in a list.

    None where it comes to something empty on its way, as all paths do in an answer about nothing; `ASTRAY` where it
    leads nowhere.
    """
    for key in path.split("."):
        if isinstance(answer, dict) and key in answer:
            answer = answer[key]
        elif isinstance(answer, list) and key.isdecimal() and int(key) < len(answer):
            answer = answer[int(key)]
        else:
            return None if _is_empty(answer) else ASTRAY
    return answer


def _is_empty(answer: object) -> bool:
    """Return whether there is nothing in a part of an answer; an XML element may still have attributes."""
    if isinstance(answer, dict):
        return all(key.startswith("@") for key in answer)
    return answer in (None, [], "")


def _value(value: object) -> object:
    """Return a field's value fit for the journal: a number, a truth value, or one line of text; else None."""
    if isinstance(value, dict):
        value = value.get("#text")
    if isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return value if value - value == 0 else None
    if not isinstance(value, str):
        return None
    text = " ".join("".join(char if char.isprintable() else " " for char in value).split())
    return text[:LONGEST_VALUE] or None


def _plain(text: str) -> str:
    return "".join(char for char in text.upper() if char.isalnum())
