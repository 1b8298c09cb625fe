"""What the detector's loss asks for, on paper, and a run that starts from an earlier one's weights."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("keras")

import keras

from models.training.networks import detector_network
from models.training.scenes import BOX, CORNERS, IGNORE
from models.training.train_detector import BOX_SLACK, coarser, detector_loss, joined, targets
from models.training.training_run import start_from
from streamer.errors import ConfigError
from streamer.geometry import quad_of_box

pytestmark = [
    pytest.mark.timeout(180),
    # Keras hands numpy arrays over in a way that numpy 2 warns about
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
]

GRID = 12, 8
PLATE = quad_of_box(24, 20, 48, 24)
"""A plate 6 cells wide and 3 high."""


def truth_of(quad: np.ndarray, kind: int) -> np.ndarray:
    return targets(np.array([[kind + 1, *quad.reshape(8)]], np.float32), GRID)[None]


def says(quad: np.ndarray, logit: float = 9.0) -> np.ndarray:
    """Return maps (1, h, w, 13) that see one plate at quad (4, 2) px, and every cell near it says the same corners."""
    out = np.zeros((1, GRID[1], GRID[0], 13), np.float32)
    out[..., 0] = -9
    cells = quad / 8
    low, high = cells.min(axis=0), cells.max(axis=0)
    middle, span = (low + high) / 2, high - low
    at = int(middle[1]), int(middle[0])
    out[0, at[0], at[1], 0] = logit
    ys, xs = np.mgrid[0 : GRID[1], 0 : GRID[0]] + 0.5
    out[0, ..., 1], out[0, ..., 2] = middle[0] - xs, middle[1] - ys
    out[..., 3:5] = np.log(span)
    unit = np.array([[-0.5, -0.5], [0.5, -0.5], [0.5, 0.5], [-0.5, 0.5]])
    out[..., 5:] = ((cells - middle) / span - unit).reshape(8)
    return out


def loss(truth: np.ndarray, maps: np.ndarray) -> float:
    return float(keras.ops.convert_to_numpy(detector_loss(keras.ops.array(truth), keras.ops.array(maps)))[0])


def moved(right: float = 0.0, corner: int | None = None) -> np.ndarray:
    quad = PLATE.copy()
    quad[slice(None) if corner is None else corner, 0] += right
    return quad


@pytest.mark.parametrize("kind", [CORNERS, BOX])
def test_the_truth_costs_nearly_nothing(kind: int) -> None:
    assert loss(truth_of(PLATE, kind), says(PLATE)) < 0.02


def test_each_px_of_a_corner_costs() -> None:
    truth = truth_of(PLATE, CORNERS)
    costs = [loss(truth, says(moved(px, corner=2))) for px in (0, 1, 2, 6)]
    assert costs == sorted(costs)
    assert costs[1] > costs[0] + 0.005


def test_a_box_that_is_a_little_off_is_as_good_and_one_far_off_is_not() -> None:
    truth, high = truth_of(PLATE, BOX), 24
    exact = loss(truth, says(PLATE))
    assert loss(truth, says(moved(0.9 * BOX_SLACK * high))) == pytest.approx(exact, abs=1e-3)
    assert loss(truth, says(moved(0.5 * high))) > exact + 0.2


def test_a_box_asks_for_a_parallelogram() -> None:
    truth = truth_of(PLATE, BOX)
    # The upright box around both is the same
    slanted = np.array([[36, 20], [72, 20], [60, 44], [24, 44]], np.float32)
    folded = np.array([[36, 20], [72, 20], [72, 44], [24, 44]], np.float32)
    assert loss(truth, says(slanted)) < 0.02 < loss(truth, says(folded))


def test_what_is_ignored_costs_nothing_and_a_false_alarm_does() -> None:
    nothing = targets(np.zeros((1, 9), np.float32), GRID)[None]
    assert loss(truth_of(PLATE, IGNORE), says(PLATE)) < 0.02
    assert loss(nothing, says(PLATE)) > 1
    assert loss(truth_of(PLATE, CORNERS), says(PLATE, logit=-9.0)) > 1


@pytest.mark.parametrize(("width", "same"), [(300, False), (60, False), (24, True), (8, True)])
def test_a_scene_gets_coarser_as_far_as_its_plate_allows(width: int, same: bool) -> None:
    image = np.random.default_rng(2).integers(0, 255, (256, 416, 3), dtype=np.uint8)
    before = image.copy()
    label = np.zeros((2, 9), np.float32)
    label[0] = CORNERS + 1, *quad_of_box(10, 10, width, 20).reshape(8)
    out = coarser(image, label, np.random.default_rng(1))
    assert out.shape == image.shape
    assert (np.abs(np.diff(out.astype(int), axis=1)).mean() < np.abs(np.diff(image.astype(int), axis=1)).mean()) != same
    np.testing.assert_array_equal(image, before)


def test_a_scene_without_a_plate_may_be_coarse() -> None:
    image = np.random.default_rng(2).integers(0, 255, (256, 416, 3), dtype=np.uint8)
    assert not np.array_equal(coarser(image, np.zeros((2, 9), np.float32), np.random.default_rng(1)), image)


def test_a_run_starts_from_weights_by_name_and_new_layers_change_nothing(tmp_path: Path) -> None:
    keras.utils.set_random_seed(1)
    image = np.random.default_rng(0).random((1, 64, 96, 3), np.float32)
    trained, fresh = (joined(detector_network(0.5, (96, 64))) for _ in range(2))
    trained.save_weights(tmp_path / "whole.weights.h5")
    start_from(fresh, tmp_path / "whole.weights.h5")
    np.testing.assert_allclose(fresh.predict(image, verbose=0), trained.predict(image, verbose=0), rtol=1e-5, atol=1e-5)

    score = trained.get_layer("score").output
    part = keras.Model(trained.input, score)
    part.save_weights(tmp_path / "part.weights.h5")
    before = fresh.get_layer("place").get_weights()[0] + 1
    fresh.get_layer("place").set_weights([before, np.zeros(4)])
    start_from(fresh, tmp_path / "part.weights.h5")
    np.testing.assert_array_equal(fresh.get_layer("place").get_weights()[0], before)


def test_weights_of_another_network_are_refused(tmp_path: Path) -> None:
    image = keras.Input((4,))
    keras.Model(image, keras.layers.Dense(2, name="elsewhere")(image)).save_weights(tmp_path / "other.weights.h5")
    with pytest.raises(ConfigError, match="no layer"):
        start_from(joined(detector_network(0.5, (96, 64))), tmp_path / "other.weights.h5")
