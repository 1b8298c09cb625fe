"""Ctrl-C, SIGTERM and worse, in the middle of a file."""

from __future__ import annotations

import json
import signal
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.commands.running import command, environment
from tests.drawn import write_clip

pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module")
def long_clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clip of a minute; replayed at its own pace it is always in the middle."""
    return write_clip(tmp_path_factory.mktemp("long") / "gate.mp4", frames=1500)


@contextmanager
def running(folder: Path, clip: Path, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """Start a run at the clip's own pace and wait until it has said something."""
    process = subprocess.Popen(
        command(clip, "--realtime", "--json", "--events", "all", "-v", *arguments),
        cwd=folder, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert process.stderr is not None
        while "started" not in process.stderr.readline():
            assert process.poll() is None
        time.sleep(1.5)
        yield process
    finally:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_one_signal_ends_in_order_with_the_open_tracks_readings(
    tmp_path: Path, long_clip: Path, number: signal.Signals
) -> None:
    with running(tmp_path, long_clip) as process:
        process.send_signal(number)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    assert "Traceback" not in err
    lines = [json.loads(line) for line in out.splitlines()]
    assert lines[-1]["type"] == "summary"
    assert lines[-1]["frames_processed"] < 1500
    assert [line["event"] for line in lines if line["type"] == "reading"].count("final") == lines[-1]["readings"] == 1
    with sqlite3.connect(tmp_path / "readings.db") as journal:
        assert journal.execute("SELECT event FROM readings").fetchall() == [("final",)]
    journal.close()


def test_a_second_interrupt_exits_130_at_once(tmp_path: Path, long_clip: Path) -> None:
    with running(tmp_path, long_clip) as process:
        process.send_signal(signal.SIGSTOP)
        process.send_signal(signal.SIGINT)
        process.send_signal(signal.SIGCONT)
        deadline = time.monotonic() + 30
        while process.poll() is None and time.monotonic() < deadline:
            process.send_signal(signal.SIGINT)
            time.sleep(0.002)
        assert process.wait(30) == 130


def test_kill_9_leaves_a_journal_with_everything_that_was_printed(tmp_path: Path, long_clip: Path) -> None:
    with running(tmp_path, long_clip) as process:
        process.kill()
        out, _ = process.communicate(timeout=60)
    printed = [json.loads(line)["id"] for line in out.splitlines()]
    with sqlite3.connect(tmp_path / "readings.db") as journal:
        assert journal.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        kept = {row[0] for row in journal.execute("SELECT id FROM readings")}
    journal.close()
    assert set(printed) <= kept
