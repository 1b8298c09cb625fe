"""What readings call a camera that has no name of its own."""

from __future__ import annotations

import pytest

from streamer.errors import SourceError
from streamer.names import default_name, unique


@pytest.mark.parametrize(
    ("spec", "name"),
    [
        ("videos/gate.mp4", "gate"),
        ("a.b/car.front.jpg", "car.front"),
        ("0", "video0"),
        ("/dev/video2", "video2"),
        ("picamera", "picamera"),
        ("rtsp://user:secret@192.0.2.7:554/stream1", "192.0.2.7"),
        ("https://cam.example/live", "cam.example"),
    ],
)
def test_a_files_stem_a_host_or_a_device(spec: str, name: str) -> None:
    assert default_name(spec) == name


def test_an_unknown_kind_of_address_has_no_name() -> None:
    with pytest.raises(SourceError, match="addresses begin with"):
        default_name("gopher://host/x")


@pytest.mark.parametrize(
    ("given", "told_apart"),
    [
        ([], []),
        (["a"], ["a"]),
        (["a", "b"], ["a", "b"]),
        (["a", "a", "a"], ["a", "a-2", "a-3"]),
        (["a", "a-2", "a"], ["a", "a-2", "a-3"]),
        (["a-2", "a", "a"], ["a-2", "a", "a-3"]),
    ],
)
def test_same_names_are_told_apart(given: list[str], told_apart: list[str]) -> None:
    before = list(given)
    assert unique(given) == told_apart
    assert given == before
