"""From what a user types to where frames come from."""

from __future__ import annotations

import glob
import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from streamer.capture.addresses import redact
from streamer.capture.clock import Clock
from streamer.capture.files import VideoFileSource
from streamer.capture.part import Part
from streamer.capture.picamera import PiCameraSource
from streamer.capture.source_info import SourceKind
from streamer.capture.stills import StillSource
from streamer.capture.streams import StreamSource
from streamer.capture.unreadable import UNSUPPORTED_SUFFIXES
from streamer.capture.usb import UsbSource
from streamer.config import CaptureConfig
from streamer.errors import SourceError
from streamer.interfaces import Source

_STREAM = re.compile(r"(?i)(?:rtsps?|https?)://")
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")

_STILL_SUFFIXES = frozenset({
    ".jpg", ".jpeg", ".jpe", ".jp2", ".png", ".bmp", ".dib", ".tif", ".tiff", ".webp", ".avif", ".gif", ".pbm",
    ".pgm", ".ppm", ".pnm", ".sr", ".ras", ".hdr", ".exr",
})  # fmt: skip
_VIDEO_SUFFIXES = frozenset({
    ".mp4", ".m4v", ".mov", ".mkv", ".webm", ".avi", ".mpg", ".mpeg", ".ts", ".mts", ".m2ts", ".vob", ".wmv",
    ".asf", ".flv", ".3gp", ".3g2", ".ogv", ".mjpeg", ".mjpg", ".h264", ".264", ".h265", ".265", ".hevc", ".mxf",
    ".dav",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Expanded:
    """What the arguments of a run stand for."""

    specs: tuple[str, ...]
    """One for each source, in the order in which they are read."""
    faults: tuple[SourceError, ...]
    """One for each argument that stands for nothing."""


def kind_of(spec: str) -> SourceKind:
    """Return which kind of source an argument is; a file that is neither image nor video by its ending is a video.

    Raises
    ------
    SourceError
        For an address that no source can read.
    """
    if spec.isdecimal() or spec.startswith("/dev/"):
        return SourceKind.DEVICE
    if spec == "picamera":
        return SourceKind.PI_CAMERA
    if _STREAM.match(spec):
        return SourceKind.STREAM
    if _ADDRESS.match(spec):
        raise SourceError(f"{redact(spec)}: addresses begin with rtsp://, rtsps://, http:// or https://")
    is_still = Path(spec).suffix.lower() in _STILL_SUFFIXES | UNSUPPORTED_SUFFIXES
    return SourceKind.STILL if is_still else SourceKind.VIDEO


def expand_sources(specs: Sequence[str]) -> Expanded:
    """Replace each folder and glob by the images and videos in it, sorted by name; leave everything else as it is.

    A folder's own folders, hidden files, and files that are neither image nor video by their ending are passed over.
    """
    found: list[str] = []
    faults: list[SourceError] = []
    for spec in specs:
        try:
            found += _expand(spec)
        except SourceError as fault:
            faults.append(fault)
    return Expanded(tuple(found), tuple(faults))


def make_source(spec: str, config: CaptureConfig, part: Part | None = None, clock: Clock | None = None) -> Source:
    """Return the source that an argument names, not open yet.

    Parameters
    ----------
    spec
        One of `Expanded.specs`.
    config
        How it is opened and read.
    part
        Which part of a video file is wanted.
    clock
        Stamps frames.

    Raises
    ------
    SourceError
        For an address that no source can read, or one whose environment variable is not set.
    """
    match kind_of(spec):
        case SourceKind.DEVICE:
            return UsbSource(spec, config, clock)
        case SourceKind.PI_CAMERA:
            return PiCameraSource(config, clock)
        case SourceKind.STREAM:
            return StreamSource(spec, config, clock)
        case SourceKind.STILL:
            return StillSource(spec, config, clock)
        case SourceKind.VIDEO:
            return VideoFileSource(spec, config, part, clock)


def _expand(spec: str) -> list[str]:
    if kind_of(spec).live:
        return [spec]
    if os.path.isdir(spec):
        inside = _readable(os.path.join(spec, name) for name in os.listdir(spec))
        if not inside:
            raise SourceError(f"{spec}: no image and no video is in this folder")
        return inside
    if glob.has_magic(spec) and not os.path.exists(spec):
        matches = _readable(glob.glob(spec, recursive=True))
        if not matches:
            raise SourceError(f"{spec}: no image and no video matches")
        return matches
    return [spec]


def _readable(paths: Iterable[str]) -> list[str]:
    known = _STILL_SUFFIXES | _VIDEO_SUFFIXES | UNSUPPORTED_SUFFIXES
    return sorted(
        path
        for path in paths
        if Path(path).suffix.lower() in known and not Path(path).name.startswith(".") and os.path.isfile(path)
    )
