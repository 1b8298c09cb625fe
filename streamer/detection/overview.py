"""An image with many outlines on it: what was kept, and what was refused in the colour of its reason, with a legend."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from streamer.outlines import KEPT

LONGER_SIDE_PX = 960
"""An image whose longer side is shorter is enlarged, so that outlines and labels can be told apart."""

COLOURS = (
    (80, 80, 240), (240, 160, 60), (60, 210, 250), (220, 90, 220), (220, 220, 70), (60, 140, 250),
    (200, 160, 255), (150, 200, 150), (160, 160, 160), (110, 90, 170),
)  # fmt: skip
"""BGR, of the reasons in the order in which they occur."""

FONT = cv2.FONT_HERSHEY_SIMPLEX
TEXT_PX = 0.45 / LONGER_SIDE_PX
"""Size of the letters for each pixel of the longer side; Hershey letters of size 0.45 are about 10 px high."""

LABELLED = 0.5
"""Width of a refused outline, in widths of its label, from which it is labelled."""


@dataclass(frozen=True, slots=True, eq=False)
class Outline:
    """One region."""

    points: np.ndarray
    """(n, 2) px, closed."""
    label: str
    reason: str
    """Why it was refused, in a word; empty when it was kept."""


def draw_overview(image: np.ndarray, outlines: Sequence[Outline]) -> np.ndarray:
    """Return a dim grey copy of the image with the outlines, and a legend below it, (h, w, 3) uint8 BGR.

    Of labels that would lie on one another the first is written, and none on a refused outline that is much narrower:
    the legend's colours tell the reasons of those.

    Parameters
    ----------
    image
        (H, W, 3) BGR or (H, W), uint8; not changed.
    outlines
        The most important first.
    """
    canvas, enlarge = _ground(image)
    longer = max(canvas.shape)
    size = TEXT_PX * longer
    reasons = list(dict.fromkeys(outline.reason for outline in outlines if outline.reason))
    colours = {"": KEPT} | {reason: COLOURS[k % len(COLOURS)] for k, reason in enumerate(reasons)}
    for outline in reversed(outlines):
        corners = np.round(np.asarray(outline.points, np.float32) * enlarge).astype(np.int32)
        thickness = 1 if outline.reason else max(2, round(longer / 480))
        cv2.polylines(canvas, [corners], True, colours[outline.reason], thickness, cv2.LINE_AA)
    taken = np.zeros(canvas.shape[:2], bool)
    for outline in outlines:
        _write_where_free(canvas, taken, outline, enlarge, size, colours[outline.reason])
    return np.concatenate([canvas, _legend(outlines, colours, canvas.shape[1], size)])


def _ground(image: np.ndarray) -> tuple[np.ndarray, float]:
    """Return the image grey, dim and large enough, as BGR, and by how much it was enlarged."""
    grey = image if image.ndim == 2 else cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)
    enlarge = max(1.0, LONGER_SIDE_PX / max(grey.shape))
    large = cv2.resize(grey, None, fx=enlarge, fy=enlarge, interpolation=cv2.INTER_CUBIC) if enlarge > 1 else grey
    return cv2.cvtColor((large * 0.55).astype(np.uint8), cv2.COLOR_GRAY2BGR), enlarge


def _write_where_free(
    canvas: np.ndarray, taken: np.ndarray, outline: Outline, enlarge: float, size: float, colour: tuple[int, int, int]
) -> None:
    """Write a label above its outline, or nothing on a speck, where another label lies or the image ends."""
    (left, top), right = np.min(outline.points, axis=0) * enlarge, np.max(outline.points[:, 0]) * enlarge
    (width, height), below = cv2.getTextSize(outline.label, FONT, size, 1)
    if outline.reason and right - left < LABELLED * width:
        return
    x, y = round(np.clip(left, 0, max(0, canvas.shape[1] - width))), max(round(top) - 3, height + 1)
    place = slice(max(0, y - height - 1), y + below), slice(x, x + width)
    if taken[place].any() or y + below > canvas.shape[0]:
        return
    taken[place] = True
    canvas[place] //= 3
    cv2.putText(canvas, outline.label, (x, y), FONT, size, colour, 1, cv2.LINE_AA)


def _legend(
    outlines: Sequence[Outline], colours: dict[str, tuple[int, int, int]], width: int, size: float
) -> np.ndarray:
    """Return the colours with how many outlines have each, (h, width, 3) uint8 BGR."""
    counts = Counter(outline.reason for outline in outlines)
    texts = {reason: f"refused {counts[reason]} by {reason}" if reason else f"kept {counts['']}" for reason in colours}
    line = round(34 * size) + 4
    column = max(cv2.getTextSize(text, FONT, size, 1)[0][0] for text in texts.values()) + 2 * line
    columns = max(1, width // column)
    legend = np.full((-(-len(texts) // columns) * line + 6, width, 3), 24, np.uint8)
    for k, (reason, text) in enumerate(texts.items()):
        x, y = k % columns * column + 6, k // columns * line + 5
        cv2.rectangle(legend, (x, y), (x + line - 8, y + line - 6), colours[reason], -1)
        cv2.putText(legend, text, (x + line, y + line - 9), FONT, size, (235, 235, 235), 1, cv2.LINE_AA)
    return legend
