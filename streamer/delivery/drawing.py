"""A frame as people want to see it: quads, track numbers, the vote so far, speed."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from streamer.datatypes import Character, FrameReport, TrackState, TrackView, Vote

Colour = tuple[int, int, int]
"""Blue, green, red."""

FONT = cv2.FONT_HERSHEY_SIMPLEX
WHITE: Colour = (255, 255, 255)
SHADE: Colour = (32, 32, 32)
STATE_COLOURS: dict[TrackState, Colour] = {
    TrackState.TENTATIVE: (200, 200, 200),
    TrackState.CONFIRMED: (80, 220, 80),
    TrackState.COASTING: (40, 160, 255),
}
FAR_PX = 1_000_000
"""Corners further out than this are drawn here; the drawing functions take 32-bit numbers."""


@dataclass(frozen=True, slots=True)
class Pen:
    """Sizes that stay readable from 640x360 to 4K."""

    text_px: int
    """Height of a capital letter."""
    line_px: int
    gap_px: int

    @staticmethod
    def for_image(image: np.ndarray) -> Pen:
        """Return the pen for an image (H, W, 3)."""
        text_px = int(np.clip(image.shape[0] / 45, 9, 60))
        return Pen(text_px, max(1, text_px // 7), max(2, text_px // 3))

    @property
    def scale(self) -> float:
        """The font's scale."""
        return cv2.getFontScaleFromHeight(FONT, self.text_px, self.line_px)

    def width(self, text: str) -> int:
        """Return the width of `text` in px."""
        return cv2.getTextSize(text, FONT, self.scale, self.line_px)[0][0]


def annotate(report: FrameReport) -> np.ndarray:
    """Return a copy of the frame's image with everything known about it drawn on.

    Returns
    -------
    np.ndarray
        (H, W, 3) uint8 BGR, as large as the frame. Quads are grey while tentative, green when confirmed and orange
        while coasting; over each stands the track's number and the vote so far, with a bar under each character as long
        and as green as it is certain. Above all: camera, frame number, frames a second, latency.
    """
    image = report.frame.image.copy()
    pen = Pen.for_image(image)
    tracks = [track for track in report.tracks if track.state in STATE_COLOURS and np.isfinite(track.quad).all()]
    for track in tracks:
        corners = np.clip(track.quad, -FAR_PX, FAR_PX).round().astype(np.int32)
        cv2.polylines(image, [corners], True, STATE_COLOURS[track.state], max(2, pen.line_px), cv2.LINE_AA)
    taken: list[tuple[int, int, int, int]] = [_header(image, pen, report)]
    for track in tracks:
        taken.append(_label(image, pen, track, report.votes.get(track.track_id), taken))
    return image


def _header(image: np.ndarray, pen: Pen, report: FrameReport) -> tuple[int, int, int, int]:
    """Draw the line above all and return its box: x, y, width, height."""
    parts = [report.camera, f"frame {report.frame.index}", f"{report.fps:.1f} fps", f"{report.latency_ms:.0f} ms"]
    text = "   ".join(parts).encode("ascii", "replace").decode()
    box = (0, 0, pen.width(text) + 2 * pen.gap_px, pen.text_px + 2 * pen.gap_px)
    _shade(image, box)
    _text(image, pen, text, pen.gap_px, pen.gap_px, WHITE)
    return box


def _label(
    image: np.ndarray,
    pen: Pen,
    track: TrackView,
    vote: Vote | None,
    taken: list[tuple[int, int, int, int]],
) -> tuple[int, int, int, int]:
    """Draw a track's number and vote beside its quad, off the boxes `taken`, and return its box."""
    number = f"#{track.track_id}"
    certainty = "" if vote is None else f"{vote.confidence:.0%}"
    characters = () if vote is None else vote.characters
    cell = pen.width("W") + pen.gap_px // 2
    wide = pen.width(number) + pen.gap_px * 2
    if vote is not None:
        wide += cell * len(characters) + pen.gap_px * 2 + pen.width(certainty)
    box = _free_place(image, track.quad, wide, pen.text_px + 3 * pen.gap_px, taken)
    _shade(image, box)
    x, y = box[0] + pen.gap_px, box[1] + pen.gap_px
    _text(image, pen, number, x, y, STATE_COLOURS[track.state])
    x += pen.width(number) + pen.gap_px
    for character in characters:
        _character(image, pen, character, x, y, cell)
        x += cell
    _text(image, pen, certainty, x + pen.gap_px // 2, y, WHITE)
    return box


def _character(image: np.ndarray, pen: Pen, character: Character, x: int, y: int, cell: int) -> None:
    """Draw one character over a bar of its certainty."""
    _text(image, pen, character.char, x, y, WHITE)
    certain = float(np.clip(np.nan_to_num(character.confidence), 0, 1))
    colour = (60, int(80 + 160 * certain), int(240 - 180 * certain))
    top = y + pen.text_px + pen.gap_px // 2
    length = max(1, round(certain * (cell - pen.gap_px // 2)))
    cv2.rectangle(image, (x, top), (x + length, top + max(1, pen.gap_px // 2)), colour, cv2.FILLED)


def _free_place(
    image: np.ndarray, quad: np.ndarray, wide: int, high: int, taken: list[tuple[int, int, int, int]]
) -> tuple[int, int, int, int]:
    """Return where a label fits: above the quad, else below, else the first free place further up or down."""
    height, width = image.shape[:2]
    (left, top), (_, bottom) = quad.min(axis=0), quad.max(axis=0)
    x = int(np.clip(left, 0, max(0, width - wide)))
    tops = [step for row in range(8) for step in (top - 4 - high * (row + 1), bottom + 4 + high * row)]
    places = [(x, int(y), wide, high) for y in tops if 0 <= y <= height - high]
    free = [place for place in places if not any(_overlap(place, box) for box in taken)]
    return (free or places or [(x, 0, wide, high)])[0]


def _overlap(a: tuple[int, int, int, int], b: tuple[int, int, int, int]) -> bool:
    return a[0] < b[0] + b[2] and b[0] < a[0] + a[2] and a[1] < b[1] + b[3] and b[1] < a[1] + a[3]


def _shade(image: np.ndarray, box: tuple[int, int, int, int]) -> None:
    """Darken a box, so that what is written on it can be read whatever lies below."""
    x, y, wide, high = box
    part = image[y : y + high, x : x + wide]
    part[:] = part // 4 + np.array(SHADE, np.uint8) // 2


def _text(image: np.ndarray, pen: Pen, text: str, x: int, y: int, colour: Colour) -> None:
    """Write text whose top left is at (x, y)."""
    cv2.putText(image, text, (x, y + pen.text_px), FONT, pen.scale, colour, pen.line_px, cv2.LINE_AA)
