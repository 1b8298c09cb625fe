"""What a video file's own header says: when it was made, and how long the file should be.

Only the outermost structure is read, of MP4 and MOV (ISO 14496-12), AVI (RIFF) and Matroska/WebM (EBML, RFC 8794 and
RFC 9559); any other file has an empty header.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO

_MP4_EPOCH = datetime(1904, 1, 1, tzinfo=UTC)
_MATROSKA_EPOCH = datetime(2001, 1, 1, tzinfo=UTC)
_MP4_START = (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip")
_EBML, _SEGMENT, _SEEK_INFO, _DATE_UTC = 0x1A45DFA3, 0x18538067, 0x1549A966, 0x4461


@dataclass(frozen=True, slots=True)
class FileHeader:
    """What a file says of itself."""

    created: datetime | None = None
    """When it was made, UTC; None when it doesn't say."""
    missing_bytes: int = 0
    """How many bytes its outer structure promises beyond the end of the file."""
    has_index: bool = True
    """False for an MP4 without the whole table that says where its frames are: it was never finished."""


def read_header(path: Path) -> FileHeader:
    """Read a file's header. Raises `OSError` when the file can't be read."""
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(0)
        start = file.read(12)
        if start[4:8] in _MP4_START:
            return _read_mp4(file, size)
        if start[:4] == b"RIFF" and len(start) == 12:
            return FileHeader(missing_bytes=max(0, struct.unpack("<I", start[4:8])[0] + 8 - size))
        if start[:4] == _EBML.to_bytes(4, "big"):
            return _read_matroska(file, size)
    return FileHeader()


def _boxes(file: BinaryIO, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Yield each MP4 box from `start` to `end` as its name, where its content starts, and where it ends."""
    while start + 8 <= end:
        file.seek(start)
        head = file.read(16)
        if len(head) < 8:
            return
        length, name = struct.unpack(">I4s", head[:8])
        content = start + 8
        if length == 1 and len(head) == 16:
            length, content = struct.unpack(">Q", head[8:])[0], start + 16
        elif length == 0:
            length = end - start
        if length < 8:
            return
        yield name, content, start + length
        start += length


def _read_mp4(file: BinaryIO, size: int) -> FileHeader:
    created, missing, has_index = None, 0, False
    for name, content, end in _boxes(file, 0, size):
        missing = max(missing, end - size)
        if name == b"moov":
            has_index = end <= size
            for inner, inner_content, _ in _boxes(file, content, min(end, size)):
                if inner == b"mvhd":
                    file.seek(inner_content)
                    created = _mp4_time(file.read(12))
    return FileHeader(created, missing, has_index)


def _mp4_time(mvhd: bytes) -> datetime | None:
    if len(mvhd) < 12:
        return None
    seconds = struct.unpack(">Q", mvhd[4:])[0] if mvhd[0] == 1 else struct.unpack(">I", mvhd[4:8])[0]
    return _after(_MP4_EPOCH, seconds)


def _elements(file: BinaryIO, start: int, end: int) -> Iterator[tuple[int, int, int | None]]:
    """Yield each EBML element as its id, where its content starts, and where it ends (None when it doesn't say)."""
    while start < end:
        file.seek(start)
        head = file.read(12)
        id_length, size_length = _vint_length(head), _vint_length(head[_vint_length(head) :])
        if not id_length or not size_length or len(head) < id_length + size_length:
            return
        content = start + id_length + size_length
        raw = int.from_bytes(head[id_length : id_length + size_length], "big")
        unknown = (1 << (7 * size_length)) - 1
        length = raw & unknown
        yield int.from_bytes(head[:id_length], "big"), content, None if length == unknown else content + length
        if length == unknown:
            return
        start = content + length


def _vint_length(data: bytes) -> int:
    """Return how many bytes a number of variable length takes, from the leading zeros of its first; 0 when invalid."""
    return 9 - data[0].bit_length() if data and data[0] else 0


def _read_matroska(file: BinaryIO, size: int) -> FileHeader:
    for name, content, end in _elements(file, 0, size):
        if name == _SEGMENT:
            missing = max(0, end - size) if end is not None else 0
            return FileHeader(_matroska_time(file, content, min(end or size, size)), missing)
    return FileHeader()


def _matroska_time(file: BinaryIO, start: int, end: int) -> datetime | None:
    for name, content, info_end in _elements(file, start, end):
        if name == _SEEK_INFO and info_end is not None:
            for inner, inner_content, inner_end in _elements(file, content, info_end):
                if inner == _DATE_UTC and inner_end == inner_content + 8:
                    file.seek(inner_content)
                    return _after(_MATROSKA_EPOCH, struct.unpack(">q", file.read(8))[0] / 1e9)
    return None


def _after(epoch: datetime, seconds: float) -> datetime | None:
    """Return the time, or None for zero and for times that no camera can mean."""
    try:
        return epoch + timedelta(seconds=seconds) if seconds else None
    except OverflowError:
        return None
