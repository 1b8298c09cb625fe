"""The slots' loss and texts on paper, and that each slot sees the whole plate, as float and as int8."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("tensorflow")

import keras

from models.training.crops import encode
from models.training.export import export_int8
from models.training.head_report import KIND, read_ms
from models.training.networks import reader_network
from models.training.reader_heads import HEADS
from models.training.train_reader import LOSSES, TEXTS, slot_texts, slots_loss
from streamer.datatypes import ALPHABET, BLANK, MAX_PLATE_LENGTH
from streamer.litert import Model

pytestmark = [
    pytest.mark.timeout(300),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    # the converter asks for what only its old form needs
    pytest.mark.filterwarnings("ignore:Statistics for quantized inputs:UserWarning"),
]

SMALL = 0.34


def slots_of(text: str, sure: float = 0.9) -> np.ndarray:
    """Return (10, 37) logits whose slots say the text's characters, `.` for none, each with this probability."""
    probabilities = np.full((MAX_PLATE_LENGTH, BLANK + 1), (1 - sure) / BLANK)
    for slot, char in enumerate(text.ljust(MAX_PLATE_LENGTH, ".")):
        probabilities[slot, BLANK if char == "." else ALPHABET.index(char)] = sure
    return np.log(probabilities).astype(np.float32)


def test_every_head_has_a_loss_and_a_way_to_read_it() -> None:
    assert set(HEADS) == set(LOSSES) == set(TEXTS)


@pytest.mark.parametrize(
    ("slots", "text"), [("", ""), ("A", "A"), ("AA1", "AA1"), ("A.B", "AB"), ("ABCDEFGHIJ", "ABCDEFGHIJ")]
)
def test_slots_are_read_one_by_one_and_repeats_stay(slots: str, text: str) -> None:
    logits = slots_of(slots)[None]
    before = logits.copy()
    assert slot_texts(logits) == [text]
    np.testing.assert_array_equal(logits, before)


def test_no_plate_at_all() -> None:
    assert slot_texts(np.zeros((0, MAX_PLATE_LENGTH, BLANK + 1), np.float32)) == []


def test_the_loss_adds_up_the_slots_and_the_empty_ones_count() -> None:
    labels = encode("A1")[None].astype(np.int32)
    loss = np.asarray(slots_loss(labels, slots_of("A1", 0.8)[None]))
    np.testing.assert_allclose(loss, -10 * np.log(0.8), rtol=1e-4)
    more = np.asarray(slots_loss(labels, slots_of("A1B", 0.8)[None]))
    np.testing.assert_allclose(more, -9 * np.log(0.8) - np.log(0.2 / BLANK), rtol=1e-4)


def test_the_worst_of_a_large_batch_is_not_learned_from() -> None:
    labels = np.stack([encode("A")] * 40).astype(np.int32)
    logits = np.stack([slots_of("A")] * 40)
    logits[7] = slots_of("BBB")
    losses = np.asarray(slots_loss(labels, logits))
    assert losses[7] == 0
    assert (np.delete(losses, 7) > 0).all()


def pictures(count: int) -> np.ndarray:
    """Return plate images (count, 64, 160) uint8, each with dark bars of its own."""
    rng = np.random.default_rng(4)
    images = np.full((count, 64, 160), 200, np.uint8)
    for image in images:
        for left in rng.choice(18, 6, replace=False):
            image[12:52, 8 + 8 * left : 13 + 8 * left] = rng.integers(0, 120)
    return images


@pytest.mark.parametrize(("head", "shape"), [("ctc", (80, 37)), ("slots", (10, 37))])
def test_shapes(head: str, shape: tuple[int, int]) -> None:
    assert reader_network(SMALL, head=head).output_shape[1:] == shape


def test_each_slot_sees_the_whole_plate() -> None:
    """A slot that saw its neighbourhood alone would not know how many characters stand before it."""
    keras.utils.set_random_seed(3)
    model = reader_network(SMALL, head="slots")
    here = pictures(1)[..., None].astype(np.float32) / 255
    for columns in (slice(0, 12), slice(148, 160)):
        there = here.copy()
        there[:, :, columns] = 0
        moved = np.abs(np.asarray(model(here)) - np.asarray(model(there)))[0].max(axis=1)
        assert (moved > 1e-6).all()


def test_slots_learn_and_int8_reads_the_same(tmp_path: Path) -> None:
    """Eight plates with doubled characters and of two lengths are learned by heart, and kept by quantization."""
    keras.utils.set_random_seed(3)
    texts = ["AA11", "BB22CC", "A1A1", "221100", "ZZZZ", "Z0Z0Z0", "ABCD", "DCBA99"]
    images = pictures(len(texts))
    inputs = images[..., None].astype(np.float32) / 255
    labels = np.stack([encode(text) for text in texts]).astype(np.int32)
    model = reader_network(SMALL, dropout=0.0, head="slots")
    model.compile(keras.optimizers.Adam(3e-3), loss=slots_loss)
    for _ in range(150):
        model.train_on_batch(inputs, labels)
    for layer in model.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.momentum = 0.5
    for _ in range(20):
        model(inputs, training=True)
    assert sum(a == b for a, b in zip(slot_texts(np.asarray(model(inputs))), texts, strict=True)) >= 7

    path = tmp_path / "reader.tflite"
    contract = {"kind": KIND, "input": [64, 160, 1], "outputs": {"text": [10, 37]}}
    export_int8(model, list(images[..., None]), path, {"contract": contract})
    shipped = Model(path, KIND)
    logits = np.stack([shipped.run(image[..., None])[0] for image in images])
    assert sum(a == b for a, b in zip(slot_texts(logits), texts, strict=True)) >= 7
    (ms,) = read_ms([shipped], 1)
    assert ms > 0
