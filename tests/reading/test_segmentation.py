"""Binarizing and segmenting drawn plates: every trap is one drawing."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from streamer.config_methods import SegmentsConfig
from streamer.geometry import box_iou
from streamer.reading.ink import frame_of, inks_of, without_border
from streamer.reading.plate_cuts import cut_plate, cuts_of, levelled_cuts, slant
from streamer.reading.segmentation import segment
from streamer.reading.trimming import without_bars
from tests.drawn_plates import draw_plate, draw_scene, plate_quad, turned

CONFIG = SegmentsConfig()
AT = (150, 200)


def cut(plate: np.ndarray, config: SegmentsConfig = CONFIG):
    return cut_plate(draw_scene([(plate, AT)]), plate_quad(plate, AT), config)


def mask_of(*boxes: tuple[int, int, int, int], height: int = 60, width: int = 200) -> np.ndarray:
    mask = np.zeros((height, width), np.uint8)
    for x, y, w, h in boxes:
        mask[y : y + h, x : x + w] = 255
    return mask


def segmented(mask: np.ndarray, lines_max: int = 1):
    return segment(mask, np.zeros_like(mask), lines_max, CONFIG)


@pytest.mark.parametrize(("paper", "ink"), [(235, 20), (20, 235), (120, 75), (75, 120)])
@pytest.mark.parametrize("frame", [0, 2, 4])
def test_characters_are_counted_on_light_and_dark_plates_with_and_without_frame(paper, ink, frame):
    found = cut(draw_plate("RK300AS", paper=paper, ink=ink, frame=frame))
    assert len(found.segmentation.boxes) == 7
    assert found.ink.dark is (ink < paper)


def test_two_lines_are_read_from_top_to_bottom():
    plate = draw_plate("RK30ABC4", width=150, height=110, lines=2)
    rows = cut(plate).segmentation.rows
    assert [len(row.boxes) for row in rows] == [4, 4]
    assert rows[0].middle < rows[1].middle


def test_a_long_plate_has_one_line_however_much_is_written_below():
    plate = draw_plate("RK300AS", height=70)
    cv2.putText(plate, "GARAGE", (60, 66), cv2.FONT_HERSHEY_SIMPLEX, 0.4, (20, 20, 20), 1)
    assert len(cut(plate).segmentation.boxes) == 7


def test_bolts_and_dashes_are_no_characters():
    plate = draw_plate("RK300AS")
    for x in (8, 250):
        cv2.circle(plate, (x, 28), 4, (60, 60, 60), -1)
    cv2.rectangle(plate, (84, 26), (90, 30), (20, 20, 20), -1)
    assert len(cut(plate).segmentation.boxes) == 7


def test_a_band_at_the_left_is_no_character():
    plate = draw_plate("RK300AS")
    plate[:, :12] = (150, 60, 10)
    assert len(cut(plate).segmentation.boxes) == 7


@pytest.mark.parametrize("angle", [-12, -6, 6, 12])
def test_a_turned_plate_in_an_upright_box_is_levelled(angle):
    plate = draw_plate("RK300AS")
    scene, quad = turned(draw_scene([(plate, AT)]), plate_quad(plate, AT), angle)
    x, y, w, h = cv2.boundingRect(np.round(quad).astype(np.int32))
    box = np.array([[x, y], [x + w, y], [x + w, y + h], [x, y + h]], np.float32)
    assert len(cut_plate(scene, box, CONFIG).segmentation.boxes) == 7


@pytest.mark.parametrize("lean", [-0.35, 0.35])
def test_leaning_characters_are_set_upright(lean):
    plate = draw_plate("HENH1EH")
    scene = draw_scene([(plate, AT)])
    middle = AT[1] + plate.shape[0] / 2
    leaning = cv2.warpAffine(scene, np.array([[1, lean, -lean * middle], [0, 1, 0]]), scene.shape[1::-1])
    found = cut_plate(leaning, plate_quad(plate, AT), CONFIG)
    assert len(found.segmentation.boxes) == 7
    assert slant(found.ink.mask, found.segmentation.boxes) == pytest.approx(0, abs=0.1)


def test_slant_on_paper():
    """A bar that moves one px to the right every second row leans by one half."""
    bar = np.zeros((41, 60), np.uint8)
    for y in range(41):
        bar[y, 10 + y // 2 : 18 + y // 2] = 255
    assert slant(bar, [(0, 0, 60, 41)] * 3) == pytest.approx(0.5, abs=0.01)
    assert slant(bar[::-1], [(0, 0, 60, 41)] * 3) == pytest.approx(-0.5, abs=0.01)
    assert slant(bar, [(0, 0, 60, 41)] * 2) == 0
    assert slant(np.zeros_like(bar), [(0, 0, 60, 41)] * 3) == 0


@pytest.mark.parametrize("grow", [0.0, 0.3, 0.8])
def test_a_loose_quad_gives_the_same_characters(grow):
    plate = draw_plate("RK300AS")
    quad = plate_quad(plate, AT)
    loose = quad.mean(axis=0) + (quad - quad.mean(axis=0)) * (1 + grow)
    found = cut_plate(draw_scene([(plate, AT)]), loose.astype(np.float32), CONFIG)
    assert len(found.segmentation.boxes) == 7


def test_uneven_light_is_no_hindrance():
    plate = draw_plate("RK300AS")
    ramp = np.linspace(1.0, 0.35, plate.shape[1])[None, :, None]
    assert len(cut((plate * ramp).astype(np.uint8)).segmentation.boxes) == 7


def test_an_even_plate_and_a_single_pixel_hold_no_character():
    even = np.full((56, 260, 3), 128, np.uint8)
    assert cut(even).segmentation.boxes == ()
    assert cut_plate(np.zeros((1, 1, 3), np.uint8), plate_quad(even, (0, 0)), CONFIG).segmentation.boxes == ()


def test_a_quad_outside_the_image_holds_no_character():
    assert cut_plate(draw_scene(), plate_quad(draw_plate("A"), (5000, 5000)), CONFIG).segmentation.boxes == ()


def test_the_image_and_the_quad_are_not_changed():
    plate = draw_plate("RK300AS")
    scene, quad = draw_scene([(plate, AT)]), plate_quad(plate, AT)
    before = scene.copy(), quad.copy()
    for array in (scene, quad):
        array.flags.writeable = False
    cuts = cuts_of(scene, quad, CONFIG, trace=lambda name, image, note: None)
    levelled_cuts(scene, cuts, CONFIG, trace=lambda name, image, note: None)
    assert np.array_equal(scene, before[0])
    assert np.array_equal(quad, before[1])


def test_touching_characters_are_cut_where_their_ink_is_thinnest():
    alone = [(10 + 26 * k, 10, 20, 40) for k in range(4)]
    joined = [(120, 10, 19, 40), (139, 25, 4, 4), (143, 10, 19, 40)]
    boxes = segmented(mask_of(*alone, *joined)).boxes
    assert len(boxes) == 6
    assert 139 <= boxes[4][0] + boxes[4][2] <= 143


def test_pieces_of_one_character_above_each_other_are_one():
    mask = mask_of((10, 10, 20, 40), (40, 10, 20, 40), (70, 10, 20, 40), (71, 11, 18, 39))
    assert len(segmented(mask).boxes) == 3


def test_a_higher_neighbour_is_off_the_row_with_its_reason():
    mask = mask_of((10, 20, 16, 30), (40, 20, 16, 30), (70, 20, 16, 30), (100, 4, 16, 50))
    found = segmented(mask)
    assert len(found.boxes) == 3
    assert [reason for _, reason in found.refused] == ["off the row"]


def test_every_refusal_has_its_reason():
    mask = mask_of(
        (10, 10, 20, 40), (40, 10, 20, 40), (70, 44, 12, 8), (90, 10, 2, 40), (0, 10, 15, 40), (110, 1, 9, 59)
    )
    reasons = {box[0]: reason for box, reason in segmented(mask).refused}
    assert reasons == {70: "low", 90: "narrow", 0: "at the border", 110: "high"}


def test_of_a_fence_only_the_highest_posts_are_looked_at():
    """A plate image full of bars took a quarter of a second."""
    fence = mask_of(*((4 + 8 * k, 10, 4, 40) for k in range(60)), width=490)
    found = segmented(fence)
    assert len(found.boxes) == 24
    assert [reason for _, reason in found.refused] == ["one of too many"] * 36


@pytest.mark.parametrize("mask", [np.zeros((60, 200), np.uint8), np.full((60, 200), 255, np.uint8)])
def test_no_ink_and_all_ink_are_no_characters(mask):
    for lines in (1, 2):
        assert segmented(mask, lines).boxes == ()
        assert segmented(mask, lines).score == 0


def test_a_bar_beyond_which_the_plate_ends_is_trimmed_and_a_one_is_not():
    plate = np.full((60, 200), 230, np.uint8)
    boxes = [(20 + 30 * k, 10, 18, 40) for k in range(4)] + [(140, 10, 6, 40), (170, 10, 6, 40)]
    for x, y, w, h in boxes:
        plate[y : y + h, x : x + w] = 20
    plate[:, 176:] = 60
    found = without_bars(plate, True, segmented(cv2.inRange(plate, 0, 40)))
    assert [x for x, _, _, _ in found.boxes] == [20, 50, 80, 110, 140]
    assert found.refused[-1] == (boxes[-1], "a bar at the plate's edge")


def test_inks_tell_dark_from_light():
    plate = np.full((40, 80), 200, np.uint8)
    plate[10:30, 20:30] = 20
    inks = {ink.method: ink for ink in inks_of(plate, 21, 10)}
    assert set(inks) == {"otsu, dark", "local, dark", "otsu, light", "local, light"}
    assert inks["otsu, dark"].mask[20, 25] == 255
    assert inks["otsu, dark"].mask[5, 5] == 0
    assert inks["otsu, light"].mask[20, 25] == 0


def test_a_frame_is_taken_for_one_and_characters_are_not():
    mask = mask_of((0, 0, 200, 3), (0, 57, 200, 3), (0, 0, 4, 60), (196, 0, 4, 60), (50, 12, 20, 36))
    frame = frame_of(mask)
    assert frame[1, 100] == frame[58, 100] == frame[30, 1] == frame[30, 198] == 255
    assert not frame[12:48, 50:70].any()


def test_clearing_the_border_keeps_what_does_not_touch_it():
    mask = mask_of((0, 20, 30, 10), (60, 20, 10, 20), (100, 0, 10, 10), (150, 50, 10, 10))
    assert np.array_equal(without_border(mask), mask_of((60, 20, 10, 20)))
    assert not without_border(np.full((5, 5), 255, np.uint8)).any()


def test_boxes_lie_on_the_drawn_characters():
    mask = mask_of((10, 10, 20, 40), (40, 12, 20, 39), (70, 10, 20, 40))
    for box, drawn in zip(segmented(mask).boxes, [(10, 10, 20, 40), (40, 12, 20, 39), (70, 10, 20, 40)], strict=True):
        assert box_iou(box, drawn) == 1


@pytest.mark.parametrize(
    "settings",
    [{"char_height_min": 0.9, "char_height_max": 0.5}, {"align_max": 0}, {"line_height_px": 10}, {"slope_max": 2}],
)
def test_settings_that_no_character_meets_are_refused(settings):
    with pytest.raises(ValueError, match=next(iter(settings))):
        SegmentsConfig(**settings)
