"""Where a file is to be written."""

from __future__ import annotations

from pathlib import Path

from streamer.errors import SinkError


def check_folder(path: Path) -> None:
    """Check that the folder of a file to be written is there. Raises `SinkError`."""
    if not path.parent.is_dir():
        raise SinkError(f"{path}: the folder {path.parent} does not exist")
