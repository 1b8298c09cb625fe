"""Network cameras that go away: silent, killed, disconnected again and again. Real servers on loopback."""

from __future__ import annotations

import gc
import logging
import time
from collections.abc import Callable

import psutil
import pytest

from streamer.capture.frame_queue import FrameQueue
from streamer.capture.streams import StreamSource
from streamer.capture.thread import CaptureThread
from streamer.config import CaptureConfig
from streamer.datatypes import Frame
from streamer.errors import SourceError
from tests.capture.mjpeg_camera import MjpegCamera
from tests.capture.watch import LIMIT_S, Watch
from tests.rtsp_server import RtspServer

pytestmark = pytest.mark.timeout(240)

StartCamera = Callable[..., RtspServer]


def read_until_it_raises(source: StreamSource) -> None:
    for _ in range(500):
        source.read()


@pytest.mark.parametrize("transport", ["tcp", "udp"])
def test_camera_that_falls_silent_is_noticed(rtsp_camera: StartCamera, transport: str) -> None:
    server = rtsp_camera()
    source = StreamSource(server.url, CaptureConfig(read_timeout_s=1, transport=transport))
    source.open()
    source.read()
    server.freeze()
    with pytest.raises(SourceError, match=r"no picture for \d"):
        read_until_it_raises(source)
    source.close()


def test_camera_killed_and_started_again_after_seconds_comes_back(
    rtsp_camera: StartCamera, config: CaptureConfig, caplog: pytest.LogCaptureFixture
) -> None:
    server = rtsp_camera()
    with caplog.at_level(logging.WARNING):
        watch = Watch(server.url, config)
        watch.until(lambda: watch.frames() > 5)
        server.kill()
        watch.until(lambda: len(watch.losses()) == 1)
        time.sleep(2)
        assert watch.thread.error is not None
        seen = watch.frames()
        server.start()
        watch.until(lambda: watch.frames() > seen + 5)
        watch.end()
    assert watch.thread.reconnects == 1
    lines = [record.getMessage() for record in caplog.records]
    assert lines[0].startswith("camera offline: ")
    assert lines[-1].startswith("camera back: ")
    numbers = [item for item in watch.items if isinstance(item, int)]
    assert numbers == sorted(set(numbers)), "frame numbers went back after the reconnection"


def test_stalled_camera_is_reopened_when_it_goes_on(rtsp_camera: StartCamera, config: CaptureConfig) -> None:
    server = rtsp_camera()
    watch = Watch(server.url, config.model_copy(update={"read_timeout_s": 1.0}))
    watch.until(lambda: watch.frames() > 5)
    server.freeze()
    watch.until(lambda: len(watch.losses()) == 1)
    seen = watch.frames()
    server.thaw()
    watch.until(lambda: watch.frames() > seen + 5)
    watch.end()
    assert "no picture for" in watch.losses()[0]


def test_stop_while_the_camera_is_away_is_immediate(rtsp_camera: StartCamera) -> None:
    server = rtsp_camera()
    watch = Watch(server.url, CaptureConfig(reconnect_first_s=600, reconnect_max_s=600))
    watch.until(lambda: watch.frames() > 0)
    server.kill()
    watch.until(lambda: len(watch.losses()) == 1)
    watch.end()


def leftovers() -> tuple[int, int, int]:
    """Return how many file descriptors, threads and MiB of memory this process has."""
    gc.collect()
    process = psutil.Process()
    return process.num_fds(), process.num_threads(), process.memory_info().rss >> 20


def test_twenty_disconnects_of_an_rtsp_camera_leave_nothing_behind(
    rtsp_camera: StartCamera, config: CaptureConfig
) -> None:
    server = rtsp_camera()
    watch = Watch(server.url, config.model_copy(update={"reconnect_max_s": 0.05}))
    before = leftovers()
    for number in range(1, 23):
        watch.until(lambda: watch.frames() > 0 and watch.thread.error is None)
        if number == 3:
            before = leftovers()
        seen = watch.frames()
        server.disconnect_clients()
        watch.until(lambda number=number: len(watch.losses()) >= number)
        watch.until(lambda seen=seen: watch.frames() > seen)
    after = leftovers()
    watch.end()
    assert watch.thread.reconnects >= 20
    assert after[0] <= before[0] + 2
    assert after[1] <= before[1] + 2
    assert after[2] <= before[2] + 20


def test_twenty_disconnects_of_an_mjpeg_camera_leave_nothing_behind(config: CaptureConfig) -> None:
    with MjpegCamera(frames_each=8, pause_s=0.005) as camera:
        watch = Watch(camera.address(), config.model_copy(update={"reconnect_max_s": 0.05}))
        watch.until(lambda: len(watch.losses()) >= 3)
        before = leftovers()
        watch.until(lambda: len(watch.losses()) >= 23)
        after = leftovers()
        watch.end()
    assert after[0] <= before[0] + 6, "the camera's own connections count too"
    assert after[1] <= before[1] + 6
    assert after[2] <= before[2] + 20


def test_mjpeg_camera_that_falls_silent(camera: MjpegCamera) -> None:
    source = StreamSource(camera.address(), CaptureConfig(read_timeout_s=1))
    source.open()
    source.read()
    camera.silent.set()
    with pytest.raises(SourceError, match="no picture for"):
        read_until_it_raises(source)
    source.close()


def test_slow_consumer_gets_the_newest_frame_and_the_rest_is_counted(config: CaptureConfig) -> None:
    with MjpegCamera(frames_each=200, pause_s=0.002) as camera:
        queue = FrameQueue(2, live=True)
        thread = CaptureThread(StreamSource(camera.address(), config), queue, config)
        thread.start()
        assert thread.wait_opened(LIMIT_S)
        deadline = time.monotonic() + LIMIT_S
        while thread.frames_read < 50 and time.monotonic() < deadline:
            time.sleep(0.01)
        newest = queue.get()
        thread.stop()
        assert thread.join(LIMIT_S)
    assert isinstance(newest, Frame)
    assert newest.index >= 45
    assert queue.dropped["queue full"] >= 45
