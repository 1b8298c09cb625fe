"""Everything a user can get wrong: one line for each fault, the right exit status, nothing else on the terminal."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

from tests.commands.running import (
    LIMIT_S,
    PROJECT,
    assert_says,
    environment,
    lines_of,
    run_camera,
    streamer,
)
from tests.drawn import draw_plate, street

pytestmark = pytest.mark.timeout(300)

QUIET = ("-q", "--json", "--db", "none")


def sources(folder: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    return run_camera(folder, *arguments, *QUIET)


def test_a_missing_file(tmp_path: Path) -> None:
    assert_says(sources(tmp_path, "gate.mp4"), 3, "gate.mp4: no such file")


def test_a_folder_with_no_image(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert_says(sources(tmp_path, "empty"), 3, "empty: no image and no video")


def test_a_glob_that_matches_nothing(tmp_path: Path) -> None:
    assert_says(sources(tmp_path, "*.jpg"), 3, "*.jpg: no image and no video matches")


def test_text_renamed_to_mp4(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").write_text("not a video\n" * 50)
    assert_says(sources(tmp_path, "a.mp4"), 3, "a.mp4: this is text")


def test_an_empty_file(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").touch()
    assert_says(sources(tmp_path, "a.mp4"), 3, "a.mp4: the file is empty")


def test_heic_is_named_as_unsupported(tmp_path: Path) -> None:
    (tmp_path / "a.heic").write_bytes(b"\0\0\0\x18ftypheic\0\0\0\0" + bytes(200))
    assert_says(sources(tmp_path, "a.heic"), 3, "HEIC is not supported")


def test_a_broken_jpeg(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(b"\xff\xd8\xff\xe0" + bytes(range(256)) * 4)
    assert_says(sources(tmp_path, "a.jpg"), 3, "a.jpg: ")


def test_every_bad_source_has_its_line_and_the_summary_still_comes(tmp_path: Path) -> None:
    (tmp_path / "empty.png").touch()
    done = run_camera(tmp_path, "nothing.mp4", "empty.png", "nowhere", *QUIET)
    assert_says(done, 3, "nothing.mp4: ", "empty.png: the file is empty", "nowhere: ")
    assert [line["type"] for line in lines_of(done)] == ["summary"]


def test_a_file_cut_in_the_middle_is_read_as_far_as_it_goes_with_a_warning(tmp_path: Path, clip: Path) -> None:
    writer = cv2.VideoWriter(str(tmp_path / "whole.avi"), cv2.VideoWriter_fourcc(*"MJPG"), 25, (640, 360))
    for index in range(20):
        writer.write(draw_plate(street(), "KT347HE", 80 + 4 * index, 200))
    writer.release()
    whole = (tmp_path / "whole.avi").read_bytes()
    (tmp_path / "cut.avi").write_bytes(whole[: len(whole) // 2])
    done = run_camera(tmp_path, "cut.avi", "--json", "--db", "none")
    assert done.returncode == 0
    assert 5 <= lines_of(done)[-1]["frames_processed"] < 20
    assert "streamer: warning: cut.avi is cut off" in done.stderr


@pytest.mark.parametrize("size_wh", [(1, 1), (12_000, 40), (40, 12_000)])
def test_tiny_and_huge_images(tmp_path: Path, size_wh: tuple[int, int]) -> None:
    cv2.imwrite(str(tmp_path / "a.png"), np.zeros((size_wh[1], size_wh[0], 3), np.uint8))
    done = run_camera(tmp_path, "a.png", *QUIET)
    assert_says(done, 0)
    assert lines_of(done)[-1]["frames_processed"] == 1


def test_frames_that_change_size_are_all_read(tmp_path: Path) -> None:
    """Motion JPEG whose camera was set to another size in the middle."""
    image = draw_plate(street(), "KT347HE", 220, 200)
    sizes = [(640, 360)] * 8 + [(1280, 720)] * 8 + [(320, 180)] * 8
    frames = [cv2.imencode(".jpg", cv2.resize(image, size))[1].tobytes() for size in sizes]
    (tmp_path / "a.mjpeg").write_bytes(b"".join(frames))
    done = run_camera(tmp_path, "a.mjpeg", "--record", "a.webm", *QUIET)
    assert_says(done, 0)
    summary = lines_of(done)[-1]
    assert summary["frames_processed"] == len(sizes)
    assert summary["sink_errors"] == 0


def test_an_unreachable_host(tmp_path: Path) -> None:
    (tmp_path / "c.yaml").write_text("capture: {open_timeout_s: 1.0}\n")
    done = run_camera(tmp_path, "rtsp://user:secret@127.0.0.1:9/x", "-c", "c.yaml", *QUIET)
    assert_says(done, 3, "refuses connections on port 9")
    assert "secret" not in done.stderr + done.stdout


def test_a_device_that_does_not_exist(tmp_path: Path) -> None:
    (tmp_path / "c.yaml").write_text("capture: {open_timeout_s: 0.5}\n")
    assert_says(run_camera(tmp_path, "/dev/video97", "-c", "c.yaml", *QUIET), 3, "/dev/video97")


def test_a_device_that_is_busy_or_is_no_camera(tmp_path: Path) -> None:
    (tmp_path / "c.yaml").write_text("capture: {open_timeout_s: 0.5}\n")
    done = run_camera(tmp_path, "/dev/null", "-c", "c.yaml", *QUIET)
    assert_says(done, 3, "/dev/null is in use by another program, or is no camera")


def test_an_address_of_a_kind_that_can_not_be_read(tmp_path: Path) -> None:
    assert_says(sources(tmp_path, "ftp://host/a.mp4"), 3, "addresses begin with rtsp://")


def test_nothing_to_read(tmp_path: Path) -> None:
    assert_says(run_camera(tmp_path), 2, "SOURCE: nothing to read")


def test_unknown_options_methods_and_regions_come_all_at_once_with_the_nearest_name(tmp_path: Path) -> None:
    wrong = ("--regoin", "sk", "--region", "xk9", "--detector", "blackhet", "--reader", "tesserat", "--jsn")
    done = run_camera(tmp_path, "a.mp4", *wrong)
    assert_says(
        done, 2, "--regoin: no such option; did you mean --region?", "--region: 'xk9' is not known; did you mean",
        "--detector: 'blackhet' is no method; did you mean blackhat?", "did you mean tesseract?",
        "--jsn: no such option; did you mean --json?",
    )  # fmt: skip


def test_every_value_out_of_range_comes_at_once(tmp_path: Path) -> None:
    wrong = ("--threads", "0", "--max-frames", "0", "--start", "-1", "--duration", "nan", "--events", "some")
    done = run_camera(tmp_path, "a.mp4", *wrong)
    assert_says(done, 2, "--threads: ", "--max-frames: '0'", "--start: '-1'", "--duration: 'nan'", "--events: ")


def test_an_option_without_its_value(tmp_path: Path) -> None:
    assert_says(run_camera(tmp_path, "a.mp4", "--region"), 2, "--region")


def test_an_unknown_command(tmp_path: Path) -> None:
    assert_says(streamer(tmp_path, "rnu"), 2, "rnu: no such command; did you mean run?")


def test_an_unknown_option_of_another_command(tmp_path: Path) -> None:
    assert_says(streamer(tmp_path, "methods", "--jsn"), 2, "--jsn: no such option; did you mean --json?")


def test_a_configuration_with_every_kind_of_fault(tmp_path: Path) -> None:
    (tmp_path / "c.yaml").write_text(
        "detection: {score_treshold: 0.4, detector: blackhet}\n"
        "tracking: {min_hits: 0}\n"
        "voting: {max_reading_delay_s: .nan}\n"
        "capture: {open_timeout_s: .inf, rotate: 45}\n"
        "cameras:\n  - {name: a, source: '0'}\n  - {name: a, source: '1'}\n"
    )
    for done in (run_camera(tmp_path, "-c", "c.yaml"), streamer(tmp_path, "config", "--check", "c.yaml")):
        assert done.returncode == 2
        for part in (
            "c.yaml:1: detection.score_treshold: no such key; did you mean score_threshold?", "tracking.min_hits",
            "voting.max_reading_delay_s", "capture.open_timeout_s", "capture.rotate", "'a'",
        ):  # fmt: skip
            assert part in done.stderr, part
        assert "Traceback" not in done.stderr


def test_what_no_camera_has_of_its_own_is_refused_in_it(tmp_path: Path) -> None:
    (tmp_path / "c.yaml").write_text("cameras:\n  - source: '0'\n    delivery: {backlog: 5}\n")
    done = run_camera(tmp_path, "-c", "c.yaml")
    assert_says(done, 2, "c.yaml:3: cameras.0.delivery: backlog can't differ between cameras")


def test_a_configuration_that_is_not_there(tmp_path: Path) -> None:
    assert_says(run_camera(tmp_path, "a.mp4", "-c", "no.yaml"), 2, "no.yaml: ")


def test_outputs_that_can_not_be_written_are_all_named_before_anything_is_read(tmp_path: Path, clip: Path) -> None:
    outputs = ("--db", "no/r.db", "--csv", "no/r.csv", "--record", "no/r.mp4")
    done = run_camera(tmp_path, clip, *outputs, "--json")
    assert_says(done, 2, "no/r.db", "no/r.csv", "no/r.mp4")
    assert done.stdout == ""
    assert list(tmp_path.iterdir()) == []


def test_a_place_where_nobody_may_write(tmp_path: Path, clip: Path) -> None:
    """In `/proc`, where not even root makes files."""
    outputs = ("--db", "/proc/r.db", "--csv", "/proc/r.csv", "--record", "/proc/r.webm", "--snapshots", "/proc/shots")
    done = run_camera(tmp_path, clip, *outputs, "--json")
    assert_says(done, 2, "/proc/r.db: ", "/proc/r.csv: ", "/proc/r.webm: ", "/proc/shots: ")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_permission(tmp_path: Path, clip: Path) -> None:
    (tmp_path / "closed").mkdir(mode=0o500)
    assert_says(run_camera(tmp_path, clip, "--csv", "closed/r.csv"), 2, "closed/r.csv")


def test_display_without_a_screen_is_refused_before_anything_starts(tmp_path: Path, clip: Path) -> None:
    done = run_camera(tmp_path, clip, "--display", "--db", "none")
    assert_says(done, 2, "--display: ")
    assert done.stdout == ""


CARD = "contract: {kind: plate detector}\nsha256: "


@pytest.mark.parametrize(
    ("model", "card", "says"),
    [
        (None, None, "detector-default.tflite: the model file can't be read"),
        (b"TFL3", None, "detector-default.yaml: the model's card is missing"),
        (b"TFL3", "just text", "not a model card"),
        (b"TFL3", CARD + "0" * 64, "does not match its card"),
        (b"TFL3", CARD + hashlib.sha256(b"TFL3").hexdigest(), "detector-default.tflite: "),
        (b"", "contract: {kind: plate reader}", "a plate reader, but a plate detector is wanted"),
    ],
    ids=["missing", "no card", "no contract", "other than its card says", "truncated", "of another kind"],
)
def test_a_model_that_can_not_be_used(
    tmp_path: Path, clip: Path, model: bytes | None, card: str | None, says: str
) -> None:
    """In a checkout of its own, whose models are what the test makes of them."""
    checkout = tmp_path / "checkout"
    for folder in ("streamer", "config"):
        shutil.copytree(PROJECT / folder, checkout / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for file in ("run_camera.py", "pyproject.toml"):
        shutil.copy(PROJECT / file, checkout)
    (checkout / "models").mkdir()
    if model is not None:
        (checkout / "models" / "detector-default.tflite").write_bytes(model)
    if card is not None:
        (checkout / "models" / "detector-default.yaml").write_text(card)
    arguments = (clip, "--db", "none")
    done = subprocess.run(
        [sys.executable, str(checkout / "run_camera.py"), *map(str, arguments)],
        cwd=tmp_path, env=environment(), capture_output=True, text=True, timeout=LIMIT_S,
    )  # fmt: skip
    assert_says(done, 4, says)
