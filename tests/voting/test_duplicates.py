from __future__ import annotations

import pytest

from streamer.voting.duplicates import Visit, Visits


def seen(plate: str, first_s: float, last_s: float, **others: float) -> Visit:
    return Visit.of(plate, others, first_s, last_s)


def earlier(before: Visit, now: Visit, within_s: float = 30) -> int | None:
    visits = Visits(within_s)
    visits.note(1, before)
    return visits.earlier(2, now)


def test_the_first_vehicle_is_new():
    assert Visits(30).earlier(1, seen("RK300AS", 0, 5)) is None


@pytest.mark.parametrize(("gap_s", "same"), [(0.1, True), (30, True), (30.1, False)])
def test_seen_again_within_the_time(gap_s, same):
    assert (earlier(seen("RK300AS", 0, 5), seen("RK300AS", 5 + gap_s, 40)) == 1) is same


@pytest.mark.parametrize("plate", ["RK3O0AS", "K300AS", "RK300A"])
def test_nearly_the_same_plate_after_the_other_has_left(plate):
    assert earlier(seen("RK300AS", 0, 5), seen(plate, 6, 8)) == 1


@pytest.mark.parametrize("plate", ["RK3O0AS", "K300AS", "RK301AS"])
def test_similar_plates_in_view_together_are_two_vehicles(plate):
    assert earlier(seen("RK300AS", 0, 5), seen(plate, 4, 8)) is None


@pytest.mark.parametrize("plate", ["RK301AS", "RKBOOAS", "BA777ZZ", "300A"])
def test_another_plate_is_another_vehicle(plate):
    assert earlier(seen("RK300AS", 0, 5), seen(plate, 6, 8)) is None


def test_a_text_that_the_other_could_well_have_been():
    assert earlier(seen("RK300AS", 0, 5, RK340AS=0.2), seen("RK340AS", 6, 8)) == 1
    assert earlier(seen("RK300AS", 0, 5, RK340AS=0.01), seen("RK340AS", 6, 8)) is None


def test_the_same_text_twice_in_one_picture_is_one_vehicle():
    assert earlier(seen("RK300AS", 0, 5), seen("RK300AS", 2, 4)) == 1


def test_a_vehicle_that_stays_is_remembered_until_it_has_left():
    visits = Visits(10)
    visits.note(1, seen("RK300AS", 0, 1))
    visits.prolong(1, 100)
    visits.note(2, seen("BA777ZZ", 100, 101))
    assert visits.earlier(3, seen("RK300AS", 105, 106)) == 1


def test_old_visits_are_forgotten():
    visits = Visits(10)
    for number in range(1000):
        visits.note(number, seen(f"RK{number}", 5.0 * number, 5.0 * number + 1))
    assert len(visits._visits) <= 4
    assert visits.earlier(5000, seen("RK0", 5000, 5001)) is None


@pytest.mark.parametrize("part", ["RK30", "300AS", "00AS", "0AS"])
def test_a_part_of_a_plate_that_was_read_before_is_the_same_visit(part):
    """Lost behind a post and found again on its other side, where only a part of the plate shows."""
    assert earlier(seen("RK300AS", 0, 5), seen(part, 6, 8)) == 1


def test_a_part_of_what_the_plate_could_well_be_is_the_same_visit():
    """SN190BC was told as SN198BC; then it went behind a post, and 190BC was told as another vehicle."""
    told = seen("SN198BC", 0, 5, SN190BC=0.3)
    assert earlier(told, seen("190BC", 6, 8)) == 1
    assert earlier(told, seen("170BC", 6, 8)) is None
    assert earlier(seen("SN198BC", 0, 5, SN190BC=0.01), seen("190BC", 6, 8)) is None


@pytest.mark.parametrize("part", ["AS", "300", "300A"])
def test_two_characters_or_the_middle_could_be_anybodys(part):
    assert earlier(seen("RK300AS", 0, 5), seen(part, 6, 8)) is None


def test_the_whole_plate_is_told_after_a_part_of_it():
    assert earlier(seen("00AS", 0, 5), seen("RK300AS", 6, 8)) is None


def test_a_part_seen_before_the_whole_but_told_after_it():
    """A track that lost the vehicle behind a post ends a second after the one that took over has told the plate."""
    assert earlier(seen("RK300AS", 6, 8), seen("00AS", 0, 5)) == 1
