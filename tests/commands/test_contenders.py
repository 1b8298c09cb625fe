"""What `streamer compare` compares, and what makes it measure a pair anew."""

from __future__ import annotations

import pytest

from streamer.commands.contenders import contenders, version_of
from streamer.config import Config
from streamer.errors import ConfigError


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


def test_only_what_is_wanted_is_said_to_be_missing():
    config = pair("cascade", "neural", {"detection": {"cascade": {"file": "none.xml"}}})
    assert contenders(config, ["edges+neural"])[1] == {}
    with pytest.raises(ConfigError) as caught:
        contenders(config, ["cascade+neural"])
    assert [line.split(" can't")[0] for line in caught.value.faults] == ["--methods: detector cascade"]
