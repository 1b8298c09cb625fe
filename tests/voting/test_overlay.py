"""Plate images laid over one another: noise goes, wrong corners average out, strangers are left out."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from streamer.datatypes import PlateRead
from streamer.geometry import quad_of_box, rectify
from streamer.voting.overlay import Overlay, PlateImage
from tests.factories import make_plate_read

BOX = (60.0, 40.0, 120.0, 30.0)
SIZE_WH = (120, 30)


def plate_in_frame(noise: float, seed: int, text: str = "RK 300 AS") -> np.ndarray:
    """Return (110, 240, 3) uint8 with a plate at `BOX`, in noise that is new for every seed."""
    image = np.full((110, 240, 3), 90, np.uint8)
    cv2.rectangle(image, (60, 40), (179, 69), (200, 200, 200), -1)
    cv2.putText(image, text, (66, 62), cv2.FONT_HERSHEY_SIMPLEX, 0.7, (40, 40, 40), 2, cv2.LINE_AA)
    noisy = image + np.random.default_rng(seed).normal(0, noise, image.shape[:2])[..., None]
    return np.clip(noisy, 0, 255).astype(np.uint8)


def likeness(image: np.ndarray, quad: np.ndarray) -> float:
    """Return how far the plate at a quad correlates with the one without noise."""
    clean = rectify(plate_in_frame(0, 0), quad_of_box(*BOX), SIZE_WH, (0, 0))[..., 0]
    return float(np.corrcoef(rectify(image, quad, SIZE_WH, (0, 0))[..., 0].ravel(), clean.ravel())[0, 1])


def laid(noise: float, shifts: list[tuple[float, float]]) -> PlateImage:
    """Return the overlay of one image for each shift of the quad, px."""
    overlay = Overlay()
    for seed, shift in enumerate(shifts):
        overlay.add(plate_in_frame(noise, seed), quad_of_box(*BOX) + np.float32(shift), 10.0)
    return overlay.lay().mean


def test_eight_noisy_images_are_clearer_than_any_of_them() -> None:
    """Noise as strong as the ink: its variance is an eighth in the mean of eight."""
    single = max(likeness(plate_in_frame(70, seed), quad_of_box(*BOX)) for seed in range(8))
    plate = laid(70, [(0, 0)] * 8)
    assert single < 0.75
    assert likeness(plate.image, plate.quad) > 0.9


def test_corners_that_are_wrong_in_every_frame_are_right_in_the_median() -> None:
    plate = laid(30, [(3, 2), (-2, -1), (2, -1), (-2, 1), (0, 0), (1, 1), (-1, -1)])
    wrong = laid(0, [(3, 2)])
    assert likeness(plate.image, plate.quad) > 0.9 > likeness(wrong.image, wrong.quad)


def test_an_image_of_something_else_is_left_out() -> None:
    alone, overlay = laid(0, [(0, 0)] * 2), Overlay()
    for seed in range(2):
        overlay.add(plate_in_frame(0, seed), quad_of_box(*BOX), 10.0)
    stripes = np.zeros((110, 240, 3), np.uint8)
    stripes[:, ::6] = 255
    overlay.add(stripes, quad_of_box(*BOX), 9.0)
    plate = overlay.lay().mean
    assert likeness(plate.image, plate.quad) == pytest.approx(likeness(alone.image, alone.quad), abs=0.02)


def test_it_is_due_with_three_new_images_among_the_best() -> None:
    overlay, image, quad = Overlay(), plate_in_frame(0, 0), quad_of_box(*BOX)
    due = []
    for worth in (5, 5, 5, 5, 5, 5, 5, 5, 1, 1, 1, 6, 7, 8):
        overlay.add(image, quad, worth)
        due.append(overlay.due)
        if overlay.due:
            overlay.lay()
    assert [number for number, is_due in enumerate(due, start=1) if is_due] == [3, 6, 12], "worse ones are not kept"


def test_one_image_and_one_without_any_contrast() -> None:
    plate = laid(0, [(0, 0)])
    assert likeness(plate.image, plate.quad) > 0.95
    assert plate.height_px == pytest.approx(30)
    overlay = Overlay()
    for _ in range(3):
        overlay.add(np.zeros((110, 240, 3), np.uint8), quad_of_box(*BOX), 1.0)
    both = overlay.lay()
    assert np.ptp(both.mean.image) == np.ptp(both.sharp.image) == 0


def test_the_frame_is_not_changed() -> None:
    image, quad = plate_in_frame(5, 1), quad_of_box(*BOX)
    before = image.copy(), quad.copy()
    overlay = Overlay()
    overlay.add(image, quad, 1.0)
    overlay.lay()
    assert np.array_equal(image, before[0])
    assert np.array_equal(quad, before[1])


class Corners:
    """A reader that notes the corners it is asked to read at."""

    def __init__(self) -> None:
        self.quads: list[np.ndarray] = []

    def read(self, image: np.ndarray, quad: np.ndarray, score: float | None = None) -> PlateRead:
        self.quads.append(quad)
        return make_plate_read("RK300AS")


def test_a_last_look_is_five_reads_each_of_the_sharp_image_and_of_the_mean_with_corners_a_little_off() -> None:
    """The corners are the median's, then larger, smaller, and moved both ways; without news the first is left out."""
    overlay, image, quad = Overlay(), plate_in_frame(0, 0), quad_of_box(*BOX)
    overlay.add(image, quad, 5.0)
    assert not overlay.several
    overlay.add(image, quad, 5.0)
    assert overlay.several
    first, again = Corners(), Corners()
    reads = overlay.read_all(first, 0.9)
    assert [read.quality.plate_height_px for read in reads] == pytest.approx([BOX[3]] * 10)
    assert len(overlay.read_all(again, 0.9)) == 9
    plain = first.quads[0]
    off = [np.abs(quad - plain).max() for quad in first.quads]
    assert off[:5] == off[5:]
    assert off[0] == 0
    assert all(1 < most < 0.15 * np.ptp(plain, axis=0).max() for most in off[1:5])
    np.testing.assert_allclose(again.quads, first.quads[1:])


def test_plates_smeared_in_several_directions_are_sharper_together_than_in_the_mean() -> None:
    """Each frame is smeared by a fifth of the plate's height, one along, one upright, two aslant."""
    overlay, kernels = Overlay(), [np.ones((1, 7)), np.ones((7, 1)), np.eye(7), np.eye(7)[::-1]]
    for seed, kernel in enumerate(kernels):
        image = cv2.filter2D(plate_in_frame(15, seed), -1, kernel / kernel.sum())
        overlay.add(image, quad_of_box(*BOX) + np.float32((seed - 1, 1 - seed)), 10.0)
    both = overlay.lay()
    np.testing.assert_array_equal(both.sharp.quad, both.mean.quad)
    assert likeness(both.sharp.image, both.sharp.quad) > likeness(both.mean.image, both.mean.quad) + 0.02
