"""When to look: the detection interval."""

from __future__ import annotations

import numpy as np

from streamer.config import DetectionConfig, LookConfig, MotionConfig
from streamer.detection.attention import Attention

STILL = np.zeros((36, 64, 3), np.uint8)
LOOK = LookConfig(search_interval_s=0.2, read_interval_s=0.05, follow_interval_s=0.1, linger_s=0.5, recheck_s=2.0)


def moving(step: int) -> np.ndarray:
    image = STILL.copy()
    image[:, (8 * step) % 56 : (8 * step) % 56 + 8] = 255
    return image


def looks(images: list[np.ndarray], fps: float = 20.0, motion: bool = True, **state: object) -> list[int]:
    """Return the places of the images that are looked at."""
    attention = Attention(DetectionConfig(look=LOOK, motion=MotionConfig(enabled=motion)))
    asked = {"plate_in_view": False, "unsettled": False} | state
    return [place for place, image in enumerate(images) if attention.wants(image, place / fps, **asked)]


def test_a_moving_scene_without_plates_is_searched_at_its_interval() -> None:
    assert looks([moving(step) for step in range(13)]) == [0, 4, 8, 12]


def test_a_plate_in_view_is_followed_more_often() -> None:
    assert looks([moving(step) for step in range(7)], plate_in_view=True) == [0, 2, 4, 6]


def test_an_unsettled_plate_is_looked_at_most_often() -> None:
    assert looks([moving(step) for step in range(4)], plate_in_view=True, unsettled=True) == [0, 1, 2, 3]


def test_a_scene_at_rest_is_looked_at_a_little_longer_then_rarely() -> None:
    assert looks([STILL] * 100) == [0, 4, 8, 48, 88]


def test_without_the_gate_everything_counts_as_moving() -> None:
    assert looks([STILL] * 13, motion=False) == [0, 4, 8, 12]


def test_time_that_runs_backwards_is_a_new_start() -> None:
    attention = Attention(DetectionConfig(look=LOOK))
    assert attention.wants(STILL, 1000.0, False, False)
    assert attention.wants(STILL, 3.0, False, False)
    assert not attention.wants(STILL, 3.01, False, False)


def test_a_look_that_costs_more_than_its_share_stretches_the_interval() -> None:
    """0.16 s a look at a share of 0.8 is one look in 0.2 s, however unsettled the plate is."""
    assert looks([moving(step) for step in range(9)], plate_in_view=True, unsettled=True, cost_s=0.16) == [0, 4, 8]
