"""Truth of a clip against its events: read, misread, read twice, missed, and read where nothing is."""

from __future__ import annotations

from pathlib import Path

from streamer.datatypes import Reading
from streamer.evaluation.clips import ClipScore, score_clip
from streamer.evaluation.labelled import LabelledClip, LabelledVehicle
from streamer.evaluation.matching import Box
from tests.evaluation.scripted import plate_read as read
from tests.evaluation.scripted import reading_at, run_of, trace_of

HERE, THERE = (10.0, 10.0, 60.0, 20.0), (200.0, 10.0, 60.0, 20.0)


def vehicle(text: str, box: Box, *, legible: bool = True, frames: range = range(10)) -> LabelledVehicle:
    return LabelledVehicle(text, frames[0], frames[-1], legible, frames[0], dict.fromkeys(frames, box))


def score(vehicles: list[LabelledVehicle], *events: Reading) -> ClipScore:
    return score_clip(LabelledClip(Path("gate.mp4"), 25.0, 10, tuple(vehicles), "mine"), run_of(events))


def test_read_exactly() -> None:
    result = score([vehicle("AB0", HERE)], reading_at("ABO", HERE, 4))
    (one,) = result.vehicles
    assert (one.exact, one.exact_strict, one.repeats, result.false_readings) == (True, False, 0, 0)


def test_missed() -> None:
    (one,) = score([vehicle("AB1", HERE)]).vehicles
    assert (one.exact, one.said, one.frames_to_correct) == (False, (), None)


def test_misread_is_false_but_not_read_where_nothing_is() -> None:
    result = score([vehicle("AB1", HERE)], reading_at("AB7", HERE, 4))
    assert [said.text for said in result.misread] == ["AB7"]
    assert result.phantoms == ()
    assert not result.vehicles[0].exact
    assert (result.misread_vehicles, result.stray_readings) == (1, 0)


def test_a_second_reading_of_a_vehicle_is_stray_whatever_it_says() -> None:
    result = score([vehicle("AB1", HERE)], reading_at("AB1", HERE, 2), reading_at("AB7", HERE, 8))
    assert (result.misread_vehicles, result.stray_readings) == (0, 1)


def test_a_reading_of_nothing_is_stray() -> None:
    result = score([vehicle("AB1", HERE)], reading_at("SHOP1", THERE, 2))
    assert (result.misread_vehicles, result.stray_readings) == (0, 1)


def test_read_twice() -> None:
    result = score([vehicle("AB1", HERE)], reading_at("AB1", HERE, 2), reading_at("AB1", HERE, 8))
    assert result.vehicles[0].repeats == 1
    assert result.false_readings == 0


def test_the_other_vehicles_text_is_wrong_here() -> None:
    """Two tracks that were mixed up: each says the other's text."""
    both = [vehicle("AB1", HERE), vehicle("CD2", THERE)]
    result = score(both, reading_at("CD2", HERE, 3), reading_at("AB1", THERE, 3))
    assert [one.exact for one in result.vehicles] == [False, False]
    assert result.false_readings == 2


def test_read_where_no_vehicle_is() -> None:
    result = score([vehicle("AB1", HERE)], reading_at("SHOP", THERE, 3))
    assert [said.text for said in result.phantoms] == ["SHOP"]


def test_a_vehicle_that_nobody_can_read_counts_neither_way() -> None:
    result = score([vehicle("AB1", HERE, legible=False)], reading_at("XX1", HERE, 3))
    assert result.vehicles == ()
    assert result.false_readings == 0


def test_a_reading_from_frames_without_a_box_is_told_by_its_text() -> None:
    """A vehicle that is still in view after its last labelled frame."""
    result = score([vehicle("AB1", HERE, frames=range(3))], reading_at("AB1", THERE, 40))
    assert result.vehicles[0].exact
    assert result.phantoms == ()


def test_frames_to_the_first_correct_event_count_from_the_first_legible_one() -> None:
    early = reading_at("AB7", HERE, 3, event="provisional")
    right = reading_at("AB1", HERE, 5, event="update")
    last = reading_at("AB1", HERE, 9)
    result = score([vehicle("AB1", HERE, frames=range(2, 10))], early, right, last)
    assert result.vehicles[0].frames_to_correct == 3
    assert len(result.vehicles[0].said) == 1, "only the final event is the reading"


def test_tracks_are_scored_in_labelled_frames_only() -> None:
    clip = LabelledClip(Path("gate.mp4"), 25.0, 10, (vehicle("AB1", HERE, frames=range(2)),), "mine")
    track = trace_of(1, HERE, *[read("AB1")] * 9)
    assert score_clip(clip, run_of(tracks=[track])).mot.idf1 == 1
