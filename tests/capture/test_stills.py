"""Still images of every kind that people have, and of the kinds that only look like it."""

from __future__ import annotations

import logging
import struct
from pathlib import Path

import cv2
import numpy as np
import pytest

from streamer.capture.clock import Clock
from streamer.capture.stills import StillSource
from streamer.config import CaptureConfig
from streamer.datatypes import Frame
from streamer.errors import SourceError, SourceFormatError
from tests.factories import NOON

pytestmark = pytest.mark.timeout(120)


def write(path: Path, image: np.ndarray) -> Path:
    assert cv2.imwrite(str(path), image)
    return path


def only_frame(path: Path, **settings: object) -> Frame:
    source = StillSource(str(path), CaptureConfig(**settings), Clock(lambda: 7.0, lambda: NOON))
    source.open()
    frame = source.read()
    assert source.read() is None
    assert (source.info.width, source.info.height) == frame.image.shape[1::-1]
    source.close()
    return frame


def half_white(height: int = 40, width: int = 60) -> np.ndarray:
    """Return an image whose top half is white."""
    image = np.zeros((height, width, 3), np.uint8)
    image[: height // 2] = 255
    return image


def with_exif_orientation(jpeg: bytes, orientation: int) -> bytes:
    """Return the JPEG with an EXIF segment that holds nothing but the orientation (tag 0x0112)."""
    tiff = b"II*\0" + struct.pack("<IH", 8, 1) + struct.pack("<HHIHH", 0x0112, 3, 1, orientation, 0) + bytes(4)
    segment = b"Exif\0\0" + tiff
    return jpeg[:2] + b"\xff\xe1" + struct.pack(">H", len(segment) + 2) + segment + jpeg[2:]


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".bmp", ".tif", ".webp", ".ppm"])
def test_image_is_one_frame_numbered_zero_at_time_zero(tmp_path: Path, suffix: str) -> None:
    frame = only_frame(write(tmp_path / f"a{suffix}", half_white()))
    assert frame.image.shape == (40, 60, 3)
    assert frame.image[:10].mean() > 250 > 5 > frame.image[-10:].mean()
    assert (frame.index, frame.timestamp_s, frame.captured_s, frame.utc) == (0, 0.0, 7.0, NOON)
    assert frame.source == str(tmp_path / f"a{suffix}")


@pytest.mark.parametrize(("orientation", "white_side"), [(1, "top"), (3, "bottom"), (6, "right"), (8, "left")])
def test_photograph_is_turned_as_the_camera_noted(tmp_path: Path, orientation: int, white_side: str) -> None:
    path = write(tmp_path / "phone.jpg", half_white())
    path.write_bytes(with_exif_orientation(path.read_bytes(), orientation))
    image = only_frame(path).image
    sides = {"top": image[:9], "bottom": image[-9:], "left": image[:, :9], "right": image[:, -9:]}
    means = {side: float(part.mean()) for side, part in sides.items()}
    assert max(means, key=means.__getitem__) == white_side
    assert image.shape == ((40, 60, 3) if orientation in (1, 3) else (60, 40, 3))


@pytest.mark.parametrize(
    "pixels",
    [
        np.full((4, 5), 128, np.uint8),
        np.full((4, 5), 128 * 257, np.uint16),
        np.full((4, 5, 3), 128 * 257, np.uint16),
        np.full((4, 5, 4), 128, np.uint8),
        np.full((4, 5, 4), 128 * 257, np.uint16),
    ],
    ids=["grey", "grey 16-bit", "colour 16-bit", "alpha", "alpha 16-bit"],
)
def test_grey_sixteen_bit_and_transparent_images_become_bgr(tmp_path: Path, pixels: np.ndarray) -> None:
    image = only_frame(write(tmp_path / "a.png", pixels)).image
    assert (image.shape, image.dtype) == ((4, 5, 3), np.uint8)
    assert np.all(image == 128)


@pytest.mark.parametrize("shape", [(1, 1), (1, 12_000), (12_000, 1), (9_000, 12_000)])
def test_smallest_and_largest(tmp_path: Path, shape: tuple[int, int]) -> None:
    assert only_frame(write(tmp_path / "a.png", np.zeros(shape, np.uint8))).image.shape == (*shape, 3)


def test_image_can_not_be_written_to(tmp_path: Path) -> None:
    frame = only_frame(write(tmp_path / "a.png", half_white()))
    with pytest.raises(ValueError, match="read-only"):
        frame.image[0, 0] = 0


def test_configured_turn_comes_on_top(tmp_path: Path) -> None:
    assert only_frame(write(tmp_path / "a.png", half_white()), rotate=90).image.shape == (60, 40, 3)


def test_ending_does_not_matter(tmp_path: Path) -> None:
    path = write(tmp_path / "a.png", half_white())
    assert only_frame(path.rename(tmp_path / "a.jpg")).image.shape == (40, 60, 3)


def test_name_with_letters_of_any_kind(tmp_path: Path) -> None:
    path = write(tmp_path / "a.png", half_white())
    assert only_frame(path.rename(tmp_path / "Ženeva 車 %d.png")).image.shape == (40, 60, 3)


def test_cut_photograph_is_read_as_far_as_it_goes(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8)
    path = write(tmp_path / "a.jpg", noise)
    whole = only_frame(path).image
    assert caplog.records == []
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with caplog.at_level(logging.WARNING):
        image = only_frame(path).image
    assert np.array_equal(image[:8], whole[:8])
    assert [record.getMessage() for record in caplog.records] == [
        f"{path} is cut off; what is missing of the image is grey"
    ]


def test_thumbnail_inside_does_not_hide_that_the_photograph_is_cut(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = write(tmp_path / "a.jpg", np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8))
    whole = path.read_bytes()
    segment = b"Thumb" + whole[:400] + b"\xff\xd9"
    cut = whole[:2] + b"\xff\xe3" + struct.pack(">H", len(segment) + 2) + segment + whole[2 : len(whole) // 2]
    path.write_bytes(cut)
    with caplog.at_level(logging.WARNING):
        only_frame(path)
    assert len(caplog.records) == 1


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("empty.jpg", b"", "the file is empty"),
        ("letter.jpg", b"Dear camera owner,\n" * 50, "this is text"),
        ("phone.heic", b"\0\0\0\x18ftypheic" + bytes(500), "HEIC is not supported"),
        ("renamed.jpg", b"\0\0\0\x18ftypmif1" + bytes(500), "HEIC is not supported"),
        ("new.jxl", b"\xff\x0a" + bytes(500), "JPEG XL is not supported"),
        ("drawing.svg", b"<svg width='4'/>", "SVG is not supported"),
        ("raw.cr3", b"\0\0\0\x18ftypcrx " + bytes(500), "camera RAW is not supported"),
        ("noise.jpg", bytes(range(256)) * 9, "not an image or a video"),
        ("cut.png", b"\x89PNG\r\n\x1a\n" + bytes(20), "damaged, cut off"),
    ],
)
def test_no_image_is_named_in_one_line(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(SourceFormatError, match=message) as caught:
        only_frame(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert "\n" not in str(caught.value)


def test_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"gone\.jpg: no such file or directory"):
        only_frame(tmp_path / "gone.jpg")
