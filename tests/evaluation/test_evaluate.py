"""A report over pictures and clips, solved by hand."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from rich.console import Console

from streamer.evaluation.datasets import load_dataset
from streamer.evaluation.evaluate import Report, evaluate
from streamer.evaluation.failures import failure_sheet, frame_of
from streamer.evaluation.groups import height_group, part, share_group
from streamer.evaluation.labelled import Dataset
from streamer.evaluation.metrics import Rate
from streamer.evaluation.report_tables import report_tables
from tests.evaluation.scripted import BoxDetector, PlainPipeline, TextReader, write_labels

BOXED = "file,x,y,w,h,text,country"
PLATE = (4.0, 4.0, 40.0, 10.0)


@pytest.fixture
def report(tmp_path: Path) -> Report:
    """Four pictures, the same box found and read as AB0 in each: right, right but for O, elsewhere, and no plate."""
    rows = ("a.png,4,4,40,10,AB0,sk", "b.png,4,4,40,10,ABO,cz", "c.png,4,30,40,14,CD2,sk", "d.png,,,,,,")
    images = [f"{name}.png" for name in "abcd"]
    dataset = load_dataset(write_labels(tmp_path / "mine", BOXED, *rows, images=images))
    return evaluate(dataset, BoxDetector(PLATE), TextReader("AB0"), PlainPipeline)


def test_measures_over_all(report: Report) -> None:
    measures = report.measures()
    expected = {
        "located": Rate(2, 3),
        "located from 12 px": Rate(0, 1),
        "precision": Rate(2, 4),
        "end to end exact": Rate(2, 3),
        "end to end exact, O is not 0": Rate(1, 3),
        "end to end characters": Rate(6, 9),
        "reader alone exact": Rate(2, 3),
        "pictures without a plate, one found": Rate(1, 1),
        "false readings": 2,
        "readings": 4,
    }
    assert {name: measures[name] for name in expected} == expected


def test_measures_by_group(report: Report) -> None:
    groups = report.by_group()
    assert groups["country"]["cz"]["end to end exact"] == Rate(1, 1)
    assert groups["country"]["sk"]["end to end exact"] == Rate(1, 2)
    assert groups["plate height"]["8-12 px"]["precision"] == Rate(2, 4)
    assert groups["plate height"]["12-16 px"]["located"] == Rate(0, 1)
    assert set(groups["blur"]) == {"crisp", "unknown"}, "where nothing was read, nobody knows"


def test_confidences_are_judged_against_texts(report: Report) -> None:
    """Both readings at a labelled plate said 0.97 and were right."""
    assert report.calibration().error == pytest.approx(0.03)


def test_the_report_is_json_and_tables(report: Report) -> None:
    data = json.loads(json.dumps(report.as_dict(), allow_nan=False))
    assert data["measures"]["located"]["hits"] == 2
    assert (data["images"], data["plates"], data["clips"]) == (4, 3, 0)
    console = Console(width=160, file=io.StringIO(), record=True)
    for table in report_tables(report):
        console.print(table)
    printed = console.export_text()
    assert "3 plates in 4 pictures" in printed
    assert "66.7 % (2/3" in printed


def test_failures_as_pictures(report: Report) -> None:
    sheet = failure_sheet(report)
    assert sheet.shape[2] == 3
    assert sheet.shape[1] > 200


def test_plate_images_score_the_reader_alone(tmp_path: Path) -> None:
    dataset = load_dataset(write_labels(tmp_path, "file,text", "a.png,AB0", "b.png,XY1", images=["a.png", "b.png"]))
    reader = TextReader("AB0")
    report = evaluate(dataset, BoxDetector(PLATE), reader, PlainPipeline, candidates_of=lambda read: ("AB0", "XY1"))
    measures = report.measures()
    assert measures["reader alone exact"] == Rate(1, 2)
    assert measures["reader alone in the first 5"] == Rate(2, 2)
    assert "located" not in measures
    assert "end to end exact" not in measures
    assert reader.reads == 2
    assert failure_sheet(report).size


def test_only_places_labelled_means_the_reader_is_not_scored(tmp_path: Path) -> None:
    dataset = load_dataset(write_labels(tmp_path, BOXED, "a.png,4,4,40,10,,"))
    measures = evaluate(dataset, BoxDetector(PLATE), TextReader("AB0"), PlainPipeline).measures()
    assert measures["located"] == Rate(1, 1)
    assert "end to end exact" not in measures
    assert measures["false readings"] == 0


def test_progress_is_told_after_each(tmp_path: Path) -> None:
    dataset = load_dataset(write_labels(tmp_path, "file,text", "a.png,A", "b.png,B", images=["a.png", "b.png"]))
    told: list[tuple[int, int]] = []
    evaluate(dataset, BoxDetector(), TextReader("A"), PlainPipeline, on_progress=lambda *done: told.append(done))
    assert told == [(1, 2), (2, 2)]


def test_an_empty_dataset_gives_an_empty_report() -> None:
    report = evaluate(Dataset("none"), BoxDetector(), TextReader("A"), PlainPipeline)
    assert report.measures() == {}
    assert report.as_dict()["by"] == {}
    assert failure_sheet(report).shape[2] == 3


def test_a_real_clip(project: Path) -> None:
    """The bundled clip with a pipeline that sees nothing: three vehicles missed, and a picture of each."""
    dataset = load_dataset(project / "tests" / "data" / "demo.mp4")
    report = evaluate(dataset, BoxDetector(), TextReader("A"), PlainPipeline)
    assert report.measures()["missed"] == Rate(3, 3)
    assert report.by_group()["clip"]["demo.mp4"]["exact"] == Rate(0, 3)
    assert failure_sheet(report).std() > 10, "the frames are in it"


def test_a_frame_after_the_end_is_none(project: Path) -> None:
    clip = project / "tests" / "data" / "demo.mp4"
    assert frame_of(clip, 159) is not None
    assert frame_of(clip, 160) is None


@pytest.mark.parametrize(
    ("height", "name"), [(-1.0, "0-8 px"), (0, "0-8 px"), (8, "8-12 px"), (15.99, "12-16 px"), (400, "40 px and more")]
)
def test_height_groups(height: float, name: str) -> None:
    assert height_group(height) == name


def test_groups_come_in_the_order_of_their_numbers() -> None:
    assert list(part([100.0, 9.0, 3.0], height_group)) == ["0-8 px", "8-12 px", "40 px and more"]


def test_thirds() -> None:
    names = ("low", "middle", "high")
    assert [share_group(v, names) for v in (0.0, 0.5, 1.0, None)] == ["low", "middle", "high", "unknown"]
