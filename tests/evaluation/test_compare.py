"""Contenders on the same pictures: counted by hand, broken off and resumed, written down."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from streamer.errors import SinkError
from streamer.evaluation.compare import KEPT, Contender, compare
from streamer.evaluation.compare_overview import overview, write_overview
from streamer.evaluation.compare_report import comparison_table, plot, write_report
from streamer.evaluation.datasets import load_dataset
from streamer.evaluation.labelled import Dataset
from streamer.evaluation.metrics import Rate
from tests.evaluation.scripted import BoxDetector, PlainPipeline, TextReader, write_labels

BOXED = "file,x,y,w,h,text,country"
PLATE = (4.0, 4.0, 40.0, 10.0)


class Counted:
    """A contender whose makings are counted."""

    def __init__(self, detector: str, reader: str, text: str, *boxes: tuple[float, float, float, float]) -> None:
        self.made = 0
        self._text, self._boxes = text, boxes
        self.contender = Contender(detector, reader, self._make)

    def _make(self) -> tuple[BoxDetector, TextReader]:
        self.made += 1
        return BoxDetector(*self._boxes), TextReader(self._text)


@pytest.fixture
def stills(tmp_path: Path) -> Dataset:
    rows = ("a.png,4,4,40,10,AB0,", "b.png,4,4,40,10,AB1,")
    return load_dataset(write_labels(tmp_path / "mine", BOXED, *rows, images=["a.png", "b.png"]))


def test_rows_counted_by_hand(stills: Dataset) -> None:
    good, blind = Counted("boxes", "zero", "ABO", PLATE), Counted("blind", "zero", "ABO")
    first, second = compare(stills, [good.contender, blind.contender], PlainPipeline).rows
    assert (first.located(), first.exact(), first.exact(strict=True)) == (Rate(2, 2), Rate(1, 2), Rate(0, 2))
    assert (first.near(), first.characters(), first.false_readings()) == (Rate(1, 2), Rate(5, 6), 1)
    assert (second.located(), second.exact(), second.false_readings()) == (Rate(0, 2), Rate(0, 2), 0)
    assert first.better_than(second).value == 0.5
    assert set(first.ms()) == {"decode", "detect", "read", "total"}


def test_a_run_that_was_broken_off_is_resumed(stills: Dataset, tmp_path: Path) -> None:
    """The second contender fails on its second picture; the same call again makes only what is missing."""

    class Failing(PlainPipeline):
        runs = 0

        def run(self, path, on_report):  # type: ignore[no-untyped-def]
            Failing.runs += 1
            if Failing.runs == 4:
                raise KeyboardInterrupt
            return super().run(path, on_report)

    good, other = Counted("boxes", "zero", "AB0", PLATE), Counted("boxes", "one", "AB1", PLATE)
    both = [good.contender, other.contender]
    with pytest.raises(KeyboardInterrupt):
        compare(stills, both, Failing, keep_in=tmp_path / "out")
    kept = (tmp_path / "out" / KEPT).read_text()
    (tmp_path / "out" / KEPT).write_text(kept + '{"key": "cut o')
    resumed = compare(stills, both, Failing, keep_in=tmp_path / "out")
    assert Failing.runs == 5, "three were kept, one failed, one was made"
    assert (good.made, other.made) == (1, 2)
    assert [row.exact() for row in resumed.rows] == [Rate(1, 2), Rate(1, 2)]
    assert compare(stills, both, Failing, keep_in=tmp_path / "out").rows == resumed.rows
    assert Failing.runs == 5


def test_lines_that_are_not_ours_count_for_nothing(stills: Dataset, tmp_path: Path) -> None:
    """One without a key, or in another encoding, was a traceback before anything was measured."""
    counted = Counted("boxes", "zero", "AB0", PLATE)
    first = compare(stills, [counted.contender], PlainPipeline, keep_in=tmp_path)
    foreign = [
        b"",
        b"[]",
        b"3",
        b'{"key": "a"}',
        b'{"key": "a", "outcome": {"file": "b"}}',
        b"\xff\xfe\x80",
        b"[" * 99999,
    ]
    kept = tmp_path / KEPT
    kept.write_bytes(b"\n".join([*foreign, kept.read_bytes(), b'{"outcome": {}}']))
    assert compare(stills, [counted.contender], PlainPipeline, keep_in=tmp_path).rows == first.rows
    assert counted.made == 1


def test_what_is_kept_and_cant_be_read_is_one_line(stills: Dataset, tmp_path: Path) -> None:
    (tmp_path / KEPT).mkdir()
    with pytest.raises(SinkError, match="can't be read: Is a directory"):
        compare(stills, [Counted("boxes", "zero", "AB0").contender], PlainPipeline, keep_in=tmp_path)


def test_another_version_of_a_model_starts_anew(stills: Dataset, tmp_path: Path) -> None:
    counted = Counted("boxes", "zero", "AB0", PLATE)
    compare(stills, [counted.contender], PlainPipeline, keep_in=tmp_path / "out")
    newer = Contender("boxes", "zero", counted.contender.make, version="2")
    compare(stills, [newer], PlainPipeline, keep_in=tmp_path / "out")
    assert counted.made == 2


def test_of_plate_images_each_reader_runs_once(tmp_path: Path) -> None:
    dataset = load_dataset(write_labels(tmp_path, "file,text", "a.png,AB0"))
    one, two = Counted("boxes", "zero", "AB0"), Counted("blind", "zero", "AB0")
    (row,) = compare(dataset, [one.contender, two.contender], PlainPipeline).rows
    assert (row.detector, row.reader, row.exact(), row.located().total) == ("-", "zero", Rate(1, 1), 0)
    assert (one.made, two.made) == (1, 0)


def test_progress_counts_every_contender(stills: Dataset) -> None:
    told: list[tuple[int, int]] = []
    contenders = [Counted("a", "b", "A").contender, Counted("c", "d", "A").contender]
    compare(stills, contenders, PlainPipeline, on_progress=lambda *done: told.append(done))
    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]


def test_a_limit_takes_pictures_from_the_whole_set_and_never_more_than_there_are(stills: Dataset) -> None:
    """The first forty pictures of a set sorted by country were all European."""
    (row,) = compare(stills.spread(1), [Counted("a", "b", "AB0", PLATE).contender], PlainPipeline).rows
    assert row.exact() == Rate(1, 1)
    assert stills.spread(None) == stills.spread(9) == stills
    many = Dataset("many", stills.images * 5)
    assert many.spread(5).images == tuple(many.images[k] for k in (0, 2, 4, 6, 8))


def test_pictures_without_a_known_text_can_be_left_out(tmp_path: Path) -> None:
    rows = ("a.png,4,4,40,10,AB0,", "b.png,4,4,40,10,,", "c.png,,,,,,")
    dataset = load_dataset(write_labels(tmp_path, BOXED, *rows, images=["a.png", "b.png", "c.png"]))
    assert [image.file for image in dataset.with_texts().images] == ["a.png"]


def test_countries_are_counted_apart(tmp_path: Path) -> None:
    rows = ("a.png,4,4,40,10,AB0,us", "b.png,4,4,40,10,AB1,eu", "c.png,4,4,40,10,AB0,eu")
    dataset = load_dataset(write_labels(tmp_path, BOXED, *rows, images=["a.png", "b.png", "c.png"]))
    comparison = compare(dataset, [Counted("boxes", "zero", "AB0", PLATE).contender], PlainPipeline)
    assert comparison.rows[0].exact_by_country(dataset) == {"us": Rate(1, 1), "eu": Rate(1, 2)}
    assert comparison.rows[0].exact_by_country(dataset.spread(1)) == {}
    assert "exact_by_country" in json.dumps(comparison.as_dict())
    assert overview([comparison]).splitlines()[0].startswith("| method | " + f"{dataset.name} us (1) | ")


def test_an_overview_has_a_column_a_dataset_and_the_best_in_bold(stills: Dataset, tmp_path: Path) -> None:
    good, blind = Counted("boxes", "zero", "AB0", PLATE), Counted("blind", "zero", "A")
    images = load_dataset(write_labels(tmp_path / "plates", "file,text", "a.png,A"))
    comparisons = [compare(data, [good.contender, blind.contender], PlainPipeline) for data in (stills, images)]
    lines = write_overview(comparisons, tmp_path).read_text().splitlines()
    assert lines[0] == "| method | mine (2) | ms |"
    assert lines[2].startswith("| boxes + zero | **50** | ")
    assert lines[3].startswith("| blind + zero | 0 | ")
    assert lines[5] == "| method | plates (1) | ms |"
    assert lines[7].startswith("| zero | 0 | ") or lines[7].startswith("| zero | **0** | ")
    with pytest.raises(SinkError, match="can't be written"):
        write_overview(comparisons, tmp_path / "none")


def test_a_dataset_without_a_text_has_no_column(tmp_path: Path) -> None:
    dataset = load_dataset(write_labels(tmp_path / "boxes", BOXED, "a.png,4,4,40,10,,"))
    nothing = compare(dataset.with_texts(), [Counted("boxes", "zero", "A").contender], PlainPipeline)
    assert overview([nothing]).splitlines()[0] == "| method | ms |"


def test_of_plate_images_the_detectors_version_does_not_count(tmp_path: Path) -> None:
    dataset = load_dataset(write_labels(tmp_path / "plates", "file,text", "a.png,AB0"))
    counted = Counted("boxes", "zero", "AB0")
    for version in "12":
        newer = Contender("boxes", "zero", counted.contender.make, version, reader_version="a")
        compare(dataset, [newer], PlainPipeline, keep_in=tmp_path / "out")
    assert counted.made == 1


def test_the_report_on_disk(stills: Dataset, tmp_path: Path) -> None:
    contenders = [Counted("boxes", "seg:a<b", "AB0", PLATE).contender, Counted("blind", "zero", "A").contender]
    comparison = compare(stills, contenders, PlainPipeline)
    page = write_report(comparison, tmp_path / "out")
    text = page.read_text()
    assert "seg:a&lt;b" in text
    assert "50.0 %" in text
    assert (tmp_path / "out" / "failures-blind-zero.png").stat().st_size > 500
    data = json.loads((tmp_path / "out" / "comparison.json").read_text())
    assert [row["exact"]["hits"] for row in data["rows"]] == [1, 0]
    assert data["rows"][1]["first_row_better_by"]["value"] == 0.5
    console = Console(width=220, file=io.StringIO(), record=True)
    console.print(comparison_table(comparison))
    assert "boxes" in console.export_text()


def test_a_clip_and_its_failures(project: Path, tmp_path: Path) -> None:
    dataset = load_dataset(project / "tests" / "data" / "demo.mp4")
    comparison = compare(dataset, [Counted("blind", "zero", "A").contender], PlainPipeline)
    (row,) = comparison.rows
    assert (row.exact(), row.located()) == (Rate(0, 3), Rate(0, 3))
    assert row.ms()["decode"] > 0
    write_report(comparison, tmp_path)
    assert (tmp_path / "failures-blind-zero.png").stat().st_size > 5000


def test_a_name_in_brackets_is_a_name(stills: Dataset) -> None:
    """On a terminal they are the marks of a style, and vanished."""
    comparison = compare(replace(stills, name="set [bold]"), [Counted("a", "b", "A").contender], PlainPipeline)
    console = Console(width=220, file=io.StringIO(), record=True)
    console.print(comparison_table(comparison))
    assert "set [bold]: 2 pictures" in console.export_text()


def test_a_plot_of_nothing() -> None:
    assert plot([]).startswith(b"\x89PNG")


def test_a_folder_that_cannot_be_written(stills: Dataset, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SinkError, match="can't be written"):
        compare(stills, [Counted("a", "b", "A").contender], PlainPipeline, keep_in=tmp_path / "file" / "out")
