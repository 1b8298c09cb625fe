"""`streamer compare` and its like on data and options as users have them."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from streamer.cli import main
from tests.commands.running import assert_says, streamer
from tests.drawn import PLATE_WH, write_still

pytestmark = pytest.mark.timeout(300)

FAST = ("--methods", "edges+segments:simple")


def write_dataset(folder: Path, *names: str) -> Path:
    """Write a folder of labelled stills."""
    folder.mkdir(parents=True)
    rows = [f"{name},220,200,{PLATE_WH[0]},{PLATE_WH[1]},KT347HE" for name in names]
    for name in names:
        write_still(folder / name)
    (folder / "labels.csv").write_text("\n".join(["file,x,y,w,h,text", *rows]) + "\n")
    return folder


def test_every_fault_of_the_command_line_is_told_at_once(tmp_path: Path) -> None:
    write_dataset(tmp_path / "set", "a.png")
    wrong = ("--methods", "edgse+neural", "--methods", "edges", "--limit", "0", "--region", "zz")
    done = streamer(tmp_path, "compare", "set", *wrong)
    assert_says(
        done,
        2,
        "--methods: 'edgse' is no method; did you mean edges?",
        "--methods: 'edges' is no pair",
        "--limit: 0 is too small; allowed: a whole number of at least 1",
        "--region: ",
    )


@pytest.mark.parametrize(
    ("limit", "wrong"), [("-2", "is too small"), ("few", "is not allowed"), ("", "is not allowed")]
)
def test_a_limit_that_is_none(limit: str, wrong: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", "nowhere", f"--limit={limit}"]) == 2
    said = f"streamer: --limit: {limit} {wrong}; allowed: a whole number of at least 1\n"
    assert capfd.readouterr().err == said


def test_a_cascade_that_is_missing_ends_as_it_does_in_a_run(tmp_path: Path) -> None:
    write_dataset(tmp_path / "set", "a.png")
    (tmp_path / "c.yaml").write_text("detection: {cascade: {file: ~nosuchuser/x.xml}}\n")
    done = streamer(tmp_path, "compare", "set", "--config", "c.yaml", "--methods", "cascade+neural")
    assert_says(done, 4, "detection.cascade.file: no cascade '~nosuchuser/x.xml'")
    assert "no cascade '~nosuchuser/x.xml'" in streamer(tmp_path, "methods", "--config", "c.yaml").stdout


def test_a_picture_that_is_none_is_told_and_those_beside_it_are_measured(tmp_path: Path) -> None:
    """One of hundreds ended the whole comparison, and the evaluation too."""
    write_dataset(tmp_path / "set", "a.png", "b.png", "c.png")
    (tmp_path / "set" / "b.png").write_bytes(b"no picture")
    for command in (["compare", "set", *FAST], ["evaluate", "set", "--detector", "edges"]):
        done = streamer(tmp_path, *command, "--json")
        assert_says(done, 3, "set/b.png: no picture that can be decoded")
        report = json.loads(done.stdout)
        assert (report["rows"][0]["items"] if command[0] == "compare" else report["images"]) == 2


def test_a_dataset_without_a_picture_leaves_the_others(tmp_path: Path) -> None:
    write_dataset(tmp_path / "one", "a.png")
    write_dataset(tmp_path / "two", "a.png")
    (tmp_path / "one" / "a.png").write_bytes(b"no picture")
    done = streamer(tmp_path, "compare", "one", "two", *FAST, "--json")
    assert_says(done, 3, "one/a.png: no picture that can be decoded")
    assert [json.loads(line)["dataset"] for line in done.stdout.splitlines()] == ["two"]
    for command in ("compare", "evaluate"):
        done = streamer(tmp_path, command, "one", "--json")
        assert_says(done, 3, "one/a.png: no picture that can be decoded")
        assert done.stdout == ""


def test_datasets_of_one_name_have_a_report_each(tmp_path: Path) -> None:
    """The second wrote over the first's, and the overview had two columns of one heading."""
    write_dataset(tmp_path / "n1" / "set", "a.png")
    write_dataset(tmp_path / "n2" / "set", "a.png", "b.png")
    done = streamer(tmp_path, "compare", "n1/set", "n2/set", *FAST, "--out", "X")
    assert done.returncode == 0, done.stderr
    items = [
        json.loads((tmp_path / "X" / name / "comparison.json").read_text())["rows"][0]["items"]
        for name in ("set", "set-2")
    ]
    assert items == [1, 2]
    assert (tmp_path / "X" / "overview.md").read_text().startswith("| method | set (1) | set-2 (2) | ms |")


def test_the_advice_of_methods_can_be_typed_as_it_stands(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """`[tesseract]` was taken for the mark of a style: pip install 'streamer' installs nothing new."""
    monkeypatch.setitem(sys.modules, "pytesseract", None)
    assert main(["methods"]) == 0
    assert "pip install 'streamer[tesseract]' and apt install tesseract-ocr" in " ".join(capfd.readouterr().out.split())
