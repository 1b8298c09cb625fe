"""What every test may ask for."""

from __future__ import annotations

from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[1]
SHARED_DATA = PROJECT.parent / "shared" / "data"


@pytest.fixture
def project() -> Path:
    """The checkout's root."""
    return PROJECT


@pytest.fixture
def shared_data() -> Path:
    """The folder of real pictures and clips; tests that need it skip where it is absent."""
    if not SHARED_DATA.is_dir():
        pytest.skip("real data is not here: ../shared/data")
    return SHARED_DATA
