"""The detector's training scenes: labels lie where plates are, corners go clockwise, nothing else is labelled."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

pytest.importorskip("PIL")

from models.training import scenes as recipe
from models.training.plates import PlateRenderer
from models.training.real import RealPicture, load_scenes
from models.training.scenes import BOX, CORNERS, IGNORE, MAX_PLATES, SCENE_WH, Scene, SceneMaker, background_files
from streamer.geometry import quad_of_box


@pytest.fixture(scope="module")
def maker(request: pytest.FixtureRequest) -> SceneMaker:
    data = request.config.rootpath.parent / "shared" / "data"
    if not data.is_dir():
        pytest.skip("real data is not here: ../shared/data")
    renderer = PlateRenderer([], request.config.rootpath / "config" / "formats", seed=5, styles=4)
    pictures = [picture for picture in load_scenes(data) if not picture.held_out]
    return SceneMaker(renderer, pictures, background_files(data, held_out=False), [])


def check(scene: Scene, kinds: set[int]) -> None:
    assert scene.image.shape == (*SCENE_WH[::-1], 3)
    assert scene.image.dtype == np.uint8
    assert len(scene.quads) == len(scene.kinds) <= MAX_PLATES
    assert set(scene.kinds.tolist()) <= kinds | {IGNORE}
    for quad, kind in zip(scene.quads, scene.kinds, strict=True):
        middle = (quad.min(axis=0) + quad.max(axis=0)) / 2
        assert cv2.contourArea(quad, oriented=True) > 0, "clockwise with y down"
        assert (quad.max(axis=0) > 0).all()
        assert (quad.min(axis=0) < SCENE_WH).all()
        if kind != IGNORE:
            assert (middle >= 0).all()
            assert (middle <= SCENE_WH).all()


@pytest.mark.parametrize(
    ("way", "kinds"), [("real", {BOX}), ("replaced", {CORNERS}), ("drawn", {CORNERS}), ("empty", set())]
)
def test_labels_lie_inside_and_corners_go_clockwise(maker: SceneMaker, way: str, kinds: set[int]) -> None:
    scenes = [getattr(maker, way)() for _ in range(8)]
    for scene in scenes:
        check(scene, kinds)
    labelled = sum(len(scene.quads) for scene in scenes)
    assert labelled == 0 if way == "empty" else labelled > 0


def test_a_label_holds_kind_and_corners_and_no_more_than_fit() -> None:
    quads = np.stack([quad_of_box(10 * k, 5, 8, 4) for k in range(MAX_PLATES + 2)])
    scene = Scene(np.zeros((*SCENE_WH[::-1], 3), np.uint8), quads, np.full(len(quads), CORNERS, np.int8))
    label = scene.label()
    assert label.shape == (MAX_PLATES, 9)
    assert (label[:, 0] == CORNERS + 1).all()
    np.testing.assert_array_equal(label[3, 1:].reshape(4, 2), quads[3])


def test_a_scene_without_a_plate_has_an_empty_label() -> None:
    scene = Scene(np.zeros((*SCENE_WH[::-1], 3), np.uint8), np.zeros((0, 4, 2), np.float32), np.zeros(0, np.int8))
    assert (scene.label() == 0).all()


def test_both_sides_share_no_background(shared_data: Path) -> None:
    training, held_out = (set(background_files(shared_data, side)) for side in (False, True))
    assert training
    assert held_out
    assert not training & held_out
    assert all(file.is_file() for file in training | held_out)


def test_by_gain_plates_shine_and_labels_stay(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """By night little but a plate throws light back; where it lies is what it was."""
    monkeypatch.setattr(recipe, "NIGHT", 1.0)
    monkeypatch.setattr(recipe, "GRAIN", (4.0, 8.0))
    renderer = PlateRenderer([], request.config.rootpath / "config" / "formats", seed=6, styles=2)
    picture = RealPicture(Path("none.jpg"), "mine", False, ())
    quad = quad_of_box(150, 100, 120, 40)
    grey = Scene(np.full((*SCENE_WH[::-1], 3), 160, np.uint8), quad[None], np.array([CORNERS], np.int8))
    brighter = []
    for _ in range(8):
        scene = SceneMaker(renderer, [picture], [], [])._by_gain(grey)
        check(scene, {CORNERS})
        np.testing.assert_array_equal(scene.quads, grey.quads)
        brighter.append(scene.image[105:135, 155:265].mean() / (scene.image[160:250].mean() + 1))
        assert np.diff(scene.image[160:250].astype(float), axis=0).std() > 0.3, "grain"
    assert np.median(brighter) > 1.2
    assert (grey.image == 160).all(), "unchanged"
