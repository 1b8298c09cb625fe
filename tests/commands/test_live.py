"""Cameras: signals in the middle of a stream, pictures that go away and come back, several side by side."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.capture.mjpeg_camera import MjpegCamera
from tests.commands.running import command, environment, lines_of, run_camera

pytestmark = pytest.mark.timeout(300)

RETRIES = "capture: {open_timeout_s: 20, read_timeout_s: 2, reconnect_first_s: 0.05, reconnect_max_s: 0.2}\n"


@pytest.fixture
def camera() -> Iterator[MjpegCamera]:
    """A running MJPEG camera."""
    with MjpegCamera() as running:
        yield running


@contextmanager
def watching(folder: Path, *sources: str) -> Iterator[subprocess.Popen[str]]:
    """Start a run on cameras and wait until it has begun."""
    (folder / "c.yaml").write_text(RETRIES)
    process = subprocess.Popen(
        command(*sources, "-c", "c.yaml", "--json", "-v", "--db", "none"),
        cwd=folder, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert process.stderr is not None
        while "started" not in process.stderr.readline():
            assert process.poll() is None
        yield process
    finally:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_one_signal_ends_a_stream_in_order(tmp_path: Path, camera: MjpegCamera, number: signal.Signals) -> None:
    with watching(tmp_path, camera.address()) as process:
        time.sleep(4)
        process.send_signal(number)
        began_s = time.monotonic()
        out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    assert time.monotonic() - began_s < 30
    assert "Traceback" not in err
    assert json.loads(out.splitlines()[-1])["frames_processed"] >= 1


def test_a_signal_ends_a_run_whose_camera_is_silent(tmp_path: Path, camera: MjpegCamera) -> None:
    camera.silent.set()
    with watching(tmp_path, camera.address()) as process:
        time.sleep(3)
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    assert json.loads(out.splitlines()[-1])["frames_processed"] == 0


def test_a_picture_that_goes_away_and_comes_back_is_counted_and_logged(tmp_path: Path) -> None:
    with MjpegCamera(frames_each=15) as camera, watching(tmp_path, camera.address()) as process:
        time.sleep(8)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    summary = json.loads(out.splitlines()[-1])
    assert process.returncode == 0, err
    assert summary["reconnects"] >= 1
    assert "camera offline" in err
    assert "camera back" in err


def test_two_cameras_run_side_by_side(tmp_path: Path, camera: MjpegCamera) -> None:
    with MjpegCamera() as other, watching(tmp_path, camera.address(), other.address()) as process:
        time.sleep(5)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    summary = json.loads(out.splitlines()[-1])
    assert process.returncode == 0, err
    assert summary["sources"] == 2
    assert (camera.clients, other.clients) == (1, 1)


def test_a_camera_that_never_comes_does_not_end_one_that_runs(tmp_path: Path, camera: MjpegCamera) -> None:
    (tmp_path / "c.yaml").write_text(RETRIES.replace("20", "1"))
    gone = "http://127.0.0.1:9/video"
    done = run_camera(
        tmp_path, camera.address(), gone, "-c", "c.yaml", "--json", "--db", "none", "--duration", "4", "-q"
    )
    summary = lines_of(done)[-1]
    assert done.returncode == 3
    assert summary["frames_processed"] > 10
    assert "port 9" in done.stderr


def test_a_part_of_a_live_stream(tmp_path: Path, camera: MjpegCamera) -> None:
    done = run_camera(tmp_path, camera.address(), "--json", "--db", "none", "--max-frames", "10", "-q")
    assert done.returncode == 0, done.stderr
    assert lines_of(done)[-1]["frames_read"] == 10
