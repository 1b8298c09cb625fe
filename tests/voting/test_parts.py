from __future__ import annotations

import math

import numpy as np
import pytest

from streamer.voting.parts import explained_by_parts

WHOLE, HALF = math.log(4.0), math.log(2.0)


def explained(texts: list[str], relative: list[list[float]], log_aspects: list[float]) -> np.ndarray:
    before = np.array(relative, float)
    kept = before.copy()
    after = explained_by_parts(texts, before, np.ones(len(before)), np.array(log_aspects))
    assert np.array_equal(before, kept), "input unchanged"
    assert np.all(after >= before)
    return after


def test_nothing_to_explain():
    assert explained_by_parts([], np.zeros((0, 0)), np.zeros(0), np.zeros(0)).shape == (0, 0)
    assert explained(["MTSV98"], [[1.0]], [WHOLE]).tolist() == [[1.0]]


def test_a_read_half_as_wide_says_nothing_against_the_whole():
    """`MTSV98` on a quad of aspect 4, then `MTS` on one of aspect 2: off by ln 3/6, exactly what the part makes of it.

    The densities are 1 about the part and exp(-(ln 2 / 0.2)^2 / 2) = 0.0025 about the whole, so that a part it is with
    a probability of 0.1 / (0.1 + 0.9 * 0.0025) = 0.98.
    """
    after = explained(["MTSV98", "MTS"], [[1, 0], [0, 1]], [WHOLE, HALF])
    assert after[1, 0] == pytest.approx(0.978, abs=0.001)
    assert after[0].tolist() == [1, 0], "the whole says all against the part"


def test_the_end_is_a_part_too_but_not_the_middle():
    assert explained(["MTSV98", "V98"], [[1, 0], [0, 1]], [WHOLE, HALF])[1, 0] > 0.9
    assert explained(["MTSV98", "TSV9"], [[1, 0], [0, 1]], [WHOLE, HALF])[1, 0] == 0


def test_a_read_as_wide_as_the_whole_is_no_part():
    """The reader that invents a first letter, or loses it: the quad doesn't tell which of the two it was."""
    after = explained(["MTSV98", "MTS"], [[1, 0], [0, 1]], [WHOLE, WHOLE])
    assert after[1, 0] < 0.001


def test_a_quad_narrower_than_the_part_needs_is_one_of_a_part():
    assert explained(["MTSV98", "MTSV9"], [[1, 0], [0, 1]], [WHOLE, math.log(0.5)])[1, 0] > 0.1


def test_two_characters_are_no_part():
    assert explained(["MTSV98", "MT"], [[1, 0], [0, 1]], [WHOLE, math.log(4 / 3)])[1, 0] == 0


def test_a_text_that_nobody_saw_whole_gains_nothing_it_can_be_told_by():
    """Without support its aspect is unknown; a part as wide as anything then proves little."""
    after = explained(["MTSV98", "MTS"], [[0, 1], [0, 1]], [HALF, HALF])
    assert np.all(np.isfinite(after))
