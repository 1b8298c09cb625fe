"""Contact sheets."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from streamer.errors import SinkError
from streamer.evaluation.sheet import CELL_WH, Cell, cut_out, draw_sheet, write_picture
from tests.factories import make_image


@pytest.mark.parametrize("count", [0, 1, 7])
def test_any_number_of_pictures(count: int) -> None:
    sheet = draw_sheet([Cell(make_image(), ("one", "two"))] * count)
    assert sheet.dtype == np.uint8
    assert sheet.shape[1] == (CELL_WH[0] + 8) * max(1, min(count, 5))


@pytest.mark.parametrize("size", [(1, 1), (4000, 30), (30, 4000)])
def test_pictures_of_odd_shapes_fit(size: tuple[int, int]) -> None:
    assert draw_sheet([Cell(np.zeros((size[1], size[0], 3), np.uint8), ("x" * 300,))]).shape[1] == CELL_WH[0] + 8


def test_a_box_at_the_edge_or_outside_is_cut_as_far_as_it_goes() -> None:
    image = make_image(64, 48)
    before = image.copy()
    assert cut_out(image, (50.0, 40.0, 40.0, 40.0)).size
    assert cut_out(image, (500.0, 400.0, 40.0, 40.0)).shape == (CELL_WH[1], CELL_WH[0], 3)
    assert np.array_equal(image, before), "input unchanged"


def test_written_as_png_in_a_new_folder(tmp_path: Path) -> None:
    path = write_picture(tmp_path / "new" / "sheet.png", make_image())
    assert np.array_equal(cv2.imread(str(path)), make_image())


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SinkError, match=r"sheet\.png: can't be written"):
        write_picture(tmp_path / "file" / "sheet.png", make_image())
