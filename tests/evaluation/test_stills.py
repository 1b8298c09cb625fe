"""Labels of one picture against what was found and read in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from streamer.datatypes import Candidate
from streamer.errors import SourceFormatError
from streamer.evaluation.labelled import LabelledImage, LabelledPlate
from streamer.evaluation.stills import ImageScore, load_image, score_image
from tests.evaluation.scripted import plate_read, reading_at, run_of

HERE, THERE = (10.0, 10.0, 60.0, 20.0), (200.0, 10.0, 60.0, 20.0)


def _image(*plates: tuple[str, tuple[float, float, float, float]]) -> LabelledImage:
    return LabelledImage("a.png", Path("a.png"), tuple(LabelledPlate(t, b, "sk") for t, b in plates), "eu")


def _score(image: LabelledImage, *events: object, found: tuple = (), reads: tuple = ()) -> ImageScore:
    return score_image(image, run_of(events, (), found, reads), [None] * len(image.plates), 100.0)  # type: ignore[arg-type]


def test_found_and_read() -> None:
    score = _score(_image(("AB0", HERE)), reading_at("ABO", HERE), found=(HERE,))
    (plate,) = score.plates
    assert plate.located
    assert plate.iou == 1
    assert plate.reading is not None
    assert plate.reading.exact("AB0")
    assert not plate.reading.exact("AB0", strict=True)
    assert score.false_readings == ()


def test_nothing_found() -> None:
    (plate,) = _score(_image(("AB1", HERE))).plates
    assert (plate.located, plate.iou, plate.reading, plate.sharpness) == (False, 0.0, None, None)


def test_two_plates_whose_readings_come_the_other_way_round() -> None:
    score = _score(_image(("AB1", HERE), ("CD2", THERE)), reading_at("CD2", THERE), reading_at("AB1", HERE))
    assert [plate.reading.text for plate in score.plates if plate.reading] == ["AB1", "CD2"]


def test_a_wrong_text_belongs_to_the_plate_where_it_was_read_and_is_false() -> None:
    score = _score(_image(("AB1", HERE), ("CD2", THERE)), reading_at("CD7", THERE))
    assert score.plates[0].reading is None
    assert score.plates[1].reading is not None
    assert score.false_readings == ("CD7",)


def test_a_reading_of_a_plate_whose_text_nobody_wrote_down_is_not_false() -> None:
    score = _score(_image(("", HERE)), reading_at("XY9", HERE), reading_at("SHOP", THERE))
    assert score.false_readings == ("SHOP",)


def test_a_picture_without_a_plate() -> None:
    score = _score(_image(), reading_at("SHOP", THERE), found=(THERE,))
    assert score.plates == ()
    assert [one.right for one in score.found] == [False]
    assert score.false_readings == ("SHOP",)


def test_the_right_text_among_the_candidates_counts_as_near() -> None:
    candidates = tuple(Candidate(text, 0.2) for text in ("A1", "A2", "A3", "A4", "A5", "A6"))
    (plate,) = _score(_image(("A5", HERE)), reading_at("A1", HERE, candidates=candidates)).plates
    assert plate.reading is not None
    assert plate.reading.near("A5")
    assert not plate.reading.near("A6"), "only the first five count"


def test_blur_and_angle_are_those_of_the_read_at_the_plate() -> None:
    reads = ((THERE, plate_read("CD2", sharpness=0.9)), (HERE, plate_read("AB1", sharpness=0.2, obliqueness=0.7)))
    (plate,) = _score(_image(("AB1", HERE)), reads=reads).plates
    assert (plate.sharpness, plate.obliqueness) == (0.2, 0.7)


def test_a_picture_that_is_none(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_text("no picture")
    with pytest.raises(SourceFormatError, match="no picture that can be decoded"):
        load_image(LabelledImage("a.png", path, (), "eu"))
