from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from streamer.datatypes import ALPHABET, BLANK
from streamer.voting.ctc import beam_search, condense, encode, log_likelihoods, stack
from tests.factories import make_plate_read


def likelihoods(columns: np.ndarray, texts: list[str]) -> np.ndarray:
    lengths = np.array([len(text) for text in texts])
    return np.exp(log_likelihoods(columns[None], encode(texts), lengths)[0])


def collapse(path: tuple[int, ...]) -> str:
    kept = [label for place, label in enumerate(path) if place == 0 or label != path[place - 1]]
    return "".join(ALPHABET[label] for label in kept if label != BLANK)


@pytest.mark.parametrize("text", ["", "A", "AB", "AA", "ABA", "AAB"])
def test_the_likelihood_is_the_sum_over_all_paths(text):
    columns = condense(np.random.default_rng(2).dirichlet(np.full(37, 0.1), size=5))
    used = [*sorted({ALPHABET.index(char) for char in text}), BLANK]
    paths = [path for path in product(used, repeat=len(columns)) if collapse(path) == text]
    by_hand = sum(np.prod(columns[range(len(columns)), path]) for path in paths)
    assert likelihoods(columns, [text])[0] == pytest.approx(by_hand)


def test_one_column_on_paper():
    columns = np.zeros((1, 37))
    columns[0, [ALPHABET.index("A"), ALPHABET.index("B"), BLANK]] = 0.5, 0.3, 0.2
    assert likelihoods(columns, ["A", "B", "", "AB"]) == pytest.approx([0.5, 0.3, 0.2, 0])


def test_a_double_letter_needs_a_blank_between():
    one = np.zeros((3, 37))
    one[:, ALPHABET.index("A")] = 1
    two = one.copy()
    two[1] = np.eye(37)[BLANK]
    assert likelihoods(one, ["A", "AA"]) == pytest.approx([1, 0])
    assert likelihoods(two, ["A", "AA"]) == pytest.approx([0, 1])


def test_several_reads_of_different_lengths_at_once_are_the_same_as_one_by_one():
    reads = [condense(make_plate_read(text, 0.9).probabilities) for text in ("RK300AS", "RK30", "B")]
    texts = ["RK300AS", "RK30", "", "B"]
    together = log_likelihoods(stack(reads), encode(texts), np.array([7, 4, 0, 1]))
    alone = np.vstack([np.log(likelihoods(read, texts)) for read in reads])
    assert np.exp(together) == pytest.approx(np.exp(alone))


def test_condensing_drops_sure_blanks_and_changes_no_odds():
    read = make_plate_read("RK300AS", 0.8, {2: "8"}).probabilities
    blank = np.eye(37)[BLANK] * 0.97 + 0.03 / 37
    long = np.vstack([row for column in read for row in (blank, blank, column)])
    short = condense(long)
    assert len(short) <= 15
    texts = ["RK300AS", "RK800AS"]
    odds = [np.divide(*likelihoods(columns, texts)) for columns in (short, condense(read))]
    assert odds[0] == pytest.approx(odds[1], rel=0.05)


def test_condensed_columns_sum_to_one_and_no_zero_is_a_proof():
    columns = condense(make_plate_read("AB1").probabilities)
    assert columns.sum(axis=1) == pytest.approx(np.ones(len(columns)))
    assert columns.min() > 0


def test_the_beam_finds_the_text_and_what_else_it_could_be():
    columns = condense(make_plate_read("RK300AS", 0.7, {2: "8", 4: "O"}).probabilities)
    found = beam_search(columns, 8, 5)
    assert found[0] == "RK300AS"
    assert {"RK800AS", "RK30OAS"} <= set(found)


def test_the_likeliest_text_is_not_that_of_the_best_path():
    """Blank wins each column (0.6), yet A (0.64 over its three paths) is likelier than nothing (0.36)."""
    columns = np.zeros((2, 37))
    columns[:, BLANK], columns[:, ALPHABET.index("A")] = 0.6, 0.4
    assert beam_search(columns, 4, 1) == ["A"]


def test_a_blank_image_reads_as_nothing():
    columns = condense(np.eye(37)[[BLANK] * 20])
    assert beam_search(columns, 8, 5)[0] == ""
    assert len(columns) == 1


def test_no_text_grows_over_ten_characters():
    columns = condense(make_plate_read("ABCDEFGHIJKLMNOP"[:10]).probabilities)
    long = np.vstack([columns, columns])
    assert all(len(text) <= 10 for text in beam_search(long, 8, 8))


def test_probabilities_are_not_changed():
    read = make_plate_read("AB12").probabilities
    before = read.copy()
    condense(read)
    columns = condense(read)
    kept = columns.copy()
    beam_search(columns, 8, 5)
    likelihoods(columns, ["AB12"])
    assert np.array_equal(read, before)
    assert np.array_equal(columns, kept)
