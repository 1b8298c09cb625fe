"""The default detector: the project's own network, which gives each plate's four corners."""

from __future__ import annotations

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
PADDING = 114
UNIT = np.array([[-0.5, -0.5], [0.5, -0.5], [0.5, 0.5], [-0.5, 0.5]], np.float32)
SAME_PLATE_IOU = 0.3
"""Two detections that overlap more are one plate."""


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
    kind = cv2.INTER_AREA if scale < 0.6 else cv2.INTER_LINEAR
    small = cv2.resize(image, inner, interpolation=kind)
    if inner == size_wh:
        return small, Letterbox(scale)
    canvas = np.full((height, width, 3), PADDING, np.uint8)
    canvas[: inner[1], : inner[0]] = small
    return canvas, Letterbox(scale)


def decode(score: np.ndarray, place: np.ndarray, shape: np.ndarray, threshold: float) -> list[tuple[np.ndarray, float]]:
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
    rows, cols = np.nonzero((logit >= peaks) & (logit > np.log(threshold / (1 - threshold))))
    order = np.argsort(-logit[rows, cols], kind="stable")[:64]
    rows, cols = rows[order], cols[order]
    size = np.exp(np.clip(place[rows, cols, 2:4], -3, 5))
    centre = place[rows, cols, :2] + np.stack([cols, rows], axis=1) + 0.5
    quads = centre[:, None] + size[:, None] * (shape[rows, cols].reshape(-1, 4, 2) + UNIT)
    scores = 1 / (1 + np.exp(-logit[rows, cols]))
    kept: list[tuple[np.ndarray, float]] = []
    boxes: list[tuple[float, float, float, float]] = []
    for quad, value in zip((quads * STRIDE).astype(np.float32), scores, strict=True):
        (x0, y0), (x1, y1) = quad.min(axis=0), quad.max(axis=0)
        box = float(x0), float(y0), float(x1 - x0), float(y1 - y0)
        if all(box_iou(box, other) < SAME_PLATE_IOU for other in boxes):
            kept.append((quad, float(value)))
            boxes.append(box)
    return kept


class NeuralDetector:
    """Finds plates with the network named in the configuration.

    Parameters
    ----------
    config
        Which model, its threshold and its threads.

    Raises
    ------
    ModelError
        The model is missing, broken, or not what its card says.
    """

    def __init__(self, config: DetectionConfig) -> None:
        self._model = Model(models_dir() / f"detector-{config.model}.tflite", "plate detector", config.threads)
        self._threshold = config.score_threshold

    def detect(self, image: np.ndarray, trace: Trace | None = None) -> list[Detection]:
        """Return the plates of `image` (H, W, 3) uint8 BGR, best score first; quads in its pixels."""
        height, width, _ = self._model.input_hwc
        canvas, lie = letterbox(image, (width, height))
        score, place, shape = self._model.run(canvas)
        found = []
        for quad, value in decode(score, place, shape, self._threshold):
            in_frame = (quad + 0.5) / np.float32(lie.scale) - np.float32(0.5)
            in_frame.flags.writeable = False
            found.append(Detection(in_frame, value))
        if trace:
            heat = (255 / (1 + np.exp(-score[..., 0]))).astype(np.uint8)
            trace("input", canvas, f"{width}x{height}, {lie.scale:.2f} px for each of the frame")
            trace("score map", cv2.resize(heat, (width, height), interpolation=cv2.INTER_NEAREST), f"peaks over {self._threshold}")
            trace("quads", draw_outlines(image, [(d.quad, f"{d.score:.2f}", True) for d in found]), f"{len(found)} found")
        return found
