"""The wheel: whole without the checkout."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.drawn import write_clip

pytest.importorskip("setuptools", minversion="77", reason="needs setuptools 77 to build a wheel")

pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with nothing but what the wheel installs."""
    project = Path(__file__).resolve().parents[1]
    source, folder = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheel")
    for name in ("setup.cfg", "pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(project / name, source)
    for name in ("streamer", "config", "models"):
        shutil.copytree(project / name, source / name, ignore=shutil.ignore_patterns("__pycache__", "training"))
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "wheel", "--no-deps", "--no-build-isolation", "-w", folder, source], check=True, timeout=300)
    (wheel,) = folder.glob("streamer-*.whl")
    target = folder / "site"
    subprocess.run([*pip, "install", "--no-deps", "--target", target, wheel], check=True, timeout=300)
    return target


def streamer(installed: Path, folder: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-P", "-m", "streamer", *map(str, arguments)],
        cwd=folder, env=os.environ | {"PYTHONPATH": str(installed)}, capture_output=True, text=True, timeout=120,
    )  # fmt: skip


def test_the_wheel_holds_models_configuration_and_formats(installed: Path) -> None:
    package = installed / "streamer"
    assert list((package / "_models").glob("*.tflite"))
    assert (package / "_config" / "default.yaml").is_file()
    assert len(list((package / "_config" / "formats").glob("*.yaml"))) >= 40
    assert not (package / "_models" / "training").exists()


def test_it_reads_a_clip_in_an_empty_folder(installed: Path, tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "gate.mp4")
    done = streamer(installed, tmp_path, "run", clip, "--json", "--db", "none")
    assert done.returncode == 0, done.stderr
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line.get("plate") for line in lines[:-1]] == ["KT347HE"]


def test_training_needs_the_checkout_and_says_so(installed: Path, tmp_path: Path) -> None:
    done = streamer(installed, tmp_path, "train", "crops")
    assert done.returncode == 2
    assert done.stderr == "streamer: train: the training code is not in the wheel; clone the project and run it there\n"
