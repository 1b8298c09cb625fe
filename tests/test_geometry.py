"""Quads, boxes and rectification, with numbers that can be checked on paper."""

from __future__ import annotations

import numpy as np
import pytest

from streamer.geometry import box_iou, grow_quad, quad_of_box, quad_size, rectify


def test_quad_of_box_runs_clockwise_from_the_top_left():
    np.testing.assert_array_equal(quad_of_box(1, 2, 10, 5), [[1, 2], [11, 2], [11, 7], [1, 7]])


def test_size_of_a_slanted_quad_follows_its_sides():
    quad = np.array([[0, 0], [30, 40], [30, 50], [0, 10]], np.float32)
    assert quad_size(quad) == pytest.approx((50, 10))


def test_growing_a_box_adds_its_share_on_each_side():
    grown = grow_quad(quad_of_box(10, 10, 100, 20), (0.1, 0.5))
    np.testing.assert_allclose(grown, [[0, 0], [120, 0], [120, 40], [0, 40]], atol=1e-3)


@pytest.mark.parametrize(
    ("a", "b", "iou"),
    [
        ((0, 0, 10, 10), (0, 0, 10, 10), 1),
        ((0, 0, 10, 10), (5, 0, 10, 10), 1 / 3),
        ((0, 0, 10, 10), (10, 0, 10, 10), 0),
        ((0, 0, 10, 10), (50, 50, 1, 1), 0),
        ((0, 0, 0, 0), (0, 0, 0, 0), 0),
    ],
)
def test_box_iou(a, b, iou):
    assert box_iou(a, b) == pytest.approx(iou)


def test_rectifying_an_upright_box_of_the_same_size_is_a_crop():
    image = np.random.default_rng(1).integers(0, 255, (60, 80, 3), dtype=np.uint8)
    out = rectify(image, quad_of_box(10, 20, 40, 16), (40, 16), (0, 0))
    np.testing.assert_array_equal(out, image[20:36, 10:50])


def test_rectifying_turns_a_plate_upright():
    image = np.zeros((100, 100), np.uint8)
    image[20:60, 30:40] = 200
    on_its_side = np.array([[40, 20], [40, 60], [30, 60], [30, 20]], np.float32)
    out = rectify(image, on_its_side, (40, 10), (0, 0))
    assert out.shape == (10, 40)
    assert out[2:-2, 2:-2].min() == 200


def test_a_large_plate_is_averaged_not_sampled():
    stripes = np.zeros((400, 800), np.uint8)
    stripes[:, ::2] = 200
    out = rectify(stripes, quad_of_box(0, 0, 800, 400), (80, 40), (0, 0))
    assert abs(out[5:-5, 5:-5].astype(float) - 100).max() < 12


@pytest.mark.parametrize("box", [(-500, -500, 20, 10), (1000, 5, 20, 10)])
def test_a_quad_outside_the_image_gives_black(box):
    out = rectify(np.full((50, 50, 3), 9, np.uint8), quad_of_box(*box), (16, 8), (0, 0))
    assert out.shape == (8, 16, 3)
    assert (out == 0).all()


def test_rectify_leaves_its_input_alone():
    image, quad = np.full((50, 50, 3), 7, np.uint8), quad_of_box(5, 5, 20, 10)
    kept_image, kept_quad = image.copy(), quad.copy()
    rectify(image, quad, (16, 8), (0.1, 0.1))
    np.testing.assert_array_equal(image, kept_image)
    np.testing.assert_array_equal(quad, kept_quad)
