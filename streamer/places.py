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


def _place(name: str) -> Path:
    beside = PACKAGE.parent / name
    in_checkout = (PACKAGE.parent / "setup.cfg").is_file() or (PACKAGE.parent / "pyproject.toml").is_file()
    return beside if in_checkout and beside.is_dir() else PACKAGE / f"_{name}"
