"""The window: refused cleanly where there is no screen, and real on a virtual one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from streamer.delivery.display import check_screen
from streamer.errors import SinkError

SHOW = """
import threading
from streamer.delivery.display import Window, check_screen
from streamer.delivery.dispatcher import Dispatcher, Route
from tests.factories import make_report
check_screen()
stop, pause = threading.Event(), threading.Event()
with Dispatcher({{"gate": Route(frame_sinks=(Window(stop),))}}, stop) as dispatcher:
    for index in range({frames}):
        dispatcher.show(make_report(index), live=True)
        pause.wait(0.05)
        if index == 3:
            print("shown", flush=True)
        if stop.is_set():
            break
print("errors", dispatcher.sink_errors, "stopped", stop.is_set())
"""

needs_a_screen = pytest.mark.skipif(shutil.which("Xvfb") is None, reason="install xvfb")


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A virtual screen."""
    reader, writer = os.pipe()
    command = ["Xvfb", "-displayfd", str(writer), "-screen", "0", "1280x800x24"]
    server = subprocess.Popen(command, pass_fds=[writer], stderr=subprocess.DEVNULL)
    os.close(writer)
    monkeypatch.setenv("DISPLAY", f":{os.read(reader, 16).decode().strip()}")
    yield
    server.terminate()
    server.wait()
    os.close(reader)


def show(project: Path, frames: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", SHOW.format(frames=frames)],
        cwd=project,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


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
@pytest.mark.usefixtures("screen")
@needs_a_screen
def test_frames_are_shown_without_a_word_from_qt(project: Path) -> None:
    out, err = show(project, frames=5).communicate(timeout=60)
    assert (out, err) == ("shown\nerrors 0 stopped False\n", "")


@pytest.mark.timeout(120)
@pytest.mark.usefixtures("screen")
@needs_a_screen
@pytest.mark.skipif(shutil.which("xdotool") is None, reason="install xdotool")
@pytest.mark.parametrize("action", ["q", "close"])
def test_q_and_the_close_button_ask_the_run_to_stop(project: Path, action: str) -> None:
    """OpenCV raises when it is asked about a window after the last was closed; the run counted that as a fault."""
    program = show(project, frames=600)
    assert program.stdout is not None
    assert program.stdout.readline() == "shown\n"
    find = ["xdotool", "search", "--sync", "--name", "streamer: gate"]
    if action == "q":
        command = [*find, "windowfocus", "--sync", "key", "q"]
    else:
        found = subprocess.run(find, check=True, timeout=30, capture_output=True, text=True)
        command = [sys.executable, str(Path(__file__).with_name("close_window.py")), found.stdout.split()[0]]
    subprocess.run(command, check=True, timeout=30, capture_output=True)
    out, err = program.communicate(timeout=60)
    assert (out, err) == ("errors 0 stopped True\n", "")
