"""The licensed real pictures: the split between training and held-out, on the real folders."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import pytest

from models.training.real import (
    TRAIN_SCENES,
    RealPicture,
    RealPlate,
    load_crops,
    load_scenes,
    load_transcripts,
    read_rows,
    readable,
)


def by_side(pictures: list[RealPicture], key: Callable[[Path], str]) -> dict[str, set[bool]]:
    """Return the sides of the split on which each group stands."""
    sides: dict[str, set[bool]] = defaultdict(set)
    for picture in pictures:
        sides[key(picture.path)].add(picture.held_out)
    return sides


@pytest.mark.parametrize("name", [name for name in TRAIN_SCENES if name != "romania_mit"])
def test_no_group_stands_on_both_sides_of_the_split(shared_data: Path, name: str) -> None:
    rows = read_rows(shared_data / "detect" / name / "groups.csv")
    groups = {row["file"]: row["group"] for row in rows}
    sides = by_side(load_scenes(shared_data, (name,)), lambda path: groups[path.name])
    assert sides
    assert [group for group, found in sides.items() if len(found) > 1] == []


def test_all_frames_of_a_ride_are_on_one_side(shared_data: Path) -> None:
    """Frames of one ride show the same vehicles, though few of them are near-duplicates."""
    pictures = load_scenes(shared_data, ("romania_mit",))
    sides = by_side(pictures, lambda path: path.name.partition("_mp4")[0].partition("_")[2])
    assert {bool(re.fullmatch(r"(day|night)ride_type\d+_\d+", ride)) for ride in sides} == {True}
    assert [ride for ride, found in sides.items() if len(found) > 1] == []


def test_about_a_sixth_is_held_out(shared_data: Path) -> None:
    pictures = load_scenes(shared_data)
    assert 0.08 < sum(picture.held_out for picture in pictures) / len(pictures) < 0.3


def test_false_alarms_are_on_the_training_side_and_have_no_text(shared_data: Path) -> None:
    pytest.importorskip("keras")
    from models.training.false_alarms import false_alarms
    from models.training.scenes import background_files

    found = false_alarms(shared_data)
    assert len(found) > 100
    held_out = set(background_files(shared_data, held_out=True))
    for picture, plate in found:
        assert picture.path not in held_out
        assert plate.text == ""
        assert min(plate.box[2:]) > 0


def test_a_text_among_the_plate_images_is_on_one_side(shared_data: Path) -> None:
    sides: dict[tuple[str, str], set[bool]] = defaultdict(set)
    for picture in load_crops(shared_data):
        sides[picture.set_name, picture.plates[0].text].add(picture.held_out)
    assert [key for key, found in sides.items() if len(found) > 1] == []


def test_what_the_reader_could_not_say_is_not_asked_of_it() -> None:
    plates = tuple(RealPlate((0, 0, 1, 1), text) for text in ("", "A", "AB", "A" * 10, "A" * 11))
    picture = RealPicture(Path("a.png"), "mine", False, plates)
    assert [len(plate.text) for _, plate in readable([picture])] == [2, 10]
    assert readable([]) == []


def test_every_transcript_is_of_a_plate_without_a_text_and_could_be_read(shared_data: Path) -> None:
    labelled = {}
    for name in TRAIN_SCENES:
        numbers: dict[str, int] = defaultdict(int)
        for row in read_rows(shared_data / "detect" / name / "labels.csv"):
            labelled[name, row["file"], numbers[row["file"]]] = row["text"]
            numbers[row["file"]] += 1
    transcripts = load_transcripts()
    assert len(transcripts) > 1000
    for key, text in transcripts.items():
        assert labelled[key] == "", key
        assert re.fullmatch("[A-Z0-9]{2,12}", text), key


def test_transcripts_reach_their_plates(shared_data: Path) -> None:
    texts = {
        (picture.set_name, picture.path.name, number): plate.text
        for picture in load_scenes(shared_data)
        for number, plate in enumerate(picture.plates)
    }
    assert all(texts[key] == text for key, text in load_transcripts().items())
