"""The recording: a real file, read back by OpenCV and by ffprobe."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from streamer.delivery.annotated_video import AnnotatedVideo, fit, rate
from streamer.delivery.video_encoder import FfmpegEncoder, OpenCvEncoder, h264_program
from streamer.errors import SinkError
from tests.factories import make_report

needs_ffmpeg = pytest.mark.skipif(shutil.which("ffprobe") is None, reason="install ffmpeg")


class ListEncoder:
    """An encoder that keeps what it is given."""

    def __init__(self, path: Path, size_wh: tuple[int, int], fps: float) -> None:
        self.path, self.size_wh, self.fps = path, size_wh, fps
        self.greys: list[int] = []
        self.closed = False

    def write(self, image: np.ndarray) -> None:
        assert image.shape[1::-1] == self.size_wh
        self.greys.append(int(image[-1, -1, 0]))

    def close(self) -> None:
        self.closed = True


def grey(level: int, width: int = 320, height: int = 180) -> np.ndarray:
    return np.full((height, width, 3), level, np.uint8)


Record = Callable[..., list[ListEncoder]]


@pytest.fixture
def record(tmp_path: Path) -> Record:
    """What gives the encoders after frames of some numbers, at 25 a second; frame `n` is grey `n` at its corner."""

    def run(indexes: list[int], cameras: tuple[str, ...] = ("gate",)) -> list[ListEncoder]:
        opened: list[ListEncoder] = []

        def open_encoder(path: Path, size_wh: tuple[int, int], fps: float) -> ListEncoder:
            opened.append(ListEncoder(path, size_wh, fps))
            return opened[-1]

        video = AnnotatedVideo(tmp_path / "out.webm", cameras, open_encoder)
        for index in indexes:
            for camera in cameras:
                video.show(make_report(index, image=grey(index % 250), camera=camera))
        video.close()
        assert all(encoder.closed for encoder in opened)
        return opened

    return run


@needs_ffmpeg
@pytest.mark.timeout(120)
@pytest.mark.parametrize(
    ("name", "codec"),
    [("out.mp4", "h264" if h264_program() else "vp9"), ("out.webm", "vp8")],
)
def test_a_recording_plays_in_a_browser(tmp_path: Path, name: str, codec: str) -> None:
    path = tmp_path / name
    video = AnnotatedVideo(path, ["gate"])
    for index in range(12):
        video.show(make_report(index, image=grey(20 * index, 321, 181)))
    video.close()
    shown = subprocess.run(
        ["ffprobe", "-v", "error", "-show_streams", "-of", "json", path], capture_output=True, check=True
    )
    (stream,) = json.loads(shown.stdout)["streams"]
    assert (stream["codec_name"], stream["pix_fmt"], stream["r_frame_rate"]) == (codec, "yuv420p", "25/1")
    assert (stream["width"], stream["height"]) == (320, 180), "trimmed to even sides"
    capture = cv2.VideoCapture(str(path))
    levels = []
    while (frame := capture.read()[1]) is not None:
        levels.append(int(frame[150, 300, 0]))
    assert levels == pytest.approx([20 * index for index in range(12)], abs=6)


@pytest.mark.timeout(120)
def test_without_ffmpeg_an_mp4_is_vp9(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    path = tmp_path / "out.mp4"
    video = AnnotatedVideo(path, ["gate"])
    for index in range(6):
        video.show(make_report(index, image=grey(0, 64, 48)))
    video.close()
    assert b"vp09" in path.read_bytes()


def test_no_frames_make_no_file(tmp_path: Path) -> None:
    AnnotatedVideo(tmp_path / "out.webm", ["gate"]).close()
    assert list(tmp_path.iterdir()) == []


def test_one_frame_makes_a_video(record: Record) -> None:
    (encoder,) = record([0])
    assert encoder.greys == [0]


def test_even_frames_are_recorded_one_for_one(record: Record) -> None:
    (encoder,) = record(list(range(20)))
    assert encoder.fps == pytest.approx(25)
    assert encoder.greys == list(range(20))


def test_dropped_frames_are_held_so_that_time_stays_true(record: Record) -> None:
    (encoder,) = record([0, 1, 2, 3, 4, 8, 9])
    assert encoder.greys == [0, 1, 2, 3, 4, 8, 8, 8, 8, 9]


def test_a_long_gap_is_not_recorded_as_an_hour_of_nothing(record: Record) -> None:
    (encoder,) = record([0, 1, 2, 3, 4, 90_000, 90_001])
    assert len(encoder.greys) == 7


def test_times_that_begin_again_go_on_from_there(record: Record) -> None:
    (encoder,) = record([10, 11, 12, 13, 14, 0, 1, 2])
    assert encoder.greys == [10, 11, 12, 13, 14, 0, 1, 2]


def test_stills_of_one_time_are_seen_for_a_second_each(record: Record) -> None:
    (encoder,) = record([7, 7, 7, 7, 7, 7])
    assert encoder.fps == 1.0
    assert len(encoder.greys) == 6


@pytest.mark.parametrize(
    ("timestamps_s", "fps"),
    [([], 1.0), ([5.0], 1.0), ([0.0, 0.0], 1.0), ([0.0, 0.04, 0.08, 1.0], 25.0), ([1.0, 0.0], 1.0), ([0, 1e-9], 120.0)],
)
def test_rate(timestamps_s: list[float], fps: float) -> None:
    assert rate(timestamps_s) == pytest.approx(fps)


def test_each_camera_has_a_file_of_its_own(record: Record) -> None:
    encoders = record([0, 1], cameras=("gate", "a/b yard"))
    assert sorted(encoder.path.name for encoder in encoders) == ["out-a_b_yard.webm", "out-gate.webm"]


@pytest.mark.parametrize("size", [(320, 180), (321, 181), (180, 320), (1, 1), (4000, 10)])
def test_a_frame_of_another_size_is_fitted_whole(size: tuple[int, int]) -> None:
    image = grey(200, *size)
    before = image.copy()
    fitted = fit(image, (320, 180))
    assert fitted.shape == (180, 320, 3)
    assert fitted[:, 160, 0].max() == 200
    assert np.array_equal(image, before)


def test_a_name_that_is_no_video_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SinkError, match=r"\.mp4 or \.webm"):
        AnnotatedVideo(tmp_path / "out.avi", ["gate"])


@pytest.mark.parametrize("target", ["/proc/out.mp4", "nowhere/out.mp4"])
def test_a_file_that_cant_be_made_is_refused(tmp_path: Path, target: str) -> None:
    with pytest.raises(SinkError, match=r"can't be written|does not exist"):
        AnnotatedVideo(tmp_path / target, ["gate"])


def test_an_existing_file_is_left_alone_until_there_is_a_frame(tmp_path: Path) -> None:
    path = tmp_path / "out.webm"
    path.write_bytes(b"old")
    AnnotatedVideo(path, ["gate"]).close()
    assert path.read_bytes() == b"old"


def write_until_it_fails(encoder: FfmpegEncoder) -> None:
    for _ in range(1000):
        encoder.write(grey(0))


@needs_ffmpeg
@pytest.mark.timeout(60)
def test_an_encoder_that_dies_is_a_fault_with_its_reason(tmp_path: Path) -> None:
    program = h264_program()
    assert program is not None
    encoder = FfmpegEncoder(tmp_path / "nowhere" / "out.mp4", (320, 180), 25.0, program)
    with pytest.raises(SinkError, match="No such file or directory"):
        write_until_it_fails(encoder)
    with pytest.raises(SinkError):
        encoder.close()


def test_an_encoder_that_opencv_cant_open_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(SinkError, match="can't be written"):
        OpenCvEncoder(tmp_path / "nowhere" / "out.webm", (320, 180), 25.0)
