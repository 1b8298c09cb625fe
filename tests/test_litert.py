"""A model is held against its card: each way in which they can part is one clear line."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
import yaml

from streamer.errors import ModelError
from streamer.litert import Model


@pytest.fixture
def reader(project: Path, tmp_path: Path) -> Path:
    """A copy of the shipped reader and its card."""
    for suffix in (".tflite", ".yaml"):
        shutil.copy(project / "models" / f"reader{suffix}", tmp_path)
    return tmp_path / "reader.tflite"


def recard(model: Path, **changes: object) -> None:
    """Change the card of a model."""
    card = yaml.safe_load(model.with_suffix(".yaml").read_text())
    model.with_suffix(".yaml").write_text(yaml.safe_dump({**card, **changes}))


def fault(model: Path, kind: str = "plate reader") -> str:
    """The error's message, which must be one line that names the file."""
    with pytest.raises(ModelError) as caught:
        Model(model, kind)
    message = str(caught.value)
    assert "\n" not in message
    assert model.stem in message
    return message


def test_a_sound_model_runs(reader):
    model = Model(reader, "plate reader")
    (columns,) = model.run(np.zeros(model.input_hwc, np.uint8))
    assert columns.shape == (80, 37)
    assert columns.dtype == np.float32


def test_missing_model(tmp_path):
    assert "can't be read" in fault(tmp_path / "reader.tflite")


def test_missing_card(reader):
    reader.with_suffix(".yaml").unlink()
    assert "card is missing" in fault(reader)


@pytest.mark.parametrize("text", ["", "[1, 2", "- a list", "contract: 3"])
def test_a_card_that_is_none(reader, text):
    reader.with_suffix(".yaml").write_text(text)
    assert "card" in fault(reader)


def test_truncated_model(reader):
    reader.write_bytes(reader.read_bytes()[:1000])
    assert "does not match its card" in fault(reader)


def test_garbage_whose_card_agrees(reader):
    import hashlib

    reader.write_bytes(b"TFL3" * 100)
    recard(reader, sha256=hashlib.sha256(b"TFL3" * 100).hexdigest())
    assert "can load" in fault(reader)


def test_another_kind_of_model(reader):
    assert "a plate reader, but a plate detector is wanted" in fault(reader, "plate detector")


def test_input_of_another_size(reader):
    card = yaml.safe_load(reader.with_suffix(".yaml").read_text())
    recard(reader, contract={**card["contract"], "input": [32, 160, 1]})
    assert "its card says (32, 160, 1)" in fault(reader)


def test_outputs_of_another_size(reader):
    card = yaml.safe_load(reader.with_suffix(".yaml").read_text())
    recard(reader, contract={**card["contract"], "outputs": {"columns": [10, 37]}})
    assert "its card says [(10, 37)]" in fault(reader)


@pytest.mark.parametrize(
    "wrong",
    [
        {"outputs": None},
        {"outputs": [[80, 37]]},
        {"outputs": {"columns": "many"}},
        {"outputs": {"columns": 80}},
        {"input": None},
        {"input": 3},
        {"input": [32, 160]},
        {"input": ["high", "wide", 1]},
    ],
    ids=str,
)
def test_a_contract_without_its_shapes(reader, wrong):
    """A key that was missing was a traceback."""
    card = yaml.safe_load(reader.with_suffix(".yaml").read_text())
    contract = {key: value for key, value in {**card["contract"], **wrong}.items() if value is not None}
    recard(reader, contract=contract)
    assert "its `contract` needs `input`, as [height, width, channels], and `outputs`" in fault(reader)
