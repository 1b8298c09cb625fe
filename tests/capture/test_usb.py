"""USB cameras: what is asked of them, and what goes wrong. No camera is here, so the device is scripted."""

from __future__ import annotations

import os
from pathlib import Path

import cv2
import numpy as np
import pytest

from streamer.capture.clock import Clock
from streamer.capture.opencv_capture import OpenCvCapture
from streamer.capture.usb import UsbSource
from streamer.config import CaptureConfig
from streamer.errors import SourceError
from tests.factories import NOON
from tests.fakes import ScriptedClock


class ScriptedDevice:
    """As much of `cv2.VideoCapture` as is used, for a camera that gives the frames it was made with."""

    def __init__(self, *images: np.ndarray, refuses: tuple[int, ...] = ()) -> None:
        self.images = list(images)
        self.refuses = refuses
        self.settings: dict[int, float] = {}
        self.released = 0

    def open(self, path: str, backend: int) -> OpenCvCapture:
        assert backend == cv2.CAP_V4L2
        return OpenCvCapture(self)

    def grab(self) -> bool:
        return bool(self.images)

    def retrieve(self) -> tuple[bool, np.ndarray]:
        return True, self.images.pop(0)

    def get(self, prop: int) -> float:
        return {cv2.CAP_PROP_FRAME_WIDTH: 64, cv2.CAP_PROP_FRAME_HEIGHT: 48, cv2.CAP_PROP_FPS: 30}[prop]

    def set(self, prop: int, value: float) -> bool:
        self.settings[prop] = value
        return prop not in self.refuses

    def release(self) -> None:
        self.released += 1


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A file that stands for the device's name."""
    device = tmp_path / "video0"
    device.touch()
    return device


def image(value: int) -> np.ndarray:
    return np.full((48, 64, 3), value, np.uint8)


def source_of(path: Path, device: ScriptedDevice, **settings: object) -> UsbSource:
    clock = Clock(ScriptedClock(5.0), lambda: NOON)
    return UsbSource(str(path), CaptureConfig(**settings), clock, device.open)


def test_frames_are_stamped_numbered_and_read_only(path: Path) -> None:
    source = source_of(path, ScriptedDevice(image(1), image(2)))
    source.open()
    frames = [source.read(), source.read()]
    assert [(frame.index, frame.timestamp_s, frame.utc, frame.image[0, 0, 0]) for frame in frames] == [
        (0, 5.0, NOON, 1),
        (1, 5.0, NOON, 2),
    ]
    assert not frames[0].image.flags.writeable
    assert (source.info.width, source.info.height, source.info.fps) == (64, 48, 30)


def test_settings_are_asked_for_with_the_pixel_format_first(path: Path) -> None:
    """A camera knows its sizes by pixel format: asked the other way round, many stay at 640x480."""
    device = ScriptedDevice(image(0))
    source_of(path, device, width=64, height=48, fps=30, fourcc="MJPG", exposure=200).open()
    assert list(device.settings.items()) == [
        (cv2.CAP_PROP_FOURCC, int.from_bytes(b"MJPG", "little")),
        (cv2.CAP_PROP_FRAME_WIDTH, 64),
        (cv2.CAP_PROP_FRAME_HEIGHT, 48),
        (cv2.CAP_PROP_FPS, 30),
        (cv2.CAP_PROP_AUTO_EXPOSURE, 1),
        (cv2.CAP_PROP_EXPOSURE, 200),
    ]


def test_nothing_is_asked_for_that_was_not_configured(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    device = ScriptedDevice(image(0))
    source_of(path, device).open()
    assert device.settings == {}
    assert caplog.records == []


def test_setting_that_the_camera_does_not_take_is_told_and_the_camera_used(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    device = ScriptedDevice(image(0), refuses=(cv2.CAP_PROP_EXPOSURE,))
    source = source_of(path, device, exposure=200, width=1920, height=1080)
    source.open()
    assert [record.getMessage() for record in caplog.records] == [
        f"{path}: the camera does not take the exposure that was asked for",
        f"{path}: asked for 1920x1080, the camera gives 64x48",
    ]
    assert source.read() is not None


def test_camera_that_stops_or_is_unplugged_is_lost(path: Path) -> None:
    source = source_of(path, ScriptedDevice(image(0)))
    source.open()
    source.read()
    with pytest.raises(SourceError, match="gives no picture"):
        source.read()
    path.unlink()
    with pytest.raises(SourceError, match="was unplugged"):
        source.read()


def test_busy_camera_is_one_clear_error(path: Path) -> None:
    source = UsbSource(str(path), CaptureConfig(), open_device=lambda *_: None)
    with pytest.raises(SourceError, match=r"video0 is in use by another program, or is no camera$"):
        source.open()


def test_missing_camera_names_those_that_are_here(path: Path) -> None:
    with pytest.raises(SourceError, match=rf"there is no camera .*video7; cameras here: {path}$"):
        UsbSource(str(path.with_name("video7")), CaptureConfig()).open()


def test_number_means_the_device_of_that_number() -> None:
    with pytest.raises(SourceError, match=r"^977: there is no camera /dev/video977; "):
        UsbSource("977", CaptureConfig()).open()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may use any device")
def test_camera_that_is_not_ours_to_use(path: Path) -> None:
    path.chmod(0)
    with pytest.raises(SourceError, match="add the user to group video"):
        UsbSource(str(path), CaptureConfig()).open()


def test_something_that_is_no_camera_is_refused_by_the_real_opencv() -> None:
    with pytest.raises(SourceError, match="/dev/null is in use by another program, or is no camera"):
        UsbSource("/dev/null", CaptureConfig()).open()


def test_closing_unopened_and_reading_closed_is_harmless(path: Path) -> None:
    source = source_of(path, ScriptedDevice(image(0)))
    source.close()
    assert source.read() is None
    source.open()
    source.close()
    assert source.read() is None
