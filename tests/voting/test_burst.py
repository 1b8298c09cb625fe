"""Blurred images of one thing, put together frequency by frequency: detail comes from where it is left."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from streamer.voting.burst import accumulate

SIZE_WH = (184, 72)


def clear() -> np.ndarray:
    """Return (72, 184) float32 of mean 0 and deviation 1: a plate's text, as nobody sees it."""
    image = np.zeros(SIZE_WH[::-1], np.float32)
    cv2.putText(image, "RK 300 AS", (14, 46), cv2.FONT_HERSHEY_SIMPLEX, 0.95, 1.0, 3, cv2.LINE_AA)
    return (image - image.mean()) / image.std()


def smeared(length_px: int, angle_deg: float, noise: float = 0.0, seed: int = 0) -> np.ndarray:
    """Return the text smeared along a line, with noise of so many deviations."""
    kernel = np.zeros((31, 31), np.float32)
    along = np.array([np.cos(np.radians(angle_deg)), np.sin(np.radians(angle_deg))]) * length_px / 2
    cv2.line(kernel, *(tuple(np.round(15 + way * along).astype(int).tolist()) for way in (-1, 1)), 1.0)
    image = cv2.filter2D(clear(), -1, kernel / kernel.sum(), borderType=cv2.BORDER_REPLICATE)
    return image + np.random.default_rng(seed).normal(0, noise, image.shape).astype(np.float32)


def likeness(image: np.ndarray) -> float:
    """Return how far an image correlates with the clear text."""
    return float(np.corrcoef(image.ravel(), clear().ravel())[0, 1])


def test_two_smears_that_cross_make_a_clear_image() -> None:
    """Smeared along, the text has its horizontal strokes; smeared upright, its vertical ones. The mean has neither."""
    images = [smeared(11, 0), smeared(11, 90)]
    fused = accumulate(images, [1, 1])
    mean = np.mean(images, axis=0)
    assert max(likeness(image) for image in [*images, mean]) < 0.89
    assert likeness(fused) > 0.92


@pytest.mark.parametrize("seed", range(4))
def test_with_noise_and_eight_directions_it_is_nearer_than_the_mean_and_than_the_best(seed: int) -> None:
    images = [smeared(13, 22.5 * k, noise=0.5, seed=8 * seed + k) for k in range(8)]
    fused = likeness(accumulate(images, [1] * 8))
    assert fused > likeness(np.mean(images, axis=0)) + 0.02
    assert fused > max(map(likeness, images)) + 0.1


def test_one_image_stays_as_it_is() -> None:
    image = smeared(5, 0)
    for fused in (accumulate([image], [3.0]), accumulate([image] * 3, [1, 2, 3])):
        np.testing.assert_allclose(fused, image, atol=1e-3)


def test_what_is_worth_more_counts_more() -> None:
    """A stranger that is worth a thousandth leaves no trace."""
    image, stranger = clear(), np.roll(clear(), 30, axis=1)
    assert likeness(accumulate([image, stranger], [1, 1e-3])) > 0.98 > likeness(accumulate([image, stranger], [1, 1]))


def test_images_are_not_changed_and_nothing_comes_of_nothing() -> None:
    image, flat = clear(), np.zeros(SIZE_WH[::-1], np.float32)
    before = image.copy()
    accumulate([image, flat], [1, 1])
    assert np.array_equal(image, before)
    assert not accumulate([flat, flat], [1, 1]).any()
