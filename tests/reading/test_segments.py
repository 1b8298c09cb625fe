"""The segmenting reader, around a classifier that says what its script says, and with those that are shipped."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from streamer.config_methods import SegmentsConfig
from streamer.datatypes import ALPHABET, BLANK
from streamer.errors import ModelError
from streamer.reading.classifier import CLASSIFIERS, CharacterClassifier
from streamer.reading.cutting import character_image, stretch_of
from streamer.reading.segments import SegmentsReader
from streamer.reading.slots import slots_of_text
from tests.drawn_plates import draw_plate, draw_scene, plate_quad

AT = (150, 200)


class ScriptedClassifier:
    """Says the characters of a text one after another, sure of them, and keeps the pictures it was shown."""

    size_px = 28
    prior = np.ones(36, np.float32)

    def __init__(self, text: str = "RK300AS") -> None:
        self.text = text
        self.seen = np.zeros((0, 28, 28), np.uint8)

    def classify(self, images: np.ndarray) -> np.ndarray:
        """Answer; a hyphen stands for a piece that is no character."""
        self.seen = images
        slots = slots_of_text(
            self.text[: len(images)].replace("-", "A"), np.full(min(len(images), len(self.text)), 0.9)
        )
        slots[[char == "-" for char in self.text[: len(images)]]] = 1 / len(ALPHABET)
        return slots


def read(plate: np.ndarray, classifier: ScriptedClassifier, **changes):
    return SegmentsReader(SegmentsConfig(), classifier).read(
        draw_scene([(plate, AT)]), plate_quad(plate, AT), **changes
    )


def test_characters_are_read_from_left_to_right():
    classifier = ScriptedClassifier()
    plate_read = read(draw_plate("RK300AS"), classifier, score=0.7)
    assert plate_read.text == "RK300AS"
    assert plate_read.probabilities.shape == (13, 37)
    assert plate_read.char_scores == pytest.approx((0.9,) * 7)
    assert plate_read.quality.score == 0.7
    assert plate_read.quality.plate_height_px == pytest.approx(56)


@pytest.mark.parametrize(("paper", "ink"), [(235, 20), (20, 235)])
def test_the_classifier_sees_light_ink_on_black_in_the_middle_whatever_the_plate(paper, ink):
    classifier = ScriptedClassifier()
    read(draw_plate("RK300AS", paper=paper, ink=ink), classifier)
    assert classifier.seen.shape == (7, 28, 28)
    assert classifier.seen.dtype == np.uint8
    assert (classifier.seen[:, [0, 1, -2, -1]] == 0).all()
    assert all(picture.max() > 200 for picture in classifier.seen)
    assert all(0.1 < np.mean(picture > 128) < 0.6 for picture in classifier.seen)


def test_a_plate_without_characters_is_an_empty_read():
    plate_read = read(np.full((56, 260, 3), 200, np.uint8), ScriptedClassifier())
    assert plate_read.text == ""
    assert plate_read.probabilities[0, BLANK] == 1


def test_a_piece_that_looks_like_no_character_is_left_out():
    """A Chinese province's character stands where the first letter does."""
    steps: dict[str, str] = {}
    plate = draw_plate("RK300AS")
    plate_read = read(plate, ScriptedClassifier("-K300AS"), trace=lambda name, _, note: steps.update({name: note}))
    assert plate_read.text == "K300AS"
    assert plate_read.probabilities.shape == (11, 37)
    assert steps["character 1"].endswith("taken for no character")
    assert read(plate, ScriptedClassifier("-------")).text == ""


class Unsure(ScriptedClassifier):
    """Knows the text when it is asked for the third time, and otherwise takes everything for an A, but not for sure."""

    asked = 0

    def classify(self, images: np.ndarray) -> np.ndarray:
        self.asked += 1
        known = self.asked == 3
        return slots_of_text(
            (self.text if known else "A" * 7)[: len(images)], np.full(len(images), 0.9 if known else 0.7)
        )


def test_of_several_ways_to_cut_a_plate_the_one_that_is_read_best_is_kept():
    classifier = Unsure()
    assert read(draw_plate("RK300AS"), classifier).text == "RK300AS"
    assert classifier.asked > 3


def test_at_most_ten_characters_are_read():
    classifier = ScriptedClassifier("ABCDEFGHIJKL")
    assert len(read(draw_plate("ABCDEFGHKLMN", width=420), classifier).text) == 10


@pytest.mark.parametrize("shape", [(1, 1, 3), (2, 300, 3), (60, 80)])
def test_tiny_and_grey_images_are_read(shape):
    image = np.full(shape, 90, np.uint8)
    quad = plate_quad(np.zeros((20, 60)), (0, 0))
    assert SegmentsReader(SegmentsConfig(), ScriptedClassifier()).read(image, quad).text == ""


def test_each_character_is_traced_with_what_it_was_taken_for():
    steps: dict[str, str] = {}
    read(draw_plate("RK300AS"), ScriptedClassifier(), trace=lambda name, image, note: steps.update({name: note}))
    assert steps["character 1"] == "R 0.90"
    assert "character 7" in steps
    assert {"plate", "segments", "plate, levelled 1", "segments, levelled 1", "chosen segments"} <= set(steps)


def test_a_thin_character_stays_thin_and_a_wide_one_is_not_cut():
    plate = np.full((60, 100), 230, np.uint8)
    plate[10:50, 20:26] = plate[20:30, 40:90] = 10
    thin, wide = (character_image(plate, box, True, 40) for box in ((19, 10, 8, 40), (40, 19, 50, 12)))
    assert (thin.max(axis=0) > 128).sum() <= 7
    assert (thin.max(axis=1) > 128).sum() >= 31
    assert (wide.max(axis=0) > 128).sum() >= 31


def test_an_i_that_fills_its_box_is_ink():
    plate = np.full((60, 100), 230, np.uint8)
    plate[10:50, 40:47] = 30
    assert character_image(plate, (40, 10, 7, 40), True, 40).max() == 255
    assert (character_image(plate, (40, 10, 7, 40), True, 40)[6:34, 18:21] > 240).all()


def classifier_path(project: Path, name: str) -> Path:
    return project / "models" / f"characters-{name}.tflite"


def test_characters_are_made_as_wide_as_a_usual_typeface_has_them():
    """A condensed O is as wide as a 0 elsewhere: beside its own plate's characters it is the wider one."""
    condensed = [(0, 0, 4, 40), (10, 0, 17, 40), (30, 0, 15, 40), (50, 0, 15, 40)]
    assert stretch_of(condensed) == pytest.approx(0.55 * 40 / 15), "the 1 doesn't count"
    plate = np.full((40, 80), 200, np.uint8)
    plate[:, 30:45] = 20
    picture = character_image(plate, condensed[2], True, 50, stretch_of(condensed))
    assert np.count_nonzero(picture.max(axis=0) > 128) == pytest.approx(0.55 * 40, abs=1)


def test_a_plate_lettered_narrower_than_most_is_widened():
    """Condensed capitals at 0.3 of their height were taken for a row of I and stayed as they were: 0 for O, W for M."""
    narrow = [(0, 0, 12, 40), (20, 0, 5, 40), (40, 0, 11, 40), (60, 0, 13, 40)]
    assert stretch_of(narrow) == pytest.approx(0.55 * 40 / 12), "the 1 doesn't count"


@pytest.mark.parametrize(("boxes", "stretch"), [([], 1.0), ([(0, 0, 5, 40)], 1.0), ([(0, 0, 90, 40)], 0.5)])
def test_what_says_nothing_of_a_typeface_is_left_as_it_is(boxes, stretch):
    assert stretch_of(boxes) == stretch


@pytest.mark.parametrize("name", CLASSIFIERS)
def test_the_shipped_classifiers_read_drawn_plates(name, project: Path):
    reader = SegmentsReader(SegmentsConfig(), CharacterClassifier(classifier_path(project, name)))
    texts = ["RK345AS", "HX27KLM", "B4682EN"]
    right = 0
    for text in texts:
        plate = draw_plate(text)
        said = reader.read(draw_scene([(plate, AT)]), plate_quad(plate, AT)).text
        right += sum(a == b for a, b in zip(said, text, strict=False))
    assert right >= 19


@pytest.mark.parametrize("name", CLASSIFIERS)
def test_a_classifier_gives_shares_of_one_for_any_number_of_pictures(name, project: Path):
    classifier = CharacterClassifier(classifier_path(project, name))
    pictures = np.random.default_rng(0).integers(0, 256, (3, classifier.size_px, classifier.size_px), np.uint8)
    assert classifier.classify(pictures[:0]).shape == (0, len(ALPHABET))
    shares = classifier.classify(pictures)
    assert shares.shape == (3, 36)
    assert shares.sum(axis=1) == pytest.approx(1, abs=1e-5)
    assert np.array_equal(classifier.classify(pictures[1:2]), shares[1:2])


def test_a_model_of_another_kind_is_one_clear_line(project: Path, tmp_path: Path):
    for suffix in (".tflite", ".yaml"):
        shutil.copy(project / "models" / f"detector-default{suffix}", tmp_path / f"characters-simple{suffix}")
    with pytest.raises(ModelError, match=r"a plate detector, but a character classifier is wanted") as caught:
        CharacterClassifier(tmp_path / "characters-simple.tflite")
    assert "\n" not in str(caught.value)


def test_a_missing_classifier_is_one_clear_line(tmp_path: Path):
    with pytest.raises(ModelError, match="characters-none"):
        CharacterClassifier(tmp_path / "characters-none.tflite")


def test_what_occurs_more_often_is_read_where_the_shape_tells_nothing():
    """O and 0 alike: the classifier halves what it says, and the reader minds that zeros are more frequent."""
    alike = np.full((1, len(ALPHABET)), 1e-6, np.float32)
    alike[0, [ALPHABET.index("O"), ALPHABET.index("0")]] = 0.5, 0.49

    class Halved(ScriptedClassifier):
        prior = np.where(np.array(list(ALPHABET)) == "0", 3.0, 1.0).astype(np.float32)

        def classify(self, images: np.ndarray) -> np.ndarray:
            return np.repeat(alike, len(images), axis=0)

    assert read(draw_plate("RK300AS"), Halved()).text == "0000000"
    Halved.prior = np.ones(len(ALPHABET), np.float32)
    assert read(draw_plate("RK300AS"), Halved()).text == "OOOOOOO"
