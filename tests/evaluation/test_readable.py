"""What can't be decoded is left out and told; the rest stays."""

from __future__ import annotations

from pathlib import Path

from streamer.evaluation.datasets import load_dataset
from streamer.evaluation.labelled import Dataset, LabelledClip
from streamer.evaluation.readable import readable
from tests.evaluation.scripted import write_labels


def test_pictures_that_are_none_are_left_out(tmp_path: Path) -> None:
    names = ["a.png", "b.png", "c.png", "d.png"]
    whole = load_dataset(write_labels(tmp_path, "file,text", *(f"{name},AB1" for name in names), images=names))
    (tmp_path / "b.png").write_bytes(b"no picture")
    (tmp_path / "c.png").write_bytes(b"")
    told: list[tuple[int, int]] = []
    kept, faults = readable(whole, lambda *done: told.append(done))
    assert [image.file for image in kept.images] == ["a.png", "d.png"]
    assert [str(fault) for fault in faults] == [
        f"{tmp_path / name}: no picture that can be decoded" for name in ("b.png", "c.png")
    ]
    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert len(whole.images) == 4, "input unchanged"


def test_clips_that_are_none_are_left_out(project: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.mp4"
    bad.write_bytes(b"no clip")
    good = load_dataset(project / "tests" / "data" / "demo.mp4").clips[0]
    kept, faults = readable(Dataset("both", clips=(good, LabelledClip(bad, 25.0, 10, (), "x"))))
    assert kept == Dataset("both", clips=(good,))
    assert [str(fault) for fault in faults] == [f"{bad}: no clip that can be decoded"]


def test_nothing_to_leave_out() -> None:
    assert readable(Dataset("none")) == (Dataset("none"), ())
