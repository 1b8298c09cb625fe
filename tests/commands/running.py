"""Running the program as a user does: another process, an empty folder, real signals."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[2]
LIMIT_S = 120.0


def command(*arguments: object) -> list[str]:
    """Return the command line of `python run_camera.py …`."""
    return [sys.executable, str(PROJECT / "run_camera.py"), *map(str, arguments)]


def environment() -> dict[str, str]:
    """Return an environment in which a person has no screen and set nothing."""
    kept = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY", "COLUMNS")}
    return kept | {"OMP_NUM_THREADS": "1", "PYTHONWARNINGS": "default"}


def run_camera(folder: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    """Run `python run_camera.py …` in a folder, to its end."""
    return subprocess.run(
        command(*arguments), cwd=folder, env=environment(), capture_output=True, text=True, timeout=LIMIT_S
    )


def streamer(folder: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    """Run `streamer …` in a folder, to its end."""
    started = [
        sys.executable,
        "-c",
        "import sys; from streamer.cli import main; sys.exit(main())",
        *map(str, arguments),
    ]
    path = {"PYTHONPATH": str(PROJECT)}
    return subprocess.run(
        started, cwd=folder, env=environment() | path, capture_output=True, text=True, timeout=LIMIT_S
    )


def lines_of(done: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    """Return what `--json` printed."""
    return [json.loads(line) for line in done.stdout.splitlines()]


def assert_says(done: subprocess.CompletedProcess[str], status: int, *parts: str) -> None:
    """Check the exit status, and that each part is in a line of its own; no traceback, no box, nothing else."""
    said = [line for line in done.stderr.splitlines() if line]
    assert done.returncode == status, done.stderr
    assert "Traceback" not in done.stderr
    assert not set("╭│╰") & set(done.stderr), "no boxed usage text"
    assert all(line.startswith("streamer: ") for line in said), said
    assert len(said) == len(parts), said
    for part in parts:
        assert any(part in line for line in said), (part, said)
