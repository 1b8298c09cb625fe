"""What the reader is taught and how it is read: CTC on paper, best paths, batches of both kinds of shards."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

pytest.importorskip("keras")

import keras

from models.training.crops import PAD, encode
from models.training.networks import reader_network
from models.training.real import RealPicture, RealPlate
from models.training.real_crops import RealSamples
from models.training.shards import Shards, write_shards
from models.training.train_reader import ReaderRun, best_paths, ctc_loss, draw_batch
from streamer.datatypes import ALPHABET, BLANK, MAX_PLATE_LENGTH

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


def logits_of(path: str) -> np.ndarray:
    """Return (columns, 37) logits whose best path is the given one; `.` is blank."""
    logits = np.zeros((len(path), BLANK + 1), np.float32)
    logits[np.arange(len(path)), [BLANK if c == "." else ALPHABET.index(c) for c in path]] = 5
    return logits


@pytest.mark.parametrize(
    ("path", "text"),
    [("....", ""), ("AAAA", "A"), ("AA.A", "AA"), (".A1.", "A1"), ("A..1", "A1"), ("1.11", "11")],
)
def test_the_best_path_drops_repeats_then_blanks(path: str, text: str) -> None:
    logits = logits_of(path)[None]
    before = logits.copy()
    assert best_paths(logits) == [text]
    np.testing.assert_array_equal(logits, before)


def test_many_paths_and_none() -> None:
    assert best_paths(np.stack([logits_of("AB.B"), logits_of("...9")])) == ["ABB", "9"]
    assert best_paths(np.zeros((0, 4, BLANK + 1), np.float32)) == []


def loss_of(text: str, probabilities: dict[str, float], columns: int) -> float:
    """Return the loss of a text where every column has these probabilities, and next to nothing for the rest."""
    column = np.full(BLANK + 1, 1e-12)
    for char, probability in probabilities.items():
        column[BLANK if char == "." else ALPHABET.index(char)] = probability
    logits = np.log(np.tile(column, (1, columns, 1))).astype(np.float32)
    labels = encode(text)[None].astype(np.int32)
    return float(np.asarray(ctc_loss(labels, logits))[0])


def test_the_loss_of_one_character_is_that_of_all_its_paths() -> None:
    # two columns give A by AA, A. and .A: 0.36 + 0.24 + 0.24
    assert loss_of("A", {"A": 0.6, ".": 0.4}, 2) == pytest.approx(-np.log(0.84), rel=1e-4)


def test_a_doubled_character_needs_a_blank_between() -> None:
    # three columns give AA by A.A only: 0.6 * 0.4 * 0.6
    assert loss_of("AA", {"A": 0.6, ".": 0.4}, 3) == pytest.approx(-np.log(0.144), rel=1e-4)


def test_padding_is_not_part_of_the_text() -> None:
    # three columns give B0 by BB0, B00, .B0, B.0, B0. — each 1/27 of evenly shared columns
    label = encode("B0")
    assert (label[2:] == PAD).all()
    assert loss_of("B0", dict.fromkeys("B0.", 1 / 3), 3) == pytest.approx(-np.log(5 / 27), rel=1e-4)


def test_no_text_is_all_blanks() -> None:
    assert loss_of("", {".": 0.4, "A": 0.6}, 2) == pytest.approx(-np.log(0.16), rel=1e-4)


def test_what_is_no_plate_becomes_a_sample_without_text(tmp_path: Path) -> None:
    image = np.random.default_rng(2).integers(0, 255, (90, 200, 3)).astype(np.uint8)
    cv2.imwrite(str(tmp_path / "sign.png"), image)
    sign, plate = RealPlate((40, 30, 100, 30), ""), RealPlate((40, 30, 100, 30), "A1")
    pictures = [(RealPicture(tmp_path / "sign.png", "backgrounds", False, (p,)), p) for p in (sign, plate)]
    samples = RealSamples(pictures)
    assert samples.per_pass == 2
    labels = sorted((label.tolist() for _, label in samples(3, 2)), reverse=True)
    assert labels == [[PAD] * MAX_PLATE_LENGTH, encode("A1").tolist()]


def test_the_worst_of_a_large_batch_is_not_learned_from() -> None:
    labels = np.stack([encode("A")] * 40).astype(np.int32)
    logits = np.repeat(logits_of("A..")[None], 40, axis=0)
    logits[7] = logits_of("BBB")
    losses = np.asarray(ctc_loss(labels, logits))
    assert losses[7] == 0
    assert (np.delete(losses, 7) > 0).all()


def shards_of(folder: Path, text: str) -> Shards:
    image, label = np.zeros((64, 160), np.uint8), encode(text)
    write_shards(folder, 0, 1, 4, lambda seed, count: iter([(image, label)] * count), seed=1)
    return Shards(folder)


def test_a_batch_has_its_share_of_real_plates(tmp_path: Path) -> None:
    run = ReaderRun(batch=8, real_share=0.25)
    rendered, real = shards_of(tmp_path / "a", "AB1"), shards_of(tmp_path / "b", "9Z")
    images, labels = draw_batch(rendered, real, run, np.random.default_rng(0))
    assert images.shape == (8, 64, 160, 1)
    assert sum((label[:2] == encode("9Z")[:2]).all() for label in labels) == 2
    assert labels.shape == (8, MAX_PLATE_LENGTH)
    assert labels.dtype == np.int32
    alone = draw_batch(rendered, None, run, np.random.default_rng(0))[1]
    assert (alone == encode("AB1")).all()


def test_what_the_whole_plate_shows_reaches_every_column_once_trained() -> None:
    model = reader_network(0.34)
    parts = keras.Model(model.input, [model.get_layer(f"{name}_relu").output for name in ("lines", "context", "s3")])
    dark, spot = np.zeros((2, 1, 64, 160, 1), np.float32)
    spot[0, 20:40, 4:8] = 1
    before, after, _ = parts.predict(dark, verbose=0)
    np.testing.assert_array_equal(after, np.concatenate(np.split(before, 2, axis=3), axis=1))

    layer = model.get_layer("context_out")
    layer.set_weights([np.full_like(weights, 0.1) for weights in layer.get_weights()])
    far_off = [parts.predict(image, verbose=0)[1][0, :, -1] for image in (dark, spot)]
    assert np.abs(far_off[0] - far_off[1]).max() > 1e-3
