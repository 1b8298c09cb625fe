"""One distribution a character, as columns of a CTC head."""

from __future__ import annotations

import numpy as np
import pytest

from streamer.datatypes import ALPHABET, BLANK, Quality
from streamer.reading.slots import plate_read_of_slots, slots_of_text

QUALITY = Quality(30, 1, 1, 0, 1)


def test_equal_neighbours_stay_two():
    read = plate_read_of_slots(slots_of_text("1100", np.full(4, 0.9)), QUALITY)
    assert read.text == "1100"
    assert read.probabilities.shape == (7, 37)
    assert list(read.probabilities[1::2, BLANK]) == [1, 1, 1]
    assert read.char_scores == pytest.approx((0.9,) * 4)


def test_rows_sum_to_one_and_cannot_be_changed():
    read = plate_read_of_slots(np.full((3, 36), 7.0), QUALITY)
    assert read.probabilities.sum(axis=1) == pytest.approx(1)
    assert read.probabilities.dtype == np.float32
    assert not read.probabilities.flags.writeable


def test_no_character_is_one_certain_blank():
    read = plate_read_of_slots(np.zeros((0, 36), np.float32), QUALITY)
    assert (read.text, read.char_scores) == ("", ())
    assert read.probabilities.shape == (1, 37)
    assert read.probabilities[0, BLANK] == 1


def test_what_is_left_of_a_confidence_is_shared_alike():
    slots = slots_of_text("A", np.array([0.3]))
    assert slots.shape == (1, 36)
    assert slots[0, ALPHABET.index("A")] == pytest.approx(0.3)
    assert slots[0, ALPHABET.index("B")] == pytest.approx(0.02)


def test_the_slots_are_not_changed():
    slots = np.full((2, 36), 0.5, np.float32)
    plate_read_of_slots(slots, QUALITY)
    assert (slots == 0.5).all()
