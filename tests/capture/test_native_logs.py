"""Chatter of native libraries: gone, while our own lines stay. Each test is a process, because descriptors are."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

pytestmark = pytest.mark.timeout(120)


def run(code: str, project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=100, check=True, cwd=project)


def test_native_lines_are_discarded_and_ours_are_not(project: Path) -> None:
    code = """
import logging, os, sys
from streamer.capture.native_logs import native_stderr_discarded
with native_stderr_discarded():
    logging.basicConfig()
    os.write(2, b"native chatter\\n")
    print("ours", file=sys.stderr)
    logging.warning("a warning")
os.write(2, b"after\\n")
print("ours again", file=sys.stderr)
"""
    done = run(code, project)
    assert done.stderr.splitlines() == ["ours", "WARNING:root:a warning", "after", "ours again"]
    assert done.stdout == ""


def test_traceback_of_a_bug_still_reaches_the_user(project: Path) -> None:
    code = """
from streamer.capture.native_logs import native_stderr_discarded
with native_stderr_discarded():
    raise SystemExit("stopped here")
"""
    with pytest.raises(subprocess.CalledProcessError) as caught:
        run(code, project)
    assert caught.value.stderr == "stopped here\n"


def test_bad_files_and_dead_cameras_make_opencv_say_nothing(project: Path, tmp_path: Path) -> None:
    """libjpeg writes to descriptor 2 past every log level; FFmpeg's lines would hold the password."""
    noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8)
    jpeg = cv2.imencode(".jpg", noise)[1].tobytes()
    (tmp_path / "cut.jpg").write_bytes(jpeg[: len(jpeg) // 2])
    (tmp_path / "cut.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(40))
    (tmp_path / "bad.mp4").write_bytes(b"\0\0\0\x14ftypisom\0\0\2\0isom" + bytes(range(256)) * 30)
    code = """
import sys
from streamer.capture import expand_sources, make_source, native_stderr_discarded
from streamer.config import CaptureConfig
with native_stderr_discarded():
    for spec in expand_sources(sys.argv[1:]).specs:
        source = make_source(spec, CaptureConfig(open_timeout_s=2))
        try:
            source.open()
        except OSError as error:
            print(error)
        source.close()
"""
    done = run(code, project, str(tmp_path), "rtsp://admin:hunter2@127.0.0.1:1/live", "/dev/null", "/dev/video77")
    assert done.stderr == f"{tmp_path / 'cut.jpg'} is cut off; what is missing of the image is grey\n"
    assert len(done.stdout.splitlines()) == 5
    assert "hunter2" not in done.stdout
