"""From what a user types to sources."""

from __future__ import annotations

from pathlib import Path

import pytest

from streamer.capture.files import VideoFileSource
from streamer.capture.picamera import PiCameraSource
from streamer.capture.source_info import SourceKind
from streamer.capture.sources import expand_sources, kind_of, make_source
from streamer.capture.stills import StillSource
from streamer.capture.streams import StreamSource
from streamer.capture.usb import UsbSource
from streamer.config import CaptureConfig
from streamer.errors import SourceError

CONFIG = CaptureConfig()


@pytest.mark.parametrize(
    ("spec", "kind", "source"),
    [
        ("0", SourceKind.DEVICE, UsbSource),
        ("/dev/video2", SourceKind.DEVICE, UsbSource),
        ("/dev/v4l/by-id/usb-cam", SourceKind.DEVICE, UsbSource),
        ("picamera", SourceKind.PI_CAMERA, PiCameraSource),
        ("rtsp://h/live", SourceKind.STREAM, StreamSource),
        ("RTSPS://h/live", SourceKind.STREAM, StreamSource),
        ("http://h/video.jpg", SourceKind.STREAM, StreamSource),
        ("https://h/", SourceKind.STREAM, StreamSource),
        ("gate.mp4", SourceKind.VIDEO, VideoFileSource),
        ("gate.unknown", SourceKind.VIDEO, VideoFileSource),
        ("a.JPG", SourceKind.STILL, StillSource),
        ("a.heic", SourceKind.STILL, StillSource),
        ("./0", SourceKind.VIDEO, VideoFileSource),
    ],
)
def test_what_is_typed_decides_the_kind(spec: str, kind: SourceKind, source: type) -> None:
    made = make_source(spec, CONFIG)
    assert kind_of(spec) is made.kind is kind
    assert type(made) is source
    assert made.live is kind.live
    assert made.name == spec


@pytest.mark.parametrize("spec", ["ftp://u:secret@h/a", "file:///tmp/a.mp4", "rtmp://h/a"])
def test_other_addresses_are_refused_without_their_secrets(spec: str) -> None:
    with pytest.raises(SourceError, match="addresses begin with rtsp://") as caught:
        kind_of(spec)
    assert "secret" not in str(caught.value)
    assert str(expand_sources([spec]).faults[0]) == str(caught.value)


def test_name_of_a_stream_has_no_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATE_PASSWORD", "hunter2")
    source = make_source("rtsp://admin:${GATE_PASSWORD}@h/live", CONFIG)
    assert source.name == "rtsp://h/live"


def test_unset_variable_is_a_fault() -> None:
    with pytest.raises(SourceError, match="NO_SUCH_VARIABLE is not set"):
        make_source("rtsp://h/${NO_SUCH_VARIABLE}", CONFIG)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("b.jpg", "a.mp4", "c.PNG", "d.heic", "labels.csv", ".hidden.jpg", "noending"):
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / "sub.jpg").mkdir()
    (tmp_path / "sub.jpg" / "e.jpg").write_bytes(b"x")
    return tmp_path


def names(specs: tuple[str, ...]) -> list[str]:
    return [Path(spec).name for spec in specs]


def test_folder_is_its_images_and_videos_sorted_by_name(folder: Path) -> None:
    expanded = expand_sources([str(folder)])
    assert names(expanded.specs) == ["a.mp4", "b.jpg", "c.PNG", "d.heic"]
    assert expanded.faults == ()


def test_glob_matches_sorted(folder: Path) -> None:
    assert names(expand_sources([str(folder / "[ab].*")]).specs) == ["a.mp4", "b.jpg"]
    assert names(expand_sources([str(folder / "**" / "*.jpg")]).specs) == ["b.jpg", "e.jpg"]


def test_file_whose_name_looks_like_a_glob_is_that_file(tmp_path: Path) -> None:
    path = tmp_path / "cam[1].mp4"
    path.write_bytes(b"x")
    assert expand_sources([str(path)]).specs == (str(path),)


def test_order_of_arguments_is_kept_and_files_are_left_alone(folder: Path) -> None:
    given = ["z.mp4", "0", str(folder / "b.jpg"), "rtsp://h/a", "a.mp4", "a.mp4"]
    assert list(expand_sources(given).specs) == given


def test_nothing_to_read_is_a_fault_and_the_good_ones_stay(folder: Path, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    expanded = expand_sources([str(empty), str(folder / "b.jpg"), str(folder / "*.gif")])
    assert names(expanded.specs) == ["b.jpg"]
    assert [str(fault) for fault in expanded.faults] == [
        f"{empty}: no image and no video is in this folder",
        f"{folder / '*.gif'}: no image and no video matches",
    ]


def test_no_argument_is_no_source() -> None:
    assert expand_sources([]).specs == ()
