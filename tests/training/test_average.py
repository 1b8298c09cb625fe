"""The mean of two readers' weights, and what a card says of the runs that it came from."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("keras")

from models.training.average import average_readers
from models.training.networks import reader_network
from models.training.release import without_folders
from streamer.errors import ConfigError

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


def a_run(folder: Path, width: float, value: float) -> Path:
    """Write a run of a reader whose weights are all `value`."""
    folder.mkdir()
    model = reader_network(width)
    model.set_weights([np.full_like(weights, value) for weights in model.get_weights()])
    model.save_weights(folder / "final.weights.h5")
    (folder / "run.json").write_text(json.dumps({"width": width, "seed": 1, "start": None}))
    return folder


@pytest.mark.parametrize(("share", "expected"), [(0.0, 1.0), (0.25, 1.5), (1.0, 3.0)])
def test_every_weight_lies_between_those_of_the_two(tmp_path: Path, share: float, expected: float) -> None:
    average_readers(a_run(tmp_path / "a", 0.25, 1.0), a_run(tmp_path / "b", 0.25, 3.0), share, tmp_path / "out")
    model = reader_network(0.25)
    model.load_weights(tmp_path / "out" / "final.weights.h5")
    assert all(np.allclose(weights, expected) for weights in model.get_weights())
    recipe = json.loads((tmp_path / "out" / "run.json").read_text())
    assert (recipe["width"], recipe["head"], recipe["share_of_second"]) == (0.25, "ctc", share)
    assert len(recipe["runs"]) == 2


def test_readers_of_different_width_have_no_mean(tmp_path: Path) -> None:
    first, second = a_run(tmp_path / "a", 0.25, 1.0), a_run(tmp_path / "b", 0.5, 1.0)
    with pytest.raises(ConfigError, match="a and b are runs of different networks"):
        average_readers(first, second, 0.5, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_card_names_no_folder_outside_the_runs() -> None:
    one = {"seed": 1, "start": "/somewhere/runs/reader/final.weights.h5"}
    assert without_folders(one) == {"seed": 1, "start": "reader/final.weights.h5"}
    assert without_folders({"share": 0.5, "runs": [one]})["runs"] == [{"seed": 1, "start": "reader/final.weights.h5"}]
    assert without_folders({"seed": 1, "start": None}) == {"seed": 1, "start": None}
