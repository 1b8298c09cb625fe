"""Run the program as a user does, and note what it printed and what it cost."""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import cv2

from streamer.errors import SourceError

PROGRAM = (sys.executable, "-m", "streamer", "run")
SYSTEM_PYTHON = "/usr/bin/python3"
LIMIT_S = 1800.0


@dataclass(frozen=True, slots=True)
class ProgramRun:
    """One run of the program."""

    events: tuple[dict, ...]
    summary: dict
    cpu_s: float
    """User and system time of the whole process."""
    wall_s: float


def run_program(arguments: Sequence[str], program: Sequence[str] = PROGRAM) -> ProgramRun:
    """Run the program with `--json --db none` and the given arguments.

    Raises
    ------
    SourceError
        When it fails: its last line.
    """
    command = [*program, *arguments, "--json", "--db", "none"]
    before, start = _children_cpu_s(), time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT_S, check=False)
    wall_s, cpu_s = time.perf_counter() - start, _children_cpu_s() - before
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    if done.returncode or not lines or lines[-1].get("type") != "summary":
        raise SourceError(f"bench: {' '.join(command)}: {(done.stderr.strip().splitlines() or ['no summary'])[-1]}")
    return ProgramRun(tuple(lines[:-1]), lines[-1], cpu_s, wall_s)


def decode(clip: Path) -> tuple[float, float]:
    """Decode a clip and do nothing with it; return frames a second and CPU seconds."""
    capture = cv2.VideoCapture(str(clip))
    try:
        frames, cpu, start = 0, time.process_time(), time.perf_counter()
        while capture.read()[0]:
            frames += 1
        return frames / (time.perf_counter() - start), time.process_time() - cpu
    finally:
        capture.release()


def throughput(clip: Path, repeats: int, program: Sequence[str] = PROGRAM) -> dict[str, object]:
    """Compare the whole pipeline with only decoding, in turns, so that both meet the same machine."""
    decoded, processed, runs = [], [], []
    for _ in range(repeats):
        decoded.append(decode(clip)[0])
        runs.append(run_program([str(clip)], program))
        processed.append(runs[-1].summary["fps"])
    ratios = [fps / plain for fps, plain in zip(processed, decoded, strict=True)]
    stages = {name for run in runs for name in run.summary["stage_ms"]}
    return {
        "decode_fps": round(statistics.median(decoded), 1),
        "pipeline_fps": round(statistics.median(processed), 1),
        "ratio": round(statistics.median(ratios), 3),
        "ratios": [round(ratio, 3) for ratio in ratios],
        "stage_ms": {name: _median_of(run.summary["stage_ms"].get(name) for run in runs) for name in sorted(stages)},
        "memory_mb": max(run.summary["memory_mb"] for run in runs),
    }


def idle_cost(clip: Path, seconds: float, program: Sequence[str] = PROGRAM) -> dict[str, float]:
    """Return what a scene without motion costs at its own pace, as shares of one core.

    The run's start is measured apart and taken off.
    """
    decode_cpu_s = decode(clip)[1]
    started = run_program([str(clip), "--max-frames", "1"], program).cpu_s
    run = run_program([str(clip), "--realtime"], program)
    total = (run.cpu_s - started) / seconds
    return {
        "core_share": round(total, 4),
        "decode_share": round(decode_cpu_s / seconds, 4),
        "beyond_decoding": round(total - decode_cpu_s / seconds, 4),
    }


def start_s(clip: Path, repeats: int, program: Sequence[str] = PROGRAM) -> float:
    """Return the median seconds from the program's start to its end after one frame."""
    return round(
        statistics.median(run_program([str(clip), "--max-frames", "1"], program).wall_s for _ in range(repeats)), 3
    )


def memory(clip: Path, program: Sequence[str] = PROGRAM) -> dict[str, float]:
    """Return the peak memory in MiB of a run over a clip's first tenth, and of one over all of it."""
    whole = run_program([str(clip)], program).summary
    tenth = run_program([str(clip), "--max-frames", str(max(1, whole["frames_read"] // 10))], program).summary
    return {
        "frames": whole["frames_read"],
        "tenth_mb": tenth["memory_mb"],
        "whole_mb": whole["memory_mb"],
        "growth_mb": round(whole["memory_mb"] - tenth["memory_mb"], 1),
    }


def live(clip: Path, server: Path, seconds: float, program: Sequence[str] = PROGRAM) -> dict[str, object]:
    """Read a clip from an RTSP server at 30 frames a second: latency, and what was dropped.

    Parameters
    ----------
    clip
        What is served.
    server
        The server's script, which the system's Python runs and which prints its port.
    seconds
        How long to look.
    """
    with _serving(clip, server) as address:
        run = run_program([address, "--duration", f"{seconds:g}", "--events", "all"], program)
    waits = sorted(event["latency_ms"] for event in run.events if event["event"] == "provisional")
    taken, dropped = run.summary["frames_read"], run.summary["frames_dropped"]
    return {
        "latency_ms": run.summary["latency_ms"],
        "provisional_ms": {"p50": percentile(waits, 0.5), "p95": percentile(waits, 0.95), "events": len(waits)},
        "frames": taken,
        "dropped_share": round(dropped / taken, 4) if taken else None,
        "memory_mb": run.summary["memory_mb"],
    }


def percentile(values: Sequence[float], share: float) -> float | None:
    """Return the value that `share` of the sorted values don't exceed; None without any."""
    return round(values[min(len(values) - 1, int(share * len(values)))], 2) if values else None


@contextmanager
def _serving(clip: Path, server: Path) -> Iterator[str]:
    process = subprocess.Popen(
        [SYSTEM_PYTHON, str(server), str(clip)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline().strip()
        if not line.isdigit():
            raise SourceError("bench: the RTSP server did not start; it needs gir1.2-gst-rtsp-server-1.0 python3-gi")
        yield f"rtsp://127.0.0.1:{line}/cam"
    finally:
        process.kill()
        process.wait(timeout=10)
        if process.stdout is not None:
            process.stdout.close()


def _children_cpu_s() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _median_of(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return round(statistics.median(known), 3) if known else None
