"""Network cameras for real: GStreamer's RTSP server and an MJPEG camera, both on loopback."""

from __future__ import annotations

import contextlib
import logging
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from streamer.capture.streams import StreamSource
from streamer.config import CaptureConfig
from streamer.datatypes import Frame
from streamer.errors import SourceError
from tests.capture.mjpeg_camera import MjpegCamera
from tests.rtsp_server import RtspServer

pytestmark = pytest.mark.timeout(240)

StartCamera = Callable[..., RtspServer]
LIMIT_S = 60


def first_frames(address: str, config: CaptureConfig, count: int = 5) -> list[Frame]:
    source = StreamSource(address, config)
    source.open()
    try:
        return [source.read() for _ in range(count)]
    finally:
        source.close()


def fault_of(address: str, config: CaptureConfig) -> str:
    source = StreamSource(address, config)
    with pytest.raises(SourceError) as caught:
        source.open()
    source.close()
    assert "\n" not in str(caught.value)
    return str(caught.value)


def check_live(frames: list[Frame], name: str, shape: tuple[int, ...]) -> None:
    assert [frame.index for frame in frames] == list(range(len(frames)))
    times = [frame.timestamp_s for frame in frames]
    assert times == sorted(times)
    assert abs(time.monotonic() - times[-1]) < LIMIT_S
    assert all(frame.captured_s == frame.timestamp_s and frame.utc.tzinfo is not None for frame in frames)
    assert {frame.source for frame in frames} == {name}
    assert {frame.image.shape for frame in frames} == {shape}


@pytest.mark.parametrize("transport", ["tcp", "udp"])
def test_rtsp_camera_is_read(rtsp_camera: StartCamera, config: CaptureConfig, transport: str) -> None:
    server = rtsp_camera()
    settings = config.model_copy(update={"transport": transport, "read_timeout_s": 10.0, "open_timeout_s": 20.0})
    check_live(first_frames(server.url, settings), server.url, (120, 160, 3))


def test_rtsps_camera_with_its_own_certificate_is_read(
    rtsp_camera: StartCamera, config: CaptureConfig, tmp_path: Path
) -> None:
    if shutil.which("openssl") is None:
        pytest.skip("needs Debian's package: openssl")
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    make = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=camera"]
    make += ["-keyout", str(key), "-out", str(certificate)]
    subprocess.run(make, check=True, capture_output=True, timeout=60)
    both = tmp_path / "both.pem"
    both.write_bytes(key.read_bytes() + certificate.read_bytes())
    server = rtsp_camera(certificate=both)
    check_live(first_frames(server.url, config), server.url, (120, 160, 3))


def test_password_opens_the_camera_and_is_seen_nowhere(
    rtsp_camera: StartCamera,
    config: CaptureConfig,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("GATE_PASSWORD", "hunter2")
    server = rtsp_camera(user="admin:hunter2")
    with caplog.at_level(logging.DEBUG):
        frames = first_frames(server.address("admin:${GATE_PASSWORD}"), config)
        wrong = fault_of(server.address("admin:hunter3"), config)
        none = fault_of(server.url, config)
        lost = fault_of(server.address("admin:hunter2", path="attic"), config)
    check_live(frames, server.url, (120, 160, 3))
    assert wrong == f"{server.url}: the camera refuses the user name, the password or the path"
    assert none == f"{server.url}: the camera asks for a user name and a password"
    assert lost.startswith(server.address(path="attic"))
    seen = [wrong, none, lost, caplog.text, *capfd.readouterr(), *(frame.source for frame in frames)]
    assert not [text for text in seen if "hunter" in text or "admin" in text]


def test_wrong_path_is_named(rtsp_camera: StartCamera, config: CaptureConfig) -> None:
    address = rtsp_camera().address(path="attic")
    assert fault_of(address, config) == f"{address}: the camera knows no such path (404)"


def test_nobody_there(config: CaptureConfig) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    assert fault_of(f"rtsp://127.0.0.1:{port}/a", config).endswith(f"127.0.0.1 refuses connections on port {port}")
    assert "the host no-such-camera.invalid is not known" in fault_of("rtsp://no-such-camera.invalid/a", config)
    assert "names no host" in fault_of("rtsp:///a", config)
    assert "not a valid address" in fault_of("http://h:99999/a", config)


@pytest.mark.parametrize("scheme", ["rtsp", "rtsps", "http", "https"])
def test_server_that_accepts_and_says_nothing_is_given_up(scheme: str) -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=16) as server:
        address = f"{scheme}://u:p@127.0.0.1:{server.getsockname()[1]}/live"
        began_s = time.monotonic()
        fault = fault_of(address, CaptureConfig(open_timeout_s=1, read_timeout_s=1))
        assert time.monotonic() - began_s < LIMIT_S
    assert fault.startswith(address.replace("u:p@", "") + ": ")


def test_server_that_speaks_something_else_is_named(config: CaptureConfig) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def talk() -> None:
            with contextlib.suppress(OSError):  # the test is over: the socket is closed, or the client has gone
                for _ in range(4):
                    connection, _ = server.accept()
                    with connection:
                        connection.sendall(b"SSH-2.0-OpenSSH_9.2\r\n")

        threading.Thread(target=talk, daemon=True).start()
        assert "sent nothing usable" in fault_of(f"rtsp://127.0.0.1:{server.getsockname()[1]}/a", config)


def test_mjpeg_camera_is_read(camera: MjpegCamera, config: CaptureConfig) -> None:
    frames = first_frames(camera.address(), config)
    check_live(frames, camera.address(), (48, 64, 3))
    brightness = [float(frame.image.mean()) for frame in frames]
    assert np.all(np.diff(brightness) > 0)


def test_mjpeg_camera_with_a_password(config: CaptureConfig) -> None:
    with MjpegCamera(user="admin:hunter2") as camera:
        frames = first_frames(camera.address("admin:hunter2"), config)
        assert frames[0].source == camera.address()
        assert "refuses the user name, the password" in fault_of(camera.address("admin:no"), config)
        assert "asks for a user name" in fault_of(camera.address(), config)


def test_mjpeg_camera_without_such_a_path(camera: MjpegCamera, config: CaptureConfig) -> None:
    assert "knows no such path (404)" in fault_of(camera.address(path="attic"), config)


def test_live_picture_is_turned(camera: MjpegCamera) -> None:
    frames = first_frames(camera.address(), CaptureConfig(rotate=90), count=1)
    assert frames[0].image.shape == (64, 48, 3)
