"""What readings call a camera that has no name of its own."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from urllib.parse import urlsplit

from streamer.capture.source_info import SourceKind
from streamer.capture.sources import kind_of


def default_name(spec: str) -> str:
    """Return a file's stem, an address's host, or a device's name. Raises `SourceError` for an unknown address."""
    match kind_of(spec):
        case SourceKind.DEVICE:
            return f"video{spec}" if spec.isdecimal() else Path(spec).name
        case SourceKind.PI_CAMERA:
            return "picamera"
        case SourceKind.STREAM:
            return urlsplit(spec).hostname or "stream"
        case SourceKind.STILL | SourceKind.VIDEO:
            return Path(spec).stem or spec


def unique(names: Iterable[str]) -> list[str]:
    """Return the names with `-2`, `-3` … after those that were there before."""
    taken: set[str] = set()
    result = []
    for name in names:
        candidate, number = name, 1
        while candidate in taken:
            number += 1
            candidate = f"{name}-{number}"
        taken.add(candidate)
        result.append(candidate)
    return result
