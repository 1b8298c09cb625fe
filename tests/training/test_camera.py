"""What the drawn camera does to plates: poses that can be, pixels outside the plate untouched, light kept."""

from __future__ import annotations

import numpy as np
import pytest

from models.training.camera import expose, motion_blur, paste_plate, pose_quad, shoot
from streamer.geometry import quad_of_box


def turns(quad: np.ndarray) -> np.ndarray:
    """Return the cross product at each corner; all are positive where a quad is convex and clockwise (y down)."""
    edges = np.roll(quad, -1, axis=0) - quad
    following = np.roll(edges, -1, axis=0)
    return edges[:, 0] * following[:, 1] - edges[:, 1] * following[:, 0]


@pytest.mark.parametrize("tilt", [0.0, 1.0, 4.0], ids=["frontal", "usual", "as far as it goes"])
def test_a_posed_plate_is_convex_and_clockwise_from_its_own_top_left(tilt: float) -> None:
    rng = np.random.default_rng(2)
    for _ in range(200):
        quad = pose_quad(100, 22, rng, tilt)
        assert quad.shape == (4, 2)
        assert quad.dtype == np.float32
        assert (turns(quad) > 0).all()
        assert quad[1, 0] > quad[0, 0], "the top edge runs from left to right"


def test_a_frontal_plate_is_the_rectangle_itself() -> None:
    np.testing.assert_allclose(
        pose_quad(100, 20, np.random.default_rng(0), 0.0), [[-50, -10], [50, -10], [50, 10], [-50, 10]], atol=1e-4
    )


def test_pasting_changes_nothing_outside_the_quad() -> None:
    rng = np.random.default_rng(1)
    canvas = rng.integers(0, 255, (60, 120, 3), dtype=np.uint8)
    before = canvas.copy()
    plate = np.full((40, 160, 3), 255, np.uint8)
    paste_plate(canvas, plate, quad_of_box(30, 20, 60, 15))
    inside = np.zeros((60, 120), bool)
    inside[18:37, 28:92] = True  # the quad and two px around it, which its soft edge may touch
    np.testing.assert_array_equal(canvas[~inside], before[~inside])
    assert (canvas[22:33, 32:88] == 255).all()
    assert (plate == 255).all()


@pytest.mark.parametrize("corner", [(-30, -8), (100, 50), (-500, 20)], ids=["top left", "bottom right", "outside"])
def test_a_plate_may_hang_over_the_edge(corner: tuple[int, int]) -> None:
    canvas = np.zeros((60, 120, 3), np.uint8)
    paste_plate(canvas, np.full((20, 80, 3), 255, np.uint8), quad_of_box(*corner, 60, 15))
    assert (canvas.max() == 255) == (corner[0] > -60)


@pytest.mark.parametrize("angle_deg", [0.0, 30.0, 90.0, 179.0])
@pytest.mark.parametrize("length", [0.5, 3.0, 8.7])
def test_motion_keeps_the_light(length: float, angle_deg: float) -> None:
    image = np.zeros((41, 41), np.float32)
    image[20, 20] = 1000
    smeared = motion_blur(image, length, angle_deg)
    assert smeared.sum() == pytest.approx(1000, rel=1e-4)
    assert image[20, 20] == 1000
    assert (image != 0).sum() == 1


def test_motion_smears_along_its_direction_only() -> None:
    image = np.zeros((21, 21), np.float32)
    image[10, 10] = 1
    across = motion_blur(image, 7, 0)
    assert np.flatnonzero(across.sum(axis=0) > 0.05).tolist() == list(range(7, 14))
    assert across[10].sum() > 0.9


def test_a_picture_keeps_its_shape_and_leaves_the_scene() -> None:
    scene = np.random.default_rng(0).integers(0, 255, (24, 40, 3), dtype=np.uint8)
    before = scene.copy()
    for seed in range(30):
        rng = np.random.default_rng(seed)
        picture = shoot(scene, rng, smear=2.0, soft=0.5)
        assert picture.shape == scene.shape
        assert picture.dtype == np.uint8
        assert np.isfinite(expose(scene, rng)).all()
    np.testing.assert_array_equal(scene, before)
