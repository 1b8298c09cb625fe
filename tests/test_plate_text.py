from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamer.plate_text import alike, is_part, text_distance

plates = st.text("ABO08K1", max_size=8)


@pytest.mark.parametrize(
    ("a", "b", "distance"),
    [
        ("", "", 0),
        ("ABC", "ABC", 0),
        ("ABC", "", 1),
        ("ABC", "ABD", 1 / 3),
        ("AB0", "ABO", 0.5 / 3),
        ("ABC", "BC", 1 / 3),
    ],
)
def test_on_paper(a, b, distance):
    assert text_distance(a, b) == pytest.approx(distance)


@pytest.mark.parametrize(("text", "part"), [("AB", True), ("BC", True), ("B", False), ("AC", False), ("", False)])
def test_the_beginning_or_the_end_is_a_part(text, part):
    assert is_part(text, "ABC") is part


@pytest.mark.parametrize("whole", ["ABC", "AB", ""])
def test_nothing_is_a_part_of_itself_or_of_less(whole):
    assert not is_part("ABC", whole)


def test_alike():
    assert alike("0", "O")
    assert alike("O", "0")
    assert not alike("0", "X")
    assert not alike("A", "A")


@given(plates, plates)
def test_it_is_a_share_the_same_both_ways(a, b):
    assert 0 <= text_distance(a, b) <= 1
    assert text_distance(a, b) == text_distance(b, a)
    assert (text_distance(a, b) == 0) == (a == b)
