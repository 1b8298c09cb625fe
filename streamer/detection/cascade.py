"""Cascade detector: OpenCV's boosted cascade of simple features, trained by others or by the user."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import cv2
import numpy as np
from cv2.data import haarcascades

from streamer.config_methods import CascadeConfig
from streamer.datatypes import Detection
from streamer.detection.candidates import candidate_notes, detections_of, draw_candidates, scored, settle
from streamer.errors import ModelError
from streamer.geometry import quad_of_box
from streamer.interfaces import Trace
from streamer.pixels import grey_of


class CascadeDetector:
    """Finds plates with a cascade classifier.

    Parameters
    ----------
    config
        File or name of the cascade, scan steps and size limits.
    score_threshold
        Detections below it are left out.

    Raises
    ------
    ModelError
        When the cascade is missing or is none.

    Notes
    -----
    A window that n neighbouring windows agree with scores n / (n + neighbours_min): one half for as many as are asked
    for at least, and nearer to one the more there are.

    References
    ----------
    P. Viola, M. Jones, Rapid object detection using a boosted cascade of simple features, CVPR 2001.
    """

    def __init__(self, config: CascadeConfig, score_threshold: float) -> None:
        self._config = config
        self._score_threshold = score_threshold
        self._cascade = load_cascade(config.file)

    def detect(self, image: np.ndarray, trace: Trace | None = None) -> list[Detection]:
        """Return the plates of `image` (H, W, 3) uint8 BGR, best score first; quads in its pixels."""
        config = self._config
        level = cv2.equalizeHist(grey_of(image)) if config.equalize else grey_of(image)
        image_h, image_w = level.shape
        largest = max(1, round(config.width_max * image_w)), max(1, round(config.height_max * image_h))
        boxes, neighbours = self._cascade.detectMultiScale2(
            level,
            scaleFactor=config.scale_factor,
            minNeighbors=config.neighbours_min,
            minSize=(config.width_min_px, 1),
            maxSize=largest,
        )
        candidates = [
            scored(quad_of_box(*map(float, box)), float(n / (n + max(config.neighbours_min, 1))), self._score_threshold)
            for box, n in zip(boxes, np.ravel(neighbours), strict=True)
        ]
        candidates = settle(candidates, config.overlap_max)
        if trace:
            trace("grey", level, "equalized" if config.equalize else "")
            trace("candidates", draw_candidates(image, candidates), candidate_notes(candidates))
        return detections_of(candidates)


def load_cascade(file: str) -> cv2.CascadeClassifier:
    """Open a cascade by path, or by the name of one that comes with OpenCV.

    Raises
    ------
    ModelError
        When there is no such file, or it holds no cascade.
    """
    path = cascade_path(file)
    try:
        cascade = cv2.CascadeClassifier(str(path))
    except (cv2.error, SystemError) as error:
        raise ModelError(f"detection.cascade.file: {path} is no cascade classifier") from error
    if cascade.empty():
        raise ModelError(f"detection.cascade.file: {path} is no cascade classifier")
    return cascade


def cascade_path(file: str) -> Path:
    """Return where a cascade lies: the file itself, or the one of that name that comes with OpenCV.

    Raises
    ------
    ModelError
        When there is neither.
    """
    bundled = Path(haarcascades)
    path = Path(file)
    with suppress(RuntimeError, OSError):
        path = path.expanduser()
        if path.is_file():
            return path
    if path.name == file and (bundled / file).is_file():
        return bundled / file
    plates = ", ".join(sorted(p.name for p in bundled.glob("*plate*.xml")))
    raise ModelError(f"detection.cascade.file: no cascade {file!r}: give a file, or a name of OpenCV's own: {plates}")
