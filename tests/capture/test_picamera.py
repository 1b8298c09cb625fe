"""The Pi's camera, scripted after picamera2's interface: there is none where the tests run."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from streamer.capture.clock import Clock
from streamer.capture.picamera import PiCameraSource
from streamer.config import CaptureConfig
from streamer.errors import SourceError
from tests.factories import NOON
from tests.fakes import ScriptedClock


class ScriptedRequest:
    def __init__(self, camera: ScriptedPiCamera) -> None:
        self._camera = camera

    def make_array(self, stream: str) -> np.ndarray:
        width, height = self._camera.configuration[stream]["size"]
        if stream == "main":
            return np.full((height, width, 3), (10, 20, 30), np.uint8)
        padded = width + 32
        return np.vstack([np.full((height, padded), 128, np.uint8), np.full((height // 2, padded), 128, np.uint8)])

    def release(self) -> None:
        self._camera.released += 1


class ScriptedPiCamera:
    """As much of `picamera2.Picamera2` as is used; its rows of the small image are padded, as the real ones are."""

    sensor_resolution = (4608, 2592)

    def __init__(self, frames: int = 99, refuses: bool = False) -> None:
        self.frames = frames
        self.refuses = refuses
        self.configuration: dict[str, dict] = {}
        self.released = 0
        self.calls: list[str] = []

    def create_video_configuration(self, **configuration: dict) -> dict:
        return configuration

    def configure(self, configuration: dict) -> None:
        if self.refuses:
            raise RuntimeError("invalid size")
        self.configuration = configuration

    def start(self) -> None:
        self.calls.append("start")

    def capture_request(self, wait: float) -> ScriptedRequest:
        if self.frames == 0:
            raise TimeoutError(f"waited {wait}")
        self.frames -= 1
        return ScriptedRequest(self)

    def stop(self) -> None:
        self.calls.append("stop")

    def close(self) -> None:
        self.calls.append("close")


def opened(camera: ScriptedPiCamera, **settings: object) -> PiCameraSource:
    source = PiCameraSource(CaptureConfig(**settings), Clock(ScriptedClock(5.0), lambda: NOON), lambda: camera)
    source.open()
    return source


def test_frame_has_the_full_image_and_a_small_one_of_the_same_view() -> None:
    camera = ScriptedPiCamera()
    source = opened(camera, width=1280, height=720, detection_width=320)
    frame = source.read()
    assert (frame.image.shape, frame.detection_image.shape) == ((720, 1280, 3), (180, 320, 3))
    assert frame.image[0, 0].tolist() == [10, 20, 30]
    assert np.ptp(frame.detection_image) == 0
    assert (frame.index, frame.timestamp_s, frame.utc, frame.source) == (0, 5.0, NOON, "picamera")
    assert not frame.image.flags.writeable
    assert not frame.detection_image.flags.writeable
    assert camera.released == 1, "a request that is not released starves the camera"
    assert camera.configuration["main"]["format"] == "RGB888", "which is BGR in memory"


def test_wide_sensor_is_read_at_half_its_size_by_default() -> None:
    source = opened(ScriptedPiCamera())
    assert (source.info.width, source.info.height) == (2304, 1296)
    assert source.read().detection_image.shape == (360, 640, 3)


def test_small_image_is_never_larger_than_the_full_one() -> None:
    assert opened(ScriptedPiCamera(), width=320, height=240).read().detection_image.shape == (240, 320, 3)


def test_turn_goes_for_both_images() -> None:
    source = opened(ScriptedPiCamera(), width=1280, height=720, detection_width=320, rotate=90)
    frame = source.read()
    assert (frame.image.shape, frame.detection_image.shape) == ((1280, 720, 3), (320, 180, 3))
    assert (source.info.width, source.info.height) == (720, 1280)


def test_rate_and_exposure_are_asked_for_only_when_configured() -> None:
    camera, plain = ScriptedPiCamera(), ScriptedPiCamera()
    opened(camera, fps=30, exposure=4000)
    opened(plain)
    assert camera.configuration["controls"] == {"FrameRate": 30, "AeEnable": False, "ExposureTime": 4000}
    assert plain.configuration["controls"] == {}


def test_silent_camera_is_lost_after_the_read_time_out() -> None:
    source = opened(ScriptedPiCamera(frames=1), read_timeout_s=3)
    source.read()
    with pytest.raises(SourceError, match="no picture for 3 s"):
        source.read()


def test_settings_that_the_camera_refuses_give_it_back() -> None:
    camera = ScriptedPiCamera(refuses=True)
    with pytest.raises(SourceError, match="invalid size"):
        opened(camera)
    assert camera.calls == ["close"]


def test_no_camera_connected_is_one_clear_error() -> None:
    def none_connected() -> ScriptedPiCamera:
        raise IndexError("list index out of range")

    with pytest.raises(SourceError, match="no camera was found"):
        PiCameraSource(CaptureConfig(), open_camera=none_connected).open()


@pytest.mark.skipif("picamera2" in sys.modules, reason="picamera2 is here")
def test_missing_picamera2_says_what_to_install() -> None:
    with pytest.raises(SourceError, match="sudo apt install python3-picamera2"):
        PiCameraSource(CaptureConfig()).open()


def test_close_stops_once_and_reading_closed_is_the_end() -> None:
    camera = ScriptedPiCamera()
    source = opened(camera)
    source.close()
    source.close()
    assert camera.calls == ["start", "stop", "close"]
    assert source.read() is None
