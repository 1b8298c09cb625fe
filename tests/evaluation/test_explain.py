"""A picture for each step, whatever the methods and whatever they find."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from streamer.config_methods import BlackhatConfig, EdgesConfig, SegmentsConfig
from streamer.datatypes import BLANK, Detection, PlateRead, Quality
from streamer.detection.blackhat import BlackhatDetector
from streamer.detection.edges import EdgesDetector
from streamer.errors import SinkError
from streamer.evaluation.explain import PLATES_MAX, character_columns, draw_bars, explain, explain_steps
from streamer.reading.segments import SegmentsReader
from streamer.reading.slots import plate_read_of_slots, slots_of_text
from tests.drawn_plates import draw_plate, draw_scene

QUALITY = Quality(30, 1, 1, 0, 1)


class FirstLetters:
    """A classifier that takes everything for the alphabet's first characters."""

    size_px = 28
    prior = np.ones(36, np.float32)

    def classify(self, images: np.ndarray) -> np.ndarray:
        return slots_of_text("0123456789"[: len(images)], np.full(len(images), 0.8))


class ManyPlates:
    """A detector that finds the same plate many times, and shows nothing."""

    def detect(self, image, trace=None) -> list[Detection]:
        return BlackhatDetector(BlackhatConfig(), 0.4).detect(image) * 9


READER = SegmentsReader(SegmentsConfig(), FirstLetters())
SCENE = draw_scene([(draw_plate("RK300AS", 200, 46), (220, 300))])


def read_of(text: str) -> PlateRead:
    return plate_read_of_slots(slots_of_text(text, np.full(len(text), 0.9)), QUALITY)


@pytest.mark.parametrize(
    "detector", [BlackhatDetector(BlackhatConfig(), 0.4), EdgesDetector(EdgesConfig(), 0.4)], ids=["blackhat", "edges"]
)
def test_every_step_from_the_image_to_the_characters_is_a_picture(detector, tmp_path: Path):
    files = explain(SCENE, detector, READER, tmp_path / "out")
    names = [file.name for file in files]
    assert names[0] == "01-image-image.png"
    assert names[-1] == "sheet.png"
    assert any("candidates" in name for name in names)
    assert any("plate-1-segments" in name for name in names)
    assert any("plate-1-character-7" in name for name in names)
    assert sorted(file.name for file in (tmp_path / "out").iterdir()) == sorted(set(names))
    assert all(cv2.imread(str(file)) is not None for file in files)


def test_a_second_run_leaves_none_of_its_earlier_pictures_and_all_other_files(tmp_path: Path):
    """Steps of two methods were once mixed in one folder."""
    own = {name: tmp_path / name for name in ("01-image-mine.png", "notes.txt")}
    cv2.imwrite(str(own["01-image-mine.png"]), SCENE)
    own["notes.txt"].write_text("mine")
    explain(SCENE, BlackhatDetector(BlackhatConfig(), 0.4), READER, tmp_path)
    files = explain(SCENE, EdgesDetector(EdgesConfig(), 0.4), READER, tmp_path)
    assert sorted(tmp_path.iterdir()) == sorted([*files, *own.values()])


class ManySteps:
    """A detector that shows more steps than two digits number, and finds nothing."""

    def detect(self, image, trace=None) -> list[Detection]:
        for number in range(120):
            trace(f"step {number}", image, "")
        return []


def test_more_than_99_pictures_sort_by_their_names(tmp_path: Path):
    files = explain(np.zeros((8, 8, 3), np.uint8), ManySteps(), READER, tmp_path)
    assert files[0].name == "001-image-image.png"
    assert sorted(files) == files


def test_steps_say_what_was_found():
    steps = explain_steps(SCENE, BlackhatDetector(BlackhatConfig(), 0.4), READER)
    notes = {f"{step.stage}: {step.name}": step.note for step in steps}
    assert notes["image: image"] == "640 x 480 px"
    assert notes["detector: detections"] == "1 found"
    assert notes["plate 1: characters"] == "0123456"
    assert len(notes) == len(steps)


def test_an_image_without_plate_says_so(tmp_path: Path):
    steps = explain_steps(draw_scene(), BlackhatDetector(BlackhatConfig(), 0.4), READER)
    assert steps[-1].note == "no plate found"
    assert explain(draw_scene(), BlackhatDetector(BlackhatConfig(), 0.4), READER, tmp_path)[-1].is_file()


def test_of_many_plates_the_best_are_explained():
    stages = {step.stage for step in explain_steps(SCENE, ManyPlates(), READER)}
    assert len(stages) == 2 + PLATES_MAX


@pytest.mark.parametrize("shape", [(1, 1, 3), (1, 400, 3), (30, 30)])
def test_tiny_and_grey_images(shape, tmp_path: Path):
    image = np.zeros(shape, np.uint8)
    assert explain(image, BlackhatDetector(BlackhatConfig(), 0.4), READER, tmp_path)


def test_the_image_is_not_changed(tmp_path: Path):
    image = SCENE.copy()
    image.flags.writeable = False
    explain(image, BlackhatDetector(BlackhatConfig(), 0.4), READER, tmp_path)
    assert np.array_equal(image, SCENE)


def test_a_place_that_cannot_be_written_is_one_clear_line(tmp_path: Path):
    (tmp_path / "out").write_text("a file, not a folder")
    with pytest.raises(SinkError, match="can't be written"):
        explain(SCENE, BlackhatDetector(BlackhatConfig(), 0.4), READER, tmp_path / "out")


def test_bars_are_as_long_as_the_chances_and_may_be_none():
    bars = draw_bars(read_of("AB"))
    green = (bars == (80, 200, 60)).all(axis=2)
    assert green[12, 26:90].sum() == green[12, 116:180].sum() == 53
    assert draw_bars(read_of("")).shape[1] == 90


def test_columns_of_repeats_are_one_character_at_their_best():
    probabilities = np.zeros((7, 37), np.float32)
    for column, (k, chance) in enumerate([(BLANK, 1), (5, 0.6), (5, 0.9), (BLANK, 1), (5, 0.7), (6, 0.8), (BLANK, 1)]):
        probabilities[column, k] = chance
    assert list(character_columns(probabilities)) == [2, 4, 5]
    assert list(character_columns(probabilities[:1])) == []
