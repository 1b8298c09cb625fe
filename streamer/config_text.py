"""YAML text -> plain values that remember which line each came from."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from streamer.errors import ConfigError

Key = tuple[str | int, ...]
"""Where a value stands: `("cameras", 0, "name")`."""

_VARIABLE = re.compile(r"\$\$|\$\{([^}]*)\}?")
_SECRET = re.compile(r"(?<=://)[^/\s@]+@")


@dataclass(slots=True)
class ConfigText:
    """The values of one configuration file, and where each stands."""

    file: str
    values: dict[str, Any] = field(default_factory=dict)
    lines: dict[Key, int] = field(default_factory=dict)
    """1-based line of each key."""
    written: dict[Key, str] = field(default_factory=dict)
    """What the file says for each plain value, before environment variables: what messages may show."""
    faults: list[str] = field(default_factory=list)
    unread: set[Key] = field(default_factory=set)
    """Keys whose value could not be read, which is a fault; what stands in `values` for them means nothing."""

    def place(self, key: Key) -> str:
        """Return `file:line` of a key, or of the nearest key around it that the file has."""
        while key and key not in self.lines:
            key = key[:-1]
        return f"{self.file}:{self.lines[key]}" if key else self.file


class _Loader(yaml.SafeLoader):
    """YAML 1.2's core types: `no` is a word (Norway has plates too), `1e3` is a number, no dates, no octals."""


def _float(_: yaml.SafeLoader, node: yaml.ScalarNode) -> float:
    return float(node.value.lower().replace(".inf", "inf").replace(".nan", "nan"))


def _int(_: yaml.SafeLoader, node: yaml.ScalarNode) -> int:
    return int(node.value, 16 if "x" in node.value else 10)


_Loader.yaml_implicit_resolvers = {}
for _tag, _pattern, _first in (
    ("bool", r"true|True|TRUE|false|False|FALSE", [*"tTfF"]),
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("int", r"[-+]?[0-9]+|0x[0-9a-fA-F]+", [*"-+0123456789"]),
    ("float", r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?", [*"-+.0123456789"]),
    ("float", r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)", [*"-+."]),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(f"^(?:{_pattern})$"), _first)
_Loader.add_constructor("tag:yaml.org,2002:int", _int)
_Loader.add_constructor("tag:yaml.org,2002:float", _float)


def read_text(path: Path, environment: Mapping[str, str] = os.environ) -> ConfigText:
    """Read a configuration file.

    Returns
    -------
    ConfigText
        With a fault for each key that stands twice and each environment variable that is not set.

    Raises
    ------
    ConfigError
        The file can't be read or is no YAML mapping.
    """
    text = ConfigText(str(path))
    try:
        node = yaml.compose(path.read_text("utf-8-sig"), _Loader)
    except OSError as error:
        raise ConfigError(f"{path}: the configuration can't be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: the configuration is not text in UTF-8") from error
    except yaml.MarkedYAMLError as error:
        line = f":{error.problem_mark.line + 1}" if error.problem_mark else ""
        raise ConfigError(f"{path}{line}: not YAML: {error.problem}") from error
    except yaml.YAMLError as error:
        raise ConfigError(f"{path}: not YAML: {' '.join(str(error).split())}") from error
    if node is None:
        return text
    if not isinstance(node, yaml.MappingNode):
        raise ConfigError(f"{path}:{node.start_mark.line + 1}: must be sections with keys, such as `capture:`")
    text.values = _Values(text, environment).top(node)
    return text


class _Values:
    """Turns YAML nodes into plain values, noting lines on the way."""

    def __init__(self, text: ConfigText, environment: Mapping[str, str]) -> None:
        self._text = text
        self._environment = environment
        self._scalars = _Loader("")
        self._inside: set[int] = set()
        """Nodes that are being read; YAML's aliases can make one hold itself."""

    def top(self, node: yaml.MappingNode) -> dict[str, Any]:
        values = self._collection(node, ())
        return values if isinstance(values, dict) else {}

    def _mapping(self, node: yaml.MappingNode, key: Key) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for name_node, value_node in node.value:
            line = name_node.start_mark.line + 1
            if not isinstance(name_node, yaml.ScalarNode):
                self._fault(line, key, "a key must be a word")
                continue
            name = str(name_node.value)
            inner = (*key, name)
            if name in values:
                first = self._text.lines[inner]
                self._fault(line, inner, f"stands twice, first in line {first}; a key may stand once")
                continue
            self._text.lines[inner] = line
            values[name] = self._value(value_node, inner)
        return values

    def _value(self, node: yaml.Node, key: Key) -> Any:
        line = self._text.lines.setdefault(key, node.start_mark.line + 1)
        if not isinstance(node, yaml.ScalarNode):
            return self._collection(node, key)
        self._text.written[key] = redacted(node.value)
        if node.tag == "tag:yaml.org,2002:str":
            return self._expand(node, key)
        try:
            return self._scalars.construct_object(node)
        except (yaml.YAMLError, ValueError):
            self._unread(line, key, f"can't be read as {_kind(node)}")
            return None

    def _collection(self, node: yaml.CollectionNode, key: Key) -> dict[str, Any] | list[Any] | None:
        line = node.start_mark.line + 1
        if _kind(node) not in ("map", "seq"):
            self._unread(line, key, f"can't be read as {_kind(node)}")
            return None
        if id(node) in self._inside:
            self._unread(line, key, "holds itself")
            return None
        self._inside.add(id(node))
        try:
            if isinstance(node, yaml.MappingNode):
                return self._mapping(node, key)
            return [self._value(item, (*key, index)) for index, item in enumerate(node.value)]
        finally:
            self._inside.remove(id(node))

    def _expand(self, node: yaml.ScalarNode, key: Key) -> str:
        def replacement(match: re.Match[str]) -> str:
            whole, name = match.group(0), match.group(1)
            if whole == "$$":
                return "$"
            line = node.start_mark.line + 1
            if not whole.endswith("}") or not name.isidentifier():
                self._unread(line, key, f"`{whole}` names no environment variable; write ${{NAME}}, or $$ for a dollar")
            elif name not in self._environment:
                self._unread(line, key, f"the environment variable {name} is not set")
            return self._environment.get(name, whole)

        return _VARIABLE.sub(replacement, node.value)

    def _unread(self, line: int, key: Key, what: str) -> None:
        self._text.unread.add(key)
        self._fault(line, key, what)

    def _fault(self, line: int, key: Key, what: str) -> None:
        place = f"{self._text.file}:{line}: {dotted(key)}".rstrip(": ")
        self._text.faults.append(f"{place}: {what}")


def redacted(text: str) -> str:
    """Return text with the credentials of addresses in it replaced."""
    return _SECRET.sub("***@", text)


def _kind(node: yaml.Node) -> str:
    return str(node.tag).rpartition(":")[2]


def dotted(key: Key) -> str:
    """Return a key as people write it: `cameras.0.name`."""
    return ".".join(str(part) for part in key)
