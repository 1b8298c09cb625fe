"""What the detector is taught, on paper, and that a scene's labels lie where its plates are."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("keras")

from models.training.scenes import BOX, CORNERS, IGNORE, MAX_PLATES, SCENE_WH, Scene
from models.training.train_detector import mirrored, targets
from streamer.geometry import quad_of_box


def label_of(quad: np.ndarray, kind: int) -> np.ndarray:
    scene = Scene(np.zeros((*SCENE_WH[::-1], 3), np.uint8), quad[None], np.array([kind], np.int8))
    return scene.label()


def test_no_plate_is_no_heat_and_all_of_it_counts():
    out = targets(np.zeros((MAX_PLATES, 9), np.float32), (10, 6))
    assert out[..., 0].max() == 0
    assert (out[..., 1] == 1).all()
    assert out[..., 2].max() == 0


def test_a_plate_peaks_in_the_cell_of_its_centre():
    out = targets(label_of(quad_of_box(20, 12, 40, 8), CORNERS), (10, 6))
    # centre (40, 16) px is the corner of cells 4|5, 1|2; the cell that holds it is (5, 2)
    assert out[2, 5, 0] == 1
    assert (out[..., 0] == 1).sum() == 1
    assert out[..., 2].sum() == pytest.approx(1)
    # its cell's centre is (44, 20) px: the first corner (20, 12) lies 3 cells left and 1 above
    np.testing.assert_allclose(out[2, 5, 4:6], [-3, -1])


def test_what_is_only_boxed_says_so():
    out = targets(label_of(quad_of_box(20, 12, 40, 8), BOX), (10, 6))
    assert out[2, 5, 3] == 1


def test_an_ignored_plate_neither_counts_nor_teaches():
    out = targets(label_of(quad_of_box(20, 12, 40, 8), IGNORE), (10, 6))
    assert out[..., 0].max() == 0
    assert out[2, 5, 1] == 0
    assert out[0, 0, 1] == 1


def test_mirroring_keeps_corners_clockwise_from_the_top_left():
    label = label_of(quad_of_box(20, 12, 40, 8), CORNERS)[None]
    before = label.copy()
    quad = mirrored(label)[0, 0, 1:].reshape(4, 2)
    np.testing.assert_array_equal(quad, quad_of_box(SCENE_WH[0] - 60, 12, 40, 8))
    np.testing.assert_array_equal(label, before)
