"""The mean of two runs, weight by weight."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("tensorflow")

import keras

from models.training.mean_run import WEIGHTS, mean_run
from streamer.errors import ConfigError

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


def network(value: float, units: int = 2) -> keras.Model:
    """Return a network of one layer whose weights all have this value."""
    image = keras.Input((3,))
    dropped = keras.layers.Dropout(0.5)(image)
    model = keras.Model(image, keras.layers.Dense(units, name="only")(dropped))
    model.set_weights([np.full_like(weights, value) for weights in model.get_weights()])
    return model


def run_of(folder: Path, value: float, units: int = 2) -> Path:
    """Return the folder of a run that ended in such a network."""
    folder.mkdir()
    network(value, units).save_weights(folder / WEIGHTS)
    (folder / "run.json").write_text(json.dumps({"steps": value}))
    return folder


def test_every_weight_is_the_mean_and_the_runs_stay(tmp_path: Path) -> None:
    runs = [run_of(tmp_path / "first", 1.0), run_of(tmp_path / "second", 4.0)]
    before = [(run / WEIGHTS).read_bytes() for run in runs]
    mean_run(runs, tmp_path / "mean")
    model = network(0.0)
    model.load_weights(tmp_path / "mean" / WEIGHTS)
    for weights in model.get_layer("only").get_weights():
        np.testing.assert_allclose(weights, 2.5)
    assert json.loads((tmp_path / "mean" / "run.json").read_text()) == {"steps": 4.0, "mean_of": ["first", "second"]}
    assert [(run / WEIGHTS).read_bytes() for run in runs] == before


def test_runs_of_different_networks_have_no_mean(tmp_path: Path) -> None:
    runs = [run_of(tmp_path / "wide", 1.0, units=5), run_of(tmp_path / "narrow", 1.0)]
    with pytest.raises(ConfigError, match=r"wide: is a run of another network"):
        mean_run(runs, tmp_path / "mean")
    assert not (tmp_path / "mean").exists(), "nothing is left behind"


def test_a_run_that_has_not_ended_is_named_and_no_run_is_written_over(tmp_path: Path) -> None:
    ended = run_of(tmp_path / "ended", 1.0)
    (tmp_path / "begun").mkdir()
    with pytest.raises(ConfigError, match=r"begun: has no final\.weights\.h5"):
        mean_run([ended, tmp_path / "begun"], tmp_path / "mean")
    with pytest.raises(ConfigError, match=r"ended: is there already"):
        mean_run([ended, ended], ended)
