"""What the detector finds in rendered scenes: a sample without a text, unless it is one of the scene's plates."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

pytest.importorskip("keras")

from models.training.crops import PAD
from models.training.false_alarms import SceneFalseAlarms
from models.training.scenes import CORNERS, Scene
from models.training.shards import write_shards
from models.training.views import SCENE_WH
from streamer.geometry import quad_of_box


def scenes_of_demo(folder: Path, project: Path, quads: np.ndarray) -> SceneFalseAlarms:
    """Return the source of samples from a shard of frames, a plate in each, labelled with these quads (n, 4, 2)."""
    capture = cv2.VideoCapture(str(project / "tests" / "data" / "demo.mp4"))
    frames = [capture.read()[1] for _ in range(60)][20::5]
    scenes = [Scene(cv2.resize(frame, SCENE_WH), quads, np.full(len(quads), CORNERS)) for frame in frames]
    write_shards(folder, 0, 1, len(scenes), lambda *_: ((scene.image, scene.label()) for scene in scenes), 1)
    return SceneFalseAlarms(folder)


def test_what_is_found_beside_the_plates_has_no_text(project: Path, tmp_path: Path) -> None:
    samples = list(scenes_of_demo(tmp_path, project, np.zeros((0, 4, 2), np.float32))(1, 3))
    assert len(samples) == 3
    for image, text in samples:
        assert image.shape == (64, 160)
        assert (text == PAD).all()


def test_the_same_seed_gives_the_same_samples(project: Path, tmp_path: Path) -> None:
    source = scenes_of_demo(tmp_path, project, np.zeros((0, 4, 2), np.float32))
    for (image, _), (again, _) in zip(source(5, 2), source(5, 2), strict=True):
        np.testing.assert_array_equal(image, again)


def test_a_plate_is_no_false_alarm_and_the_search_ends(project: Path, tmp_path: Path) -> None:
    everywhere = quad_of_box(0, 0, *SCENE_WH)[None].astype(np.float32)
    assert list(scenes_of_demo(tmp_path, project, everywhere)(1, 3)) == []
