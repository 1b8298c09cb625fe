"""What `streamer compare` compares, and what makes it measure a pair anew."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from cv2.data import haarcascades

from streamer.commands.contenders import contenders, version_of
from streamer.config import Config
from streamer.errors import ConfigError, ModelError


def pair(detector: str, reader: str, changes: dict[str, dict] | None = None) -> Config:
    sections: dict[str, dict] = {"detection": {"detector": detector}, "reading": {"reader": reader}}
    for name, change in (changes or {}).items():
        sections[name] = sections.get(name, {}) | change
    return Config.model_validate(sections)


@pytest.mark.parametrize(
    ("change", "neural", "classical"),
    [
        ({"detection": {"blackhat": {"erosions": 5}}}, False, True),
        ({"reading": {"tesseract": {"page_mode": 8}}}, False, True),
        ({"reading": {"segments": {"offset": 20}}}, False, False),
        ({"voting": {"min_confidence": 0.9}}, True, True),
    ],
)
def test_a_pair_is_measured_anew_where_what_it_uses_changed(change, neural, classical):
    """A new parameter of one method made every other be measured again, for half an hour."""
    for methods, anew in ((("neural", "neural"), neural), (("blackhat", "tesseract"), classical)):
        assert (version_of(pair(*methods)) != version_of(pair(*methods, change))) is anew


def test_another_model_counts_only_for_the_pairs_that_use_it(tmp_path, monkeypatch):
    for name in ("reader", "characters-simple", "detector-default"):
        (tmp_path / f"{name}.yaml").write_text(f"name: {name}\n")
    monkeypatch.setattr("streamer.commands.contenders.models_dir", lambda: tmp_path)
    pairs = [
        pair("neural", "neural"),
        pair("edges", "neural"),
        pair("edges", "segments:simple"),
        pair("edges", "tesseract"),
    ]
    before = [version_of(one) for one in pairs]
    (tmp_path / "reader.yaml").write_text("name: another\n")
    assert [version_of(one) != old for one, old in zip(pairs, before, strict=True)] == [True, True, False, False]
    (tmp_path / "characters-simple.yaml").write_text("name: another\n")
    assert [version_of(one) != old for one, old in zip(pairs, before, strict=True)] == [True, True, True, False]


def test_the_reader_alone_does_not_depend_on_the_detector():
    plain, other = pair("neural", "tesseract"), pair("edges", "tesseract", {"voting": {"min_confidence": 0.9}})
    assert version_of(plain, reader_alone=True) == version_of(other, reader_alone=True)
    changed = pair("neural", "tesseract", {"reading": {"tesseract": {"page_mode": 8}}})
    assert version_of(plain, reader_alone=True) != version_of(changed, reader_alone=True)


def test_the_default_pair_comes_first_and_is_what_the_others_are_compared_with():
    chosen, _ = contenders(Config(), [])
    assert chosen[0].name == "neural + neural"
    assert len({one.name for one in chosen}) == len(chosen)


@pytest.mark.parametrize(("text", "said"), [("neural", "is no pair"), ("neutral+neural", "did you mean neural")])
def test_a_pair_that_names_no_method_is_one_line(text, said):
    with pytest.raises(ConfigError, match=said):
        contenders(Config(), [text])


def test_every_fault_of_several_pairs_is_told_at_once():
    """Only the first was, and the next came after half an hour's thought about it."""
    with pytest.raises(ConfigError) as caught:
        contenders(Config(), ["neutral+neural", "edges", "neural+neural", "edgse+tesserakt"])
    assert [fault.partition(" (")[0] for fault in caught.value.faults] == [
        "--methods: 'neutral' is no method; did you mean neural?",
        "--methods: 'edges' is no pair; write detector+reader, as in neural+neural",
        "--methods: 'edgse' is no method; did you mean edges?",
        "--methods: 'tesserakt' is no method; did you mean tesseract?",
    ]


def test_only_what_is_wanted_is_said_to_be_missing():
    config = pair("cascade", "neural", {"detection": {"cascade": {"file": "none.xml"}}})
    assert contenders(config, ["edges+neural"])[1] == {}
    chosen, absent = contenders(config, [])
    assert "no cascade 'none.xml'" in absent["detector cascade"]
    assert "cascade" not in {one.detector for one in chosen}


def test_a_cascade_that_is_asked_for_and_missing_is_a_models_fault_as_it_is_of_a_run():
    """It was one of the command line, exit status 2, though `run --detector cascade` ends with 4."""
    config = pair("cascade", "neural", {"detection": {"cascade": {"file": "none.xml"}}})
    for pairs in (["cascade+neural"], ["neural+neural", "cascade+neural"]):
        with pytest.raises(ModelError, match=r"detection\.cascade\.file: no cascade 'none\.xml'"):
            contenders(config, pairs)


def test_a_model_of_the_wrong_kind_is_a_models_fault(project, tmp_path, monkeypatch):
    for suffix in (".tflite", ".yaml"):
        shutil.copy(project / "models" / f"reader{suffix}", tmp_path / f"characters-simple{suffix}")
    monkeypatch.setattr("streamer.places.models_dir", lambda: tmp_path)
    with pytest.raises(ModelError, match="a plate reader, but a character classifier is wanted"):
        contenders(Config(), ["edges+segments:simple"])


def test_another_cascade_in_the_same_file_is_measured_anew(tmp_path):
    """A comparison that was resumed after the file was replaced gave the old cascade's outcomes."""
    bundled = Path(haarcascades)
    file = tmp_path / "mine.xml"
    shutil.copy(bundled / "haarcascade_russian_plate_number.xml", file)
    mine = pair("cascade", "neural", {"detection": {"cascade": {"file": str(file)}}})
    other = pair("edges", "neural", {"detection": {"cascade": {"file": str(file)}}})
    before, of_other, alone = version_of(mine), version_of(other), version_of(mine, reader_alone=True)
    shutil.copy(bundled / "haarcascade_license_plate_rus_16stages.xml", file)
    assert version_of(mine) != before
    assert version_of(other) == of_other
    assert version_of(mine, reader_alone=True) == alone
