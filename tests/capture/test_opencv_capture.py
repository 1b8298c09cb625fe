"""Taking turns with FFmpeg's options, and closing a capture that is being read."""

from __future__ import annotations

import os
import threading

import pytest

from streamer.capture.opencv_capture import FFMPEG_OPTIONS, OpenCvCapture, OptionTurns

pytestmark = pytest.mark.timeout(60)


@pytest.fixture(autouse=True)
def _no_options(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(FFMPEG_OPTIONS, raising=False)


class ScriptedCapture:
    """As much of `cv2.VideoCapture` as is used: a list of what each grab answers."""

    def __init__(self, *grabs: bool) -> None:
        self.grabs = list(grabs)
        self.released_by: list[str] = []
        self.in_grab = threading.Event()
        self.go_on = threading.Event()
        self.go_on.set()

    def grab(self) -> bool:
        self.in_grab.set()
        assert self.go_on.wait(30)
        assert not self.released_by, "released while in use"
        return self.grabs.pop(0) if self.grabs else False

    def release(self) -> None:
        self.released_by.append(threading.current_thread().name)


def test_options_are_set_inside_and_put_back_after(monkeypatch: pytest.MonkeyPatch) -> None:
    turns = OptionTurns()
    with turns.options("rtsp_transport;tcp"):
        assert os.environ[FFMPEG_OPTIONS] == "rtsp_transport;tcp"
    assert FFMPEG_OPTIONS not in os.environ
    monkeypatch.setenv(FFMPEG_OPTIONS, "of;the|user;1")
    with pytest.raises(ZeroDivisionError), turns.options("rtsp_transport;udp"):
        raise ZeroDivisionError
    assert os.environ[FFMPEG_OPTIONS] == "of;the|user;1"


def test_same_options_open_together() -> None:
    """One dead camera must not keep the others from opening for its whole time-out."""
    turns, both_inside = OptionTurns(), threading.Barrier(2)

    def open_one() -> None:
        with turns.options("a"):
            both_inside.wait(30)

    threads = [threading.Thread(target=open_one, daemon=True) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
        assert not thread.is_alive()
    assert FFMPEG_OPTIONS not in os.environ


def test_different_options_take_turns() -> None:
    turns, wrong = OptionTurns(), []

    def open_many(options: str) -> None:
        for _ in range(200):
            with turns.options(options):
                if os.environ[FFMPEG_OPTIONS] != options:
                    wrong.append(options)

    threads = [threading.Thread(target=open_many, args=(options,), daemon=True) for options in "abab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
        assert not thread.is_alive()
    assert wrong == []
    assert FFMPEG_OPTIONS not in os.environ


def test_damaged_packets_are_passed_over_and_counted_but_the_end_is_not() -> None:
    capture = OpenCvCapture(ScriptedCapture(True, False, False, True))
    assert [capture.grab(3) for _ in range(3)] == [True, True, False]
    assert capture.damaged == 2


def test_patience_has_an_end() -> None:
    capture = OpenCvCapture(ScriptedCapture(False, False, True))
    assert not capture.grab(2)
    assert capture.grab(2)


def test_close_releases_once() -> None:
    native = ScriptedCapture(True)
    capture = OpenCvCapture(native)
    capture.close()
    capture.close()
    assert len(native.released_by) == 1
    assert capture.closed
    assert not capture.grab(1)
    assert capture.retrieve() is None
    assert capture.get(0) == 0


def test_close_during_a_read_is_left_to_the_reader() -> None:
    """Releasing a capture under a grab that runs in another thread ends the whole process."""
    native = ScriptedCapture(True, True)
    native.go_on.clear()
    capture = OpenCvCapture(native)
    reader = threading.Thread(target=capture.grab, args=(1,), name="reader", daemon=True)
    reader.start()
    assert native.in_grab.wait(30)
    capture.close()
    assert native.released_by == []
    native.go_on.set()
    reader.join(30)
    assert native.released_by == ["reader"]
