"""From a Keras model to a file that `streamer.litert` runs: int8 near the float model, and a card that is held to."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("tensorflow")

import keras

from models.training.export import export_int8, without_training_precision
from models.training.release import release, without_folders
from streamer.errors import ConfigError, ModelError
from streamer.litert import Model

pytestmark = [
    pytest.mark.timeout(180),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    # the converter asks for what only its old form needs
    pytest.mark.filterwarnings("ignore:Statistics for quantized inputs:UserWarning"),
]

CONTRACT = {"kind": "tiny", "input": [8, 12, 3], "outputs": {"map": [4, 6, 2]}}


def network() -> keras.Model:
    image = keras.Input((8, 12, 3))
    return keras.Model(image, keras.layers.Conv2D(2, 3, 2, padding="same", activation="relu")(image))


def pictures() -> list[np.ndarray]:
    rng = np.random.default_rng(4)
    return [rng.integers(0, 256, (8, 12, 3), dtype=np.uint8) for _ in range(20)]


def test_what_is_exported_runs_as_its_card_says(tmp_path: Path) -> None:
    keras.utils.set_random_seed(3)
    model, images = network(), pictures()
    before = [image.copy() for image in images]
    path = tmp_path / "tiny.tflite"
    export_int8(model, images, path, {"contract": CONTRACT, "licence": "MIT"})
    assert all(np.array_equal(a, b) for a, b in zip(images, before, strict=True))

    shipped = Model(path, "tiny")
    assert shipped.input_hwc == (8, 12, 3)
    assert shipped.card["size_bytes"] == path.stat().st_size
    assert shipped.card["licence"] == "MIT"
    wanted = np.asarray(model(images[0][None].astype(np.float32) / 255))[0]
    (given,) = shipped.run(images[0])
    np.testing.assert_allclose(given, wanted, atol=0.03 * wanted.max())

    path.write_bytes(path.read_bytes() + b"\0")
    with pytest.raises(ModelError, match="does not match its card"):
        Model(path, "tiny")


def test_a_card_of_another_shape_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "tiny.tflite"
    export_int8(network(), pictures(), path, {"contract": {**CONTRACT, "input": [12, 8, 3]}})
    with pytest.raises(ModelError, match="its card says"):
        Model(path, "tiny")


def test_weights_of_a_run_in_low_precision_are_loaded_in_full(tmp_path: Path) -> None:
    before = keras.mixed_precision.dtype_policy()
    keras.mixed_precision.set_global_policy("mixed_bfloat16")
    try:
        trained = network()
        trained.save_weights(tmp_path / "a.weights.h5")
        loaded = without_training_precision(network, tmp_path / "a.weights.h5")
        assert keras.mixed_precision.dtype_policy().name == "mixed_bfloat16"
    finally:
        keras.mixed_precision.set_global_policy(before)
    assert loaded.compute_dtype == "float32"
    for a, b in zip(trained.get_weights(), loaded.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


def test_a_reader_of_another_head_is_refused_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text('{"head": "slots", "width": 0.5}')
    with pytest.raises(ConfigError, match=r"^export: the run's reader ends in 'slots'; only one"):
        release("reader", tmp_path, tmp_path, tmp_path / "final.weights.h5", tmp_path)


def test_a_card_names_a_run_and_not_where_it_lay() -> None:
    assert without_folders({"seed": 1, "start": "/somewhere/runs/reader/final.weights.h5"}) == {
        "seed": 1,
        "start": "reader/final.weights.h5",
    }
    assert without_folders({"seed": 1, "start": None}) == {"seed": 1, "start": None}
    assert without_folders({"seed": 1}) == {"seed": 1}
