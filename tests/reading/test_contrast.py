"""Plate images at dusk and at noon come out alike."""

from __future__ import annotations

import numpy as np
import pytest

from streamer.reading.contrast import even_contrast


def stripes(low: int, high: int) -> np.ndarray:
    """Return a plate image of upright stripes, half its pixels each."""
    image = np.full((64, 160), low, np.uint8)
    image[:, ::2] = high
    return image


@pytest.mark.parametrize(("low", "high"), [(0, 255), (20, 40), (200, 230), (90, 110)])
def test_light_and_contrast_do_not_matter(low: int, high: int) -> None:
    image = stripes(low, high)
    before = image.copy()
    even = even_contrast(image, 128, 50)
    assert sorted(np.unique(even)) == [78, 178]
    np.testing.assert_array_equal(image, before)


def test_a_flat_image_becomes_the_mean_and_its_noise_is_not_blown_up() -> None:
    assert np.unique(even_contrast(np.full((64, 160), 7, np.uint8), 128, 50)) == [128]
    almost_flat = even_contrast(stripes(100, 101), 128, 52)
    assert almost_flat.max() - almost_flat.min() <= 20


def test_what_lies_around_the_plate_does_not_count_and_is_clipped() -> None:
    image = stripes(100, 140)
    image[:4] = 255
    even = even_contrast(image, 128, 50)
    assert (even[:4] == 255).all()
    assert sorted(np.unique(even[8:])) == [78, 178]
