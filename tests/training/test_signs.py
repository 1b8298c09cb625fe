"""What is no plate but has text, and the frame around a plate: nothing of them hides the plate."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("PIL")

from models.training.props import distract, overlap
from models.training.signs import Signs, rounded_cover
from models.training.typefaces import Typefaces
from streamer.geometry import quad_of_box


@pytest.fixture
def signs() -> Signs:
    rng = np.random.default_rng(3)
    return Signs(Typefaces([], 3, rng), rng)


@pytest.mark.parametrize("kind", ["lettering", "panel", "display", "number", "draw"])
def test_a_sign_has_ink_and_a_cover_of_its_size(signs: Signs, kind: str) -> None:
    for _ in range(15):
        sign = getattr(signs, kind)()
        assert sign.image.dtype == np.uint8
        assert sign.image.shape[2] == 3
        if sign.cover is not None:
            assert sign.cover.shape == sign.image.shape[:2]
            assert sign.cover.max() == 255


def test_two_signs_are_not_alike(signs: Signs) -> None:
    shapes = {signs.panel().image.shape for _ in range(20)}
    assert len(shapes) > 10


def test_rounded_corners_leave_the_middle_whole() -> None:
    cover = rounded_cover(40, 100, 10)
    assert cover[0, 0] == cover[0, -1] == cover[-1, 0] == cover[-1, -1] == 0
    assert (cover[15:25] == 255).all()
    assert (rounded_cover(40, 100, 0) == 255).all()


@pytest.mark.parametrize(
    "quad",
    [quad_of_box(50, 40, 80, 40), np.array([[10, 20], [90, 30], [95, 52], [8, 40]], np.float32)],
    ids=["upright", "oblique"],
)
def test_a_frame_holds_its_plate(signs: Signs, quad: np.ndarray) -> None:
    for _ in range(15):
        image, around = signs.frame(quad)
        assert min(image.shape[:2]) > 10
        inward = np.roll(around, -1, axis=0) - around
        for corner in quad:
            to = corner - around
            assert (inward[:, 0] * to[:, 1] - inward[:, 1] * to[:, 0] > 0).all(), "inside all four edges"


def test_no_sign_is_drawn_on_a_plate(signs: Signs) -> None:
    rng = np.random.default_rng(8)
    plate = quad_of_box(150, 100, 80, 20)
    changed = np.zeros((256, 416), bool)
    for _ in range(60):
        view = np.full((256, 416, 3), 77, np.uint8)
        distract(view, plate[None], 1.0, signs, rng)
        changed |= (view != 77).any(axis=2)
    assert changed.mean() > 0.3
    # stamps and lamps may reach it, text and grilles may not
    assert changed[102:118, 152:228].mean() < 0.5


def test_boxes_that_come_near_overlap() -> None:
    a, b = quad_of_box(0, 0, 10, 10), quad_of_box(15, 0, 10, 10)
    assert overlap(a, b)
    assert not overlap(a, b, 2)
