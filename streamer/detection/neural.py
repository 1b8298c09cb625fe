"""The default detector: the project's own network, which gives each plate's four corners."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from streamer.config import DetectionConfig
from streamer.datatypes import Detection
from streamer.geometry import box_iou
from streamer.interfaces import Trace
from streamer.litert import Model
from streamer.outlines import draw_outlines
from streamer.places import models_dir

STRIDE = 8
"""Px of the network's input for each cell of its maps."""
PADDING = 114
"""Grey value around a frame that doesn't fill the input."""
UNIT = np.array([[-0.5, -0.5], [0.5, -0.5], [0.5, 0.5], [-0.5, 0.5]], np.float32)
"""Corners of an upright rectangle about its centre, in widths and heights."""
SAME_PLATE_IOU = 0.3
"""Two detections that overlap more are one plate."""


Found = tuple[np.ndarray, float]
"""A quad (4, 2) px and its score."""

TILE_SCALE = 0.5
"""Px of the network's input for each px of a frame that is looked at in tiles."""

MAX_ENLARGEMENT = 2.0
"""Small frames are enlarged at most this much."""


@dataclass(frozen=True, slots=True)
class Letterbox:
    """How a frame lies in the network's input: scaled alike in both directions, padded at the right and bottom."""

    scale: float
    """Px of the input for each px of the frame."""


def letterbox(image: np.ndarray, size_wh: tuple[int, int]) -> tuple[np.ndarray, Letterbox]:
    """Return the image in a canvas of `size_wh`, and how it lies there."""
    width, height = size_wh
    scale = min(width / image.shape[1], height / image.shape[0], MAX_ENLARGEMENT)
    inner = max(1, round(image.shape[1] * scale)), max(1, round(image.shape[0] * scale))
    small = image
    while small.shape[1] >= 2 * inner[0] and small.shape[0] >= 2 * inner[1]:
        # Averaging by exactly two is the one ratio that OpenCV does fast: 1080p takes a third of the time.
        half = small.shape[1] // 2, small.shape[0] // 2
        small = cv2.resize(small[: 2 * half[1], : 2 * half[0]], half, interpolation=cv2.INTER_AREA)
    if small.shape[1::-1] != inner:
        small = cv2.resize(small, inner, interpolation=cv2.INTER_LINEAR)
    if inner == size_wh:
        return small, Letterbox(scale)
    canvas = np.full((height, width, 3), PADDING, np.uint8)
    canvas[: inner[1], : inner[0]] = small
    return canvas, Letterbox(scale)


def decode(score: np.ndarray, place: np.ndarray, shape: np.ndarray, threshold: float) -> list[Found]:
    """Return the plates in the network's maps.

    Parameters
    ----------
    score
        (h, w, 1) logit of "a plate's centre is in this cell".
    place
        (h, w, 4) offset of the centre from the cell's in cells, x and y, and logarithm of width and height in cells.
    shape
        (h, w, 8) what the corners differ from an upright rectangle's, x and y, in widths and heights.
    threshold
        Score, 0 to 1, from which a peak counts.

    Returns
    -------
    Pairs of quad (4, 2) float32 px of the input and score, best first, without doubles.
    """
    logit = score[..., 0]
    peaks = cv2.dilate(logit, np.ones((3, 3), np.uint8))
    rows, cols = np.nonzero((logit >= peaks) & (logit >= _logit(threshold)))
    order = np.argsort(-logit[rows, cols], kind="stable")[:64]
    rows, cols = rows[order], cols[order]
    size = np.exp(np.clip(place[rows, cols, 2:4], -3, 5))
    centre = place[rows, cols, :2] + np.stack([cols, rows], axis=1) + 0.5
    quads = centre[:, None] + size[:, None] * (shape[rows, cols].reshape(-1, 4, 2) + UNIT)
    scores = 1 / (1 + np.exp(-logit[rows, cols]))
    found = zip((quads * STRIDE).astype(np.float32), scores.tolist(), strict=True)
    return without_doubles(list(found))


def _logit(score: float) -> float:
    """Return what the logistic function maps to a score: -inf for 0, inf for 1."""
    if score in (0, 1):
        return math.inf if score else -math.inf
    return math.log(score / (1 - score))


def without_doubles(found: Sequence[Found]) -> list[Found]:
    """Return quads and scores best first, without those that overlap a better one."""
    kept: list[Found] = []
    boxes: list[tuple[float, float, float, float]] = []
    for quad, value in sorted(found, key=lambda pair: -pair[1]):
        (x0, y0), (x1, y1) = quad.min(axis=0), quad.max(axis=0)
        box = float(x0), float(y0), float(x1 - x0), float(y1 - y0)
        if all(box_iou(box, other) < SAME_PLATE_IOU for other in boxes):
            kept.append((quad, value))
            boxes.append(box)
    return kept


def tiles(frame_wh: tuple[int, int], tile_wh: tuple[int, int]) -> list[tuple[int, int, int, int]]:
    """Return overlapping tiles that cover a frame: x, y, width and height in px, row by row.

    Neighbours share at least a quarter of a tile, so that a plate up to that size lies whole in one of them.
    """
    spans = []
    for length, tile in zip(frame_wh, tile_wh, strict=True):
        size = min(length, tile)
        count = 1 if length <= tile else math.ceil((length - tile) / (0.75 * tile)) + 1
        starts = [0] if count == 1 else [round(k * (length - size) / (count - 1)) for k in range(count)]
        spans.append((starts, size))
    (xs, w), (ys, h) = spans
    return [(x, y, w, h) for y in ys for x in xs]


class NeuralDetector:
    """Finds plates with the network named in the configuration.

    Parameters
    ----------
    config
        Which model, its threshold and threads, and whether large frames are also looked at in tiles.

    Raises
    ------
    ModelError
        The model is missing, broken, or not what its card says.
    """

    def __init__(self, config: DetectionConfig) -> None:
        self._model = Model(models_dir() / f"detector-{config.model}.tflite", "plate detector", config.threads)
        self._threshold = config.score_threshold
        self._tiles = config.tiles

    def detect(self, image: np.ndarray, trace: Trace | None = None) -> list[Detection]:
        """Return the plates of `image` (H, W, 3) uint8 BGR, best score first; quads in its pixels."""
        found = self._look(image, trace)
        height, width, _ = self._model.input_hwc
        frame_h, frame_w = image.shape[:2]
        tile_wh = round(width / TILE_SCALE), round(height / TILE_SCALE)
        if self._tiles and (frame_w > tile_wh[0] or frame_h > tile_wh[1]):
            for x, y, w, h in tiles((frame_w, frame_h), tile_wh):
                inside = self._look(image[y : y + h, x : x + w], None)
                found += [
                    (quad + np.array([x, y], np.float32), score)
                    for quad, score in inside
                    if not _is_cut(quad, (x, y, w, h), image)
                ]
        detections = [_detection(quad, score) for quad, score in without_doubles(found)]
        if trace:
            outlines = [(detection.quad, f"{detection.score:.2f}", True) for detection in detections]
            trace("quads", draw_outlines(image, outlines), f"{len(detections)} found")
        return detections

    def _look(self, image: np.ndarray, trace: Trace | None) -> list[Found]:
        """Run the network once; quads in pixels of `image`."""
        height, width, _ = self._model.input_hwc
        canvas, lie = letterbox(image, (width, height))
        score, place, shape = self._model.run(canvas)
        if trace:
            heat = (255 / (1 + np.exp(-score[..., 0]))).astype(np.uint8)
            large = cv2.resize(heat, (width, height), interpolation=cv2.INTER_NEAREST)
            trace("input", canvas, f"{width}x{height}, {lie.scale:.2f} px for each of the frame")
            trace("score map", large, f"peaks over {self._threshold}")
        found = decode(score, place, shape, self._threshold)
        return [(quad / np.float32(lie.scale), value) for quad, value in found]


def _is_cut(quad: np.ndarray, tile: tuple[int, int, int, int], image: np.ndarray) -> bool:
    """Return whether a quad, in pixels of its tile, reaches an edge of the tile that is none of the frame."""
    x, y, w, h = tile
    frame_h, frame_w = image.shape[:2]
    (x0, y0), (x1, y1) = quad.min(axis=0), quad.max(axis=0)
    return bool(
        (x0 < 1 and x > 0) or (y0 < 1 and y > 0) or (x1 > w - 2 and x + w < frame_w) or (y1 > h - 2 and y + h < frame_h)
    )


def _detection(quad: np.ndarray, score: float) -> Detection:
    quad = quad.astype(np.float32)
    quad.flags.writeable = False
    return Detection(quad, score)
