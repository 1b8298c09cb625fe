from __future__ import annotations

import cv2
import numpy as np
import pytest

from streamer.blockiness import blockiness
from streamer.geometry import quad_of_box
from tests.drawn_plates import draw_plate

PLATE = draw_plate("RK300AS", 240, 64)[..., 0]


def street(width: int = 640, height: int = 480) -> np.ndarray:
    """Return a frame with texture at every scale, and noise, around a plate."""
    rng = np.random.default_rng(5)
    frame = np.full((height, width), 110.0)
    for size in (2, 8, 30):
        frame += 30 * size * cv2.GaussianBlur(rng.normal(0, 1, (height, width)), (0, 0), size)
    frame[213:273, 203:443] = cv2.resize(PLATE, (240, 60))
    return np.clip(frame[..., None] + rng.normal(0, 3, (height, width, 3)), 0, 255).astype(np.uint8)


def compressed(frame: np.ndarray, quality: int) -> np.ndarray:
    return cv2.imdecode(cv2.imencode(".jpg", frame, [cv2.IMWRITE_JPEG_QUALITY, quality])[1], cv2.IMREAD_COLOR)


STREET = street()
STREET_QUAD = quad_of_box(203, 213, 240, 60)


def test_the_harder_a_frame_is_compressed_the_blockier_it_is():
    measured = [blockiness(compressed(STREET, quality), STREET_QUAD) for quality in (95, 40, 20, 8)]
    assert measured == sorted(measured)
    assert blockiness(STREET, STREET_QUAD) == pytest.approx(1, abs=0.05)
    assert measured[0] < 1.1
    assert measured[-1] == 2


def test_blocks_are_looked_for_where_compression_puts_them():
    """Counted from the frame's corner, wherever the plate is; a frame cut out of another has them elsewhere."""
    frame = compressed(STREET, 10)
    for x, y in ((0, 0), (3, 5), (390, 300), (630, 470)):
        assert blockiness(frame, quad_of_box(x, y, 60, 20)) > 1.3
    assert blockiness(np.ascontiguousarray(frame[3:, 5:]), STREET_QUAD) < 1.1
    assert blockiness(cv2.resize(frame, (500, 375)), STREET_QUAD) == pytest.approx(1, abs=0.1)


def test_a_grey_frame_is_as_blocky_as_its_colours():
    frame = compressed(np.repeat(STREET[..., 1:2], 3, axis=2), 15)
    assert blockiness(frame[..., 1], STREET_QUAD) == blockiness(frame, STREET_QUAD)


EVEN = np.full((120, 160, 3), 90, np.uint8)
TILES = np.kron(np.random.default_rng(1).integers(0, 256, (6, 8)), np.ones((80, 80))).astype(np.uint8)


@pytest.mark.parametrize("frame", [EVEN, EVEN[:16], TILES], ids=["even", "too small", "drawn in tiles"])
def test_where_there_is_nothing_to_see_there_are_no_blocks(frame):
    assert blockiness(frame, quad_of_box(10, 20, 120, 30)) == 1


def test_a_quad_outside_the_frame_has_no_blocks():
    assert blockiness(STREET, quad_of_box(2000, 2000, 100, 30)) == 1
    assert blockiness(STREET, quad_of_box(-900, -900, 100, 30)) > 0
