"""Recorded traces: what a detector found in a clip and where its vehicles truly were, numbers only.

To record one: `python -m tests.tracking.trace CLIP.mp4 tests/data/traces/CLIP.npz`, with the clip's truth beside it.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from streamer.datatypes import Detection
from streamer.evaluation.datasets import load_dataset
from streamer.evaluation.labelled import LabelledClip, LabelledVehicle
from streamer.evaluation.matching import Box
from streamer.evaluation.trackers import DetectedFrame, detected_frames


def write_trace(path: Path, clip: LabelledClip, frames: list[DetectedFrame]) -> None:
    """Write a clip's detections and truth, rounded to a tenth of a px."""
    found = [
        (frame.frame, *np.round(d.quad, 1).ravel(), round(d.score, 2)) for frame in frames for d in frame.detections
    ]
    truth = [(i, number, *box) for i, vehicle in enumerate(clip.vehicles) for number, box in vehicle.boxes.items()]
    np.savez_compressed(
        path,
        times_s=np.round([frame.timestamp_s for frame in frames], 3),
        found=np.array(found, np.float32).reshape(-1, 10),
        truth=np.round(np.array(truth, np.float32).reshape(-1, 6), 1),
        frame_wh=np.array(frames[0].frame_wh),
        fps=np.array(clip.fps),
    )


def read_trace(path: Path) -> tuple[LabelledClip, list[DetectedFrame]]:
    """Return the clip's truth, without texts, and what was found in every frame."""
    with np.load(path) as data:
        times_s, found, truth = data["times_s"], data["found"], data["truth"]
        width, height = data["frame_wh"].tolist()
        fps = float(data["fps"])
    boxes: dict[int, dict[int, Box]] = {}
    for vehicle, number, x, y, w, h in truth.tolist():
        boxes.setdefault(int(vehicle), {})[int(number)] = (x, y, w, h)
    vehicles = tuple(LabelledVehicle("", min(b), max(b), True, min(b), b) for b in boxes.values())
    detections: list[list[Detection]] = [[] for _ in times_s]
    for number, *corners, score in found.tolist():
        quad = np.array(corners, np.float32).reshape(4, 2)
        quad.setflags(write=False)
        detections[int(number)].append(Detection(quad, score))
    frames = [
        DetectedFrame(number, time_s, tuple(detections[number]), (width, height))
        for number, time_s in enumerate(times_s.tolist())
    ]
    return LabelledClip(path, fps, len(frames), vehicles, "traces"), frames


def _record(clip_path: Path, out: Path) -> None:
    from streamer.config import Config
    from streamer.methods import make_detector

    (clip,) = load_dataset(clip_path).clips
    out.parent.mkdir(parents=True, exist_ok=True)
    write_trace(out, clip, detected_frames(clip, make_detector(Config())))


if __name__ == "__main__":
    _record(Path(sys.argv[1]), Path(sys.argv[2]))
