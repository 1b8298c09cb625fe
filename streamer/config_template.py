"""The configuration as a YAML file: every key with its default, what it does and what it may hold.

`python -m streamer.config_template > config/default.yaml` writes the file that the project brings along.
"""

from __future__ import annotations

import textwrap
from typing import Any

import yaml
from pydantic.fields import FieldInfo

from streamer.config import Config
from streamer.config_faults import allowed_text, schema_at
from streamer.config_text import Key
from streamer.config_values import Section

WIDTH = 120
HEAD = """\
# streamer: every key with its default. Copy what you change into a file of your own and give it with --config.
# An option on the command line wins over the file. ${NAME} is an environment variable, $$ a dollar sign.

"""
CAMERAS = """\
# The cameras that are run when no SOURCE is given. Each has a `source`, as on the command line; `name` is what readings
# call it (null takes the source's host, device or file). Any section below may stand in it for that camera alone:
#   cameras:
#     - name: gate
#       source: rtsp://${CAMERA_USER}:${CAMERA_PASSWORD}@192.0.2.7/stream1
#       capture: {rotate: 90}
cameras: []
"""


def default_yaml() -> str:
    """Return the text of `config/default.yaml`."""
    fields = {name: field for name, field in Config.model_fields.items() if name != "cameras"}
    sections = [_section(name, field, (name,)) for name, field in fields.items()]
    return HEAD + CAMERAS + "".join(f"\n{section}" for section in sections)


def _section(name: str, field: FieldInfo, key: Key) -> str:
    """Return one section and what is in it; `key` is where it stands."""
    model: type[Section] = field.annotation  # type: ignore[assignment]
    indent = "  " * (len(key) - 1)
    about = " ".join((model.__doc__ or "").split()).partition(": ")[2]
    lines = [
        _comment(f"{about[:1].upper()}{about[1:]}", indent),
        f"{indent}{name}:{'' if model.model_fields else ' {}'}\n",
    ]
    for inner, inner_field in model.model_fields.items():
        inner_key = (*key, inner)
        if isinstance(inner_field.annotation, type) and issubclass(inner_field.annotation, Section):
            lines.append(_section(inner, inner_field, inner_key))
        else:
            lines.append(_value(inner, inner_field, inner_key))
    return "".join(lines)


def _value(name: str, field: FieldInfo, key: Key) -> str:
    indent = "  " * (len(key) - 1)
    sentence = (field.description or "").rstrip(".")
    about = f"{sentence}. Allowed: {allowed_text(schema_at(key))}."
    return _comment(about, indent) + f"{indent}{name}: {_plain(key)}\n"


def _comment(text: str, indent: str) -> str:
    if not text:
        return ""
    lines = textwrap.wrap(text, WIDTH - len(indent) - 2, break_long_words=False, break_on_hyphens=False)
    return "".join(f"{indent}# {line}\n" for line in lines)


def _plain(key: Key) -> str:
    """Return a key's default as YAML on one line."""
    value: Any = Config().model_dump(mode="json")
    for part in key:
        value = value[part]
    text: str = yaml.safe_dump(value, default_flow_style=True, sort_keys=False, width=10_000)
    return text.removesuffix("...\n").strip()


if __name__ == "__main__":
    print(default_yaml(), end="")
