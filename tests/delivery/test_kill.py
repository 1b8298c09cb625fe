"""The power goes at any moment: what was printed is in the journal, and the journal is whole."""

from __future__ import annotations

import json
import multiprocessing
import random
import sqlite3
import subprocess
import sys
from contextlib import closing
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from tests.delivery import writer

KILLS = 50
AT_ONCE = 2
"""Programs that write to the one journal together."""


def write(path: Path, pipe: Connection) -> None:
    writer.write(path, pipe.fileno())


@pytest.mark.timeout(300)
def test_fifty_kills_lose_nothing_that_was_printed(tmp_path: Path) -> None:
    processes = multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload([writer.__name__])
    moments = random.Random(7)
    path = tmp_path / "readings.db"
    printed: set[tuple[str, str]] = set()
    for _ in range(KILLS // AT_ONCE):
        pipes = [processes.Pipe(duplex=False) for _ in range(AT_ONCE)]
        programs = [processes.Process(target=write, args=(path, theirs), daemon=True) for _, theirs in pipes]
        for program in programs:
            program.start()
        for program, (ours, theirs) in zip(programs, pipes, strict=True):
            theirs.close()
            with ours, open(ours.fileno(), encoding="utf-8", closefd=False) as output:
                lines = [output.readline() for _ in range(moments.randrange(1, 40))]
                program.kill()
                lines += output.readlines()
            program.join()
            whole = [json.loads(line) for line in lines if line.endswith("\n")]
            assert whole, "it had begun to print"
            printed |= {(record["id"], record["event"]) for record in whole}
        with closing(sqlite3.connect(path)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            assert printed <= set(connection.execute("SELECT id, event FROM events"))
            latest = "SELECT id, event FROM events WHERE seq IN (SELECT max(seq) FROM events GROUP BY id)"
            assert set(connection.execute("SELECT id, event FROM readings")) == set(connection.execute(latest))
    assert len(printed) >= KILLS


@pytest.mark.timeout(60)
def test_whoever_closes_the_pipe_ends_the_program_in_order(tmp_path: Path, project: Path) -> None:
    """Like `streamer run ... --json | head -1`: exit 0, not a word on stderr."""
    program = subprocess.Popen(
        [sys.executable, "-m", "tests.delivery.writer", str(tmp_path / "r.db")],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=project,
    )
    assert program.stdout is not None
    assert program.stderr is not None
    program.stdout.readline()
    program.stdout.close()
    assert program.stderr.read() == b""
    assert program.wait(30) == 0
    program.stderr.close()
