"""Why a file can't be read, in one line that tells the user what to do."""

from __future__ import annotations

from pathlib import Path

from streamer.capture.file_header import FileHeader

_HEIF_BRANDS = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1")
_SIGNATURES = (
    (b"%PDF", "PDF"),
    (b"\xff\x0a", "JPEG XL"),
    (b"\x00\x00\x00\x0cJXL ", "JPEG XL"),
    (b"<svg", "SVG"),
    (b"PK\x03\x04", "a ZIP archive"),
)
_IMAGE_SIGNATURES = (b"\xff\xd8\xff", b"\x89PNG", b"BM", b"II*\0", b"MM\0*", b"GIF8", b"\0\0\0\x0cjP  ")
_UNSUPPORTED_SUFFIXES = {
    ".heic": "HEIC", ".heif": "HEIC", ".jxl": "JPEG XL", ".svg": "SVG", ".pdf": "PDF", ".cr2": "camera RAW",
    ".cr3": "camera RAW", ".nef": "camera RAW", ".arw": "camera RAW", ".dng": "camera RAW", ".psd": "Photoshop",
}  # fmt: skip

UNSUPPORTED_SUFFIXES = frozenset(_UNSUPPORTED_SUFFIXES)
"""Endings of images that are recognised, only to be named as unsupported."""


def why_unreadable(path: Path, header: FileHeader | None = None) -> str:
    """Return why OpenCV could not open the file, as what follows its name in a message."""
    with path.open("rb") as file:
        start = file.read(512)
    if not start:
        return "the file is empty"
    named = unsupported_format(path, start)
    if named:
        return f"{named} is not supported; convert it to JPEG or PNG, or a video to MP4"
    if header is not None and not header.has_index:
        return "the video was cut off before its index was written; nothing in it can be decoded"
    if start.startswith(_IMAGE_SIGNATURES):
        return "the image is damaged, cut off, or too large to decode"
    if _looks_like_text(start):
        return "this is text, not an image or a video"
    return "not an image or a video that can be decoded"


def unsupported_format(path: Path, start: bytes) -> str | None:
    """Return the name of a known format that can't be read, from the file's first bytes or its ending."""
    if start[4:8] == b"ftyp" and start[8:12] in _HEIF_BRANDS:
        return "HEIC"
    for signature, name in _SIGNATURES:
        if start.startswith(signature):
            return name
    return _UNSUPPORTED_SUFFIXES.get(path.suffix.lower())


def _looks_like_text(start: bytes) -> bool:
    try:
        start.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start > 500
    return b"\0" not in start
