"""What a detector really found in real clips, jitter and gaps included: the tracker may not do worse than it did."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from streamer.config import TrackingConfig
from streamer.evaluation.mot import MotScores
from streamer.evaluation.trackers import DetectedFrame, compare_trackers
from streamer.tracking.tracker import Tracker
from tests.tracking.trace import read_trace, write_trace

TRACES = "cn_traffic_cam", "gb_roundabout", "vn_tollgate"
LOSSES = "none", "every second", "four of five", "at random", "in bursts"


def kept(frames: list[DetectedFrame], lost: str) -> list[DetectedFrame]:
    """Return the frames that a stream with such losses leaves."""
    rng = np.random.default_rng(3)
    keeps = {
        "none": lambda number: True,
        "every second": lambda number: number % 2 == 0,
        "four of five": lambda number: number % 5 == 0,
        "at random": lambda number: bool(rng.random() < 0.5),
        "in bursts": lambda number: number // 8 % 2 == 0,
    }[lost]
    return [frame for frame in frames if keeps(frame.frame)]


def scores(project: Path, name: str, lost: str) -> dict[str, MotScores]:
    clip, frames = read_trace(project / "tests" / "data" / "traces" / f"{name}.npz")
    return compare_trackers(clip, kept(frames, lost), lambda: Tracker(TrackingConfig()))


@pytest.mark.parametrize("lost", LOSSES)
@pytest.mark.parametrize("name", TRACES)
def test_no_vehicle_changes_its_track(project: Path, name: str, lost: str) -> None:
    assert scores(project, name, lost)["ours"].switches == 0


@pytest.mark.parametrize(("lost", "idf1"), list(zip(LOSSES, (0.96, 0.95, 0.94, 0.95, 0.94), strict=True)))
def test_tracks_cover_their_vehicles(project: Path, lost: str, idf1: float) -> None:
    """Six cars pass a parked one; plates 11 to 27 px high, and a jump in time in the middle."""
    assert scores(project, "cn_traffic_cam", lost)["ours"].idf1 >= idf1


@pytest.mark.parametrize("lost", ["at random", "in bursts"])
def test_true_time_holds_what_a_fixed_step_and_plain_overlap_lose(project: Path, lost: str) -> None:
    by_tracker = scores(project, "cn_traffic_cam", lost)
    ours = by_tracker["ours"]
    for other in ("ours, fixed time step", "plain overlap"):
        assert ours.idf1 > by_tracker[other].idf1 + 0.03
        assert ours.fragmentations < by_tracker[other].fragmentations


def test_a_trace_keeps_what_was_written(project: Path, tmp_path: Path) -> None:
    clip, frames = read_trace(project / "tests" / "data" / "traces" / "vn_tollgate.npz")
    write_trace(tmp_path / "again.npz", clip, frames)
    same_clip, same = read_trace(tmp_path / "again.npz")
    assert [vehicle.boxes for vehicle in same_clip.vehicles] == [vehicle.boxes for vehicle in clip.vehicles]
    assert [frame.timestamp_s for frame in same] == [frame.timestamp_s for frame in frames]
    quads = [[d.quad.tolist() for d in frame.detections] for frame in frames]
    assert [[d.quad.tolist() for d in frame.detections] for frame in same] == quads
