"""The commands beside `run`: each does its job from an empty folder, and `--help` has an example."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from streamer import __version__
from tests.commands.running import assert_says, run_camera, streamer
from tests.drawn import PLATE_WH, write_still

pytestmark = pytest.mark.timeout(300)


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    """A folder with one labelled still."""
    folder = tmp_path / "set"
    folder.mkdir()
    write_still(folder / "a.png")
    (folder / "labels.csv").write_text(f"file,x,y,w,h,text\na.png,220,200,{PLATE_WH[0]},{PLATE_WH[1]},KT347HE\n")
    return folder


@pytest.mark.parametrize(
    "command", ["run", "methods", "doctor", "explain", "compare", "evaluate", "bench", "config", "schema"]
)
def test_help_has_an_example_and_no_box(tmp_path: Path, command: str) -> None:
    done = streamer(tmp_path, command, "--help")
    assert done.returncode == 0
    assert f"Example: streamer {command}" in " ".join(done.stdout.split())
    assert "╭" not in done.stdout


def test_the_version(tmp_path: Path) -> None:
    assert streamer(tmp_path, "--version").stdout == f"streamer {__version__}\n"
    assert run_camera(tmp_path, "--version").stdout == f"streamer {__version__}\n"


def test_methods_lists_every_name_with_what_is_missing(tmp_path: Path) -> None:
    rows = [json.loads(line) for line in streamer(tmp_path, "methods", "--json").stdout.splitlines()]
    names = {(row["kind"], row["name"]) for row in rows}
    assert {("detector", name) for name in ("neural", "blackhat", "cascade", "components", "edges")} <= names
    assert {("reader", name) for name in ("neural", "segments:simple", "segments:mobilenet", "tesseract")} <= names
    assert [row["missing"] for row in rows if row["name"] == "neural"] == [None, None]
    assert "blackhat" in streamer(tmp_path, "methods").stdout


def test_the_configurations_schema_knows_the_fixed_names(tmp_path: Path) -> None:
    schema = json.loads(streamer(tmp_path, "config", "--schema").stdout)
    assert {
        "cameras",
        "capture",
        "detection",
        "tracking",
        "reading",
        "voting",
        "duplicates",
        "delivery",
        "registry",
    } <= set(schema["properties"])


def test_a_good_configuration_is_told_so(tmp_path: Path) -> None:
    (tmp_path / "c.yaml").write_text("detection: {score_threshold: 0.5}\n")
    done = streamer(tmp_path, "config", "--check", "c.yaml")
    assert (done.returncode, done.stdout, done.stderr) == (0, "c.yaml: ok\n", "")


def test_doctor_says_what_a_person_needs_to_hear(tmp_path: Path, clip: Path) -> None:
    done = streamer(tmp_path, "doctor", clip, "--seconds", "60")
    assert done.returncode == 0, done.stderr
    for words in ("640x360, 25.0 frames a second", "px tall", "needed", "on this machine: decode", "looks a second"):
        assert words in done.stdout, words


def test_doctor_of_nothing(tmp_path: Path) -> None:
    assert_says(streamer(tmp_path, "doctor", "no.mp4"), 3, "no.mp4: no such file")


def test_explain_writes_a_picture_of_every_step(tmp_path: Path) -> None:
    write_still(tmp_path / "car.png")
    done = streamer(tmp_path, "explain", "car.png", "--out", "steps")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "steps" / "sheet.png").stat().st_size > 1000
    assert len(list((tmp_path / "steps").iterdir())) >= 4


def test_explain_with_display_needs_a_screen(tmp_path: Path) -> None:
    write_still(tmp_path / "car.png")
    assert_says(streamer(tmp_path, "explain", "car.png", "--display"), 2, "--display: ")


def test_evaluate_counts_a_labelled_still(tmp_path: Path, dataset: Path) -> None:
    done = streamer(tmp_path, "evaluate", dataset, "--json")
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert (report["images"], report["plates"]) == (1, 1)


def test_evaluate_of_a_clip_puts_trackers_side_by_side(tmp_path: Path, clip: Path) -> None:
    """The car of the clip goes 4 px to the right in each of the first 30 frames."""
    mine = tmp_path / "gate.mp4"
    mine.write_bytes(clip.read_bytes())
    boxes = {str(frame): [70 + 4 * frame, 200, *PLATE_WH] for frame in range(30)}
    vehicles = [{"text": "KT347HE", "first": 0, "last": 29, "boxes": boxes}]
    truth = {"fps": 25, "frames": 40, "vehicles": vehicles}
    (tmp_path / "gate.mp4.truth.json").write_text(json.dumps(truth))
    done = streamer(tmp_path, "evaluate", mine, "--json")
    assert done.returncode == 0, done.stderr
    trackers = json.loads(done.stdout)["trackers"]
    assert set(trackers) == {"ours", "ours, fixed time step", "plain overlap"}
    assert (trackers["ours"]["vehicles"], trackers["ours"]["switches"]) == (1, 0)
    assert trackers["ours"]["idf1"] > 0.5, "it followed the car, though its first frame is tentative"
    assert "IDF1" in streamer(tmp_path, "evaluate", mine).stdout


def test_compare_leaves_a_report(tmp_path: Path, dataset: Path) -> None:
    done = streamer(tmp_path, "compare", dataset, "--methods", "neural+neural", "--out", "report", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["rows"][0]["detector"] == "neural"
    assert (tmp_path / "report" / "comparison.html").is_file()


def test_compare_with_a_pair_that_does_not_exist(tmp_path: Path, dataset: Path) -> None:
    done = streamer(tmp_path, "compare", dataset, "--methods", "blackhet+neural")
    assert_says(done, 2, "--methods: 'blackhet' is no method; did you mean blackhat?")


def test_evaluate_without_labels(tmp_path: Path, clip: Path) -> None:
    assert_says(streamer(tmp_path, "evaluate", clip), 3, "no labels")
