"""The four other rules, on votes that can be counted on paper."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from streamer.datatypes import PlateRead
from streamer.evaluation.clips import score_clip
from streamer.evaluation.fusion import (
    OTHER_RULES,
    Fused,
    FusionRule,
    best_frame,
    character_majority,
    first_frame_of,
    most_frequent,
    slot_probabilities,
    summed_log_probabilities,
)
from streamer.evaluation.fusion_table import compare_rules, rules_table
from streamer.evaluation.labelled import LabelledClip, LabelledVehicle
from tests.evaluation.scripted import plate_read, reading_at, run_of, trace_of

BOX = (10.0, 10.0, 60.0, 20.0)
ALL = [pytest.param(rule, id=name) for name, rule in OTHER_RULES.items()]


@pytest.mark.parametrize("rule", ALL)
def test_a_single_read_is_the_answer(rule: FusionRule) -> None:
    assert rule([plate_read("AB12")]).text == "AB12"


@pytest.mark.parametrize("rule", ALL)
def test_a_read_of_nothing_is_an_empty_text(rule: FusionRule) -> None:
    assert rule([plate_read("")]).text == ""


@pytest.mark.parametrize("rule", ALL)
def test_agreement_is_kept_and_input_unchanged(rule: FusionRule) -> None:
    reads = [plate_read("AB12", 0.8)] * 3
    before = [read.probabilities.copy() for read in reads]
    fused = rule(reads)
    assert fused.text == "AB12"
    assert 0 < fused.confidence <= 1
    assert all(np.array_equal(a, read.probabilities) for a, read in zip(before, reads, strict=True))


def test_one_sure_liar_wins_the_best_frame_and_loses_the_count() -> None:
    reads = [plate_read("AB12", 0.7), plate_read("AB12", 0.7), plate_read("XY99", 0.99)]
    assert best_frame(reads).text == "XY99"
    assert most_frequent(reads) == Fused("AB12", 2 / 3)


def test_of_equally_frequent_texts_the_better_scored_wins() -> None:
    assert most_frequent([plate_read("AB12", 0.6), plate_read("AB13", 0.9)]).text == "AB13"


def test_all_wrong_but_each_differently_is_right_by_character() -> None:
    reads = [plate_read("XB12"), plate_read("AX12"), plate_read("ABX2")]
    assert character_majority(reads).text == "AB12"
    assert most_frequent(reads).text != "AB12"


def test_reads_of_another_length_have_no_say_in_the_majority() -> None:
    reads = [plate_read("AB12"), plate_read("AB12"), plate_read("B12"), plate_read("AB1"), plate_read("AB123")]
    assert character_majority(reads).text == "AB12"


def test_log_probabilities_add_up() -> None:
    """Two doubtful reads of B against one surer read of A: the odds are (0.6 / 0.0114)^2 * 0.0029 / 0.9 for B."""
    reads = [plate_read("B", 0.6), plate_read("B", 0.6), plate_read("A", 0.9)]
    assert summed_log_probabilities(reads).text == "B"
    assert summed_log_probabilities(reads[1:]).text == "A"


def test_columns_that_shift_from_frame_to_frame_do_no_harm_to_slots() -> None:
    read, shifted = plate_read("AB12"), plate_read("AB12")
    columns = np.vstack([np.eye(37, dtype=np.float32)[[36, 36, 36]], shifted.probabilities])
    late = PlateRead(columns, "AB12", shifted.char_scores, shifted.quality)
    assert summed_log_probabilities([read, late]).text == "AB12"


def test_repeated_columns_are_one_character_and_a_blank_parts_two() -> None:
    rows = np.eye(37, dtype=np.float32)[[10, 10, 36, 10, 36, 11, 12]]
    rows[0, 10] = 0.6
    read = PlateRead(rows, "AABC", (1.0,) * 4, plate_read("A").quality)
    slots = slot_probabilities(read)
    assert slots.shape == (4, 36)
    assert slots.argmax(axis=1).tolist() == [10, 10, 11, 12]


def test_a_text_that_becomes_right_later() -> None:
    trace = trace_of(1, BOX, plate_read("AB1"), plate_read("AB2"), plate_read("AB2"), first=5)
    assert first_frame_of(most_frequent, trace, lambda text: text == "AB2") == 7
    assert first_frame_of(most_frequent, trace, lambda text: text == "ZZZ") is None


def _clip() -> LabelledClip:
    vehicle = LabelledVehicle("AB12", 0, 9, True, 0, dict.fromkeys(range(10), BOX))
    return LabelledClip(Path("gate.mp4"), 25.0, 10, (vehicle,), "mine")


def test_rules_side_by_side() -> None:
    reads = [plate_read("AB12", 0.7), plate_read("AB12", 0.7), plate_read("XY99", 0.99)]
    run = run_of([reading_at("AB12", BOX, 2)], [trace_of(1, BOX, *reads)])
    rows = {row.rule: row for row in compare_rules([(_clip(), run, score_clip(_clip(), run))])}
    assert list(rows)[-1] == "ours"
    assert rows["ours"].exact.hits == 1
    assert rows["ours"].behind is None
    assert rows["best single frame"].exact.hits == 0
    assert rows["best single frame"].false_readings == 1
    assert rows["most frequent text"].exact.hits == 1
    behind = rows["best single frame"].behind
    assert behind is not None
    assert behind.value == 1
    assert not behind.certain or behind.low > 0
    assert rows["most frequent text"].frames_to_correct == 0
    assert rules_table(list(rows.values()), "mine").row_count == 5


def test_ours_may_be_a_rule_on_the_same_reads() -> None:
    run = run_of([], [trace_of(1, BOX, plate_read("AB12"))])
    rows = compare_rules([(_clip(), run, score_clip(_clip(), run))], lambda reads: Fused("AB12", 1.0))
    assert rows[-1].exact.hits == 1


def test_no_clip_at_all() -> None:
    rows = compare_rules([])
    assert [row.exact.total for row in rows] == [0] * 5
    assert rules_table(rows, "none").row_count == 5


def test_a_track_that_was_never_read_says_nothing() -> None:
    run = run_of([], [trace_of(1, BOX)])
    rows = compare_rules([(_clip(), run, score_clip(_clip(), run))])
    assert [row.false_readings for row in rows] == [0] * 5
