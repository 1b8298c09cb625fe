"""An RTSP camera on the command line: read, refused, and its password seen nowhere."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.commands.running import assert_says, lines_of, run_camera
from tests.rtsp_server import RtspServer, why_missing

pytestmark = pytest.mark.timeout(300)

USER = "keeper:s3cret"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, clip: Path) -> Iterator[RtspServer]:
    """A camera that plays the clip again and again, and wants a password."""
    if shutil.which("ffmpeg") is None:
        pytest.skip("needs Debian's package: ffmpeg")
    if why_missing() is not None:
        pytest.skip(str(why_missing()))
    played = tmp_path_factory.mktemp("rtsp") / "street.mp4"
    encoder = ("-c:v", "libx264", "-pix_fmt", "yuv420p", "-preset", "ultrafast", "-g", "10")
    command = ["ffmpeg", "-v", "error", "-stream_loop", "30", "-i", str(clip), *encoder, str(played)]
    subprocess.run(command, check=True, timeout=120)
    with RtspServer(played, user=USER) as running:
        yield running


def test_a_camera_is_read_for_as_long_as_was_asked(tmp_path: Path, server: RtspServer) -> None:
    done = run_camera(tmp_path, server.address(USER), "--json", "--duration", "3", "--events", "all", "-v")
    assert done.returncode == 0, done.stderr
    *events, summary = lines_of(done)
    assert summary["frames_read"] == summary["frames_processed"] + summary["frames_dropped"]
    assert 40 <= summary["frames_read"] <= 110, "three seconds at 25 frames a second"
    assert {one["plate"] for one in events} == {"KT347HE"}
    assert all(one["video_time"] is None and one["camera"] == "127.0.0.1" for one in events)
    assert "s3cret" not in done.stdout + done.stderr
    assert b"s3cret" not in (tmp_path / "readings.db").read_bytes()


@pytest.mark.parametrize(
    ("user", "says"),
    [
        ("keeper:wr0ng", "refuses the user name, the password or the path"),
        (None, "asks for a user name and a password"),
    ],
)
def test_refused_credentials(tmp_path: Path, server: RtspServer, user: str | None, says: str) -> None:
    (tmp_path / "c.yaml").write_text("capture: {open_timeout_s: 2}\n")
    done = run_camera(tmp_path, server.address(user), "-c", "c.yaml", "-q", "--json", "--db", "none")
    assert_says(done, 3, says)
    assert "wr0ng" not in done.stdout + done.stderr
