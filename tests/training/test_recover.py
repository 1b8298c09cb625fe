"""Weights out of an exported model: the network computes what it did, and can be trained on."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("tensorflow")

import keras

from models.training.export import to_int8
from models.training.networks import reader_network
from models.training.recover import recover
from streamer.errors import ConfigError

pytestmark = pytest.mark.filterwarnings(
    "ignore:__array__ implementation:DeprecationWarning", "ignore:Statistics for quantized"
)


@pytest.fixture(scope="module")
def images() -> np.ndarray:
    """Return 48 network inputs: bars of random width and grey, so that neighbouring pixels are alike."""
    rng = np.random.default_rng(2)
    columns = [np.repeat(rng.random(40), rng.integers(2, 9, 40))[:160] for _ in range(48)]
    columns = [np.pad(column, (0, 160 - len(column)), mode="edge") for column in columns]
    return (np.stack(columns)[:, None, :, None] * rng.random((48, 64, 1, 1))).astype(np.float32)


@pytest.fixture(scope="module")
def network() -> keras.Model:
    """Return a narrow reader whose normalizations have measured something, as after a training."""
    keras.utils.set_random_seed(5)
    model, rng = reader_network(0.25), np.random.default_rng(3)
    for layer in model.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            scale, shift, mean, variance = (np.asarray(weights) for weights in layer.weights)
            layer.set_weights(
                [
                    rng.uniform(0.5, 1.5, scale.shape),
                    rng.normal(0, 0.2, shift.shape),
                    rng.normal(0, 0.2, mean.shape),
                    rng.uniform(0.5, 2, variance.shape),
                ]
            )
    return model


@pytest.fixture(scope="module")
def exported(network: keras.Model, images: np.ndarray, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the network's int8 file."""
    path = tmp_path_factory.mktemp("exported") / "reader.tflite"
    path.write_bytes(to_int8(network, (255 * images).astype(np.uint8)))
    return path


def test_the_recovered_network_computes_what_the_exported_one_did(
    network: keras.Model, exported: Path, images: np.ndarray
) -> None:
    again = reader_network(0.25)
    recover(again, exported, images)
    expected, found = (model.predict(images, verbose=0) for model in (network, again))
    assert np.corrcoef(expected.ravel(), found.ravel())[0, 1] > 0.99


def test_normalizations_are_measured_so_that_they_normalize(exported: Path, images: np.ndarray) -> None:
    """In training a batch's own mean and variance are used: what was measured must be near them."""
    again = reader_network(0.25)
    recover(again, exported, images)
    output = keras.Model(again.input, again.get_layer("c3").output).predict(images, verbose=0)
    _, _, mean, variance = again.get_layer("c3_bn").get_weights()
    np.testing.assert_allclose(mean, output.mean(axis=(0, 1, 2)), atol=1e-3)
    np.testing.assert_allclose(variance, output.var(axis=(0, 1, 2)), rtol=1e-2)


def test_a_file_of_another_network_is_refused(exported: Path, images: np.ndarray) -> None:
    with pytest.raises(ConfigError, match=r"reader\.tflite: is no model of this network"):
        recover(reader_network(0.5), exported, images)
