"""The shape of the house: imports point down, heavy libraries have one home, modules are small."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[1]
PACKAGE = PROJECT / "streamer"
MODULES = sorted(PACKAGE.rglob("*.py"))

STAGES = {"capture", "detection", "tracking", "reading", "voting", "delivery", "enrichment", "evaluation"}
LEVELS = {
    "datatypes": 0, "interfaces": 0, "errors": 0,
    "reading_loop": 3,
    "pipeline": 4, "supervisor": 4, "watching": 4, "doctor": 4,
    "methods": 5, "names": 5, "outputs": 5, "summary": 5, "build": 5,
    "commands": 6, "cli": 6, "__main__": 7,
} | dict.fromkeys(STAGES, 2)  # fmt: skip
"""Who may import whom: a lower number. Whatever is not named here is level 1: plain parts that know no stage."""

HOMES = {
    "ai_edge_litert": {"litert.py"},
    "tflite_runtime": {"litert.py"},
    "filterpy": {"tracking/kalman.py"},
    "scipy": {"tracking/association.py", "evaluation/matching.py", "evaluation/mot.py"},
    "pytesseract": {"reading/tesseract.py"},
    "picamera2": {"capture/picamera.py"},
    "libcamera": {"capture/picamera.py"},
    "requests": {"enrichment/exchange.py"},
    "models": {"commands/train.py"},
}
"""The only files that may import these."""

LONGEST = 300
VAGUE = {"utils", "util", "common", "helpers", "base", "manager", "misc"}


def name_of(module: Path) -> str:
    return module.relative_to(PACKAGE).as_posix()


def part_of(dotted: str) -> str:
    """Return which part of the package a module belongs to: `streamer.capture.files` is `capture`."""
    return [*dotted.split("."), ""][1]


def imports_of(module: Path) -> Iterator[str]:
    """Yield the dotted name of every module that is imported, wherever in the file."""
    for node in ast.walk(ast.parse(module.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}: imports are absolute"
            yield node.module or ""


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_imports_point_down(module: Path) -> None:
    own = module.relative_to(PACKAGE).with_suffix("").parts[0]
    for dotted in imports_of(module):
        if not dotted.startswith("streamer.") or part_of(dotted) == own:
            continue
        theirs = part_of(dotted)
        low, high = LEVELS.get(theirs, 1), LEVELS.get(own, 1)
        same_level = low == high and not {own, theirs} & STAGES
        assert low < high or same_level, f"{name_of(module)} imports {dotted}"


@pytest.mark.parametrize("library", HOMES)
def test_a_heavy_library_has_one_home(library: str) -> None:
    found = {name_of(module) for module in MODULES for dotted in imports_of(module) if dotted.split(".")[0] == library}
    assert found <= HOMES[library]


def test_the_command_line_library_stays_at_the_front() -> None:
    users = {name_of(module) for module in MODULES if "typer" in imports_of(module)}
    assert {Path(user).parts[0] for user in users} <= {"cli.py", "commands"}


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_a_module_is_small_and_its_name_is_an_idea_that_nobody_else_has(module: Path) -> None:
    assert len(module.read_text("utf-8").splitlines()) <= LONGEST or module.name == "config.py", "data may be longer"
    assert module.stem not in VAGUE
    assert module.stem == "__init__" or module.stem not in sys.stdlib_module_names


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_every_module_says_what_it_is_and_swallows_nothing(module: Path) -> None:
    tree = ast.parse(module.read_text("utf-8"))
    assert ast.get_docstring(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.ExceptHandler):
            silent = all(isinstance(statement, ast.Pass) for statement in node.body)
            broad = node.type is None or (isinstance(node.type, ast.Name) and node.type.id.endswith("Exception"))
            assert not (silent and broad), f"{name_of(module)}:{node.lineno}"


def test_the_front_door_loads_nothing_heavy() -> None:
    """`streamer --version` is quick because commands import what they need when they run."""
    heavy = ("cv2", "numpy", "scipy", "pydantic", "filterpy", "ai_edge_litert", "yaml")
    code = f"import sys; import streamer.cli; print([name for name in {heavy!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_wheel_holds_every_package() -> None:
    from configparser import ConfigParser

    settings = ConfigParser()
    settings.read(PROJECT / "setup.cfg")
    listed = set(settings["options"]["packages"].split())
    there = {".".join(("streamer", *init.relative_to(PACKAGE).parent.parts)) for init in PACKAGE.rglob("__init__.py")}
    assert listed == there | {"streamer._config", "streamer._config.formats", "streamer._models"}
