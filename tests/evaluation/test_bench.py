"""The bench's arithmetic and plumbing, on a stand-in for the program; no real number is judged here."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import pytest
from rich.console import Console

from streamer.datatypes import Detection, Frame, Reading
from streamer.errors import ConfigError, SourceError
from streamer.evaluation.bench import GOALS, BenchPlan, bench, bench_table
from streamer.evaluation.bench_clips import FPS, make_bench_clips
from streamer.evaluation.bench_program import decode, idle_cost, live, memory, percentile, run_program, throughput
from streamer.evaluation.bench_stages import KnownReader, OneThread, crowd_ms, median_ms, model_ms, still_ms
from streamer.evaluation.datasets import load_dataset
from streamer.interfaces import Reader
from tests.evaluation.scripted import BoxDetector, PlainPipeline, TextReader, write_labels

needs_ffmpeg = pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="needs Debian's package ffmpeg")

SUMMARY = {
    "type": "summary",
    "fps": 50.0,
    "stage_ms": {"detect": 5.0, "read": None},
    "memory_mb": 200.0,
    "frames_read": 100,
    "frames_dropped": 1,
    "latency_ms": {"p50": 9.0, "p95": 12.0},
}


class ReadingOnce:
    """A loop that reads each detection of each frame, and knows how many it saw."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self.texts: list[str] = []

    def update(self, frame: Frame, detections: Sequence[Detection] | None) -> list[Reading]:
        self.texts += [self._reader.read(frame.image, one.quad).text for one in detections or ()]
        return []


@pytest.fixture
def program(tmp_path: Path) -> tuple[str, ...]:
    """A program that prints two provisional readings and a summary."""
    events = [{"type": "reading", "event": "provisional", "latency_ms": ms} for ms in (10.0, 30.0)]
    lines = "\n".join(json.dumps(line) for line in (*events, SUMMARY))
    script = tmp_path / "program.py"
    script.write_text(f"print({lines!r})")
    return sys.executable, str(script)


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    """Ten small frames."""
    path = tmp_path / "ten.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*"MJPG"), 25, (64, 48))
    for _ in range(10):
        writer.write(np.full((48, 64, 3), 90, np.uint8))
    writer.release()
    return path


def test_the_ratio_is_of_each_pair_of_runs(clip: Path, program: tuple[str, ...]) -> None:
    measured = throughput(clip, 3, program)
    assert len(measured["ratios"]) == 3  # type: ignore[arg-type]
    assert measured["pipeline_fps"] == 50.0
    assert measured["stage_ms"] == {"detect": 5.0, "read": None}
    assert measured["memory_mb"] == 200.0


def test_what_the_program_costs_and_says(program: tuple[str, ...]) -> None:
    run = run_program(["gate.mp4"], program)
    assert len(run.events) == 2
    assert run.summary["fps"] == 50.0
    assert run.cpu_s > 0
    assert run.wall_s > 0


@pytest.mark.parametrize("code", ["raise SystemExit('streamer: broken')", "print('{}')", ""])
def test_a_program_that_fails_is_one_line(tmp_path: Path, code: str) -> None:
    script = tmp_path / "program.py"
    script.write_text(code)
    with pytest.raises(SourceError, match="bench: ") as caught:
        run_program(["gate.mp4"], (sys.executable, str(script)))
    assert "\n" not in str(caught.value)


def test_idle_cost_is_beyond_decoding(clip: Path, program: tuple[str, ...]) -> None:
    cost = idle_cost(clip, 10.0, program)
    assert cost["beyond_decoding"] == pytest.approx(cost["core_share"] - cost["decode_share"], abs=2e-4)


def test_live_measures_provisional_readings(tmp_path: Path, clip: Path, program: tuple[str, ...]) -> None:
    server = tmp_path / "server.py"
    server.write_text("import time; print(5000, flush=True); time.sleep(60)")
    measured = live(clip, server, 5.0, program)
    assert measured["provisional_ms"] == {"p50": 30.0, "p95": 30.0, "events": 2}
    assert measured["dropped_share"] == 0.01


def test_a_server_that_does_not_start(tmp_path: Path, clip: Path, program: tuple[str, ...]) -> None:
    server = tmp_path / "server.py"
    server.write_text("print('no GStreamer')")
    with pytest.raises(SourceError, match="did not start"):
        live(clip, server, 5.0, program)


def test_memory_is_compared_between_a_tenth_and_the_whole(tmp_path: Path) -> None:
    """The stand-in takes a MiB for each of its frames."""
    script = tmp_path / "program.py"
    script.write_text(
        "import json, sys\n"
        "frames = int(sys.argv[sys.argv.index('--max-frames') + 1]) if '--max-frames' in sys.argv else 20\n"
        "print(json.dumps({'type': 'summary', 'frames_read': frames, 'memory_mb': 100.0 + frames}))\n"
    )
    measured = memory(tmp_path / "long.mp4", (sys.executable, str(script)))
    assert measured == {"frames": 20, "tenth_mb": 102.0, "whole_mb": 120.0, "growth_mb": 18.0}


@pytest.mark.parametrize(("values", "expected"), [([], None), ([7.0], 7.0), ([1.0, 2.0, 3.0, 4.0], 4.0)])
def test_percentiles(values: list[float], expected: float | None) -> None:
    assert percentile(values, 0.95) == expected


def test_decoding_counts_every_frame(clip: Path) -> None:
    fps, cpu_s = decode(clip)
    assert fps > 0
    assert cpu_s >= 0


@needs_ffmpeg
def test_clips_for_the_bench_are_made_once(project: Path, tmp_path: Path) -> None:
    source = project / "tests" / "data" / "demo.mp4"
    clips = make_bench_clips(source, tmp_path, 0.5, long_frames=40)
    sizes = []
    for path in (clips.hd, clips.full_hd, clips.idle, clips.long):
        capture = cv2.VideoCapture(str(path))
        size = capture.get(cv2.CAP_PROP_FRAME_WIDTH), capture.get(cv2.CAP_PROP_FRAME_HEIGHT)
        frames = sum(1 for _ in iter(lambda capture=capture: capture.read()[0], False))
        sizes.append((*size, frames))
        capture.release()
    assert sizes == [
        (1280, 720, FPS / 2), (1920, 1080, FPS / 2), (1280, 720, FPS / 2), (640, 360, 40),
    ]  # fmt: skip
    before = clips.idle.stat().st_mtime_ns
    assert make_bench_clips(source, tmp_path, 0.5, long_frames=40).idle.stat().st_mtime_ns == before


@needs_ffmpeg
def test_a_source_that_is_no_clip(tmp_path: Path) -> None:
    (tmp_path / "gate.mp4").write_text("no video")
    with pytest.raises(SourceError, match="bench: ffmpeg: "):
        make_bench_clips(tmp_path / "gate.mp4", tmp_path / "out", 0.5)
    assert list((tmp_path / "out").iterdir()) == []


def test_without_ffmpeg_its_package_is_named(clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ConfigError, match="package ffmpeg"):
        make_bench_clips(clip, tmp_path, 0.5)


def test_a_crowd_is_read_by_its_places() -> None:
    loops: list[ReadingOnce] = []

    def loop_of(reader: Reader) -> ReadingOnce:
        loops.append(ReadingOnce(reader))
        return loops[-1]

    assert crowd_ms(loop_of, 3, frames=4) >= 0
    texts = loops[0].texts
    assert texts[:3] == texts[3:6] == texts[9:12], "each plate keeps its text while it drifts"
    assert len(set(texts)) == 3


def test_a_full_row_keeps_its_texts_to_the_end() -> None:
    """Ten plates drift past where their neighbours began; once, they were read as those from frame 65 on.

    Every track was then contradicted, closed and begun anew, and ten plates seemed to cost many times what five do.
    """
    loops: list[ReadingOnce] = []

    def loop_of(reader: Reader) -> ReadingOnce:
        loops.append(ReadingOnce(reader))
        return loops[-1]

    crowd_ms(loop_of, 10, frames=150)
    texts = loops[0].texts
    assert len(set(texts[:10])) == 10
    assert texts[-10:] == texts[:10]


def test_the_known_reader_is_sure_of_nothing_but_right() -> None:
    reader = KnownReader(2)
    read = reader.read(np.zeros((9, 9, 3), np.uint8), reader.quad(1, 30))
    assert np.allclose(read.probabilities.sum(axis=1), 1)
    assert reader.read(np.zeros((9, 9, 3), np.uint8), reader.quad(0, 0)).text != read.text


def test_median_after_warming_up() -> None:
    calls: list[int] = []
    assert median_ms(lambda: calls.append(1), 5) >= 0
    assert len(calls) == 8


def test_opencv_gets_its_threads_back() -> None:
    before = cv2.getNumThreads()
    with OneThread():
        assert cv2.getNumThreads() == 1
    assert cv2.getNumThreads() == before


def test_stills_and_models(tmp_path: Path) -> None:
    dataset = load_dataset(write_labels(tmp_path, "file,x,y,w,h,text", "a.png,4,4,40,10,AB0"))
    reader = TextReader("AB0")
    measured = still_ms(dataset, BoxDetector((4, 4, 40, 10)), reader, PlainPipeline)
    assert measured["pictures"] == 1
    assert measured["mean"] >= 0
    assert set(model_ms(BoxDetector(), reader, np.zeros((48, 64, 3), np.uint8), 1)) == {"detect", "read"}


def test_the_whole_bench_leaves_out_what_cannot_be_measured(
    clip: Path, tmp_path: Path, program: tuple[str, ...]
) -> None:
    """The clip is too short for a look at frame 20, and there is no RTSP server."""
    server = tmp_path / "server.py"
    server.write_text("")
    told: list[str] = []
    plan = BenchPlan(
        clip,
        tmp_path / "clips",
        {"boxes": BoxDetector},
        {"zero": lambda: TextReader("A"), "one": lambda: TextReader("B")},
        PlainPipeline,
        ReadingOnce,
        rtsp_server=server,
        repeats=1,
        seconds=0.5,
        long_frames=20,
        program=program,
    )
    report = bench(plan, told.append)
    data = json.loads(json.dumps(report.as_dict()))
    assert set(data["missing"]) >= {"model_ms boxes + zero", "model_ms boxes + one"}
    assert data["measures"]["crowd_ms"]["ratio"] > 0
    assert told[0] == "clips"
    if shutil.which("ffmpeg"):
        assert "did not start" in data["missing"]["live"]
        assert data["measures"]["720p"]["ratio"] > 0
    console = Console(width=200, file=(tmp_path / "table.txt").open("w"))
    console.print(bench_table(report))
    console.file.close()
    assert "crowd_ms.plates_5" in (tmp_path / "table.txt").read_text()
    assert "crowd_ms.plates_5" in GOALS
