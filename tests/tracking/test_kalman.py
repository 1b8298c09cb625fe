from __future__ import annotations

import numpy as np
import pytest

from streamer.config import TrackingConfig
from streamer.geometry import quad_of_box
from streamer.tracking.kalman import PlateFilter, measure

CONFIG = TrackingConfig()


def plate(x: float, y: float = 100.0, w: float = 100.0, h: float = 25.0) -> np.ndarray:
    return measure(quad_of_box(x - w / 2, y - h / 2, w, h))


def test_a_quad_is_measured_by_centre_height_and_aspect():
    assert measure(quad_of_box(10, 20, 100, 25)) == pytest.approx([60, 32.5, np.log(25), np.log(4)])


def test_a_quad_without_area_is_measured_as_one_px():
    assert np.isfinite(measure(np.zeros((4, 2)))).all()


def test_four_dropped_frames_are_predicted_by_their_true_time():
    """A plate that moves 12 px a frame is 60 px on after five frame times, and a filter with a fixed step is 48 off."""
    plate_filter = PlateFilter(plate(0), CONFIG)
    for frame in range(1, 20):
        plate_filter.predict(1 / 30)
        plate_filter.update(plate(12.0 * frame))
    plate_filter.predict(5 / 30)
    assert plate_filter.xyha[0] == pytest.approx(12 * 24, abs=1.5)


@pytest.mark.parametrize("fps", [3, 5, 15, 30, 60])
def test_the_velocity_is_found_at_any_frame_rate(fps):
    plate_filter = PlateFilter(plate(0), CONFIG)
    for frame in range(1, 3 * fps):
        plate_filter.predict(1 / fps)
        plate_filter.update(plate(150.0 * frame / fps))
    assert plate_filter.velocity_px_s[0] == pytest.approx(150, rel=0.03)


def test_a_plate_that_is_not_seen_does_not_swell_or_shrink_for_long():
    """Two detections whose heights differ by the detector's error alone: 1 s on, the plate was to be 2 px tall."""
    plate_filter = PlateFilter(plate(0, h=30), CONFIG)
    for height in (24, 19):
        plate_filter.predict(0.08)
        plate_filter.update(plate(0, h=height))
    seen = plate_filter.xyha[2]
    plate_filter.predict(1.0)
    assert abs(plate_filter.xyha[2] - seen) < np.log(2)


def test_no_time_passes_between_two_frames_with_one_timestamp():
    plate_filter = PlateFilter(plate(50), CONFIG)
    before = plate_filter.xyha.copy()
    plate_filter.predict(0.0)
    plate_filter.predict(-1.0)
    assert plate_filter.xyha == pytest.approx(before)


def test_the_gate_is_as_wide_as_the_plate_is_large():
    """45 px off is nothing for a plate 100 px tall, and another place for one 10 px tall."""
    near = PlateFilter(plate(500, w=400, h=100), CONFIG)
    far = PlateFilter(plate(500, w=40, h=10), CONFIG)
    for plate_filter in (near, far):
        plate_filter.predict(1 / 30)
    assert near.distances(plate(545, w=400, h=100)[None])[0] < CONFIG.gate
    assert far.distances(plate(545, w=40, h=10)[None])[0] > CONFIG.gate


def test_measurements_are_not_changed():
    points = np.array([plate(0), plate(9)])
    before = points.copy()
    plate_filter = PlateFilter(points[0], CONFIG)
    plate_filter.predict(0.1)
    plate_filter.distances(points)
    plate_filter.update(points[1])
    assert np.array_equal(points, before)
