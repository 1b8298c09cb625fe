"""Training with int8 in view: what is rounded, what gradient it has, and that weights fit both networks."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("keras")

import keras

from models.training.networks import reader_network
from models.training.rounding import rounded_activations, rounded_kernel, rounding

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


def test_a_kernel_has_its_own_steps_in_each_output_channel() -> None:
    # channel 0: steps of 1.27 / 127 = 0.01; channel 1: of 12.7 / 127 = 0.1
    kernel = np.array([[[[1.27, 12.7], [0.014, 0.014], [-0.016, -0.06]]]], np.float32)
    before = kernel.copy()
    expected = [[[[1.27, 12.7], [0.01, 0.0], [-0.02, -0.1]]]]
    np.testing.assert_allclose(np.asarray(rounded_kernel(kernel)), expected, atol=1e-6)
    np.testing.assert_array_equal(kernel, before)


def test_activations_take_whole_steps_between_zero_and_the_highest() -> None:
    # the highest is 255, so a step is 1, though nothing is 0
    x = np.array([[255.0, 10.4, 10.6]], np.float32)
    np.testing.assert_allclose(np.asarray(rounded_activations(x)), [[255, 10, 11]], atol=1e-4)


def test_activations_below_zero_move_the_range() -> None:
    # from -51 to 204: steps of 1
    x = np.array([[-51.0, 204.0, -0.4, 0.6]], np.float32)
    np.testing.assert_allclose(np.asarray(rounded_activations(x)), [[-51, 204, 0, 1]], atol=1e-4)


@pytest.mark.parametrize("shape", [(1, 1, 2, 3), (3, 3, 1, 1)])
def test_nothing_but_zeros_stays_zero(shape: tuple[int, ...]) -> None:
    zeros = np.zeros(shape, np.float32)
    assert not np.asarray(rounded_kernel(zeros)).any()
    assert not np.asarray(rounded_activations(zeros)).any()


def test_the_gradient_goes_through_the_rounding() -> None:
    tf = pytest.importorskip("tensorflow")
    x = tf.Variable([[255.0, 10.4, 10.6]])
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(rounded_activations(x) * [[1.0, 2.0, 3.0]])
    np.testing.assert_allclose(tape.gradient(loss, x).numpy(), [[1, 2, 3]])


def test_weights_fit_both_networks_and_scores_are_those_of_the_rounded_kernels(tmp_path: Path) -> None:
    keras.utils.set_random_seed(4)
    plain = reader_network(0.25)
    copy = rounding(plain)
    copy.save_weights(tmp_path / "copy.weights.h5")
    again = reader_network(0.25)
    again.load_weights(tmp_path / "copy.weights.h5")
    for one, other in zip(plain.get_weights(), again.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)

    for layer in again.layers:
        if isinstance(layer, keras.layers.Conv2D):
            layer.kernel.assign(rounded_kernel(layer.kernel))
    images = np.random.default_rng(1).random((2, 64, 160, 1), np.float32)
    expected = again.predict(images, verbose=0)
    np.testing.assert_allclose(copy.predict(images, verbose=0), expected, atol=1e-4)
    assert np.abs(plain.predict(images, verbose=0) - expected).max() > 1e-4


def test_what_is_handed_on_is_rounded_in_training_only() -> None:
    copy = rounding(reader_network(0.25))
    layer = copy.get_layer("c1_relu_rounding")
    x = np.array([[[[255.0, 10.4]]]], np.float32)
    assert np.asarray(layer(x, training=True))[0, 0, 0, 1] == pytest.approx(10, abs=1e-4)
    assert np.asarray(layer(x, training=False))[0, 0, 0, 1] == pytest.approx(10.4)
