"""The neural detector: its maps decoded on paper, its input, and what it does on a drawn plate."""

from __future__ import annotations

import itertools

import cv2
import numpy as np
import pytest

from streamer.config import DetectionConfig
from streamer.detection.neural import MAX_ENLARGEMENT, PADDING, NeuralDetector, decode, letterbox, tiles


def maps(height: int = 4, width: int = 6) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Maps that see nothing."""
    return (
        np.full((height, width, 1), -9, np.float32),
        np.zeros((height, width, 4), np.float32),
        np.zeros((height, width, 8), np.float32),
    )


def put(found: tuple[np.ndarray, ...], row: int, col: int, score: float, w: float, h: float) -> None:
    found[0][row, col, 0] = np.log(score / (1 - score))
    found[1][row, col] = 0, 0, np.log(w), np.log(h)


def test_empty_maps_hold_no_plate():
    assert decode(*maps(), threshold=0.4) == []


def test_one_peak_gives_the_rectangle_around_its_cell():
    found = maps()
    put(found, 1, 2, 0.9, w=4, h=1)
    ((quad, score),) = decode(*found, threshold=0.4)
    # the cell's centre is (2.5, 1.5) cells of 8 px: (20, 12); 32 px wide, 8 px high
    np.testing.assert_allclose(quad, [[4, 8], [36, 8], [36, 16], [4, 16]], atol=1e-3)
    assert score == pytest.approx(0.9)


def test_corners_move_by_shares_of_width_and_height():
    found = maps()
    put(found, 1, 2, 0.9, w=4, h=1)
    found[2][1, 2] = [0, 0.5, 0, -0.5, 0, 0, 0, 0]
    ((quad, _),) = decode(*found, threshold=0.4)
    np.testing.assert_allclose(quad[:2], [[4, 12], [36, 4]], atol=1e-3)


def test_a_peak_below_the_threshold_is_none():
    found = maps()
    put(found, 1, 2, 0.39, w=4, h=1)
    assert decode(*found, threshold=0.4) == []


def test_a_threshold_of_0_takes_every_peak_and_one_of_1_none_that_is_less_than_certain():
    """Both are allowed: 1 was a division by zero, 0 the logarithm of it, which numpy warned of in every frame."""
    found = maps()
    put(found, 3, 5, 0.999, w=1, h=1)
    scores = [score for _, score in decode(*found, threshold=0)]
    assert scores[0] == pytest.approx(0.999)
    assert len(scores) == 4 * 6 - 3, "each cell of the plain is as high as those around it; three have a higher one"
    assert decode(*found, threshold=1) == []


def test_two_peaks_on_one_plate_are_one_and_the_better_stays():
    found = maps()
    put(found, 1, 1, 0.8, w=5, h=1)
    put(found, 1, 3, 0.9, w=5, h=1)
    ((_, score),) = decode(*found, threshold=0.4)
    assert score == pytest.approx(0.9)


def test_two_plates_side_by_side_stay_two():
    found = maps()
    put(found, 1, 0, 0.8, w=2, h=1)
    put(found, 1, 4, 0.9, w=2, h=1)
    assert [round(score, 1) for _, score in decode(*found, threshold=0.4)] == [0.9, 0.8]


def test_decode_leaves_its_input_alone():
    found = maps()
    put(found, 1, 2, 0.9, w=4, h=1)
    before = [a.copy() for a in found]
    decode(*found, threshold=0.4)
    for a, b in zip(found, before, strict=True):
        np.testing.assert_array_equal(a, b)


def test_letterbox_keeps_the_aspect_and_pads_right_and_below():
    canvas, lie = letterbox(np.zeros((100, 400, 3), np.uint8), (200, 100))
    assert lie.scale == 0.5
    assert canvas.shape == (100, 200, 3)
    assert (canvas[:50] == 0).all()
    assert (canvas[50:] == PADDING).all()


@pytest.mark.parametrize("shape", [(1, 1), (3, 4000), (4000, 3), (384, 640)])
def test_letterbox_takes_any_size(shape):
    canvas, lie = letterbox(np.zeros((*shape, 3), np.uint8), (640, 384))
    assert canvas.shape == (384, 640, 3)
    assert lie.scale <= MAX_ENLARGEMENT


def test_a_plain_wall_has_no_plate_and_is_left_unchanged():
    wall = np.full((360, 640, 3), 90, np.uint8)
    before = wall.copy()
    assert NeuralDetector(DetectionConfig()).detect(wall) == []
    np.testing.assert_array_equal(wall, before)


@pytest.mark.parametrize("model", ["default", "small"])
def test_finds_the_plate_of_the_bundled_clip(project, model):
    capture = cv2.VideoCapture(str(project / "tests" / "data" / "demo.mp4"))
    detector = NeuralDetector(DetectionConfig(model=model))
    found = 0
    for _ in range(60):
        ok, frame = capture.read()
        assert ok
        found += bool(detector.detect(frame))
    assert found >= 20


def test_a_frame_no_larger_than_a_tile_is_one_tile():
    assert tiles((1280, 720), (1280, 768)) == [(0, 0, 1280, 720)]


def test_tiles_cover_the_frame_and_overlap_by_a_quarter():
    found = tiles((3840, 2160), (1280, 768))
    xs, ys = sorted({x for x, *_ in found}), sorted({y for _, y, *_ in found})
    assert (xs[0], ys[0]) == (0, 0)
    assert (xs[-1] + 1280, ys[-1] + 768) == (3840, 2160)
    assert max(b - a for a, b in itertools.pairwise(xs)) <= 0.75 * 1280 + 1
    assert max(b - a for a, b in itertools.pairwise(ys)) <= 0.75 * 768 + 1


def test_a_small_plate_in_a_4k_frame_is_found_in_tiles_only(project):
    capture = cv2.VideoCapture(str(project / "tests" / "data" / "demo.mp4"))
    whole, tiled = NeuralDetector(DetectionConfig()), NeuralDetector(DetectionConfig(tiles=True))
    counts = np.zeros(2, int)
    for index in range(40):
        ok, frame = capture.read()
        assert ok
        if index % 4:
            continue
        large = np.full((2160, 3840, 3), 100, np.uint8)
        large[900 : 900 + 360, 2500 : 2500 + 640] = cv2.resize(frame, (640, 360), interpolation=cv2.INTER_AREA)
        counts += [len(whole.detect(large)), len(tiled.detect(large))]
    assert counts[1] > counts[0]
