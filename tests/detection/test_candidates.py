"""Shapes, corners and the choice among candidates, on numbers solvable on paper."""

from __future__ import annotations

import numpy as np
import pytest

from streamer.config_methods import PlateShape
from streamer.detection.candidates import (
    Candidate,
    candidate_notes,
    detections_of,
    draw_candidates,
    scored,
    settle,
    shape_fault,
    touches_border,
    upright_quad,
)
from streamer.detection.characters import character_score, longest_row
from streamer.detection.edges import four_corners
from streamer.detection.overview import COLOURS
from streamer.geometry import quad_of_box
from streamer.outlines import KEPT
from tests.drawn_plates import draw_plate, draw_scene, plate_quad

SHAPE = PlateShape(
    height_min_px=10, aspect_min=2, aspect_max=5, area_min=0.001, area_max=0.1, angle_max_deg=20, overlap_max=0.3
)


@pytest.mark.parametrize(
    ("box", "fault"),
    [
        ((100, 100, 100, 25), ""),
        ((100, 100, 100, 9), "height 9 px"),
        ((100, 100, 30, 20), "aspect 1.5"),
        ((100, 100, 120, 20), "aspect 6.0"),
        ((100, 100, 22, 11), "area 0.08 %"),
        ((100, 100, 500, 110), "area 18.33 %"),
    ],
)
def test_a_shape_that_no_plate_has_is_refused_with_its_measure(box, fault):
    assert shape_fault(quad_of_box(*box), (500, 600), SHAPE) == fault


def test_a_steep_plate_is_refused():
    quad = np.array([[0, 0], [90, 45], [80, 65], [-10, 20]], np.float32) + 100
    assert shape_fault(quad, (500, 600), SHAPE).startswith("angle 27")


@pytest.mark.parametrize("turn", range(4))
@pytest.mark.parametrize("step", [1, -1])
def test_corners_come_clockwise_from_the_top_left_however_they_are_given(turn, step):
    quad = np.array([[10, 10], [110, 20], [108, 45], [8, 35]], np.float32)
    assert np.array_equal(upright_quad(np.roll(quad[::step], turn, axis=0)), quad)


def test_a_falling_plate_keeps_its_own_top_left():
    quad = np.array([[10, 60], [100, 10], [112, 32], [22, 82]], np.float32)
    assert np.array_equal(upright_quad(quad[[2, 0, 3, 1]]), quad)


def test_touching_the_border_is_reaching_the_outermost_pixel():
    inner = np.array([[1, 1], [98, 48]])
    assert not touches_border(inner, (50, 100))
    for point in ([0, 20], [99, 20], [20, 0], [20, 49]):
        assert touches_border(np.vstack([inner, point]), (50, 100))


def candidate(x: float, w: float = 100, score: float = 0.5, refused: str = "") -> Candidate:
    return Candidate(quad_of_box(x, 0, w, 20), score, refused)


def test_of_overlapping_candidates_the_better_stays():
    kept = detections_of(settle([candidate(0, score=0.6), candidate(20, score=0.9), candidate(300, score=0.5)], 0.3))
    assert [(d.box[0], d.score) for d in kept] == [(20, 0.9), (300, 0.5)]


def test_a_part_of_a_better_candidate_goes_though_their_union_is_large():
    kept = detections_of(settle([candidate(0, score=0.9), candidate(10, w=20, score=0.8)], 0.3))
    assert [d.box[0] for d in kept] == [0]


def test_refused_and_weak_candidates_are_left_out():
    weak = scored(quad_of_box(200, 0, 100, 20), 0.39, 0.4)
    assert weak.refused == "score 0.39"
    assert detections_of(settle([], 0.3)) == []
    assert detections_of(settle([candidate(0, refused="aspect 9"), weak], 0.3)) == []
    assert len(detections_of(settle([scored(quad_of_box(200, 0, 100, 20), 0.4, 0.4)], 0.3))) == 1


def test_candidates_are_not_changed():
    one = candidate(0)
    chosen = detections_of(settle([one], 0.3))
    assert one.quad.flags.writeable
    assert not chosen[0].quad.flags.writeable


def test_notes_count_the_reasons():
    notes = candidate_notes([candidate(0), candidate(1, refused="aspect 9.0"), candidate(2, refused="aspect 7.1")])
    assert notes == "kept 1, refused 2 by aspect"


def test_what_overlaps_a_better_one_is_refused_with_the_overlap():
    """The picture of the candidates said "kept 11" where 9 plates were found."""
    settled = settle([candidate(20, score=0.6), candidate(0, score=0.9), candidate(300, refused="aspect 9.0")], 0.3)
    assert [c.refused for c in settled] == ["overlap 0.80", "", "aspect 9.0"]
    assert candidate_notes(settled) == "kept 1, refused 1 by overlap, refused 1 by aspect"
    assert settle(settled, 0.3) == settled
    assert settle([], 0.3) == []


def test_candidates_are_drawn_in_the_colour_of_their_reason_with_a_legend():
    image = np.full((400, 960, 3), 200, np.uint8)
    before = image.copy()
    drawn = draw_candidates(image, [candidate(100), candidate(300, refused="aspect 9.0"), candidate(700, score=0.7)])
    assert np.array_equal(image, before)
    assert drawn.shape[0] > 400
    assert drawn.shape[1:] == (960, 3)
    for left, colour in ((100, KEPT), (700, KEPT), (300, COLOURS[0])):
        assert np.abs(drawn[18, left].astype(int) - colour).max() < 20, "smoothed"
    legend = {tuple(pixel) for pixel in drawn[400:].reshape(-1, 3)}
    assert {KEPT, COLOURS[0]} <= legend
    assert COLOURS[1] not in legend


def test_labels_do_not_lie_on_one_another_and_specks_have_none():
    """Of hundreds of contours no label could be read."""
    image = np.zeros((300, 960, 3), np.uint8)

    def ink(*candidates: Candidate) -> int:
        return int((draw_candidates(image, candidates)[160:200] > 0).any(axis=2).sum())

    def refused(x: float, w: float) -> Candidate:
        return Candidate(quad_of_box(x, 205, w, 40), 0.0, "aspect 9.0")

    one = ink(refused(100, 200))
    assert 100 < one < 3000
    assert ink(refused(100, 200), refused(102, 198)) == one
    assert ink(refused(100, 20)) == 0


@pytest.mark.parametrize("shape", [(1, 1, 3), (500, 1, 3), (1, 500, 3), (30, 40)])
def test_candidates_are_drawn_on_images_of_any_shape(shape):
    assert draw_candidates(np.zeros(shape, np.uint8), [candidate(0), candidate(0, refused="aspect 9.0")]).ndim == 3
    assert max(draw_candidates(np.zeros(shape, np.uint8), []).shape) < 1100


def test_a_row_is_what_is_alike_and_level():
    mask = np.zeros((40, 200), np.uint8)
    for x in (20, 50, 80, 110):
        mask[8:32, x : x + 12] = 255
    assert longest_row(mask) == 4
    mask[20:38, 150:160] = 255
    assert longest_row(mask) == 4
    assert longest_row(np.zeros_like(mask)) == 0
    assert longest_row(np.full_like(mask, 255)) == 0


def row_of(*boxes: tuple[int, int]) -> np.ndarray:
    """A mask (40, 400) with components of 24 px height, each given as its x and width."""
    mask = np.zeros((40, 400), np.uint8)
    for x, w in boxes:
        mask[8:32, x : x + w] = 255
    return mask


def test_a_row_ends_at_a_long_gap():
    assert longest_row(row_of((10, 12), (30, 12), (50, 12), (100, 12), (120, 12))) == 3


def test_bars_count_half_so_that_a_fence_is_no_plate():
    assert longest_row(row_of(*((10 + 12 * k, 4) for k in range(8)))) == 4
    assert longest_row(row_of((10, 12), (30, 4), (45, 12))) == 2.5


def test_more_than_a_plate_holds_is_none():
    assert longest_row(row_of(*((5 + 20 * k, 12) for k in range(10)))) == 10
    assert longest_row(row_of(*((5 + 20 * k, 12) for k in range(13)))) == 7
    assert longest_row(row_of(*((5 + 20 * k, 12) for k in range(19)))) == 1


def test_a_plate_scores_by_its_characters():
    plate = draw_plate("RK300AS")
    scene = draw_scene([(plate, (100, 100))])[..., 0]
    assert character_score(scene, plate_quad(plate, (100, 100))) == 1.0
    assert character_score(scene, quad_of_box(400, 300, 120, 30)) == 0.0
    three = draw_plate("ABC", width=120)
    assert character_score(draw_scene([(three, (100, 100))])[..., 0], plate_quad(three, (100, 100))) == 0.5


def test_four_corners_are_found_on_a_rough_rectangle_and_not_on_a_disc():
    rough = np.array([[0, 0], [50, 1], [100, 0], [101, 15], [100, 30], [50, 31], [0, 30]], np.int32)[:, None]
    corners = four_corners(rough, 0.06)
    assert corners is not None
    assert {tuple(corner) for corner in corners} == {(0, 0), (100, 0), (100, 30), (0, 30)}
    angles = np.linspace(0, 2 * np.pi, 60, endpoint=False)
    disc = np.round(50 + 40 * np.column_stack([np.cos(angles), np.sin(angles)])).astype(np.int32)[:, None]
    assert four_corners(disc, 0.02) is None
    assert four_corners(np.array([[[0, 0]], [[50, 0]], [[0, 50]]], np.int32), 0.06) is None


@pytest.mark.parametrize(
    "settings", [{"aspect_min": 5, "aspect_max": 2}, {"area_min": 0.5, "area_max": 0.1}, {"angle_max_deg": 91}]
)
def test_limits_that_no_plate_meets_are_refused(settings):
    with pytest.raises(ValueError, match=next(iter(settings))):
        PlateShape(**settings)
