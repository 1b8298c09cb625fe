"""What the tests of the commands share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.drawn import write_clip


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clip of 40 frames in which one car drives by."""
    return write_clip(tmp_path_factory.mktemp("clip") / "gate.mp4")
