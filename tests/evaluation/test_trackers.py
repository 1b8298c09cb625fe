"""Trackers on the same detections."""

from __future__ import annotations

from pathlib import Path

from streamer.datatypes import Detection, TrackState
from streamer.evaluation.labelled import LabelledClip, LabelledVehicle
from streamer.evaluation.trackers import OverlapTracker, compare_trackers, score_tracker, truth_frames
from streamer.geometry import quad_of_box


def _clip(step_px: float) -> LabelledClip:
    boxes = {number: (10 + step_px * number, 10.0, 60.0, 20.0) for number in range(10)}
    return LabelledClip(Path("gate.mp4"), 25.0, 10, (LabelledVehicle("AB1", 0, 9, True, 0, boxes),), "mine")


def test_overlap_follows_what_moves_slowly() -> None:
    clip = _clip(step_px=12)
    scores = score_tracker(clip, truth_frames(clip, {}), OverlapTracker())
    assert (scores.switches, scores.fragmentations) == (0, 0)
    assert scores.identified == 9, "the first frame's track is tentative"


def test_overlap_loses_what_moves_fast() -> None:
    clip = _clip(step_px=70)
    assert score_tracker(clip, truth_frames(clip, {}), OverlapTracker()).identified == 0


def test_overlap_forgets_what_was_away_for_long() -> None:
    tracker = OverlapTracker(max_gap_s=1.0)
    seen = [Detection(quad_of_box(10, 10, 60, 20), 1.0)]
    first = tracker.update(seen, 0.0)
    assert tracker.update([], 0.5) == []
    assert tracker.update(seen, 0.9)[0].track_id == first[0].track_id
    assert tracker.update(seen, 5.0)[0].track_id != first[0].track_id


def test_two_detections_never_share_a_track() -> None:
    tracker = OverlapTracker()
    twice = [Detection(quad_of_box(10, 10, 60, 20), 1.0), Detection(quad_of_box(12, 10, 60, 20), 1.0)]
    for time_s in (0.0, 0.04, 0.08):
        views = tracker.update(twice, time_s)
        assert len({view.track_id for view in views}) == 2
    assert all(view.state is TrackState.CONFIRMED for view in views)


def test_a_fixed_time_step_is_told_frame_numbers_for_times() -> None:
    """Frames 4 to 7 were dropped: the true times say so, the fixed ones don't."""
    clip = _clip(step_px=12)
    frames = truth_frames(clip, {number: (number if number < 4 else number + 4) / 25 for number in range(10)})
    told: list[list[float]] = []

    class Listening(OverlapTracker):
        def __init__(self) -> None:
            super().__init__()
            self.times: list[float] = []
            told.append(self.times)

        def update(self, detections, timestamp_s, frame_wh=None):  # type: ignore[no-untyped-def]
            self.times.append(timestamp_s)
            return super().update(detections, timestamp_s)

    scores = compare_trackers(clip, frames, Listening)
    assert list(scores) == ["ours", "ours, fixed time step", "plain overlap"]
    assert told[0][4] == 8 / 25
    assert told[1][4] == 4 / 25
