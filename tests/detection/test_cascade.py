"""The cascade's file, and what its options do."""

from __future__ import annotations

from pathlib import Path

import cv2
import pytest

from streamer.config_methods import CascadeConfig
from streamer.detection.cascade import CascadeDetector
from streamer.errors import ModelError


def fault(file: str) -> str:
    with pytest.raises(ModelError) as caught:
        CascadeDetector(CascadeConfig(file=file), 0.4)
    message = str(caught.value)
    assert "\n" not in message
    return message


@pytest.mark.parametrize("name", ["haarcascade_russian_plate_number.xml", "haarcascade_license_plate_rus_16stages.xml"])
def test_the_cascades_of_opencv_are_known_by_name(name):
    CascadeDetector(CascadeConfig(file=name), 0.4)


def test_a_missing_cascade_is_one_line_that_names_those_there_are(tmp_path: Path):
    for file in ("haarcascade_plate.xml", str(tmp_path / "none.xml")):
        message = fault(file)
        assert "detection.cascade.file" in message
        assert file in message
        assert "haarcascade_russian_plate_number.xml" in message


@pytest.mark.parametrize("content", ["", "no xml at all", "<?xml version='1.0'?><opencv_storage></opencv_storage>"])
def test_a_file_that_is_no_cascade(content, tmp_path: Path):
    file = tmp_path / "cascade.xml"
    file.write_text(content)
    assert "is no cascade" in fault(str(file))


def test_a_path_that_cant_even_be_looked_up_is_a_missing_cascade(tmp_path: Path):
    """The home of a user that doesn't exist was a traceback, also of `streamer methods` and `compare`."""
    for file in ("~nosuchuser/x.xml", str(tmp_path / ("x" * 5000)), str(tmp_path / "file" / "x.xml")):
        (tmp_path / "file").write_text("")
        assert f"no cascade {file!r}" in fault(file)


def test_a_folder_is_no_cascade(tmp_path: Path):
    assert "no cascade" in fault(str(tmp_path))


def test_no_plate_is_larger_than_asked_for(shared_data: Path):
    image = cv2.imread(str(shared_data / "detect" / "nl_petrov_mit" / "tra_I-II_12.jpg"))
    for detection in CascadeDetector(CascadeConfig(width_max=0.2, neighbours_min=1), 0.0).detect(image):
        assert detection.box[2] <= 0.2 * image.shape[1]


@pytest.mark.parametrize(
    "settings",
    [
        {"scale_factor": 1.0},
        {"neighbours_min": -1},
        {"width_max": 1.5},
        {"width_max": 0},
        {"width_min_px": 0},
        {"file": ""},
    ],
)
def test_options_out_of_range_are_refused(settings):
    with pytest.raises(ValueError, match=next(iter(settings))):
        CascadeConfig(**settings)
