"""Quality goes the way a person would say."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from streamer.geometry import quad_of_box
from streamer.reading.quality import measure_quality, obliqueness
from tests.drawn_plates import draw_plate

QUAD = quad_of_box(10, 20, 120, 30)
PLATE = draw_plate("RK300AS", 240, 64)[..., 0]


def test_height_is_the_quads_own_and_the_score_goes_through():
    quality = measure_quality(PLATE, QUAD, 0.75)
    assert quality.plate_height_px == pytest.approx(30)
    assert quality.score == 0.75


def test_blur_lowers_sharpness_step_by_step():
    sharpness = [measure_quality(PLATE, QUAD, 1).sharpness]
    sharpness += [measure_quality(cv2.GaussianBlur(PLATE, (0, 0), s), QUAD, 1).sharpness for s in (1, 2, 4, 8)]
    assert sharpness == sorted(sharpness, reverse=True)
    assert sharpness[0] > 0.9
    assert sharpness[-1] < 0.35


@pytest.mark.parametrize("grey", [0, 128, 255])
def test_an_even_plate_is_neither_sharp_nor_exposed(grey):
    quality = measure_quality(np.full((64, 160), grey, np.uint8), QUAD, 1)
    assert quality.sharpness == 0
    assert quality.exposure < 0.05


def test_faint_and_blown_out_plates_are_badly_exposed():
    good = measure_quality(PLATE, QUAD, 1).exposure
    faint = measure_quality((PLATE * 0.1 + 100).astype(np.uint8), QUAD, 1).exposure
    blown = measure_quality(np.where(PLATE > 200, 255, 0).astype(np.uint8), QUAD, 1).exposure
    assert good == 1
    assert faint < 0.4
    assert blown < 0.1


def test_straight_on_is_zero_however_it_is_turned():
    assert obliqueness(QUAD) == pytest.approx(0)
    angle = np.deg2rad(30)
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    assert obliqueness(QUAD @ turn) == pytest.approx(0, abs=1e-6)


def test_shear_and_perspective_are_oblique_and_a_line_is_edge_on():
    sheared = QUAD + np.array([[15, 0], [15, 0], [0, 0], [0, 0]])
    assert 0.1 < obliqueness(sheared) < 0.2
    receding = np.array([[0, 0], [100, 5], [100, 25], [0, 30]])
    assert 0.3 < obliqueness(receding) < 0.4
    assert obliqueness(np.zeros((4, 2))) == 1
    assert obliqueness(np.array([[0, 0], [1, 0], [2, 0], [3, 0]])) == pytest.approx(1)


def test_every_measure_is_a_share():
    noise = np.random.default_rng(0).integers(0, 256, (64, 160), np.uint8)
    for plate in (noise, PLATE, np.zeros((1, 1), np.uint8)):
        quality = measure_quality(plate, QUAD, 0.5)
        assert all(0 <= v <= 1 for v in (quality.sharpness, quality.exposure, quality.obliqueness, quality.score))
