"""`config/` says what the code does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from pydantic import BaseModel

from streamer.config import Config
from streamer.config_faults import config_schema
from streamer.config_file import load_config
from streamer.config_template import default_yaml

SECTIONS = ["cameras", "capture", "detection", "tracking", "reading", "voting", "duplicates", "delivery", "registry"]


def keys(model: type[BaseModel], prefix: str = "") -> list[tuple[str, str | None]]:
    """Return every key of a section with its description."""
    found = []
    for name, field in model.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            found += keys(field.annotation, f"{prefix}{name}.")
        else:
            found.append((f"{prefix}{name}", field.description))
    return found


def test_default_yaml_is_what_the_code_says(project: Path) -> None:
    """After a change: `python -m streamer.config_template > config/default.yaml`."""
    assert (project / "config" / "default.yaml").read_text("utf-8") == default_yaml()


def test_default_yaml_has_every_key_and_loads_to_the_defaults(tmp_path: Path) -> None:
    path = tmp_path / "default.yaml"
    path.write_text(default_yaml(), "utf-8")
    assert load_config(path, environment={}) == Config()
    values: dict[str, Any] = yaml.safe_load(default_yaml())
    assert list(values) == SECTIONS
    for dotted, _ in keys(Config):
        inner: Any = values
        for part in dotted.split("."):
            inner = inner[part]


def test_every_key_is_explained_in_one_sentence() -> None:
    assert [key for key, about in keys(Config) if not (about or "").endswith(".")] == []


def test_lines_are_short_enough_to_read() -> None:
    assert max(map(len, default_yaml().splitlines())) <= 120


@pytest.mark.parametrize("name", ["default.yaml", "raspberry-pi.yaml"])
def test_the_files_load_and_fit_the_editors_schema(project: Path, name: str) -> None:
    path = project / "config" / name
    load_config(path, environment={})
    jsonschema.validate(yaml.safe_load(path.read_text("utf-8")), config_schema(), jsonschema.Draft202012Validator)
