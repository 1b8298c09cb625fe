"""Where the data lies in a checkout and in a wheel."""

from __future__ import annotations

from pathlib import Path

from streamer.places import _place, config_dir, models_dir


def test_in_a_checkout_the_folders_are_beside_the_package(project: Path) -> None:
    assert config_dir() == project / "config"
    assert models_dir() == project / "models"


def test_in_a_wheel_they_are_inside_it_whatever_others_install_beside(tmp_path: Path) -> None:
    """`site-packages` may well hold somebody else's package named `config` or `models`."""
    package = tmp_path / "site-packages" / "streamer"
    (package / "_config").mkdir(parents=True)
    (package.parent / "config").mkdir()
    assert _place("config", package) == package / "_config"
