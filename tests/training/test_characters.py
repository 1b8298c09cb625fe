"""The character classifiers' samples, networks and report."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
import yaml

pytest.importorskip("keras", reason="the extra `train` is not installed")

from models.training.character_balance import balance_table, prior_shift
from models.training.character_batches import CharacterRun, Characters, augment, sized, targets, whole
from models.training.character_export import export
from models.training.character_labels import (
    NO_CHARACTER,
    NOTHING,
    UNCLEAR,
    drawn_characters,
    drawn_in,
    labelled_characters,
    widths_agree,
)
from models.training.character_report import Confusion, plot_confusion, plot_curves, refusals
from models.training.characters import check_sources, is_held_out_font
from models.training.fonts import find_fonts
from models.training.looks import BLACK, LOOKS, WHITE
from models.training.plate_ink import Area
from models.training.plates import Plate, PlateRenderer
from models.training.train_characters import MEASURE, network_of, train
from streamer.cli import main
from streamer.config_methods import SegmentsConfig
from streamer.datatypes import ALPHABET
from streamer.errors import ConfigError
from streamer.geometry import quad_of_box
from streamer.reading.classifier import CharacterClassifier
from streamer.reading.plate_cuts import cut_plate
from tests.drawn_plates import draw_plate, draw_scene, plate_quad

pytestmark = [
    pytest.mark.timeout(180),
    # Keras hands numpy arrays over in a way that numpy 2 warns about
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    # the converter asks for what only its old form needs
    pytest.mark.filterwarnings("ignore:Statistics for quantized inputs:UserWarning"),
]

AT = (150, 200)


def cut(text: str):
    plate = draw_plate(text)
    return cut_plate(draw_scene([(plate, AT)]), plate_quad(plate, AT), SegmentsConfig())


def test_characters_get_the_labels_of_their_plate():
    samples = labelled_characters(cut("RK345AS"), "RK345AS")
    assert "".join(ALPHABET[label] for _, label in samples) == "RK345AS"
    assert all(picture.shape == (80, 80) and picture.dtype == np.uint8 for picture, _ in samples)


def test_a_plate_cut_into_another_number_of_characters_teaches_nothing():
    assert labelled_characters(cut("RK345AS"), "RK345A") == []
    assert labelled_characters(cut(""), "RK345A") == []


def test_an_unread_first_character_is_left_out_where_one_may_be():
    samples = labelled_characters(cut("XA12345"), "A12345", unread_first=True)
    assert samples[0][1] == NO_CHARACTER
    assert "".join(ALPHABET[label] for _, label in samples[1:]) == "A12345"


@pytest.mark.parametrize(
    ("aspects", "text", "agree"),
    [
        ([0.5, 0.5, 0.15, 0.5], "AB1C", True),
        ([0.5, 0.5, 0.15, 0.5], "ABCD", False),
        ([0.5, 0.5, 0.9, 0.5], "ABWC", True),
        ([0.5, 0.5, 0.9, 0.5], "ABEC", False),
        ([0.5, 0.6, 0.7, 0.5], "AB1C", False),
        ([0.1, 0.1], "11", True),
        ([0.5], "A", True),
    ],
)
def test_pieces_that_cannot_be_the_text_are_told_by_their_widths(aspects, text, agree):
    assert widths_agree(np.array(aspects), text) is agree


def drawn(text: str, missing: int | None = None) -> list[str]:
    """The labels of a plate drawn by the tests, as if the character `missing` were something else."""
    image = draw_plate(text)
    found = cut(text)
    places = [
        Area(x - AT[0], x - AT[0] + w, y - AT[1], y - AT[1] + h)
        for x, y, w, h in (cv2.boundingRect(found.in_frame(quad_of_box(*box))) for box in found.segmentation.boxes)
    ]
    kept = [k for k in range(len(text)) if k != missing]
    plate = Plate(image, "".join(text[k] for k in kept), "sk", 1, tuple(places[k] for k in kept))
    samples = drawn_characters(found, plate, plate_quad(image, AT))
    return [(ALPHABET + "-")[label] for _, label in samples]


def test_pieces_of_a_drawn_plate_get_the_label_of_what_was_drawn_there():
    assert drawn("RK345AS") == list("RK345AS")
    assert drawn("RK345AS", missing=1) == list("R-345AS")


def test_a_thin_piece_that_is_no_character_teaches_nothing():
    """A piece of a frame looks like a 1."""
    assert drawn("RKILLAS", missing=2) == list("RKLLAS")


@pytest.mark.parametrize("dark", [True, False])
def test_a_rendered_plate_knows_whether_its_text_is_dark(project: Path, dark):
    paint = (WHITE, BLACK) if dark else (BLACK, WHITE)
    renderer = PlateRenderer([], project / "config" / "formats", 3, styles=4)
    assert renderer.render(replace(LOOKS[0], paint=(paint,))).dark is dark


@pytest.mark.parametrize(
    ("piece", "is_it"),
    [
        ((10, 0, 20, 40), 0),
        ((8, -2, 24, 44), 0),
        ((10, 0, 14, 40), UNCLEAR),
        ((10, 0, 28, 40), 0),
        ((20, 0, 20, 40), UNCLEAR),
        ((10, 0, 45, 40), NOTHING),
        ((60, 0, 20, 40), NOTHING),
        ((0, -30, 90, 100), NOTHING),
    ],
)
def test_a_piece_is_a_character_if_it_has_that_one_whole_and_little_else(piece, is_it):
    """Half a W was labelled W, and looked like a V; two characters in one piece were labelled as one of them."""
    assert drawn_in(piece, [(10, 0, 20, 40), (34, 0, 20, 40)]) == is_it


def test_a_piece_that_holds_one_character_and_much_paper_is_unclear():
    assert drawn_in((0, -10, 50, 60), [(10, 0, 20, 40)]) == UNCLEAR


def test_pieces_of_a_cut_that_took_paper_for_ink_are_no_characters():
    image = draw_plate("RK345AS")
    found = cut("RK345AS")
    height, width = image.shape[:2]
    plate = Plate(image, "R", "sk", 1, (Area(0, width, 0, height),), dark=False)
    samples = drawn_characters(found, plate, plate_quad(image, AT))
    assert {int(label) for _, label in samples} == {NO_CHARACTER}


def test_a_rendered_plate_knows_where_each_character_is(project: Path):
    renderer = PlateRenderer([], project / "config" / "formats", 3, styles=4)
    for _ in range(20):
        plate = renderer.render()
        assert len(plate.places) == len(plate.text)
        assert plate.font == ""
        height, width = plate.image.shape[:2]
        for left, right, top, bottom in plate.places:
            assert -1 < left < right < width + 1
            assert -1 < top < bottom < height + 1


def test_of_what_is_no_character_every_answer_is_asked_alike():
    asked = targets(np.array([10, NO_CHARACTER]))
    assert asked.shape == (2, 36)
    assert asked[0].argmax() == 10
    assert asked[0].max() == 1
    assert asked[1] == pytest.approx(1 / 36)


def test_a_font_family_lies_on_one_side_of_the_split():
    assert is_held_out_font("a/overpass-latin-400-normal.woff") == is_held_out_font("b/overpass-latin-700-normal.woff")


def write_font(path: Path, letters: str) -> Path:
    """A font file whose letters are all the same box."""
    from fontTools.fontBuilder import FontBuilder
    from fontTools.pens.ttGlyphPen import TTGlyphPen

    pen = TTGlyphPen(None)
    pen.moveTo((50, 0))
    for point in ((50, 700), (450, 700), (450, 0)):
        pen.lineTo(point)
    pen.closePath()
    names = [".notdef", *letters]
    font = FontBuilder(1000, isTTF=True)
    font.setupGlyphOrder(names)
    font.setupCharacterMap({ord(char): char for char in letters})
    font.setupGlyf(dict.fromkeys(names, pen.glyph()))
    font.setupHorizontalMetrics(dict.fromkeys(names, (500, 50)))
    font.setupHorizontalHeader(ascent=800, descent=-200)
    font.setupPost()
    font.save(path)
    return path


def test_a_font_that_lacks_a_letter_is_never_drawn_with(tmp_path: Path):
    """A font of Chinese characters alone drew plates of empty boxes, which were labelled as letters."""
    write_font(tmp_path / "Whole.ttf", ALPHABET)
    write_font(tmp_path / "NoQ.ttf", ALPHABET.replace("Q", ""))
    assert [Path(file).stem for file in find_fonts([tmp_path])] == ["Whole"]


def test_augmentation_keeps_shape_and_sides_and_does_not_change_its_input():
    """A mirrored 7 is no 7: what is at the left stays there."""
    picture = np.zeros((80, 80), np.uint8)
    picture[10:70, 15:25] = 255
    before = picture.copy()
    rng = np.random.default_rng(0)
    for _ in range(50):
        varied = augment(picture, rng)
        assert varied.shape == (80, 80)
        assert varied.dtype == np.uint8
        assert varied[:, :40].sum() > 3 * varied[:, 40:].sum()
    assert np.array_equal(picture, before)


def write_shard(folder: Path, labels: list[int]) -> Path:
    folder.mkdir()
    np.save(folder / "00000.inputs.npy", np.stack([np.full((80, 80), 5 * k, np.uint8) for k in labels]))
    np.save(folder / "00000.labels.npy", np.array(labels, np.uint8))
    return folder


def test_rare_characters_are_drawn_more_often_than_they_occur(tmp_path: Path):
    characters = Characters(write_shard(tmp_path / "c", [1] * 100 + [2] * 4))
    _, labels = characters.draw(np.random.default_rng(0), 1200)
    assert 140 < (labels == 2).sum() < 260
    assert characters.balance()["1"] == 100
    assert characters.balance()["A"] == 0


def test_what_is_no_character_is_drawn_by_its_share_and_never_measured(tmp_path: Path):
    characters = Characters(write_shard(tmp_path / "c", [1] * 5 + [NO_CHARACTER] * 3))
    _, labels = characters.draw(np.random.default_rng(0), 1000, 0.2)
    assert 150 < (labels == NO_CHARACTER).sum() < 250
    assert not (characters.draw(np.random.default_rng(0), 100)[1] == NO_CHARACTER).any()
    assert list(whole(characters, 28, 10)[1]) == [1] * 5
    assert characters.balance()["none"] == 3


def test_pictures_come_with_their_own_labels(tmp_path: Path):
    characters = Characters(write_shard(tmp_path / "c", [3, 9, 9, 27]))
    pictures, labels = characters.draw(np.random.default_rng(0), 50)
    assert all(picture.max() == 5 * label for picture, label in zip(pictures, labels, strict=True))
    everything, labels = whole(characters, 28, 10)
    assert everything.shape == (4, 28, 28, 1)
    assert list(everything[:, 0, 0, 0]) == list(5 * labels)


def test_no_samples_is_said_clearly(tmp_path: Path):
    with pytest.raises(ConfigError, match="no characters here"):
        Characters(tmp_path)


def test_a_picture_is_averaged_down():
    checks = np.indices((80, 80)).sum(axis=0) % 2 * 255
    assert sized(checks.astype(np.uint8), 20).std() < 1


def test_precision_recall_and_f1_on_paper():
    confusion = Confusion.of(np.array([10, 10, 10, 11]), np.array([10, 10, 11, 11]))
    table = confusion.by_class()
    assert confusion.accuracy == 0.75
    assert table["A"] == {"precision": 1.0, "recall": 0.6667, "f1": 0.8, "samples": 3}
    assert table["B"] == {"precision": 0.5, "recall": 1.0, "f1": 0.6667, "samples": 1}
    assert table["C"] == {"precision": None, "recall": None, "f1": None, "samples": 0}


def test_o_taken_for_0_counts_where_they_are_one():
    o, zero, q = (ALPHABET.index(char) for char in "O0Q")
    confusion = Confusion.of(np.array([o, zero, q, q]), np.array([zero, o, q, o]))
    assert confusion.accuracy == 0.25
    assert confusion.accuracy_lookalikes == 0.75


def test_refusals_on_paper():
    """Of two pieces that are no character one is refused; of three characters one is lost."""
    labels = np.array([NO_CHARACTER, NO_CHARACTER, 1, 2, 3])
    told = refusals(labels, np.array([0.1, 0.9, 0.9, 0.29, 0.3]), 0.3)
    assert told == {"no_character": 2, "refused": 0.5, "characters_lost": 0.3333}
    assert refusals(labels[2:], np.array([0.9, 0.9, 0.9]), 0.3)["refused"] is None


def test_the_prior_of_a_character_is_what_it_occurs_not_what_it_was_drawn():
    """A plain bar was read I on Brazilian plates: I had been drawn as often as 1."""
    balance = {"rendered": dict.fromkeys(ALPHABET, 100) | {"1": 400, "none": 9}, "real": {}}
    shift = prior_shift(balance, 0.0)
    one, other = shift[ALPHABET.index("1")], shift[ALPHABET.index("I")]
    assert one - other == pytest.approx(np.log(4) - np.log(2), abs=1e-5)
    both = prior_shift(balance | {"real": dict.fromkeys(ALPHABET, 7)}, 0.5)
    assert one > both[ALPHABET.index("1")] > 0


def test_the_balance_has_a_line_for_each_class():
    """Of 400 and 100 pictures batches have 2 to 1."""
    balance = {"rendered": dict.fromkeys(ALPHABET, 0) | {"1": 400, "A": 100, "none": 9}, "real": {}}
    lines = balance_table(balance, 0.0)
    assert len(lines) == 1 + len(ALPHABET) + 1
    assert lines[2].split() == ["1", "400", "0", "80.00", "%", "66.67", "%"]
    assert lines[11].split() == ["A", "100", "0", "20.00", "%", "33.33", "%"]
    assert lines[-1].split() == ["none", "9", "0"]


def test_plots_are_written(tmp_path: Path):
    pytest.importorskip("matplotlib")
    plot_confusion(Confusion.of(np.array([1, 2]), np.array([1, 3])), "title", tmp_path / "confusion.png")
    history = tmp_path / "history.jsonl"
    history.write_text(
        '{"epoch": 1, "loss": 2.0}\n{"epoch": 2, "loss": 1.5, "val_loss": 1.0, "val_character_accuracy": 0.7}\n'
    )
    plot_curves(history, tmp_path / "curves.png")
    for name in ("confusion.png", "curves.png"):
        assert (tmp_path / name).read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize("name", ["simple", "mobilenet"])
def test_networks_take_their_picture_and_give_36_logits(name):
    from models.training.character_networks import NETWORKS

    network = NETWORKS[name]()
    assert network.output_shape == (None, 36)
    assert network.input_shape in {(None, 28, 28, 1), (None, 80, 80, 1)}
    assert network.count_params() < 300_000
    assert NETWORKS[name](2.0).count_params() > 1.8 * network.count_params()


RUN = CharacterRun(
    steps=12, batch=8, learning_rate=0.02, score_every=1, warmup=2, ema_momentum=0.8, steps_per_epoch=3, width=0.25
)
"""Four epochs of the smallest network."""


@pytest.fixture
def pictures(tmp_path: Path) -> Characters:
    return Characters(write_shard(tmp_path / "pictures", [3, 9, 9, 27, 33, NO_CHARACTER]))


def test_a_run_keeps_its_best_and_is_not_trained_again(tmp_path: Path, pictures: Characters):
    model = train(tmp_path / "run", pictures, None, pictures, RUN)
    lines = [json.loads(line) for line in (tmp_path / "run" / "history.jsonl").read_text().splitlines()]
    assert [line["epoch"] for line in lines] == [1, 2, 3, 4]
    assert set(lines[-1]) == {"epoch", "loss", "val_loss", MEASURE}
    files = {path.name for path in (tmp_path / "run").iterdir()}
    assert files == {"run.json", "history.jsonl", "latest.weights.h5", "best.weights.h5", "final.weights.h5"}
    again = train(tmp_path / "run", pictures, None, pictures, RUN)
    for a, b in zip(model.get_weights(), again.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
    assert len((tmp_path / "run" / "history.jsonl").read_text().splitlines()) == 4


def test_an_interrupted_run_draws_the_batches_that_it_would_have_drawn(tmp_path: Path, pictures: Characters):
    """A run that went on once drew its batches from the start."""

    class Failing(Characters):
        drawn = 0

        def draw(self, rng, count, no_character_share=0.0):
            self.drawn += 1
            if self.drawn == 8:
                raise RuntimeError("machine off")
            return super().draw(rng, count, no_character_share)

    whole_run = train(tmp_path / "whole", pictures, None, pictures, RUN)
    with pytest.raises(Exception, match="machine off"):
        train(tmp_path / "broken", Failing(tmp_path / "pictures"), None, pictures, RUN)
    resumed = train(tmp_path / "broken", pictures, None, pictures, RUN)
    for a, b in zip(whole_run.get_weights(), resumed.get_weights(), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-5)
    histories = [(tmp_path / name / "history.jsonl").read_text() for name in ("whole", "broken")]
    assert histories[0] == histories[1]


def test_the_card_has_the_prior_for_the_reader_and_the_model_tells_shapes_alone(pictures: Characters, tmp_path: Path):
    pytest.importorskip("matplotlib")
    model = train(tmp_path / "run", pictures, None, pictures, RUN)
    before = model.get_layer("logits").bias.numpy().copy()
    balance = {"rendered": dict.fromkeys(ALPHABET, 1) | {"9": 300}, "real": {}}
    card = {"data": [], "licence": "MIT"}
    path = export(tmp_path / "run", model, pictures, {"some": pictures}, balance, tmp_path / "new", card)
    written = yaml.safe_load(path.with_suffix(".yaml").read_text())
    np.testing.assert_allclose(written["contract"]["prior"], prior_shift(balance, RUN.real_share), atol=1e-3)
    np.testing.assert_array_equal(model.get_layer("logits").bias.numpy(), before)
    prior = CharacterClassifier(path).prior
    assert prior[9] > 5 * prior[8]
    assert written["history"]["run"]["width"] == 0.25
    assert written["results"]["some"]["samples"] == 5


@pytest.mark.parametrize("letters", [["Overpass"], ["Liberation"]], ids=["none held out", "all held out"])
def test_fonts_of_one_side_alone_are_refused(tmp_path: Path, letters: list[str]):
    """Without a held-out font the drawing of held-out plates never ended."""
    for name in letters:
        write_font(tmp_path / f"{name}.ttf", ALPHABET)
    with pytest.raises(ConfigError, match=r"--fonts: [01] held out and [01] to train on, .*name more folders"):
        check_sources(tmp_path, [tmp_path])


def test_a_data_folder_without_labels_is_named(tmp_path: Path):
    for name in ("GL-Nummernschild.ttf", "LiberationSans-Bold.ttf"):
        write_font(tmp_path / name, ALPHABET)
    with pytest.raises(ConfigError, match=r"--data: .*csv is missing"):
        check_sources(tmp_path, [tmp_path])


def test_weights_to_start_from_that_are_none_are_refused(tmp_path: Path, pictures: Characters):
    (tmp_path / "text").write_text("no weights")
    with pytest.raises(ConfigError, match="is no file of weights"):
        train(tmp_path / "run", pictures, None, pictures, replace(RUN, start=str(tmp_path / "text")))
    network_of(RUN).save_weights(tmp_path / "narrow.weights.h5")
    with pytest.raises(ConfigError, match="another width"):
        train(
            tmp_path / "run",
            pictures,
            None,
            pictures,
            replace(RUN, width=1.0, start=str(tmp_path / "narrow.weights.h5")),
        )
    assert not (tmp_path / "run").exists()


def command(*arguments: object) -> tuple[int, str]:
    """Run the step in a process of its own, as TensorFlow takes its number of threads once; return status and line."""
    given = [sys.executable, "-m", "streamer", "train", "characters", *map(str, arguments)]
    done = subprocess.run(given, capture_output=True, text=True, timeout=120, check=False)
    return done.returncode, done.stderr.splitlines()[-1]


def test_the_command_refuses_a_run_of_another_network_and_changes_nothing(tmp_path: Path, shared_data: Path):
    """It once wrote over run.json first."""
    folder = tmp_path / "run"
    folder.mkdir()
    recipe = json.dumps({"network": "simple", "width": 1.0})
    (folder / "run.json").write_text(recipe)
    for name in ("GL-Nummernschild.ttf", "LiberationSans-Bold.ttf"):
        write_font(tmp_path / name, ALPHABET)
    status, said = command("--data", shared_data, "--fonts", tmp_path, "--out", folder, "--network", "mobilenet")
    assert status == 2
    assert "network simple instead of mobilenet" in said
    assert [path.name for path in folder.iterdir()] == ["run.json"]
    assert (folder / "run.json").read_text() == recipe


def test_a_file_is_no_folder_for_a_run(tmp_path: Path):
    (tmp_path / "file").write_text("")
    status, said = command("--data", tmp_path, "--fonts", tmp_path, "--out", tmp_path / "file")
    assert status == 2
    assert said == f"streamer: invalid value for '--out': dir '{tmp_path / 'file'}' is a file"


def test_a_mistyped_step_is_named_with_the_nearest(capsys: pytest.CaptureFixture[str]):
    """It said: train: no such command; did you mean train?"""
    assert main(["train", "charcters"]) == 2
    assert capsys.readouterr().err == "streamer: train charcters: no such command; did you mean characters?\n"
