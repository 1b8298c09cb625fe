"""Labels as people write them: right ones, wrong ones, and those of the real sets."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from streamer.errors import ConfigError, SourceError
from streamer.evaluation.datasets import load_dataset
from tests.evaluation.scripted import truth_json, write_image, write_labels

BOXED = "file,x,y,w,h,text,country"
VEHICLE = {"text": "AB 12", "first": 1, "last": 2, "legible": True, "boxes": {"1": [1, 2, 30, 15], "2": [3, 2, 30, 16]}}


def test_several_rows_are_several_plates_of_one_picture(tmp_path: Path) -> None:
    folder = write_labels(tmp_path, BOXED, "a.png,1,2,30.5,9,ab-12,SK", "a.png,5,20,30,9,,")
    (image,) = load_dataset(folder).images
    assert [(p.text, p.box, p.country) for p in image.plates] == [
        ("AB12", (1.0, 2.0, 30.5, 9.0), "sk"),
        ("", (5.0, 20.0, 30.0, 9.0), ""),
    ]


def test_without_boxes_the_pictures_are_plates(tmp_path: Path) -> None:
    dataset = load_dataset(write_labels(tmp_path, "file,text,country", "a.png,京A12345,CN"))
    assert dataset.plate_images
    assert dataset.images[0].plates[0].text == "A12345", "the province character isn't counted"


def test_a_row_with_an_empty_box_is_a_picture_without_a_plate(tmp_path: Path) -> None:
    dataset = load_dataset(write_labels(tmp_path, BOXED, "a.png,,,,,,"))
    assert dataset.images[0].plates == ()
    assert not dataset.plate_images


def test_the_set_is_the_folder_of_the_picture(tmp_path: Path) -> None:
    names = ["eu/a.png", "b.png"]
    dataset = load_dataset(write_labels(tmp_path / "mine", BOXED, *(f"{n},1,1,9,9,A," for n in names), images=names))
    assert [image.set for image in dataset.images] == ["eu", "mine"]


def test_a_byte_order_mark_and_blank_lines_do_no_harm(tmp_path: Path) -> None:
    folder = write_labels(tmp_path, "file,text", "a.png,AB12", "", "")
    labels = folder / "labels.csv"
    labels.write_bytes(b"\xef\xbb\xbf" + labels.read_bytes())
    assert load_dataset(folder).images[0].plates[0].text == "AB12"


@pytest.mark.parametrize(
    ("header", "row", "says"),
    [
        ("file,x,y,w,text", "a.png,1,1,9,A", "line 1: columns x,y,w without the rest"),
        ("picture,text", "a.png,A", "line 1: column file is missing"),
        ("file,text,colour", "a.png,A,red", "line 1: unknown column 'colour'"),
        ("file,text,text", "a.png,A,B", "line 1: a column comes twice"),
        ("file,text", "a.png", "line 2: 1 fields instead of 2"),
        (BOXED, "a.png,1,1,ten,9,A,", "line 2: w is 'ten', which is no number"),
        (BOXED, "a.png,1,1,nan,9,A,", "line 2: w is nan; a finite number"),
        (BOXED, "a.png,1,1,-4,9,A,", "line 2: w is -4; it must be above 0"),
        (BOXED, "a.png,1,1,9,,A,", "line 2: h is '', which is no number"),
        (BOXED, "a.png,,,,,AB12,", "line 2: text without a box"),
        (BOXED, ",1,1,9,9,A,", "line 2: file is empty"),
        (BOXED, "gone.png,1,1,9,9,A,", "line 2: there is no picture gone.png"),
    ],
)
def test_a_wrong_label_is_named_with_its_line(tmp_path: Path, header: str, row: str, says: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load_dataset(write_labels(tmp_path, header, row))
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)
    assert str(tmp_path / "labels.csv") in str(caught.value)


def test_all_wrong_rows_come_at_once(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        load_dataset(write_labels(tmp_path, BOXED, "b.png,1,1,9,9,A,", "a.png,1,1,9,9,A,", "a.png,1,1,0,9,A,"))
    assert [fault.split(", ")[-1][:6] for fault in caught.value.faults] == ["line 2", "line 4"]


def test_a_plate_image_has_one_text(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"line 3: a\.png comes twice"):
        load_dataset(write_labels(tmp_path, "file,text", "a.png,A", "a.png,B"))


@pytest.mark.parametrize("content", [b"", b"file,text\n"])
def test_a_label_file_without_labels(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "labels.csv").write_bytes(content)
    with pytest.raises(ConfigError, match=r"labels\.csv"):
        load_dataset(tmp_path)


def test_a_label_file_that_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "labels.csv").write_bytes(b"\xff\xfe\x00\x80")
    with pytest.raises(SourceError, match="can't be read as text"):
        load_dataset(tmp_path)


@pytest.mark.parametrize("name", ["nowhere", "empty", "bare.mp4"])
def test_what_holds_no_labels(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "bare.mp4").write_bytes(b"")
    with pytest.raises(SourceError, match=name) as caught:
        load_dataset(tmp_path / name)
    assert "\n" not in str(caught.value)


def _clip(folder: Path, content: object) -> Path:
    clip = write_image(folder / "x.png").rename(folder / "gate.mp4")
    (folder / "gate.mp4.truth.json").write_text(content if isinstance(content, str) else json.dumps(content))
    return clip


def test_a_clip_and_its_truth(tmp_path: Path) -> None:
    dataset = load_dataset(_clip(tmp_path, truth_json(VEHICLE)))
    (clip,) = dataset.clips
    (vehicle,) = clip.vehicles
    assert (vehicle.text, clip.fps, clip.frames, dataset.name) == ("AB12", 25.0, 10, "gate")
    assert vehicle.legible_from == 2, "the first box that is 16 px high"
    assert vehicle.box_near(4) == (3.0, 2.0, 30.0, 16.0)
    assert vehicle.box_near(40) is None


def test_a_folder_of_clips(tmp_path: Path) -> None:
    _clip(tmp_path, truth_json())
    assert [clip.set for clip in load_dataset(tmp_path).clips] == [tmp_path.name]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("{", "line 1: no JSON"),
        ([], "vehicles must be a list"),
        (truth_json(fps=0), "fps: 0; a number above 0"),
        (truth_json({**VEHICLE, "text": 5}), "vehicle 0: text is 5"),
        (truth_json({**VEHICLE, "first": 3}), "vehicle 0: first and last are 3 and 2"),
        (truth_json({**VEHICLE, "legible": "yes"}), "vehicle 0: legible is 'yes'"),
        (truth_json({**VEHICLE, "legible_from": "3"}), "vehicle 0: legible_from is '3'"),
        (truth_json({**VEHICLE, "boxes": {"1": [1, 2, 3]}}), "vehicle 0: the box of frame 1 is [1, 2, 3]"),
        (truth_json({**VEHICLE, "boxes": {"1": [1, 2, 0, 4]}}), "with w and h above 0"),
        (truth_json({**VEHICLE, "boxes": []}), "vehicle 0: boxes must be an object"),
    ],
)
def test_wrong_truth_is_named(tmp_path: Path, content: object, says: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load_dataset(_clip(tmp_path, content))
    assert says in str(caught.value)
    assert "gate.mp4.truth.json" in str(caught.value)


def test_truth_without_its_clip(tmp_path: Path) -> None:
    _clip(tmp_path, truth_json()).unlink()
    with pytest.raises(SourceError, match="no such clip"):
        load_dataset(tmp_path)


def test_the_bundled_clip_has_three_legible_vehicles(project: Path) -> None:
    (clip,) = load_dataset(project / "tests" / "data" / "demo.mp4").clips
    assert [vehicle.legible for vehicle in clip.vehicles] == [True] * 3


def test_every_real_set_can_be_loaded(shared_data: Path) -> None:
    folders = [labels.parent for labels in shared_data.rglob("labels.csv")]
    assert len(folders) >= 10
    for folder in folders:
        assert load_dataset(folder).images, folder
    assert len(load_dataset(shared_data / "stills" / "openalpr_dev").images) == 163
    clips = load_dataset(shared_data / "videos").clips
    assert sum(vehicle.legible for clip in clips for vehicle in clip.vehicles) == 11
