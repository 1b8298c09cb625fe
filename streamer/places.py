"""Where the project's data lies: beside the package in a checkout, inside it where a wheel was installed."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent


def config_dir() -> Path:
    """Return the folder of `default.yaml`, `raspberry-pi.yaml` and `formats/`."""
    return _place("config")


def models_dir() -> Path:
    """Return the folder of the models and their cards."""
    return _place("models")


def _place(name: str, package: Path = PACKAGE) -> Path:
    beside = package.parent / name
    in_checkout = (package.parent / "pyproject.toml").is_file()
    return beside if in_checkout and beside.is_dir() else package / f"_{name}"
