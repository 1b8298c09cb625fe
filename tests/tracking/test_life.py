"""One plate's life, frame by frame."""

from __future__ import annotations

import numpy as np
import pytest

from streamer.config import TrackingConfig
from streamer.datatypes import Detection, TrackState, TrackView
from streamer.tracking.tracker import Tracker
from tests.factories import make_detection

FRAME_WH = (1280, 720)
TENTATIVE, CONFIRMED, COASTING, DELETED = TrackState


def states(tracker: Tracker, script, fps: float = 10.0) -> list[list[TrackState]]:
    """Feed one entry of the script a frame and return each frame's states."""
    return [
        [view.state for view in tracker.update(detections, frame / fps, FRAME_WH)]
        for frame, detections in enumerate(script)
    ]


def here(x: float = 600.0, **fields: float) -> list[Detection]:
    return [make_detection(x, 300, **fields)]


def test_birth_confirmation_coasting_death():
    tracker = Tracker(TrackingConfig(min_hits=3, coast_s=0.3))
    seen = states(tracker, [here(), here(), here(), [], [], [], [], []])
    assert seen == [
        [TENTATIVE], [TENTATIVE], [CONFIRMED], [COASTING], [COASTING], [COASTING], [DELETED], [],
    ]  # fmt: skip


def test_a_track_that_was_never_confirmed_dies_sooner():
    tracker = Tracker(TrackingConfig(min_hits=2, coast_s=5, tentative_s=0.15))
    assert states(tracker, [here(), [], [], [], []]) == [[TENTATIVE], [TENTATIVE], [TENTATIVE], [DELETED], []]


def test_a_coasting_track_comes_back_under_its_id():
    tracker = Tracker(TrackingConfig(min_hits=1))
    ids = [[v.track_id for v in tracker.update(d, i / 10, FRAME_WH)] for i, d in enumerate([here(), [], [], here(602)])]
    assert ids == [[1], [1], [1], [1]]


def test_frames_that_were_not_looked_at_punish_nobody():
    """A parked car behind a closed motion gate: ten minutes without a look, and still there."""
    tracker = Tracker(TrackingConfig(min_hits=1, coast_s=1))
    tracker.update(here(), 0.0, FRAME_WH)
    for second in range(1, 600):
        (view,) = tracker.update(None, float(second), FRAME_WH)
        assert view.state is TrackState.CONFIRMED
        assert view.detection is None
    (view,) = tracker.update(here(601), 600.0, FRAME_WH)
    assert (view.track_id, view.hits) == (1, 2)


def test_after_a_long_pause_only_the_old_place_is_the_old_vehicle():
    tracker = Tracker(TrackingConfig(min_hits=1, coast_s=1))
    tracker.update(here(200), 0.0, FRAME_WH)
    views = tracker.update(here(700), 30.0, FRAME_WH)
    assert [v.track_id for v in views if v.detection is not None] == [2]


@pytest.mark.parametrize("steps", [1, 3600])
def test_an_hour_without_a_look_moves_nothing_out_of_this_world(steps):
    """A vehicle came nearer, and then nobody looked for an hour, or the recording has a gap.

    Extrapolated, its plate would be larger than any number can say.
    """
    tracker = Tracker(TrackingConfig(min_hits=1, coast_s=1))
    for frame in range(15):
        tracker.update(here(w=100 * 1.05**frame, h=25 * 1.05**frame), frame / 10, FRAME_WH)
    for step in range(steps):
        (view,) = tracker.update(None, 1.4 + 3600 * (step + 1) / steps, FRAME_WH)
    assert np.abs(view.quad).max() < 2000
    (view,) = tracker.update(here(w=200, h=50), 3602.0, FRAME_WH)
    assert (view.track_id, view.hits) == (1, 16)


def test_weak_detections_extend_a_track_and_never_start_one():
    tracker = Tracker(TrackingConfig(min_hits=2, strong_score=0.5))
    assert tracker.update(here(score=0.45), 0.0, FRAME_WH) == ()
    tracker.update(here(), 0.1, FRAME_WH)
    tracker.update(here(), 0.2, FRAME_WH)
    (view,) = tracker.update(here(score=0.45), 0.3, FRAME_WH)
    assert (view.state, view.hits) == (CONFIRMED, 3)


def test_a_weak_detection_does_not_confirm_a_tentative_track():
    tracker = Tracker(TrackingConfig(min_hits=2, strong_score=0.5))
    tracker.update(here(), 0.0, FRAME_WH)
    (view,) = tracker.update(here(score=0.45), 0.1, FRAME_WH)
    assert (view.state, view.hits) == (TENTATIVE, 1)


def test_one_plate_found_twice_is_one_track():
    tracker = Tracker(TrackingConfig(min_hits=1))
    twins = [make_detection(600, 300), make_detection(606, 301, score=0.8)]
    assert [len(tracker.update(twins, t / 10, FRAME_WH)) for t in range(3)] == [1, 1, 1]


def test_flush_ends_everything_once():
    tracker = Tracker(TrackingConfig())
    tracker.update([make_detection(100, 100), make_detection(500, 500)], 0.0, FRAME_WH)
    assert [v.state for v in tracker.flush()] == [DELETED, DELETED]
    assert tracker.flush() == ()


def test_ids_belong_to_the_tracker():
    assert [Tracker(TrackingConfig()).update(here(), 0.0, FRAME_WH)[0].track_id for _ in range(2)] == [1, 1]


def test_a_detection_that_is_no_number_is_ignored():
    tracker = Tracker(TrackingConfig(min_hits=1))
    broken = Detection(np.full((4, 2), np.nan, np.float32), 0.9)
    assert len(tracker.update([broken, *here()], 0.0, FRAME_WH)) == 1


def test_no_detection_at_all():
    tracker = Tracker(TrackingConfig())
    assert tracker.update([], 0.0, FRAME_WH) == ()
    assert tracker.update(None, 0.1, FRAME_WH) == ()


def test_detections_and_their_list_are_not_changed():
    tracker = Tracker(TrackingConfig(min_hits=1))
    detections = here()
    before = detections[0].quad.copy()
    tracker.update(detections, 0.0, FRAME_WH)
    tracker.update(detections, 0.1, FRAME_WH)
    assert np.array_equal(detections[0].quad, before)
    assert len(detections) == 1


def test_a_view_does_not_change_later():
    tracker = Tracker(TrackingConfig(min_hits=1))
    (view,) = tracker.update(here(), 0.0, FRAME_WH)
    before = view.quad.copy()
    tracker.update(here(650), 0.1, FRAME_WH)
    assert np.array_equal(view.quad, before)
    with pytest.raises(ValueError, match="read-only"):
        view.quad[0, 0] = 0


def test_a_plate_that_left_over_the_edge_is_gone_at_once():
    tracker = Tracker(TrackingConfig(min_hits=2, coast_s=5))
    for frame in range(10):
        tracker.update(here(1000 + 30 * frame), frame / 10, FRAME_WH)
    assert [v.state for v in tracker.update([], 1.0, FRAME_WH)] == [DELETED]


def test_split_puts_a_new_track_in_the_place_of_the_old():
    tracker = Tracker(TrackingConfig(min_hits=1))
    tracker.update(here(), 0.0, FRAME_WH)
    fresh = tracker.split(1)
    assert fresh is not None
    assert (fresh.track_id, fresh.hits) == (2, 1)
    assert [v.track_id for v in tracker.update(here(), 0.1, FRAME_WH)] == [2]
    assert tracker.split(77) is None


@pytest.mark.parametrize(
    ("path", "direction"),
    [
        (lambda t: {"x": 600, "y": 200 + 40 * t, "w": 60 * 1.3**t, "h": 15 * 1.3**t}, "approaching"),
        (lambda t: {"x": 600, "y": 600 - 40 * t, "w": 200 * 0.75**t, "h": 50 * 0.75**t}, "receding"),
        (lambda t: {"x": 200 + 150 * t, "y": 300}, "right"),
        (lambda t: {"x": 1000 - 150 * t, "y": 300}, "left"),
        (lambda t: {"x": 600, "y": 300}, "stationary"),
    ],
)
def test_direction(path, direction):
    tracker = Tracker(TrackingConfig())
    for frame in range(30):
        (view,) = tracker.update([make_detection(**path(frame / 10))], frame / 10, FRAME_WH)
    assert view.direction == direction
    assert view.dwell_s == pytest.approx(2.9)


def test_direction_is_not_known_at_first():
    (view,) = Tracker(TrackingConfig()).update(here(), 0.0, FRAME_WH)
    assert view.direction is None


def test_the_path_goes_from_the_first_place_to_the_last():
    tracker = Tracker(TrackingConfig())
    for frame in range(30):
        (view,) = tracker.update(here(100 + 20 * frame), frame / 10, FRAME_WH)
    times, xs = [t for t, _, _ in view.path], [x for _, x, _ in view.path]
    assert times == sorted(times)
    assert xs[0] == pytest.approx(100, abs=1)
    assert xs[-1] == pytest.approx(680, abs=25)


def path_of(place, seconds: float = 120.0, h: float = 20.0, **config: float) -> tuple[list[TrackView], float]:
    """Return what is known of a plate after each of its frames, ten a second, and the time of the last."""
    tracker, wide = Tracker(TrackingConfig(**config)), (3840, 2160)
    views = []
    for frame in range(round(10 * seconds)):
        (view,) = tracker.update([make_detection(place(frame / 10), 300, 4 * h, h)], frame / 10, wide)
        views.append(view)
    return views, frame / 10


@pytest.mark.parametrize("points", [200, 199, 50, 10])
def test_a_long_path_is_thinned_and_not_cut_off(points):
    """120 s at 30 px/s, a point every 10 px: 340 of them. Of 200 that were kept the first ones went."""
    views, last_s = path_of(lambda t: 20 + 30 * t, path_points=points)
    assert max(len(view.path) for view in views) <= points
    path = np.array(views[-1].path)
    steps = np.diff(path, axis=0)
    assert path[0] == pytest.approx((0, 20, 300), abs=0.01)
    assert last_s - path[-1, 0] <= steps[:, 0].max() + 0.1
    assert 20 + 30 * last_s - path[-1, 1] <= steps[:, 1].max() + 3
    assert steps[:, 0].min() > 0
    assert steps[1:, 1].max() <= 2.2 * steps[1:, 1].min(), "it is as fine at its beginning as at its end"
    assert len(path) >= points // 2


def test_a_short_path_is_kept_point_for_point():
    """12 s at 30 px/s: a point whenever it has moved by more than half its height, here every fourth frame."""
    views, _ = path_of(lambda t: 20 + 30 * t, seconds=12)
    times = [time_s for time_s, _, _ in views[-1].path]
    assert times == pytest.approx([0.4 * number for number in range(30)], abs=0.15)


def test_a_plate_that_stands_has_a_path_of_one_point():
    views, _ = path_of(lambda _: 500, path_points=2)
    assert views[-1].path == ((0.0, pytest.approx(500), pytest.approx(300)),)


def test_the_shortest_path_that_may_be_kept():
    views, _ = path_of(lambda t: 20 + 30 * t, path_points=2)
    assert max(len(view.path) for view in views) == 2
    assert views[-1].path[0][:2] == (0.0, pytest.approx(20))
