"""What every classical detector must do, on scenes with known plates and on real pictures."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from streamer.config_methods import BlackhatConfig, CascadeConfig, ComponentsConfig, EdgesConfig
from streamer.detection.blackhat import BlackhatDetector
from streamer.detection.cascade import CascadeDetector
from streamer.detection.components import ComponentsDetector
from streamer.detection.edges import EdgesDetector
from streamer.geometry import box_iou
from streamer.interfaces import Detector
from tests.drawn_plates import draw_plate, draw_scene

MAKERS: dict[str, Callable[[], Detector]] = {
    "blackhat": lambda: BlackhatDetector(BlackhatConfig(), 0.4),
    "cascade": lambda: CascadeDetector(CascadeConfig(), 0.4),
    "components": lambda: ComponentsDetector(ComponentsConfig(), 0.4),
    "edges": lambda: EdgesDetector(EdgesConfig(), 0.4),
}
EXACT = ("blackhat", "components", "edges")
"""Those that find a drawn plate; a cascade was trained on photographs."""

every = pytest.mark.parametrize("name", MAKERS)
exact = pytest.mark.parametrize("name", EXACT)


@exact
def test_one_plate_is_found_where_it_is(name):
    at, plate = (240, 300), draw_plate("RK300AS", width=150, height=34)
    found = MAKERS[name]().detect(draw_scene([(plate, at)]))
    assert len(found) == 1
    assert box_iou(found[0].box, (*at, 150, 34)) > 0.5
    assert found[0].score >= 0.4


@exact
def test_many_plates_are_all_found_best_first(name):
    places = [(40, 60), (380, 60), (200, 380)]
    found = MAKERS[name]().detect(draw_scene([(draw_plate("RK300AS", 150, 34), at) for at in places]))
    assert len(found) == 3
    for at in places:
        assert max(box_iou(d.box, (*at, 150, 34)) for d in found) > 0.5
    assert [d.score for d in found] == sorted((d.score for d in found), reverse=True)


@exact
def test_light_characters_on_a_dark_plate(name):
    at, plate = (240, 300), draw_plate("RK300AS", 150, 34, paper=15, ink=240)
    found = MAKERS[name]().detect(draw_scene([(plate, at)]))
    assert len(found) == 1
    assert box_iou(found[0].box, (*at, 150, 34)) > 0.5


@exact
def test_a_plate_without_characters_is_none(name):
    blank = np.full((34, 150, 3), 235, np.uint8)
    assert MAKERS[name]().detect(draw_scene([(blank, (240, 300))])) == []


@every
def test_nothing_in_an_even_scene(name):
    assert MAKERS[name]().detect(draw_scene()) == []


@every
@pytest.mark.parametrize("shape", [(1, 1, 3), (1, 500, 3), (500, 1, 3), (2, 2, 3), (9, 9, 3), (48, 64)])
def test_tiny_images_and_grey_ones_hold_no_plate(name, shape):
    assert MAKERS[name]().detect(np.zeros(shape, np.uint8)) == []


@exact
def test_a_grey_image_gives_what_the_colour_one_gives(name):
    scene = draw_scene([(draw_plate("RK300AS", 150, 34), (240, 300))])
    coloured = MAKERS[name]().detect(scene)
    grey = MAKERS[name]().detect(scene[..., 0])
    assert [d.box for d in grey] == [d.box for d in coloured]


@exact
def test_a_huge_image_gives_quads_in_its_own_pixels(name):
    at, plate = (2400, 2200), draw_plate("RK300AS", 640, 142)
    found = MAKERS[name]().detect(draw_scene([(plate, at)], 4000, 3000))
    assert len(found) == 1
    assert box_iou(found[0].box, (*at, 640, 142)) > 0.5


@every
def test_the_image_is_not_changed_and_may_be_read_only(name):
    scene = draw_scene([(draw_plate("RK300AS", 150, 34), (240, 300))])
    before = scene.copy()
    scene.flags.writeable = False
    found = MAKERS[name]().detect(scene, trace=lambda step, image, note: None)
    assert np.array_equal(scene, before)
    assert all(not d.quad.flags.writeable for d in found)


@every
def test_tracing_changes_nothing_and_shows_images(name):
    scene = draw_scene([(draw_plate("RK300AS", 150, 34), (240, 300))])
    steps: list[tuple[str, np.ndarray, str]] = []
    plain = MAKERS[name]().detect(scene)
    traced = MAKERS[name]().detect(scene, trace=lambda *step: steps.append(step))
    assert [d.box for d in traced] == [d.box for d in plain]
    assert steps[-1][0] == "candidates"
    assert len({step for step, _, _ in steps}) == len(steps)
    assert all(image.dtype == np.uint8 and image.ndim in (2, 3) for _, image, _ in steps)


@exact
def test_the_candidates_kept_are_the_plates_found(name):
    """Candidates dropped for their overlap were drawn as kept."""
    notes = {}
    scene = draw_scene([(draw_plate("RK300AS", 150, 34), at) for at in ((40, 60), (380, 60), (200, 380))])
    found = MAKERS[name]().detect(scene, trace=lambda step, image, note: notes.update({step: note}))
    assert notes["candidates"].startswith(f"kept {len(found)}, ")


@pytest.mark.parametrize(
    ("detector", "reason"),
    [
        (BlackhatDetector(BlackhatConfig(contours_max=1), 0.4), "by size"),
        (EdgesDetector(EdgesConfig(contours_max=1), 0.4), "by size"),
        (ComponentsDetector(ComponentsConfig(), 0.4), "by height"),
    ],
    ids=["blackhat", "edges", "components"],
)
def test_what_is_not_looked_at_is_shown_too(detector, reason):
    """Contours beyond the largest, and specks, were missing from the picture."""
    notes = {}
    scene = draw_scene([(draw_plate("RK300AS", 150, 34), at) for at in ((40, 60), (380, 60), (200, 380))])
    scene[10:14, 600:604] = 255 - scene[10:14, 600:604]
    detector.detect(scene, trace=lambda step, image, note: notes.update({step: note}))
    assert reason in notes["candidates"]


@every
def test_two_runs_give_the_same(name):
    scene = np.random.default_rng(3).integers(0, 256, (240, 320, 3), np.uint8)
    detector = MAKERS[name]()
    first, second = detector.detect(scene), detector.detect(scene)
    assert [(d.box, d.score) for d in first] == [(d.box, d.score) for d in second]


@pytest.mark.parametrize(("name", "floor"), [("blackhat", 15), ("cascade", 13), ("components", 3), ("edges", 18)])
def test_real_pictures_hold_a_floor(name, floor, shared_data: Path):
    """How many of 22 plates in a car park were located (IoU 0.4) when this was written, less two."""
    folder = shared_data / "detect" / "nl_petrov_mit"
    rows = list(csv.DictReader((folder / "labels.csv").read_text(encoding="utf-8").splitlines()))[:66:3]
    detector = MAKERS[name]()
    located = 0
    for row in rows:
        found = detector.detect(cv2.imread(str(folder / row["file"])))
        box = tuple(float(row[key]) for key in "xywh")
        located += any(box_iou(d.box, box) >= 0.4 for d in found)
    assert len(rows) == 22
    assert located >= floor, located
