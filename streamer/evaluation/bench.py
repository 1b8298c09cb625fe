"""`streamer bench`: speed, latency and memory on this machine, beside what they must be."""

from __future__ import annotations

import os
import platform
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import cv2
from rich.table import Table

from streamer.errors import SourceError, StreamerError
from streamer.evaluation.bench_clips import LONG_FRAMES, BenchClips, make_bench_clips
from streamer.evaluation.bench_program import PROGRAM, idle_cost, live, memory, start_s, throughput
from streamer.evaluation.bench_stages import LoopOf, OneThread, crowd_ms, model_ms, still_ms
from streamer.evaluation.failures import frame_of
from streamer.evaluation.labelled import Dataset
from streamer.evaluation.observed import PipelineOf
from streamer.interfaces import Detector, Reader

MakeDetector = Callable[[], Detector]
MakeReader = Callable[[], Reader]


@dataclass(frozen=True, slots=True)
class BenchPlan:
    """What is measured, and with what."""

    clip: Path
    """A clip with traffic in it; it is played again and again."""
    folder: Path
    """Where the clips for the run are made and kept."""
    detectors: Mapping[str, MakeDetector]
    """Those whose milliseconds are wanted; the first is the one that is used."""
    readers: Mapping[str, MakeReader]
    pipeline_of: PipelineOf
    loop_of: LoopOf
    stills: Sequence[Dataset] = ()
    rtsp_server: Path | None = None
    """The script of an RTSP server, or None to leave the live measures out."""
    repeats: int = 5
    seconds: float = 20.0
    long_frames: int = LONG_FRAMES
    program: Sequence[str] = PROGRAM


@dataclass(slots=True)
class BenchReport:
    """What was measured, and what could not be."""

    machine: dict[str, object]
    measures: dict[str, object] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)
    """By measure: why there is none."""

    def as_dict(self) -> dict[str, object]:
        """The report as JSON values, schema 1."""
        return {
            "schema": 1,
            "type": "bench",
            "machine": self.machine,
            "measures": self.measures,
            "missing": self.missing,
        }


def bench(plan: BenchPlan, on_measure: Callable[[str], None] = lambda name: None) -> BenchReport:
    """Measure everything that can be measured here, one thing after another.

    Parameters
    ----------
    plan
        What to measure.
    on_measure
        Told the name of each measure before it begins.
    """
    report = BenchReport(machine())

    def measure(name: str, how: Callable[..., object], *arguments: object) -> object:
        on_measure(name)
        try:
            report.measures[name] = how(*arguments)
        except StreamerError as error:
            report.missing[name] = str(error).splitlines()[0]
            return None
        return report.measures[name]

    if measure("clips", _made, plan) is not None:
        clips = _clips(plan)
        measure("720p", throughput, clips.hd, plan.repeats, plan.program)
        measure("1080p", throughput, clips.full_hd, plan.repeats, plan.program)
        measure("idle", idle_cost, clips.idle, clips.seconds, plan.program)
        measure("memory", memory, clips.long, plan.program)
        measure("start_s", start_s, clips.hd, plan.repeats, plan.program)
        if plan.rtsp_server is not None:
            measure("live", live, clips.hd, plan.rtsp_server, 0.8 * clips.seconds, plan.program)
    with OneThread():
        for (detector, detector_of), (reader, reader_of) in _pairs(plan):
            measure(f"model_ms {detector} + {reader}", _model_ms, plan, detector_of, reader_of)
        for dataset in plan.stills:
            measure(f"still_ms {dataset.name}", _still_ms, plan, dataset)
        measure("crowd_ms", crowd, plan.loop_of)
    return report


def _clips(plan: BenchPlan) -> BenchClips:
    return make_bench_clips(plan.clip, plan.folder, plan.seconds, plan.long_frames)


def _made(plan: BenchPlan) -> dict[str, object]:
    return {"of": plan.clip.name, "seconds": _clips(plan).seconds}


def _model_ms(plan: BenchPlan, detector_of: MakeDetector, reader_of: MakeReader) -> dict[str, float]:
    image = frame_of(plan.clip, 20)
    if image is None:
        raise SourceError(f"{plan.clip}: has no frame 20")
    return model_ms(detector_of(), reader_of(), image, 10 * plan.repeats)


def _still_ms(plan: BenchPlan, dataset: Dataset) -> dict[str, float | int]:
    detector_of, reader_of = next(iter(plan.detectors.values())), next(iter(plan.readers.values()))
    return still_ms(dataset, detector_of(), reader_of(), plan.pipeline_of)


def _pairs(plan: BenchPlan) -> list[tuple[tuple[str, MakeDetector], tuple[str, MakeReader]]]:
    """Return each detector with the first reader, and each further reader with the first detector."""
    detectors, readers = list(plan.detectors.items()), list(plan.readers.items())
    return [(detector, readers[0]) for detector in detectors] + [(detectors[0], reader) for reader in readers[1:]]


def crowd(loop_of: LoopOf) -> dict[str, float]:
    """Return what tracking and voting cost a frame with 5 and with 10 plates in view, and how they compare."""
    five, ten = crowd_ms(loop_of, 5), crowd_ms(loop_of, 10)
    return {"plates_5": five, "plates_10": ten, "ratio": round(ten / five, 2)}


def machine() -> dict[str, object]:
    """Return what the numbers belong to."""
    return {
        "processor": platform.machine(),
        "cores": len(os.sched_getaffinity(0)),
        "python": platform.python_version(),
        "opencv": cv2.__version__,
        "load": round(os.getloadavg()[0], 2),
    }


def bench_table(report: BenchReport) -> Table:
    """Return the report for people to read, one line a number, with what it must reach."""
    table = Table(title=f"streamer bench: {report.machine}", title_justify="left")
    for heading in ("measure", "value", "must be"):
        table.add_column(heading, justify="left" if heading == "measure" else "right")
    for name, value in report.measures.items():
        for key, number in _flat(name, value):
            table.add_row(key, str(number), GOALS.get(key, ""))
    for name, why in report.missing.items():
        table.add_row(name, "-", why)
    return table


def _flat(name: str, value: object) -> list[tuple[str, object]]:
    """Return nested measures as lines `720p.ratio`."""
    if not isinstance(value, dict):
        return [(name, value)]
    return [line for key, inner in value.items() for line in _flat(f"{name}.{key}", inner)]


GOALS = {
    "720p.ratio": ">= 0.40",
    "1080p.ratio": ">= 0.55",
    "720p.memory_mb": "< 350",
    "idle.beyond_decoding": "<= 0.15",
    "memory.growth_mb": "< 10",
    "start_s": "< 3",
    "live.provisional_ms.p95": "< 60",
    "live.dropped_share": "< 0.01",
    "crowd_ms.plates_5": "< 1",
    "crowd_ms.ratio": "<= 2.5",
    "still_ms openalpr_dev.mean": "<= 14",
}
"""What the project promises, by line of the table."""
