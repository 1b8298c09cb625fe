"""Headers of video files, written by hand."""

from __future__ import annotations

import struct
from datetime import UTC, datetime
from pathlib import Path

import pytest

from streamer.capture.file_header import FileHeader, read_header


def box(name: bytes, content: bytes = b"") -> bytes:
    return struct.pack(">I4s", len(content) + 8, name) + content


def mvhd(seconds: int, version: int = 0) -> bytes:
    return box(b"mvhd", struct.pack(">B3xI" if version == 0 else ">B3xQ", version, seconds) + bytes(80))


def element(name: str, content: bytes) -> bytes:
    return bytes.fromhex(name) + struct.pack(">Q", len(content) | 1 << 56) + content


FTYP = box(b"ftyp", b"isom\0\0\2\0")
DAY_ONE = 24 * 3600


def header_of(tmp_path: Path, content: bytes) -> FileHeader:
    path = tmp_path / "clip"
    path.write_bytes(content)
    return read_header(path)


@pytest.mark.parametrize("version", [0, 1])
def test_mp4_counts_from_1904(tmp_path: Path, version: int) -> None:
    header = header_of(tmp_path, FTYP + box(b"moov", box(b"free") + mvhd(DAY_ONE, version)) + box(b"mdat"))
    assert header == FileHeader(datetime(1904, 1, 2, tzinfo=UTC))


def test_matroska_counts_from_2001(tmp_path: Path) -> None:
    date = element("4461", struct.pack(">q", DAY_ONE * 10**9))
    info = element("1549A966", element("2AD7B1", b"\x01") + date)
    header = header_of(tmp_path, element("1A45DFA3", b"\0") + element("18538067", element("EC", b"\0\0") + info))
    assert header == FileHeader(datetime(2001, 1, 2, tzinfo=UTC))


def test_zero_time_is_no_time(tmp_path: Path) -> None:
    assert header_of(tmp_path, FTYP + box(b"moov", mvhd(0))).created is None


def test_impossible_time_is_no_time(tmp_path: Path) -> None:
    assert header_of(tmp_path, FTYP + box(b"moov", mvhd(2**63, version=1))).created is None


def test_box_with_a_long_size_is_stepped_over(tmp_path: Path) -> None:
    large = struct.pack(">I4sQ", 1, b"mdat", 16 + 5) + bytes(5)
    assert header_of(tmp_path, FTYP + large + box(b"moov", mvhd(DAY_ONE))).created is not None


def test_box_up_to_the_end_of_the_file_is_not_cut(tmp_path: Path) -> None:
    header = header_of(tmp_path, FTYP + box(b"moov", mvhd(0)) + struct.pack(">I4s", 0, b"mdat") + bytes(99))
    assert header == FileHeader()


@pytest.mark.parametrize("missing", [1, 50])
def test_missing_bytes_are_counted(tmp_path: Path, missing: int) -> None:
    mp4 = FTYP + box(b"moov", mvhd(0)) + box(b"mdat", bytes(100))
    avi = b"RIFF" + struct.pack("<I", 104) + b"AVI " + bytes(100)
    mkv = element("1A45DFA3", b"\0") + element("18538067", bytes(100))
    for whole in (mp4, avi, mkv):
        assert header_of(tmp_path, whole).missing_bytes == 0
        assert header_of(tmp_path, whole[:-missing]).missing_bytes == missing


@pytest.mark.parametrize("kept", [0, 8])
def test_mp4_without_a_whole_index(tmp_path: Path, kept: int) -> None:
    moov = box(b"moov", mvhd(0))
    assert not header_of(tmp_path, FTYP + box(b"mdat", bytes(9)) + moov[:kept]).has_index


def test_live_matroska_of_unknown_length_is_not_cut(tmp_path: Path) -> None:
    segment = bytes.fromhex("18538067") + b"\x01" + b"\xff" * 7 + bytes(30)
    assert header_of(tmp_path, element("1A45DFA3", b"\0") + segment) == FileHeader()


@pytest.mark.parametrize(
    "content",
    [b"", b"a", b"RIFF", b"\x1a\x45\xdf\xa3", b"\x1a\x45\xdf\xa3\0\0\0\0\0", FTYP + bytes(40), bytes(100)],
)
def test_rubbish_is_an_empty_header_and_never_an_endless_walk(tmp_path: Path, content: bytes) -> None:
    header = header_of(tmp_path, content)
    assert (header.created, header.missing_bytes) == (None, 0)


def test_missing_file_is_an_os_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_header(tmp_path / "gone")
