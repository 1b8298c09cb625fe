"""`python run_camera.py`: what comes out of good input."""

from __future__ import annotations

import csv
import json
import shutil
import sqlite3
from pathlib import Path

import jsonschema
import pytest

from streamer.delivery.records import json_schema
from tests.commands.running import PROJECT, lines_of, run_camera, streamer
from tests.drawn import write_still

pytestmark = pytest.mark.timeout(300)

DIFFERING = {"id", "first_seen", "last_seen", "latency_ms", "snapshot", "crop"}
DIFFERING_IN_SUMMARY = {"seconds", "fps", "latency_ms", "stage_ms", "memory_mb"}


def test_one_vehicle_gives_one_reading_and_the_summary_is_the_last_line(tmp_path: Path, clip: Path) -> None:
    done = run_camera(tmp_path, clip, "--json", "--db", "none")
    assert done.returncode == 0, done.stderr
    *readings, summary = lines_of(done)
    assert [(one["event"], one["plate"], one["camera"]) for one in readings] == [("final", "KT347HE", "gate")]
    assert summary["type"] == "summary"
    assert (summary["sources"], summary["readings"]) == (1, 1)
    assert summary["frames_read"] == summary["frames_processed"] == 40
    assert (summary["frames_dropped"], summary["sink_errors"], summary["reconnects"]) == (0, 0, 0)
    assert list(tmp_path.iterdir()) == [], "nothing is written that was not asked for"


def test_every_line_validates_against_the_printed_schema(tmp_path: Path, clip: Path) -> None:
    schema = json.loads(streamer(tmp_path, "schema").stdout)
    assert schema == json.loads(json.dumps(json_schema()))
    done = run_camera(tmp_path, clip, "--json", "--events", "all", "--db", "none", "-v")
    lines = lines_of(done)
    assert {line["event"] for line in lines[:-1]} >= {"provisional", "final"}
    for line in lines:
        jsonschema.validate(line, schema)


def test_two_runs_differ_in_nothing_but_the_named_fields(tmp_path: Path, clip: Path) -> None:
    """What is looked at and read may not depend on which thread was faster."""
    runs = []
    for _ in range(2):
        *readings, summary = lines_of(run_camera(tmp_path, clip, "--json", "--events", "all", "--db", "none"))
        same = [{name: value for name, value in one.items() if name not in DIFFERING} for one in readings]
        runs.append((same, {name: value for name, value in summary.items() if name not in DIFFERING_IN_SUMMARY}))
    assert runs[0] == runs[1]
    assert len(runs[0][0]) >= 2


def test_the_journal_csv_snapshots_and_video_hold_the_same_reading(tmp_path: Path, clip: Path) -> None:
    outputs = ("--csv", "r.csv", "--snapshots", "shots", "--record", "seen.webm")
    done = run_camera(tmp_path, clip, "--json", *outputs)
    assert done.returncode == 0, done.stderr
    reading = lines_of(done)[0]
    with sqlite3.connect(tmp_path / "readings.db") as journal:
        assert journal.execute("SELECT id, plate, event FROM readings").fetchall() == [
            (reading["id"], "KT347HE", "final")
        ]
        assert journal.execute("SELECT count(*) FROM events").fetchone()[0] >= 2
    journal.close()
    with (tmp_path / "r.csv").open(newline="") as file:
        assert [row["id"] for row in csv.DictReader(file)] == [reading["id"]]
    assert (tmp_path / reading["snapshot"]).is_file()
    assert (tmp_path / reading["crop"]).is_file()
    assert (tmp_path / "seen.webm").stat().st_size > 1000


def test_a_second_run_appends(tmp_path: Path, clip: Path) -> None:
    for _ in range(2):
        run_camera(tmp_path, clip, "-q", "--csv", "r.csv")
    with sqlite3.connect(tmp_path / "readings.db") as journal:
        assert journal.execute("SELECT count(*) FROM readings").fetchone() == (2,)
    journal.close()
    assert len((tmp_path / "r.csv").read_text().splitlines()) == 3


def test_without_json_a_person_reads_lines_and_a_summary(tmp_path: Path, clip: Path) -> None:
    done = run_camera(tmp_path, clip, "--db", "none")
    assert done.returncode == 0
    assert "KT347HE" in done.stdout
    assert "gate" in done.stdout
    assert "readings" in done.stderr + done.stdout
    assert "{" not in done.stdout


def test_files_are_read_in_the_order_given_and_a_folder_by_name(tmp_path: Path, clip: Path) -> None:
    folder = tmp_path / "street"
    folder.mkdir()
    for name in ("b.png", "a.png"):
        write_still(folder / name)
    shutil.copy(clip, tmp_path / "z.mp4")
    done = run_camera(tmp_path, "z.mp4", "street", "--json", "--db", "none")
    *readings, summary = lines_of(done)
    assert summary["sources"] == 3
    assert summary["frames_read"] == 42
    assert [one["source"] for one in readings] == [
        name for name in ("z.mp4", "street/a.png", "street/b.png") if name in {one["source"] for one in readings}
    ]


def test_cameras_of_the_same_name_are_told_apart(tmp_path: Path, clip: Path) -> None:
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        shutil.copy(clip, tmp_path / folder / "gate.mp4")
    done = run_camera(tmp_path, "one/gate.mp4", "two/gate.mp4", "--json", "--db", "none")
    assert [one["camera"] for one in lines_of(done)[:-1]] == ["gate", "gate-2"]


def test_a_part_of_a_file_counts_from_the_files_start(tmp_path: Path, clip: Path) -> None:
    part = ("--start", "0.4", "--max-frames", "12")
    *readings, summary = lines_of(run_camera(tmp_path, clip, "--json", "--db", "none", *part))
    assert summary["frames_read"] == 12
    assert all(one["first_frame"] >= 10 and one["video_time"][0] >= 0.4 for one in readings)


def test_realtime_takes_the_clips_own_time_and_drops_nothing(tmp_path: Path, clip: Path) -> None:
    done = run_camera(tmp_path, clip, "--json", "--db", "none", "--realtime")
    summary = lines_of(done)[-1]
    assert summary["seconds"] > 1.5
    assert (summary["frames_processed"], summary["frames_dropped"]) == (40, 0)


def test_cameras_of_the_configuration_are_run_without_a_source(tmp_path: Path, clip: Path) -> None:
    (tmp_path / "cameras.yaml").write_text(f"cameras:\n  - name: front door\n    source: {clip}\n")
    done = run_camera(tmp_path, "-c", "cameras.yaml", "--json", "--db", "none")
    assert lines_of(done)[0]["camera"] == "front door"


def test_a_camera_of_the_configuration_has_outputs_of_its_own(tmp_path: Path, clip: Path) -> None:
    (tmp_path / "cameras.yaml").write_text(
        "delivery: {journal: null, csv: all.csv}\n"
        f"cameras:\n  - {{name: gate, source: {clip}}}\n"
        f"  - {{name: yard, source: {clip}, delivery: {{journal: yard.db, csv: yard.csv, events: all}}}}\n"
    )
    done = run_camera(tmp_path, "-c", "cameras.yaml", "--json")
    assert done.returncode == 0, done.stderr
    *events, summary = lines_of(done)
    assert summary["readings"] == 2
    assert [one["event"] for one in events if one["camera"] == "gate"] == ["final"]
    yards = [one["event"] for one in events if one["camera"] == "yard"]
    assert yards[-1] == "final"
    assert len(yards) >= 2
    with sqlite3.connect(tmp_path / "yard.db") as journal:
        assert journal.execute("SELECT camera FROM readings").fetchall() == [("yard",)]
    journal.close()
    assert len((tmp_path / "all.csv").read_text().splitlines()) == 2
    assert len((tmp_path / "yard.csv").read_text().splitlines()) == 1 + len(yards)


def test_good_files_beside_a_bad_one_are_still_read(tmp_path: Path, clip: Path) -> None:
    done = run_camera(tmp_path, "nothing.mp4", clip, "-q", "--json", "--db", "none")
    assert done.returncode == 3
    assert done.stderr == "streamer: nothing.mp4: no such file or directory\n"
    assert [line["type"] for line in lines_of(done)] == ["reading", "summary"]


def test_a_closed_stdout_ends_in_order(tmp_path: Path, clip: Path) -> None:
    """`streamer run … | head -1` ends quietly, and the journal has what was committed."""
    import subprocess

    from tests.commands.running import command, environment

    pipe = subprocess.Popen(
        command(clip, clip, clip, "--json", "-q"),
        cwd=tmp_path, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert pipe.stdout is not None
    assert pipe.stderr is not None
    pipe.stdout.close()
    assert pipe.stderr.read() == ""
    assert pipe.wait(60) == 0
    pipe.stderr.close()
    with sqlite3.connect(tmp_path / "readings.db") as journal:
        assert journal.execute("SELECT count(*) FROM events").fetchone()[0] >= 1
    journal.close()


def test_the_first_frame_is_processed_within_three_seconds(tmp_path: Path, clip: Path) -> None:
    done = run_camera(tmp_path, clip, "--json", "--db", "none", "--max-frames", "1")
    assert lines_of(done)[-1]["seconds"] < 3


def test_run_camera_is_a_short_front_door() -> None:
    assert len((PROJECT / "run_camera.py").read_text().splitlines()) < 20
