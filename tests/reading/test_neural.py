"""The neural reader: best paths on paper, and what the shipped model reads."""

from __future__ import annotations

import shutil

import numpy as np
import pytest
import yaml

from streamer.config import ReadingConfig
from streamer.datatypes import ALPHABET, BLANK
from streamer.errors import ModelError
from streamer.geometry import quad_of_box
from streamer.places import models_dir
from streamer.reading.neural import NeuralReader, best_path, softmax


def columns(*symbols: str, p: float = 0.9) -> np.ndarray:
    """One column for each symbol, `-` being blank, each with probability p."""
    rows = np.full((len(symbols), BLANK + 1), (1 - p) / BLANK, np.float32)
    for row, symbol in zip(rows, symbols, strict=True):
        row[BLANK if symbol == "-" else ALPHABET.index(symbol)] = p
    return rows


def test_repeats_collapse_and_blanks_vanish():
    assert best_path(columns("-", "A", "A", "-", "7"))[0] == "A7"


def test_a_blank_keeps_a_double_letter_apart():
    assert best_path(columns("A", "-", "A"))[0] == "AA"


def test_nothing_but_blanks_is_no_text():
    assert best_path(columns("-", "-")) == ("", ())


def test_a_character_has_the_best_score_of_its_columns():
    first, second = columns("A", p=0.6), columns("A", p=0.8)
    text, scores = best_path(np.vstack([first, second]))
    assert text == "A"
    assert scores == pytest.approx([0.8])


def test_softmax_rows_sum_to_one_even_for_huge_logits():
    out = softmax(np.array([[1e4, 0.0], [-1e4, 0.0]], np.float32))
    np.testing.assert_allclose(out.sum(axis=1), 1)
    np.testing.assert_allclose(out[0], [1, 0])


@pytest.mark.parametrize("shape", [(1, 1, 3), (40, 160, 3), (2000, 3000, 3)])
def test_reads_without_fault_whatever_the_size_and_leaves_the_image(shape):
    image = np.random.default_rng(0).integers(0, 255, shape, dtype=np.uint8)
    before = image.copy()
    read = NeuralReader(ReadingConfig()).read(image, quad_of_box(0, 0, shape[1], shape[0]))
    np.testing.assert_array_equal(image, before)
    assert read.probabilities.shape == (80, 37)
    np.testing.assert_allclose(read.probabilities.sum(axis=1), 1, rtol=1e-4)
    assert not read.probabilities.flags.writeable
    assert len(read.text) == len(read.char_scores)


def test_a_quad_outside_the_image_reads_as_something_harmless():
    read = NeuralReader(ReadingConfig()).read(np.zeros((50, 50, 3), np.uint8), quad_of_box(500, 500, 80, 20))
    assert read.quality.plate_height_px == pytest.approx(20)


def test_a_found_plate_is_shown_with_room_and_measured_without():
    """Found sides lie inside the plate now and then, and a first letter was lost; labelled ones don't."""
    image = np.random.default_rng(0).integers(0, 255, (100, 300, 3), dtype=np.uint8)
    reader = NeuralReader(ReadingConfig(room_width=0.1, room_height=0.25))
    found = reader.read(image, quad_of_box(100, 40, 100, 20), 0.8)
    labelled = reader.read(image, quad_of_box(90, 35, 120, 30))
    np.testing.assert_array_equal(found.probabilities, labelled.probabilities)
    assert found.quality.plate_height_px == pytest.approx(20)
    assert found.quality.score == pytest.approx(0.8)
    assert labelled.quality.score == 1


@pytest.mark.parametrize(("key", "value"), [("contrast", None), ("margin", [0.1]), ("contrast", ["a", "b"])])
def test_a_card_that_lacks_what_the_reader_needs_is_one_line(tmp_path, monkeypatch, key, value):
    """It was a KeyError."""
    for suffix in (".tflite", ".yaml"):
        shutil.copy(models_dir() / f"reader{suffix}", tmp_path)
    card = yaml.safe_load((tmp_path / "reader.yaml").read_text("utf-8"))
    card["contract"][key] = value
    (tmp_path / "reader.yaml").write_text(yaml.safe_dump(card), "utf-8")
    monkeypatch.setattr("streamer.reading.neural.models_dir", lambda: tmp_path)
    with pytest.raises(ModelError, match=rf"reader\.yaml: not a model card: its `contract` needs `{key}`"):
        NeuralReader(ReadingConfig())
