"""All sources of a run: files one after another, cameras side by side."""

from __future__ import annotations

import threading
import time

import pytest

from streamer.errors import SourceError
from streamer.stats import CameraStatus
from streamer.supervisor import Job, Supervisor

pytestmark = pytest.mark.timeout(60)


class ScriptedCapture:
    """What the supervisor asks of a capture thread."""

    def __init__(self, opened: bool) -> None:
        self.opened = opened
        self.error: SourceError | None = None if opened else SourceError("door: does not answer")

    def wait_opened(self, timeout_s: float) -> bool:
        return self.opened


class ScriptedPipeline:
    """Runs until it is halted, or for some seconds, or fails."""

    def __init__(
        self, log: list[str], name: str, seconds: float = 0.0, error: Exception | None = None, opened: bool = True
    ) -> None:
        self.capture = ScriptedCapture(opened)
        self._log = log
        self._name = name
        self._seconds = seconds
        self._error = error
        self._halted = threading.Event()

    def run(self) -> None:
        self._log.append(f"{self._name} begins")
        self._halted.wait(self._seconds)
        if self._error is not None:
            raise self._error
        self._log.append(f"{self._name} halted" if self._halted.is_set() else f"{self._name} ends")

    def halt(self) -> None:
        self._halted.set()


def job(log: list[str], name: str, live: bool = False, open_timeout_s: float = 10.0, **script: object) -> Job:
    status = CameraStatus(name, f"{name}.mp4", live)
    pipeline = ScriptedPipeline(log, name, **script)  # type: ignore[arg-type]
    return Job(status, lambda: pipeline, open_timeout_s, lambda: None)  # type: ignore[arg-type, return-value]


def test_nothing_to_run_ends_at_once() -> None:
    Supervisor([], threading.Event()).run()


def test_files_are_read_one_after_another_in_the_order_given() -> None:
    log: list[str] = []
    jobs = [job(log, name, seconds=0.02) for name in ("b", "a", "c")]
    Supervisor(jobs, threading.Event()).run()
    assert log == ["b begins", "b ends", "a begins", "a ends", "c begins", "c ends"]
    assert [one.status.state for one in jobs] == ["done"] * 3


def test_cameras_run_side_by_side_and_beside_files() -> None:
    log: list[str] = []
    stop = threading.Event()
    jobs = [
        job(log, "gate", live=True, seconds=30),
        job(log, "door", live=True, seconds=30),
        job(log, "file", seconds=0.05),
    ]
    polls = 0

    def on_poll() -> None:
        nonlocal polls
        polls += 1
        if "file ends" in log:
            stop.set()

    Supervisor(jobs, stop).run(on_poll)
    assert set(log[:3]) == {"gate begins", "door begins", "file begins"}
    assert {"gate halted", "door halted"} <= set(log)
    assert polls >= 2


def test_a_file_that_fails_does_not_keep_the_next_from_being_read() -> None:
    log: list[str] = []
    supervisor = Supervisor([job(log, "a", error=SourceError("a: is text")), job(log, "b")], threading.Event())
    supervisor.run()
    assert log == ["a begins", "b begins", "b ends"]
    assert supervisor.failed_sources == 1


def test_what_is_no_fault_of_a_source_stops_everything_and_comes_out() -> None:
    log: list[str] = []
    jobs = [job(log, "gate", live=True, seconds=30), job(log, "a", error=RuntimeError("broken")), job(log, "b")]
    with pytest.raises(RuntimeError, match="broken"):
        Supervisor(jobs, threading.Event()).run()
    assert "gate halted" in log
    assert "b begins" not in log


def test_a_stop_before_the_start_reads_nothing() -> None:
    log: list[str] = []
    stop = threading.Event()
    stop.set()
    Supervisor([job(log, "a"), job(log, "b")], stop).run()
    assert log == []


def test_cameras_of_which_none_opens_in_time_are_given_up() -> None:
    log: list[str] = []
    jobs = [job(log, name, live=True, seconds=30, opened=False, open_timeout_s=0.2) for name in ("gate", "door")]
    supervisor = Supervisor(jobs, threading.Event())
    began_s = time.monotonic()
    supervisor.run()
    assert supervisor.failed_sources == 2
    assert time.monotonic() - began_s < 20


def test_a_camera_that_runs_keeps_the_others_being_tried() -> None:
    log: list[str] = []
    jobs = [
        job(log, "gate", live=True, seconds=1.0),
        job(log, "door", live=True, seconds=1.0, opened=False, open_timeout_s=0.1),
    ]
    supervisor = Supervisor(jobs, threading.Event())
    supervisor.run()
    assert "gate ends" in log
    assert supervisor.failed_sources <= 1


def test_a_camera_that_never_opens_does_not_outlast_the_others() -> None:
    """A camera that had ended counted as one still to wait for, and the run went on for ever."""
    log: list[str] = []
    jobs = [
        job(log, "gate", live=True, seconds=0.5),
        job(log, "door", live=True, seconds=300, opened=False, open_timeout_s=0.1),
    ]
    supervisor = Supervisor(jobs, threading.Event())
    supervisor.run()
    assert log[-1] == "door halted"
    assert supervisor.failed_sources == 1


def test_a_late_camera_is_told_once(caplog: pytest.LogCaptureFixture) -> None:
    log: list[str] = []
    jobs = [
        job(log, "gate", live=True, seconds=0.6),
        job(log, "door", live=True, seconds=0.6, opened=False, open_timeout_s=0.1),
    ]
    Supervisor(jobs, threading.Event()).run()
    assert [record.getMessage() for record in caplog.records] == ["door: does not answer"]
