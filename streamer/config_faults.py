"""What is wrong with a configuration, said in one line: where, what came, what is allowed, the nearest name."""

from __future__ import annotations

import difflib
import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from pydantic_core import ErrorDetails

from streamer.config import Config
from streamer.config_text import ConfigText, Key, dotted, redacted

Schema = dict[str, Any]

_WRONG = {
    "less_than": "is too large",
    "less_than_equal": "is too large",
    "greater_than": "is too small",
    "greater_than_equal": "is too small",
    "finite_number": "is not finite",
}

OF_THE_KEY = "[key]"
"""What pydantic puts behind a key that is itself at fault, as a header's name can be."""


def fault_text(fault: ErrorDetails, text: ConfigText, options: Mapping[Key, str]) -> str:
    """Return one fault that pydantic found as one line.

    Parameters
    ----------
    fault
        Of `ValidationError.errors()`.
    text
        The file that the values came from.
    options
        The command line's options by the key that they set.
    """
    key: Key = tuple(part for part in fault["loc"] if part != OF_THE_KEY)
    option = next((options[key[:end]] for end in range(len(key), 0, -1) if key[:end] in options), None)
    place = f"{text.place(key)}: {dotted(key)}" if option is None else option
    if fault["type"] == "extra_forbidden":
        return f"{place}: no such key; {_nearest(str(key[-1]), _keys(schema_at(key[:-1])))}"
    if fault["type"] == "missing":
        return f"{place}: is missing; allowed: {allowed_text(schema_at(key))}"
    if fault["type"] == "value_error":
        return f"{place}: {fault['ctx']['error']}"
    came = text.written.get(key) if option is None else None
    came = str(fault["input"]) if came is None else came
    schema = schema_at(key)
    wrong = _WRONG.get(fault["type"], "is not allowed")
    choices = [str(choice) for choice in _choices(schema)]
    hint = f"; {_nearest(came, choices)}" if difflib.get_close_matches(came, choices, 1) else ""
    return f"{place}: {_short(came) or 'nothing'} {wrong}; allowed: {allowed_text(schema)}{hint}"


def allowed_text(schema: Schema) -> str:
    """Return what a key may hold, in words: `a number from 0 to 1`."""
    if "anyOf" in schema:
        return " or ".join(allowed_text(resolved(option)) for option in schema["anyOf"])
    if choices := _choices(schema):
        return ", ".join(_yaml(choice) for choice in choices)
    kind = schema.get("type")
    if kind in ("integer", "number"):
        return ("a whole number" if kind == "integer" else "a number") + _range_text(schema)
    if kind == "string" and "pattern" in schema:
        return f"text like {schema['pattern']}"
    if kind == "array":
        return "a list" + (f", each {allowed_text(resolved(schema['items']))}" if "items" in schema else "")
    if kind == "object":
        return f"the keys {', '.join(keys)}" if (keys := _keys(schema)) else "keys and values"
    return {"boolean": "true, false", "null": "null", "string": "text"}.get(str(kind), "any value")


def schema_at(key: Key) -> Schema:
    """Return the JSON schema of a key, empty where there is none."""
    schema = config_schema()
    for part in key:
        schema = resolved(schema)
        inner = schema.get("items") if isinstance(part, int) else schema.get("properties", {}).get(part)
        if inner is None:
            break
        schema = inner
    return resolved(schema)


def is_section(key: Key) -> bool:
    """Tell whether a key holds keys of its own."""
    return bool(_keys(schema_at(key)))


def resolved(schema: Schema) -> Schema:
    """Return a schema with its reference followed; what stands beside the reference wins."""
    if "$ref" not in schema:
        return schema
    target = config_schema()["$defs"][schema["$ref"].rpartition("/")[2]]
    return {**target, **{name: value for name, value in schema.items() if name != "$ref"}}


@cache
def config_schema() -> Schema:
    """Return the JSON schema of the configuration, for editors and for messages."""
    return Config.model_json_schema()


def _range_text(schema: Schema) -> str:
    low, high = schema.get("minimum"), schema.get("maximum")
    above, below = schema.get("exclusiveMinimum"), schema.get("exclusiveMaximum")
    step = f", a multiple of {schema['multipleOf']}" if "multipleOf" in schema else ""
    if low is not None and high is not None:
        return f" from {low} to {high}{step}"
    least = f" of at least {low}" if low is not None else f" above {above}" if above is not None else ""
    most = f" at most {high}" if high is not None else f" below {below}" if below is not None else ""
    return f"{least}{',' if least and most else ''}{most}{step}"


def _choices(schema: Schema) -> list[Any]:
    if "const" in schema:
        return [schema["const"]]
    return list(schema.get("enum", ()))


def _keys(schema: Schema) -> list[str]:
    return list(schema.get("properties", ()))


def _nearest(name: str, names: list[str]) -> str:
    near = difflib.get_close_matches(name, names, 1)
    return f"did you mean {near[0]}?" if near else f"allowed: {', '.join(names)}"


def _yaml(value: Any) -> str:
    return json.dumps(value) if value is None or isinstance(value, bool) else str(value)


def _short(came: str) -> str:
    came = redacted(came) or "nothing"
    return came if len(came) <= 80 else f"{came[:77]}..."
