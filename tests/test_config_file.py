"""The configuration file: every fault at once, each naming where it stands and what is allowed."""

from __future__ import annotations

from pathlib import Path

import pytest

from streamer.config import CameraConfig, Config
from streamer.config_file import Override, load_config
from streamer.errors import ConfigError

ENVIRONMENT = {"CAMERA_PASSWORD": "s3cret", "SCORE": "0.25", "EMPTY": ""}


def load(tmp_path: Path, text: str, *overrides: Override) -> Config:
    path = tmp_path / "streamer.yaml"
    path.write_text(text, "utf-8")
    return load_config(path, overrides, ENVIRONMENT)


def faults(tmp_path: Path, text: str, *overrides: Override) -> list[str]:
    """Return the faults without the folder in front."""
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, text, *overrides)
    assert str(caught.value).splitlines() == list(caught.value.faults), "one line each"
    return [fault.removeprefix(f"{tmp_path}/") for fault in caught.value.faults]


@pytest.mark.parametrize(
    "text", ["", "# nothing\n", "capture:\n", "capture: {}\n", "detection:\n  motion:\n    # grid_px: 64\n"]
)
def test_what_is_not_said_is_the_default(tmp_path: Path, text: str) -> None:
    """A section whose every key is commented out is null to YAML and nothing special to people."""
    assert load(tmp_path, text) == Config()


def test_without_a_file_the_projects_own_is_loaded() -> None:
    assert load_config(environment={}) == Config()


def test_values_are_taken(tmp_path: Path) -> None:
    config = load(tmp_path, "detection: {score_threshold: 0.7, motion: {enabled: false}}\ncapture: {rotate: 90}\n")
    assert config.detection.score_threshold == 0.7
    assert not config.detection.motion.enabled
    assert config.capture.rotate == 90


def test_every_fault_is_named_at_once(tmp_path: Path) -> None:
    text = """\
cameras:
  - name: gate
    source: rtsp://${NOBODY}@192.0.2.1/
    detection: {score_threshold: 3}
  - name: gate
    source: "0"
    captur: {}
  - name: yard
detection:
  score_treshold: 0.5
  score_threshold: .nan
  motion:
    enabled: perhaps
capture:
  rotate: 45
  open_timeout_s: 0
  open_timeout_s: 4
  transport: ucp
delivry: 3
"""
    found = faults(tmp_path, text, Override("--events", "delivery.events", "al"))
    assert found == [
        "streamer.yaml:3: cameras.0.source: the environment variable NOBODY is not set",
        "streamer.yaml:4: cameras.0.detection.score_threshold: 3 is too large; allowed: a number from 0 to 1",
        "streamer.yaml:5: cameras.1.name: 'gate' is used twice, first in line 2",
        "streamer.yaml:7: cameras.1.captur: no such key; did you mean capture?",
        "streamer.yaml:8: cameras.2.source: is missing; allowed: text",
        "streamer.yaml:10: detection.score_treshold: no such key; did you mean score_threshold?",
        "streamer.yaml:11: detection.score_threshold: .nan is not finite; allowed: a number from 0 to 1",
        "streamer.yaml:13: detection.motion.enabled: perhaps is not allowed; allowed: true, false",
        "streamer.yaml:15: capture.rotate: 45 is not allowed; allowed: 0, 90, 180, 270",
        "streamer.yaml:16: capture.open_timeout_s: 0 is too small; allowed: a number above 0",
        "streamer.yaml:17: capture.open_timeout_s: stands twice, first in line 16; a key may stand once",
        "streamer.yaml:18: capture.transport: ucp is not allowed; allowed: tcp, udp; did you mean udp?",
        "streamer.yaml:19: delivry: no such key; did you mean delivery?",
        "--events: al is not allowed; allowed: final, all; did you mean all?",
    ]


@pytest.mark.parametrize("value", [".nan", ".inf", "-.inf", "nan", "1e999"])
def test_what_is_not_finite_is_refused(tmp_path: Path, value: str) -> None:
    (fault,) = faults(tmp_path, f"capture:\n  open_timeout_s: {value}\n")
    assert fault.startswith(f"streamer.yaml:2: capture.open_timeout_s: {value} is ")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("detection: 3", "streamer.yaml:1: detection: 3 is not allowed; allowed: the keys detector, "),
        ("cameras: gate", "streamer.yaml:1: cameras: gate is not allowed; allowed: a list, each the keys name, source"),
        ("cameras: [gate]", "streamer.yaml:1: cameras.0: gate is not allowed; allowed: the keys name, source"),
        (
            "tracking: {min_hits: 1.5}",
            "streamer.yaml:1: tracking.min_hits: 1.5 is not allowed; allowed: a whole ",
        ),
        ("tracking: {min_hits: many}", "streamer.yaml:1: tracking.min_hits: many is not allowed; allowed: a whole "),
        ("zebra: 1", "streamer.yaml:1: zebra: no such key; allowed: cameras, capture, "),
        ("- a\n- b", "streamer.yaml:1: must be sections with keys"),
        ("just text", "streamer.yaml:1: must be sections with keys"),
        ("capture: {\n", "streamer.yaml:2: not YAML: "),
        ("capture: *nothing\n", "streamer.yaml:1: not YAML: found undefined alias"),
        ("a: \x07\n", "streamer.yaml: not YAML: "),
        ("capture: !!python/object:os.system {}\n", "streamer.yaml:1: capture: "),
        ("capture: {open_timeout_s: !!int x}\n", "streamer.yaml:1: capture.open_timeout_s: can't be read as int"),
        ("? [a, b]\n: 1\n", "streamer.yaml:1: a key must be a word"),
        ("capture: &a {width: *a}\n", "streamer.yaml:1: capture.width: holds itself"),
        ("capture:\n  width: 640\n", "streamer.yaml:1: capture: width and height are given together or not at all"),
    ],
)
def test_what_is_wrong_is_one_line_that_says_where(tmp_path: Path, text: str, expected: str) -> None:
    assert faults(tmp_path, text)[0].startswith(expected)


def test_a_file_that_cant_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"none\.yaml: the configuration can't be read: No such file"):
        load_config(tmp_path / "none.yaml")
    with pytest.raises(ConfigError, match="can't be read: Is a directory"):
        load_config(tmp_path)
    (tmp_path / "binary.yaml").write_bytes(b"\xff\xfe\x00\x80\x81")
    with pytest.raises(ConfigError, match="not text in UTF-8"):
        load_config(tmp_path / "binary.yaml")


def test_the_environment_and_dollars(tmp_path: Path) -> None:
    config = load(
        tmp_path,
        "cameras: [{source: 'rtsp://me:${CAMERA_PASSWORD}@cam/$$1/$2${EMPTY}'}]\n"
        "detection: {score_threshold: '${SCORE}'}\n",
    )
    assert config.cameras[0].source == "rtsp://me:s3cret@cam/$1/$2"
    assert config.detection.score_threshold == 0.25


@pytest.mark.parametrize("text", ["${}", "${not a name}", "${OPEN"])
def test_a_variable_without_a_name_is_a_fault(tmp_path: Path, text: str) -> None:
    (fault,) = faults(tmp_path, f"cameras: [{{source: '{text}'}}]\n")
    assert fault.startswith("streamer.yaml:1: cameras.0.source: ")


def test_no_secret_is_in_a_message(tmp_path: Path) -> None:
    text = """\
capture: {flip: "a://b:hidden@c", fourcc: [rtsp://me:hidden@cam]}
detection: {score_threshold: "${CAMERA_PASSWORD}"}
"""
    found = "\n".join(faults(tmp_path, text))
    assert "a://***@c is not allowed" in found
    assert "${CAMERA_PASSWORD} is not allowed" in found
    assert "s3cret" not in found
    assert "hidden" not in found


def test_norway_is_a_word_and_not_false(tmp_path: Path) -> None:
    """YAML 1.1 reads `no` as false, 12:30 as 750 and 010 as eight; people mean what they write."""
    config = load(tmp_path, "cameras: [{name: no, source: on}]\ntracking: {min_hits: 010}\n")
    assert (config.cameras[0].name, config.cameras[0].source) == ("no", "on")
    assert config.tracking.min_hits == 10


@pytest.mark.parametrize("number", ["1e1", "10", "10.", "+10", "0x0A", "1.0e+1"])
def test_numbers_as_people_write_them(tmp_path: Path, number: str) -> None:
    assert load(tmp_path, f"capture: {{open_timeout_s: {number}}}").capture.open_timeout_s == 10


def test_a_journal_of_none_is_no_journal(tmp_path: Path) -> None:
    assert load(tmp_path, "delivery: {journal: null}").delivery.journal is None
    assert load(tmp_path, "delivery: {journal: none}").delivery.journal is None
    assert load(tmp_path, "", Override("--db", "delivery.journal", "none")).delivery.journal is None


def test_the_command_line_wins_over_the_file_and_over_every_camera(tmp_path: Path) -> None:
    text = """\
detection: {score_threshold: 0.1, motion: {grid_px: 64}}
cameras:
  - {source: a, detection: {score_threshold: 0.2, motion: {threshold: 9}}}
  - {source: b}
"""
    config = load(tmp_path, text, Override("--score", "detection.score_threshold", 0.9))
    first, second = (config.for_camera(camera).detection for camera in config.cameras)
    assert (first.score_threshold, first.motion.grid_px, first.motion.threshold) == (0.9, 64, 9)
    assert (second.score_threshold, second.motion.threshold) == (0.9, Config().detection.motion.threshold)


def test_a_fault_of_the_command_line_names_the_option(tmp_path: Path) -> None:
    overrides = [Override("--score", "detection.score_threshold", 9), Override("--db", "delivery.journl", "x")]
    assert faults(tmp_path, "capture: {rotate: 1}", *overrides)[-2:] == [
        "--score: 9 is too large; allowed: a number from 0 to 1",
        "--db: no such key; did you mean journal?",
    ]


def test_sources_of_the_command_line_replace_the_files_cameras(tmp_path: Path) -> None:
    config = load(tmp_path, "cameras: [{source: a}]", Override("SOURCE", "cameras", [{"source": "clip.mp4"}]))
    assert [camera.source for camera in config.cameras] == ["clip.mp4"]


def test_a_camera_overrides_only_what_it_says(tmp_path: Path) -> None:
    text = """\
capture: {rotate: 90, flip: vertical}
detection: {motion: {enabled: false, grid_px: 64}}
cameras:
  - source: a
    capture: {rotate: 180}
    detection: {motion: {grid_px: 32}}
  - source: b
"""
    config = load(tmp_path, text)
    before = config.model_dump()
    own = config.for_camera(config.cameras[0])
    assert (own.capture.rotate, own.capture.flip) == (180, "vertical")
    assert (own.detection.motion.enabled, own.detection.motion.grid_px) == (False, 32)
    assert own.cameras == (config.cameras[0],)
    assert config.for_camera(config.cameras[1]).capture == config.capture
    assert config.model_dump() == before


def test_what_fits_alone_and_not_together_is_found_too(tmp_path: Path) -> None:
    text = "capture: {width: 640, height: 480}\ncameras:\n  - source: a\n    capture: {height: null}\n"
    assert faults(tmp_path, text) == [
        "streamer.yaml:4: cameras.0.capture: width and height are given together or not at all"
    ]


def test_a_configuration_cant_be_changed() -> None:
    with pytest.raises(ValueError, match="frozen"):
        Config().capture.rotate = 90  # type: ignore[misc]


def test_cameras_without_names_may_be_many(tmp_path: Path) -> None:
    assert load(tmp_path, "cameras: [{source: a}, {source: a}]").cameras == (CameraConfig(source="a"),) * 2
