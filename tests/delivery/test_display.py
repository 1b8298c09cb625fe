"""The window: refused cleanly where there is no screen, and real on a virtual one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from streamer.delivery.display import check_screen
from streamer.errors import SinkError

SHOW = """
import threading
from streamer.delivery.display import Window, check_screen
from streamer.delivery.dispatcher import Dispatcher
from tests.factories import make_report
check_screen()
stop = threading.Event()
with Dispatcher(None, [], stop, frame_sinks=[Window(stop)]) as dispatcher:
    for index in range(5):
        dispatcher.show(make_report(index), live=True)
print("errors", dispatcher.sink_errors, "stopped", stop.is_set())
"""


def test_without_a_screen_it_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    with pytest.raises(SinkError, match=r"--display: (there is no screen|this OpenCV has no windows)"):
        check_screen()


@pytest.mark.timeout(60)
def test_a_screen_that_does_not_answer_is_refused_and_not_fatal(monkeypatch: pytest.MonkeyPatch) -> None:
    """OpenCV aborts the process that asks: it must not be ours."""
    monkeypatch.setenv("DISPLAY", ":987")
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    with pytest.raises(SinkError, match=r"--display: (no window .* :987|this OpenCV has no windows)"):
        check_screen()


@pytest.mark.timeout(120)
@pytest.mark.skipif(shutil.which("Xvfb") is None, reason="install xvfb")
def test_frames_are_shown_on_a_screen_without_a_word_from_qt(project: Path) -> None:
    reader, writer = os.pipe()
    screen = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writer), "-screen", "0", "1280x800x24"],
        pass_fds=[writer],
        stderr=subprocess.DEVNULL,
    )
    os.close(writer)
    try:
        number = os.read(reader, 16).decode().strip()
        shown = subprocess.run(
            [sys.executable, "-c", SHOW],
            env={**os.environ, "DISPLAY": f":{number}"},
            cwd=project,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
    finally:
        screen.terminate()
        screen.wait()
        os.close(reader)
    assert shown.stdout == "errors 0 stopped False\n"
    assert shown.stderr == ""
