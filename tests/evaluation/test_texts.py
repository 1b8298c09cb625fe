"""What counts of a plate's text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamer.datatypes import ALPHABET
from streamer.evaluation.texts import characters_right, edit_distance, plate_text, same
from streamer.plate_text import fold_zero


@pytest.mark.parametrize(
    ("label", "counts"),
    [
        ("皖AX888Y", "AX888Y"),
        ("ab-12 cd", "AB12CD"),
        ("MÜ·K 12", "MUK12"),
        ("GA·123", "GA123"),
        ("", ""),
        ("京", ""),
        ("１２", "12"),
    ],
)
def test_only_latin_letters_and_digits_count(label: str, counts: str) -> None:
    assert plate_text(label) == counts


def test_letter_o_and_zero_are_one_only_when_not_strict() -> None:
    assert same("RKO99AN", "RK099AN")
    assert not same("RKO99AN", "RK099AN", strict=True)
    assert not same("RKI99AN", "RK199AN"), "I and 1 are told apart"


@pytest.mark.parametrize(
    ("a", "b", "distance"),
    [("", "", 0), ("ABC", "", 3), ("", "ABC", 3), ("ABC", "ABC", 0), ("KITTEN", "SITTING", 3), ("AB", "BA", 2)],
)
def test_edit_distance_of_known_pairs(a: str, b: str, distance: int) -> None:
    assert edit_distance(a, b) == distance


TEXTS = st.text(alphabet=ALPHABET, max_size=8)


@given(TEXTS, TEXTS, TEXTS)
def test_edit_distance_is_a_distance(a: str, b: str, c: str) -> None:
    assert edit_distance(a, b) == edit_distance(b, a)
    assert (edit_distance(a, b) == 0) == (a == b)
    assert edit_distance(a, c) <= edit_distance(a, b) + edit_distance(b, c)


def test_characters_right_never_falls_below_zero() -> None:
    assert characters_right("ABC", "XXXXXXXX") == 0
    assert characters_right("RK0", "RKO") == 3
    assert characters_right("RK300AS", "RK3O0A") == 6


def test_folding_leaves_everything_else() -> None:
    assert fold_zero("OQ0D") == "0Q0D"
