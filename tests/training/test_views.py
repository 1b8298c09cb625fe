"""What a scene shows of a picture: its plates lie where the labels say, from a few px wide to most of the scene."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from models.training.views import CLOSE_UP_WIDTHS, SCENE_WH, USUAL_WIDTHS, any_width, look_at
from streamer.detection.neural import PADDING
from streamer.geometry import quad_of_box


@pytest.mark.parametrize("wh", [(1600, 1200), (300, 220), (90, 60)], ids=["larger", "as large", "smaller"])
def test_a_plate_lies_where_its_quad_says(wh: tuple[int, int]) -> None:
    rng = np.random.default_rng(4)
    w, h = wh
    box = w // 2, h // 3, w // 5, h // 10
    picture = np.full((h, w, 3), PADDING, np.uint8)
    picture[box[1] : box[1] + box[3], box[0] : box[0] + box[2]] = 255
    before = picture.copy()
    looked = 0
    for _ in range(40):
        view, quads = look_at(picture, quad_of_box(*box)[None], False, rng)
        assert view.shape == (SCENE_WH[1], SCENE_WH[0], 3)
        low, high = quads[0].min(axis=0), quads[0].max(axis=0)
        if (low < 1).any() or (high > np.array(SCENE_WH) - 1).any():
            continue
        # What is brighter than the padding is the plate; its centre of mass is the plate's middle
        moments = cv2.moments(view[..., 0] - np.uint8(PADDING))
        middle = np.array([moments["m10"], moments["m01"]]) / moments["m00"] + 0.5
        np.testing.assert_allclose(middle, (low + high) / 2, atol=0.35)
        assert moments["m00"] / (255 - PADDING) == pytest.approx(float(np.prod(high - low)), rel=0.05, abs=3)
        looked += 1
    assert looked > 10
    np.testing.assert_array_equal(picture, before)


def test_a_picture_without_a_plate_gives_none() -> None:
    view, quads = look_at(np.full((50, 80, 3), 9, np.uint8), np.zeros((0, 4, 2)), False, np.random.default_rng(0))
    assert quads.shape == (0, 4, 2)
    assert (view[..., 0] == 9).any()


def test_close_ups_are_some_of_the_scenes() -> None:
    rng = np.random.default_rng(1)
    drawn = [any_width(rng) for _ in range(1000)]
    assert 80 < sum(close for _, close in drawn) < 260
    for width, close in drawn:
        low, high = CLOSE_UP_WIDTHS if close else USUAL_WIDTHS
        assert low <= width <= high
