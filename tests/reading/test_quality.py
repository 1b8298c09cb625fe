"""Quality goes the way a person would say."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from streamer.geometry import quad_of_box
from streamer.reading.quality import blockiness, measure_quality, obliqueness
from tests.drawn_plates import draw_plate

QUAD = quad_of_box(10, 20, 120, 30)
PLATE = draw_plate("RK300AS", 240, 64)[..., 0]
FRAME = np.full((120, 160, 3), 90, np.uint8)


def test_height_is_the_quads_own_and_the_score_goes_through():
    quality = measure_quality(PLATE, FRAME, QUAD, 0.75)
    assert quality.plate_height_px == pytest.approx(30)
    assert quality.score == 0.75


def test_blur_lowers_sharpness_step_by_step():
    sharpness = [measure_quality(PLATE, FRAME, QUAD, 1).sharpness]
    sharpness += [measure_quality(cv2.GaussianBlur(PLATE, (0, 0), s), FRAME, QUAD, 1).sharpness for s in (1, 2, 4, 8)]
    assert sharpness == sorted(sharpness, reverse=True)
    assert sharpness[0] > 0.9
    assert sharpness[-1] < 0.35


@pytest.mark.parametrize("grey", [0, 128, 255])
def test_an_even_plate_is_neither_sharp_nor_exposed(grey):
    quality = measure_quality(np.full((64, 160), grey, np.uint8), FRAME, QUAD, 1)
    assert quality.sharpness == 0
    assert quality.exposure < 0.05


def test_faint_and_blown_out_plates_are_badly_exposed():
    good = measure_quality(PLATE, FRAME, QUAD, 1).exposure
    faint = measure_quality((PLATE * 0.1 + 100).astype(np.uint8), FRAME, QUAD, 1).exposure
    blown = measure_quality(np.where(PLATE > 200, 255, 0).astype(np.uint8), FRAME, QUAD, 1).exposure
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
        quality = measure_quality(plate, FRAME, QUAD, 0.5)
        assert all(0 <= v <= 1 for v in (quality.sharpness, quality.exposure, quality.obliqueness, quality.score))


def street(width: int = 640, height: int = 480) -> np.ndarray:
    """Return a frame with texture at every scale, and noise, around a plate."""
    rng = np.random.default_rng(5)
    frame = np.full((height, width), 110.0)
    for size in (2, 8, 30):
        frame += 30 * size * cv2.GaussianBlur(rng.normal(0, 1, (height, width)), (0, 0), size)
    frame[213:273, 203:443] = cv2.resize(PLATE, (240, 60))
    return np.clip(frame[..., None] + rng.normal(0, 3, (height, width, 3)), 0, 255).astype(np.uint8)


def compressed(frame: np.ndarray, quality: int) -> np.ndarray:
    return cv2.imdecode(cv2.imencode(".jpg", frame, [cv2.IMWRITE_JPEG_QUALITY, quality])[1], cv2.IMREAD_COLOR)


STREET = street()
STREET_QUAD = quad_of_box(203, 213, 240, 60)


def test_the_harder_a_frame_is_compressed_the_blockier_it_is():
    measured = [blockiness(compressed(STREET, quality), STREET_QUAD) for quality in (95, 40, 20, 8)]
    assert measured == sorted(measured)
    assert blockiness(STREET, STREET_QUAD) == pytest.approx(1, abs=0.05)
    assert measured[0] < 1.1
    assert measured[-1] > 1.5


def test_blocks_are_looked_for_where_compression_puts_them():
    """Counted from the frame's corner, wherever the plate is; a frame cut out of another has them elsewhere."""
    frame = compressed(STREET, 10)
    for x, y in ((0, 0), (3, 5), (390, 300), (630, 470)):
        assert blockiness(frame, quad_of_box(x, y, 60, 20)) > 1.3
    assert blockiness(np.ascontiguousarray(frame[3:, 5:]), STREET_QUAD) < 1.1
    assert blockiness(cv2.resize(frame, (500, 375)), STREET_QUAD) == pytest.approx(1, abs=0.1)


def test_a_grey_frame_is_as_blocky_as_its_colours():
    frame = compressed(np.repeat(STREET[..., 1:2], 3, axis=2), 15)
    assert blockiness(frame[..., 1], STREET_QUAD) == blockiness(frame, STREET_QUAD)


@pytest.mark.parametrize("frame", [FRAME, np.zeros((480, 640, 3), np.uint8), np.zeros((16, 400, 3), np.uint8)])
def test_where_there_is_nothing_to_see_there_are_no_blocks(frame):
    assert blockiness(frame, QUAD) == 1


def test_a_quad_outside_the_frame_has_no_blocks():
    assert blockiness(STREET, quad_of_box(2000, 2000, 100, 30)) == 1
    assert blockiness(STREET, quad_of_box(-900, -900, 100, 30)) > 0


def test_every_reader_measures_it():
    assert measure_quality(PLATE, compressed(STREET, 8), STREET_QUAD, 1).blockiness > 1.5
