"""A training run that was interrupted and goes on, in its folder, ends where it would have ended."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("keras")

import keras

from models.training.shards import Shards, write_shards
from models.training.training_run import KeepBest, RandomBatches, Score, TrainingRun, train_network
from streamer.errors import ConfigError

pytestmark = [
    pytest.mark.timeout(180),
    # Keras hands numpy arrays over in a way that numpy 2 warns about
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
]

RUN = TrainingRun(
    steps=12,
    batch=8,
    learning_rate=0.05,
    clip_norm=5.0,
    score_every=1,
    warmup=2,
    ema_momentum=0.8,
    precision="float32",
    steps_per_epoch=3,
)
"""Four epochs; the weights' average lies well away from the weights."""


class MachineOffError(Exception):
    """Stands for a machine that went off."""


@pytest.fixture
def shards(tmp_path: Path) -> Path:
    def samples(seed: int, count: int):
        rng = np.random.default_rng(seed)
        inputs = rng.normal(size=(count, 4)).astype(np.float32)
        return zip(inputs, inputs[:, :1] * 3 - inputs[:, 1:2], strict=True)

    write_shards(tmp_path / "shards", 0, 2, 40, samples, seed=1)
    return tmp_path / "shards"


def network() -> keras.Model:
    """Everything with a state of its own: weights, moving statistics, a dropout's seed."""
    image = keras.Input((4,))
    x = keras.layers.BatchNormalization()(keras.layers.Dense(6, activation="relu")(image))
    return keras.Model(image, keras.layers.Dense(1)(keras.layers.Dropout(0.3)(x)))


def squared_error(truth, output):
    return keras.ops.sum((truth - output) ** 2, axis=-1)


def run_in(
    folder: Path, shards: Path, score: Score, run: TrainingRun = RUN, best: KeepBest | None = None
) -> keras.Model:
    drawn = Shards(shards)
    batches = RandomBatches(lambda rng: drawn.draw(rng, run.batch), drawn.refresh, run)
    return train_network(folder, network, squared_error, batches, score, run, best)


def no_score(model: keras.Model) -> dict[str, object]:
    return {}


@pytest.mark.parametrize("last", [1, 2, 4], ids=["after one epoch", "halfway", "after the last epoch"])
def test_going_on_after_an_interruption_ends_in_the_same_weights(tmp_path: Path, shards: Path, last: int) -> None:
    """The backup was once taken of weights swapped with their average; going on trained the average."""
    seen = []

    def interrupt(model: keras.Model) -> dict[str, object]:
        seen.append(model.get_weights())
        if len(seen) == last:
            raise MachineOffError
        return {}

    whole = run_in(tmp_path / "whole", shards, no_score)
    with pytest.raises(MachineOffError):
        run_in(tmp_path / "broken", shards, interrupt)
    resumed = run_in(tmp_path / "broken", shards, no_score)
    assert max(abs(a - b).max() for a, b in zip(seen[0], whole.get_weights(), strict=True)) > 0.01, "it learned"
    for a, b in zip(whole.get_weights(), resumed.get_weights(), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-5)


def test_the_average_is_scored_and_is_the_result(tmp_path: Path, shards: Path) -> None:
    scored = []

    def keep(model: keras.Model) -> dict[str, object]:
        scored.append(model.get_weights())
        return {"seen": len(scored)}

    model = run_in(tmp_path / "run", shards, keep)
    for a, b in zip(scored[-1], model.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
    kept = network()
    kept.load_weights(tmp_path / "run" / "final.weights.h5")
    for a, b in zip(kept.get_weights(), model.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
    lines = [json.loads(line) for line in (tmp_path / "run" / "history.jsonl").read_text().splitlines()]
    assert [(line["epoch"], line["seen"]) for line in lines] == [(1, 1), (2, 2), (3, 3), (4, 4)]
    assert json.loads((tmp_path / "run" / "run.json").read_text())["ema_momentum"] == 0.8


def test_a_batch_follows_from_seed_epoch_and_number(shards: Path) -> None:
    drawn = Shards(shards)
    batches = RandomBatches(lambda rng: drawn.draw(rng, 5), drawn.refresh, RUN)
    first, second = batches[0][0], batches[1][0]
    np.testing.assert_array_equal(batches[0][0], first)
    batches.start_epoch(1)
    assert not np.array_equal(first, second)
    assert not np.array_equal(batches[0][0], first)
    assert len(batches) == 3


RISES_AND_FALLS = [0.5, 0.7, 0.6, 0.7, 0.9]
"""With a patience of 2 the run ends after the fourth: a tie is not better."""


def scripted(scores: Sequence[float], seen: list[list[np.ndarray]], off_at: int | None = None) -> Score:
    """A score that follows the script by the number of what was seen, and breaks off at one."""

    def score(model: keras.Model) -> dict[str, object]:
        seen.append(model.get_weights())
        if len(seen) - 1 == off_at:
            raise MachineOffError
        return {"good": scores[len(seen) - 1]}

    return score


def history(folder: Path) -> list[dict[str, float]]:
    return [json.loads(line) for line in (folder / "history.jsonl").read_text().splitlines()]


def test_a_run_ends_when_its_score_no_longer_rises_and_keeps_the_best(tmp_path: Path, shards: Path) -> None:
    seen: list[list[np.ndarray]] = []
    run = replace(RUN, steps=30)
    run_in(tmp_path / "run", shards, scripted(RISES_AND_FALLS, seen), run, KeepBest("good", 2))
    assert [line["good"] for line in history(tmp_path / "run")] == RISES_AND_FALLS[:4]
    kept = network()
    kept.load_weights(tmp_path / "run" / "best.weights.h5")
    for a, b in zip(kept.get_weights(), seen[1], strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("off_at", [1, 2, 3])
def test_patience_and_best_outlive_an_interruption(tmp_path: Path, shards: Path, off_at: int) -> None:
    run, best = replace(RUN, steps=30), KeepBest("good", 2)
    whole = run_in(tmp_path / "whole", shards, scripted(RISES_AND_FALLS, []), run, best)
    with pytest.raises(MachineOffError):
        run_in(tmp_path / "broken", shards, scripted(RISES_AND_FALLS, [], off_at), run, best)
    resumed = run_in(tmp_path / "broken", shards, scripted(RISES_AND_FALLS[off_at:], []), run, best)
    assert history(tmp_path / "broken") == history(tmp_path / "whole")
    bests = [network(), network()]
    for name, model in zip(("whole", "broken"), bests, strict=True):
        model.load_weights(tmp_path / name / "best.weights.h5")
    for one, other in ((whole, resumed), bests):
        for a, b in zip(one.get_weights(), other.get_weights(), strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-5)


def test_a_run_that_gave_up_just_before_the_machine_went_off_trains_no_more(tmp_path: Path, shards: Path) -> None:
    run, best = replace(RUN, steps=30), KeepBest("good", 2)
    run_in(tmp_path / "run", shards, scripted(RISES_AND_FALLS, []), run, best)
    broken = tmp_path / "broken"
    with pytest.raises(MachineOffError):
        run_in(broken, shards, scripted(RISES_AND_FALLS, [], 3), run, best)
    with (broken / "history.jsonl").open("w") as file:
        file.writelines(json.dumps({"epoch": k, "good": 1 / k}) + "\n" for k in (1, 2, 3))
    run_in(broken, shards, scripted([], []), run, best)
    assert len(history(broken)) == 3


def test_a_run_that_ended_is_not_trained_again(tmp_path: Path, shards: Path) -> None:
    model = run_in(tmp_path / "run", shards, no_score)
    again = run_in(tmp_path / "run", shards, scripted([], []))
    assert len(history(tmp_path / "run")) == 4
    assert not (tmp_path / "run" / "backup").exists()
    for a, b in zip(model.get_weights(), again.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


def test_a_folder_with_another_run_is_refused_and_stays(tmp_path: Path, shards: Path) -> None:
    run_in(tmp_path / "run", shards, no_score)
    before = {path: path.read_bytes() for path in (tmp_path / "run").iterdir()}
    with pytest.raises(ConfigError, match=r"with width 1\.0 instead of 2\.0; choose another folder"):
        run_in(tmp_path / "run", shards, no_score, replace(RUN, width=2.0))
    assert {path: path.read_bytes() for path in (tmp_path / "run").iterdir()} == before


@pytest.mark.parametrize(
    ("text", "message"),
    [("", "has 0 lines, of 2 or more epochs"), ("x\n", "history.jsonl:1: is no JSON"), ("1\n", "is no JSON object")],
)
def test_a_history_that_lost_its_lines_is_one_clear_line(tmp_path: Path, shards: Path, text: str, message: str) -> None:
    with pytest.raises(MachineOffError):
        run_in(tmp_path / "run", shards, scripted([0.1] * 4, [], 2))
    (tmp_path / "run" / "history.jsonl").write_text(text)
    with pytest.raises(ConfigError, match=message):
        run_in(tmp_path / "run", shards, no_score)
