"""Morphological detector: characters are small spots of contrast, close together, on a region of even light."""

from __future__ import annotations

import cv2
import numpy as np

from streamer.config_methods import BlackhatConfig
from streamer.datatypes import Detection
from streamer.detection.candidates import (
    Candidate,
    beyond_the_largest,
    candidate_notes,
    detections_of,
    draw_candidates,
    quad_of_contour,
    scored,
    settle,
    shape_fault,
    touches_border,
)
from streamer.detection.characters import character_score
from streamer.interfaces import Trace
from streamer.pixels import grey_of, shrink_to_width


class BlackhatDetector:
    """Finds plates by black-hat (dark characters) and top-hat (light characters) morphology.

    Parameters
    ----------
    config
        Sizes, shape limits and polarity.
    score_threshold
        Detections below it are left out.

    Notes
    -----
    The kernel fits plates of one size, so the image is looked at in several. The score is the share of a full row of
    characters found inside the region.

    References
    ----------
    J. Serra, Image Analysis and Mathematical Morphology, 1982, for the top-hat and its dual.
    """

    def __init__(self, config: BlackhatConfig, score_threshold: float) -> None:
        self._config = config
        self._score_threshold = score_threshold

    def detect(self, image: np.ndarray, trace: Trace | None = None) -> list[Detection]:
        """Return the plates of `image` (H, W, 3) uint8 BGR, best score first; quads in its pixels."""
        grey = grey_of(image)
        polarities = {"both": ("dark", "light"), "dark": ("dark",), "light": ("light",)}[self._config.characters]
        candidates: list[Candidate] = []
        for width in self._config.work_widths:
            small, factor = shrink_to_width(grey, width)
            if trace:
                trace(f"grey, {small.shape[1]} px", small, "")
            for polarity in polarities:
                side = small if polarity == "dark" else 255 - small
                candidates += self._candidates(grey, side, factor, polarity, trace)
            if factor == 1.0:
                break
        candidates = settle(candidates, self._config.overlap_max)
        if trace:
            trace("candidates", draw_candidates(image, candidates), candidate_notes(candidates))
        return detections_of(candidates)

    def _candidates(
        self, grey: np.ndarray, small: np.ndarray, factor: float, polarity: str, trace: Trace | None
    ) -> list[Candidate]:
        """Return the candidates of dark characters in `small`, with quads in pixels of `grey`."""
        mask = text_mask(small, self._config, polarity, trace)
        contours = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)[0]
        by_area = sorted(contours, key=cv2.contourArea, reverse=True)
        most = self._config.contours_max
        judged = [self._judge(grey, contour.reshape(-1, 2), small.shape[:2], factor) for contour in by_area[:most]]
        if trace:
            judged += [
                beyond_the_largest((quad_of_contour(contour) + 0.5) * factor, rank)
                for rank, contour in enumerate(by_area[most:], most + 1)
            ]
        return judged

    def _judge(self, grey: np.ndarray, contour: np.ndarray, small_hw: tuple[int, int], factor: float) -> Candidate:
        config = self._config
        quad = (quad_of_contour(contour) + 0.5) * factor
        fault = shape_fault(quad, grey.shape[:2], config)
        if not fault and config.clear_border and touches_border(contour, small_hw):
            fault = "border touched"
        if fault:
            return Candidate(quad, 0.0, fault)
        return scored(quad, character_score(grey, quad), self._score_threshold)


def text_mask(grey: np.ndarray, config: BlackhatConfig, polarity: str, trace: Trace | None) -> np.ndarray:
    """Return the mask (0, 255) of regions full of dark strokes on light ground, (h, w) like `grey`."""
    wide, tall = config.kernel_width_px, config.kernel_height_px
    plate_shaped = cv2.getStructuringElement(cv2.MORPH_RECT, (wide, tall))
    hat = cv2.morphologyEx(grey, cv2.MORPH_BLACKHAT, plate_shaped)
    gradient = np.abs(cv2.Scharr(hat, cv2.CV_32F, 1, 0))
    gradient = cv2.convertScaleAbs(gradient, alpha=255 / max(float(gradient.max()), 1.0))
    joined = cv2.morphologyEx(cv2.GaussianBlur(gradient, (5, 5), 0), cv2.MORPH_CLOSE, plate_shaped)
    strokes = cv2.threshold(joined, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)[1]
    dot = np.ones((3, 3), np.uint8)
    cleaned = cv2.dilate(cv2.erode(strokes, dot, iterations=config.erosions), dot, iterations=config.dilations)
    square = cv2.getStructuringElement(cv2.MORPH_RECT, (config.light_kernel_px, config.light_kernel_px))
    closed = cv2.morphologyEx(grey, cv2.MORPH_CLOSE, square)
    light = cv2.threshold(closed, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)[1]
    masked = cv2.morphologyEx(cv2.bitwise_and(cleaned, light), cv2.MORPH_CLOSE, plate_shaped)
    if trace:
        for name, picture in (
            ("hat, equalized", cv2.equalizeHist(hat)),
            ("gradient", gradient),
            ("joined", joined),
            ("strokes", strokes),
            ("cleaned", cleaned),
            ("light regions", light),
            ("masked", masked),
        ):
            trace(f"{name} ({polarity}, {grey.shape[1]} px)", picture, f"{polarity} characters")
    return masked
