"""Real videos made by ffmpeg, and a real MJPEG camera on loopback."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from streamer.config import CaptureConfig
from streamer.datatypes import Frame
from tests.capture.mjpeg_camera import MjpegCamera
from tests.rtsp_server import RtspServer, why_missing

MakeVideo = Callable[..., Path]


@pytest.fixture
def config() -> CaptureConfig:
    """Defaults, but quick to give up."""
    return CaptureConfig(open_timeout_s=5, read_timeout_s=2, reconnect_first_s=0.05, reconnect_max_s=0.2)


@pytest.fixture
def ffmpeg(tmp_path: Path) -> Callable[..., Path]:
    """Run ffmpeg with arguments, the last of which is the name of the file to make in the test's folder."""
    if shutil.which("ffmpeg") is None:
        pytest.skip("needs Debian's package: ffmpeg")

    def run(*arguments: str) -> Path:
        made = tmp_path / arguments[-1]
        command = ["ffmpeg", "-v", "error", "-y", *arguments[:-1], str(made)]
        subprocess.run(command, check=True, timeout=120, capture_output=True, cwd=tmp_path)
        return made

    return run


@pytest.fixture
def video(ffmpeg: Callable[..., Path]) -> MakeVideo:
    """Make a clip whose frame number can be read off its brightness (see `number_of`), encoded with given options."""

    def make(name: str, *options: str, frames: int = 20, size: str = "96x64", fps: int = 10) -> Path:
        picture = f"color=black:s={size}:r={fps},geq=lum='30+8*N':cb=128:cr=128"
        return ffmpeg("-f", "lavfi", "-i", picture, "-frames:v", str(frames), *options, name)

    return make


H264 = ("-c:v", "libx264", "-pix_fmt", "yuv420p", "-preset", "ultrafast")


def number_of(frame: Frame) -> int:
    """Return the number that the fixture `video` painted into a frame, as the encoder left it."""
    luma = (float(np.median(frame.image)) * 219 / 255 + 16 - 30) / 8
    return round(luma)


@pytest.fixture
def camera() -> Iterator[MjpegCamera]:
    """A running MJPEG camera."""
    with MjpegCamera() as running:
        yield running


@pytest.fixture
def rtsp_camera(ffmpeg: Callable[..., Path]) -> Iterator[Callable[..., RtspServer]]:
    """Start a real RTSP server with a clip of two minutes; ended after the test."""
    if why_missing() is not None:
        pytest.skip(str(why_missing()))
    picture = "testsrc=size=160x120:rate=25:duration=120"
    clip = ffmpeg("-f", "lavfi", "-i", picture, *H264, "-g", "25", "street.mp4")
    started: list[RtspServer] = []

    def start(**options: object) -> RtspServer:
        server = RtspServer(clip, **options)
        started.append(server)
        server.start()
        return server

    yield start
    for server in started:
        server.kill()
