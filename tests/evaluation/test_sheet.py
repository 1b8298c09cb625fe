"""Contact sheets."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from streamer.errors import SinkError
from streamer.evaluation.sheet import CELL_WH, LINE_PX, Cell, cut_out, draw_sheet, maker_of, wrapped, write_picture
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


def test_a_long_line_goes_on_below_and_loses_nothing() -> None:
    """The sheet once ended "refused 161 by aspect, re"."""
    note = "kept 6, refused 161 by aspect, refused 17 by score, refused 5 by overlap"
    lines = wrapped(note, CELL_WH[0])
    assert len(lines) > 1
    assert " ".join(lines) == note
    assert "".join(wrapped("x" * 300, CELL_WH[0])) == "x" * 300
    assert wrapped("", CELL_WH[0]) == [""]


def test_a_row_is_as_high_as_its_longest_text() -> None:
    short, long = Cell(make_image(), ("one",)), Cell(make_image(), ("x" * 300,))
    lines = len(wrapped("x" * 300, CELL_WH[0]))
    low, high = (CELL_WH[1] + 8 + count * LINE_PX for count in (1, lines))
    assert draw_sheet([short, short, long], columns=2).shape[0] == low + high


def test_a_picture_says_who_made_it(tmp_path: Path) -> None:
    ours = write_picture(tmp_path / "ours.png", make_image(), "streamer explain")
    assert maker_of(ours) == "streamer explain"
    assert np.array_equal(cv2.imread(str(ours)), make_image()), "it is a picture still"
    assert maker_of(write_picture(tmp_path / "other.png", make_image())) == ""
    (tmp_path / "empty.png").write_bytes(b"")
    assert maker_of(tmp_path / "empty.png") == ""
