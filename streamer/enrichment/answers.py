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


def vehicle_of(body: bytes, plate: str, config: RegistryConfig) -> Vehicle | None:
    """Return the wanted fields of an answer, or None when it holds none of them: the plate isn't known.

    Raises
    ------
    BadAnswerError
        When the answer isn't what the configuration says, or is about another plate.
    """
    answer = _parse(body, config)
    if config.plate_field is not None:
        named = _at(answer, config.plate_field)
        if named is not None and _plain(str(named)) != plate:
            raise BadAnswerError("the answer is about another plate")
    wanted = {name: path for name, path in config.fields.items() if config.keep_personal or name not in config.personal}
    found = {name: _value(_at(answer, path)) for name, path in wanted.items()}
    vehicle = {name: value for name, value in found.items() if value is not None}
    return vehicle or None


def _parse(body: bytes, config: RegistryConfig) -> object:
    try:
        if config.answer == "json":
            return json.loads(body)
        answer = xmltodict.parse(body, disable_entities=True)
        if config.json_inside is None:
            return answer
        inside = _at(answer, config.json_inside)
        if isinstance(inside, dict):
            inside = inside.get("#text")
        if inside is None:
            return {}
        if not isinstance(inside, str):
            raise BadAnswerError(f"registry.json_inside: {config.json_inside} is no text")
        return json.loads(inside)
    except (ValueError, ExpatError, RecursionError) as error:
        raise BadAnswerError(f"the answer is no {config.answer}, or not as registry.json_inside says") from error


def _at(answer: object, path: str) -> object:
    """Return what a dotted path leads to; a number is a place in a list; None where it leads nowhere."""
    for key in path.split("."):
        if isinstance(answer, dict):
            answer = answer.get(key)
        elif isinstance(answer, list) and key.isdecimal() and int(key) < len(answer):
            answer = answer[int(key)]
        else:
            return None
    return answer


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
