from __future__ import annotations

import numpy as np
import pytest

from streamer.tracking.scene import SceneCut


def picture(seed: int, gain: float = 1.0, offset: float = 0.0) -> np.ndarray:
    blocks = np.random.default_rng(seed).uniform(40, 200, (9, 16, 1))
    image = np.kron(blocks, np.ones((40, 40, 3)))
    return np.clip(image * gain + offset, 0, 255).astype(np.uint8)


def test_another_scene_is_a_cut_and_the_first_frame_is_none():
    scene = SceneCut(0.25)
    assert [scene.is_cut(picture(seed)) for seed in (1, 1, 2, 2)] == [False, False, True, False]


@pytest.mark.parametrize(("gain", "offset"), [(0.4, 0), (0.7, 60), (1.2, 5)])
def test_a_step_of_the_exposure_is_no_cut(gain, offset):
    scene = SceneCut(0.25)
    scene.is_cut(picture(1))
    assert not scene.is_cut(picture(1, gain, offset))


def test_a_lorry_that_fills_a_third_of_the_picture_is_no_cut():
    scene, image = SceneCut(0.25), picture(1)
    scene.is_cut(image)
    with_lorry = image.copy()
    with_lorry[:, 100:310] = 230
    assert not scene.is_cut(with_lorry)


def test_a_black_frame_between_is_passed_over():
    scene = SceneCut(0.25)
    black = np.zeros_like(picture(1))
    assert [scene.is_cut(image) for image in (picture(1), black, picture(1), black, picture(2))][-3:] == [
        False,
        False,
        True,
    ]


def test_a_night_picture_full_of_noise_is_one_scene():
    """Grey levels wander twice as much from frame to frame as the street's lamps tell its parts apart.

    When single pixels were compared, every frame of such a clip was a cut, and every look began a track.
    """
    scene, rng = SceneCut(0.25), np.random.default_rng(5)
    dark = picture(1, 0.06, 20).astype(float)
    frames = [np.clip(dark + rng.normal(0, 20, dark.shape), 0, 255).astype(np.uint8) for _ in range(6)]
    assert not any(scene.is_cut(frame) for frame in frames)


def test_a_picture_of_nothing_but_noise_is_too_flat_to_be_compared():
    scene, rng = SceneCut(0.25), np.random.default_rng(5)
    frames = [rng.normal(60, 20, (360, 640, 3)).clip(0, 255).astype(np.uint8) for _ in range(4)]
    assert not any(scene.is_cut(frame) for frame in frames)


def test_a_dark_street_in_which_only_headlights_can_be_seen():
    """One car leaves at the right, and seconds later the next one comes in at the left: nothing was cut."""
    scene, dark = SceneCut(0.25), np.full((360, 640, 3), 12, np.uint8)
    lit = [dark.copy(), dark.copy()]
    lit[0][150:250, 500:600] = 220
    lit[1][150:250, 40:140] = 220
    assert not any(scene.is_cut(image) for image in [lit[0], *[dark] * 10, lit[1]])


def test_an_image_of_one_px():
    scene = SceneCut(0.25)
    assert not scene.is_cut(np.zeros((1, 1, 3), np.uint8))
    assert not scene.is_cut(np.full((1, 1, 3), 255, np.uint8))


def test_the_image_is_not_changed():
    image = picture(1)
    before = image.copy()
    SceneCut(0.25).is_cut(image)
    assert np.array_equal(image, before)


def test_a_vehicle_that_comes_between_two_frames_and_fills_most_of_the_picture_is_no_cut():
    """At 5 frames a second a near vehicle is there all at once: the frames don't correlate, but the rest is as it was.

    When the correlation alone told cuts, such vehicles went on under new tracks.
    """
    scene, empty = SceneCut(0.25), picture(1)
    near = empty.copy()
    near[:, 160:620] = picture(2)[:, 160:620]
    near[60:300, 200:580] = 20
    assert [scene.is_cut(image) for image in (empty, near, empty)] == [False, False, False]
    assert scene.is_cut(picture(2)), "another scene is a cut as before"


def test_a_near_vehicle_that_is_elsewhere_in_the_next_frame_leaves_a_fifth_as_it_was_which_is_no_cut():
    """At 5 frames a second a van crosses by half the picture: where it was and where it is, four fifths have changed.

    From a quarter on it was a cut, and the van's plate had a track in each half of the picture.
    """
    scene, street = SceneCut(0.25), picture(1)
    left, right = street.copy(), street.copy()
    left[:, :280] = right[:, 280:500] = 30
    assert [scene.is_cut(image) for image in (left, right)] == [False, False]
