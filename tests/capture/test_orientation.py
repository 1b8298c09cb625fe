"""Turning and mirroring, on a 2x3 image that can be turned in the head."""

from __future__ import annotations

import numpy as np
import pytest

from streamer.capture.orientation import orient

IMAGE = np.array([[1, 2, 3], [4, 5, 6]], np.uint8)


@pytest.mark.parametrize(
    ("rotate", "flip", "expected"),
    [
        (0, "none", [[1, 2, 3], [4, 5, 6]]),
        (90, "none", [[4, 1], [5, 2], [6, 3]]),
        (180, "none", [[6, 5, 4], [3, 2, 1]]),
        (270, "none", [[3, 6], [2, 5], [1, 4]]),
        (0, "horizontal", [[3, 2, 1], [6, 5, 4]]),
        (0, "vertical", [[4, 5, 6], [1, 2, 3]]),
        (90, "horizontal", [[1, 4], [2, 5], [3, 6]]),
    ],
)
def test_turned_clockwise_then_mirrored(rotate: int, flip: str, expected: list[list[int]]) -> None:
    image = np.dstack([IMAGE] * 3)
    turned = orient(image, rotate, flip)
    assert turned[:, :, 0].tolist() == expected
    assert image[:, :, 1].tolist() == IMAGE.tolist(), "the input was changed"
