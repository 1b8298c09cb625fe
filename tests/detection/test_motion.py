"""The motion gate: what counts as a change of the scene."""

from __future__ import annotations

import numpy as np
import pytest

from streamer.config import MotionConfig
from streamer.detection.motion import MotionGate

FPS = 10.0


def scene(seed: int = 0, noise: float = 0.0) -> np.ndarray:
    """Return a (180, 320, 3) street: a light band on a dark one, with sensor noise of a seed's own."""
    image = np.full((180, 320, 3), 60.0)
    image[90:] = 120.0
    image += np.random.default_rng(seed).normal(0.0, noise, image.shape) if noise else 0.0
    return np.clip(image, 0, 255).astype(np.uint8)


def with_car(image: np.ndarray, x: int) -> np.ndarray:
    image = image.copy()
    image[100:140, x : x + 60] = 220
    return image


def gate(**changes: float) -> MotionGate:
    return MotionGate(MotionConfig(**changes))


def answers(gate: MotionGate, images: list[np.ndarray]) -> list[bool]:
    return [gate.moved(image, index / FPS) for index, image in enumerate(images)]


def test_the_first_image_is_a_change() -> None:
    assert gate().moved(scene(), 0.0)


def test_nothing_moves() -> None:
    assert answers(gate(), [scene()] * 5) == [True, False, False, False, False]


def test_sensor_noise_is_no_motion() -> None:
    assert not any(answers(gate(), [scene(seed, noise=12.0) for seed in range(30)])[1:])


def test_a_car_that_drives_is_motion_in_each_image() -> None:
    assert all(answers(gate(), [with_car(scene(), 20 * step) for step in range(10)]))


def test_a_car_that_parks_falls_silent() -> None:
    images = [with_car(scene(), 20 * step) for step in range(5)] + [with_car(scene(), 100)] * 5
    assert answers(gate(), images)[6:] == [False] * 4


def test_a_car_that_creeps_adds_up() -> None:
    """Each step is under the threshold; compared with the image before, it would never be seen."""
    faint = [scene()] + [np.clip(scene().astype(int) + 2 * step, 0, 255).astype(np.uint8) for step in range(1, 8)]
    half = [np.where(np.arange(320)[None, :, None] < 100, image, scene()) for image in faint]
    assert any(answers(gate(), half)[1:])


def test_a_change_of_the_whole_brightness_is_no_motion() -> None:
    assert not gate_says_after(scene(), np.clip(scene().astype(int) + 40, 0, 255).astype(np.uint8))


def test_a_change_of_brightness_does_not_hide_a_car() -> None:
    brighter = np.clip(with_car(scene(), 40).astype(int) + 20, 0, 255).astype(np.uint8)
    assert gate_says_after(scene(), brighter)


def test_leaves_fall_silent_and_a_car_before_them_does_not() -> None:
    """A spot that changes at every look teaches the gate what is usual there."""
    leaves = []
    for step in range(600):
        image = scene()
        image[10:60, 200:300] = 60 + 25 * (step % 2)
        leaves.append(image)
    one = gate()
    said = answers(one, leaves)
    assert said[1]
    assert not any(said[-50:])
    car = leaves[-1].copy()
    car[20:70, 210:290] = 250
    assert one.moved(car, 600 / FPS)


def test_one_restless_pixel_is_no_motion() -> None:
    image = scene()
    image[50, 50] = 255
    assert not gate_says_after(scene(), image)


def test_another_size_is_a_new_start() -> None:
    assert gate_says_after(scene(), scene()[:90])


@pytest.mark.parametrize("size", [(1, 1), (1, 500), (500, 1)])
def test_tiny_and_narrow_images(size: tuple[int, int]) -> None:
    image = np.zeros((*size, 3), np.uint8)
    assert answers(gate(), [image, image]) == [True, False]


def test_input_unchanged() -> None:
    image = scene(noise=5.0)
    image.setflags(write=False)
    before = image.copy()
    answers(gate(), [image, image])
    assert (image == before).all()


def gate_says_after(first: np.ndarray, second: np.ndarray) -> bool:
    return answers(gate(), [first, second])[1]
