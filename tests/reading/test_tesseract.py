"""Tesseract itself on drawn plates, and what is said where it isn't installed."""

from __future__ import annotations

import shutil

import numpy as np
import pytest

from streamer.config_methods import TesseractConfig
from streamer.datatypes import BLANK
from streamer.errors import ConfigError, ModelError
from streamer.reading.tesseract import TesseractReader, word_share
from tests.drawn_plates import draw_plate, draw_scene, plate_quad

AT = (150, 200)

installed = pytest.mark.skipif(shutil.which("tesseract") is None, reason="tesseract-ocr is not installed")


def read(reader: TesseractReader, plate: np.ndarray, **changes):
    return reader.read(draw_scene([(plate, AT)]), plate_quad(plate, AT), **changes)


@installed
@pytest.mark.parametrize(("paper", "ink"), [(235, 20), (20, 235)])
def test_a_plain_plate_is_read_mostly(paper, ink):
    plate_read = read(TesseractReader(TesseractConfig()), draw_plate("RK345AS", paper=paper, ink=ink), score=0.6)
    assert sum(a == b for a, b in zip(plate_read.text, "RK345AS", strict=False)) >= 5
    assert len(plate_read.char_scores) == len(plate_read.text)
    assert all(0.1 <= score <= 1 for score in plate_read.char_scores)
    assert plate_read.probabilities.sum(axis=1) == pytest.approx(1, abs=1e-5)
    assert plate_read.quality.score == 0.6


@installed
def test_a_text_that_tesseract_trusts_little_is_kept():
    """Words in no dictionary are rated down to 0: below 1/36 another character was likelier, and plates read 000000."""
    reader = TesseractReader(TesseractConfig())
    texts = ["46LJG1", "77TRSH", "28RXT9", "67FPSJ", "XHPN44"]
    right = sum(a == b for text in texts for a, b in zip(read(reader, draw_plate(text)).text, text, strict=False))
    assert right >= 20


@pytest.mark.parametrize(("rating", "word"), [(0.9, 0.9), (0.0, 0.35), (-0.01, 0.35), (1.2, 1.0)])
def test_a_words_characters_together_are_trusted_as_the_word_is(rating, word):
    """Seven characters at the confidence of their word made a plate of 0.9 one of 0.48, which was never reported."""
    assert word_share(rating, 7) ** 7 == pytest.approx(word)
    assert word_share(rating, 1) == pytest.approx(word)


@installed
def test_a_frame_is_cleared():
    steps = {}
    plate = draw_plate("RK345AS", frame=3)
    read(TesseractReader(TesseractConfig(margin=0)), plate, trace=lambda name, image, note: steps.update({name: image}))
    page = steps["page"]
    assert (page[:16] == 255).all()
    assert (page[:, 40] == 255).mean() > 0.95


@installed
@pytest.mark.parametrize("plate", [np.full((56, 260, 3), 200, np.uint8), np.zeros((1, 1, 3), np.uint8)])
def test_nothing_written_is_an_empty_read(plate):
    plate_read = read(TesseractReader(TesseractConfig()), plate)
    assert plate_read.text == ""
    assert plate_read.probabilities[0, BLANK] == 1


@installed
def test_what_takes_too_long_is_not_read():
    assert read(TesseractReader(TesseractConfig(timeout_s=0.001)), draw_plate("RK345AS")).text == ""


@installed
def test_the_image_is_not_changed():
    plate = draw_plate("RK345AS")
    scene, quad = draw_scene([(plate, AT)]), plate_quad(plate, AT)
    before = scene.copy()
    scene.flags.writeable = False
    TesseractReader(TesseractConfig()).read(scene, quad)
    assert np.array_equal(scene, before)


@installed
def test_a_language_that_is_not_there_is_one_clear_line():
    with pytest.raises(ConfigError, match=r"reading\.tesseract\.language: 'xyz'.*eng"):
        TesseractReader(TesseractConfig(language="xyz"))


@installed
def test_broken_language_data_is_one_clear_line(monkeypatch, tmp_path):
    """It is listed like any other, and only reading with it fails: that was a traceback in the middle of a run."""
    reader = TesseractReader(TesseractConfig())
    (tmp_path / "eng.traineddata").write_bytes(b"no language at all")
    monkeypatch.setenv("TESSDATA_PREFIX", str(tmp_path))
    with pytest.raises(ModelError, match=r"^reading\.reader: tesseract failed: .*eng") as caught:
        read(reader, draw_plate("RK345AS"))
    assert "\n" not in str(caught.value)


@installed
def test_a_page_that_it_crashes_on_is_an_empty_read(monkeypatch, tmp_path):
    """It divides by zero on some pages; that ended a comparison of hundreds of pictures."""
    reader = TesseractReader(TesseractConfig())
    crashing = tmp_path / "tesseract"
    crashing.write_text("#!/bin/sh\nkill -FPE $$\n")
    crashing.chmod(0o755)
    monkeypatch.setattr("pytesseract.pytesseract.tesseract_cmd", str(crashing))
    assert read(reader, draw_plate("RK345AS")).text == ""


def test_without_the_program_it_says_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ConfigError, match="apt install tesseract-ocr") as caught:
        TesseractReader(TesseractConfig())
    assert "\n" not in str(caught.value)


def test_without_pytesseract_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "pytesseract", None)
    with pytest.raises(ConfigError, match="pip install"):
        TesseractReader(TesseractConfig())


@pytest.mark.parametrize("settings", [{"page_mode": 3}, {"height_px": 5}, {"timeout_s": 0}, {"language": ""}])
def test_settings_out_of_range_are_refused(settings):
    with pytest.raises(ValueError, match=next(iter(settings))):
        TesseractConfig(**settings)
