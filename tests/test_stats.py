"""Counting and timing a run."""

from __future__ import annotations

import pytest

from streamer.stats import CameraStatus, Distribution, RunStats, peak_memory_mb


def test_no_values_have_no_percentile() -> None:
    assert Distribution().percentile(0.5) is None


def test_one_value_is_every_percentile() -> None:
    values = Distribution()
    values.add(12.0)
    assert values.percentile(0.0) == values.percentile(1.0) == pytest.approx(12.0, rel=0.01)


def test_percentiles_of_many_values_are_right_to_one_percent() -> None:
    values = Distribution()
    for value in range(1, 1001):
        values.add(value)
    assert values.percentile(0.5) == pytest.approx(500, rel=0.02)
    assert values.percentile(0.95) == pytest.approx(950, rel=0.02)


@pytest.mark.parametrize("value", [0.0, -1.0])
def test_zero_and_less_are_no_fault(value: float) -> None:
    values = Distribution()
    values.add(value)
    assert values.percentile(0.5) == pytest.approx(1e-6, rel=0.02)


def test_a_long_run_takes_no_more_memory_than_a_short_one() -> None:
    values = Distribution()
    for step in range(20_000):
        values.add(1.0 + step % 100)
    assert len(values._bins) <= 240


def test_frames_a_second_are_counted_from_the_first_frame_to_the_last() -> None:
    stats = RunStats()
    assert stats.fps == 0.0
    for step in range(11):
        stats.processed(captured_s=100.0 + step * 0.1, now_s=100.1 + step * 0.1)
    assert stats.fps == pytest.approx(11 / 1.1)


def test_reasons_add_up_over_sources() -> None:
    stats = RunStats()
    stats.drop({"queue full": 2})
    stats.drop({"queue full": 1, "stopped": 1})
    stats.reject({"too small": 4})
    assert stats.dropped == {"queue full": 3, "stopped": 1}
    assert stats.rejected == {"too small": 4}


def test_a_camera_that_comes_back_does_not_count_its_absence_as_a_slow_frame() -> None:
    status = CameraStatus("gate", "rtsp://gate/1", live=True)
    for step in range(50):
        status.processed(step * 0.04, 10 + step * 0.04)
    status.offline()
    assert status.state == "offline"
    status.processed(60.0, 70.0)
    assert status.state == "running"
    assert status.fps == pytest.approx(25.0)


def test_peak_memory_is_that_of_a_python_process() -> None:
    assert 5 < peak_memory_mb() < 100_000
