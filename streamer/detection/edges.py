"""Edge detector: a plate is a rectangle seen in perspective, four straight sides that close; gives true quads."""

from __future__ import annotations

import cv2
import numpy as np

from streamer.config_methods import EdgesConfig
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
    upright_quad,
)
from streamer.detection.characters import character_score
from streamer.interfaces import Trace
from streamer.pixels import grey_of, shrink_to_width


class EdgesDetector:
    """Finds plates among the four-sided outlines of the edge image.

    Parameters
    ----------
    config
        Smoothing, edge thresholds, how straight a side must be, and shape limits.
    score_threshold
        Detections below it are left out.

    Notes
    -----
    An outline is thinned to its corners (Douglas and Peucker); what leaves four of them, convex, is a candidate. The
    score is the share of a full row of characters found inside the region.

    References
    ----------
    J. Canny, A computational approach to edge detection, IEEE Trans. PAMI 8 (1986), 679-698.
    D. Douglas, T. Peucker, Algorithms for the reduction of the number of points, Cartographica 10 (1973), 112-122.
    """

    def __init__(self, config: EdgesConfig, score_threshold: float) -> None:
        self._config = config
        self._score_threshold = score_threshold

    def detect(self, image: np.ndarray, trace: Trace | None = None) -> list[Detection]:
        """Return the plates of `image` (H, W, 3) uint8 BGR, best score first; quads in its pixels."""
        config = self._config
        grey = grey_of(image)
        small, factor = shrink_to_width(grey, config.work_width)
        smooth = cv2.bilateralFilter(small, config.smooth_px, config.smooth_levels, config.smooth_px)
        edges = cv2.Canny(smooth, config.edge_low, config.edge_high)
        joined = cv2.morphologyEx(edges, cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
        contours = [
            contour
            for mask in (edges, joined)
            for contour in cv2.findContours(mask, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)[0]
        ]
        by_span = sorted(contours, key=_span, reverse=True)
        candidates = [self._judge(grey, contour, factor) for contour in by_span[: config.contours_max]]
        if trace:
            candidates += [
                beyond_the_largest(_box_quad(contour, factor), rank)
                for rank, contour in enumerate(by_span[config.contours_max :], config.contours_max + 1)
            ]
        candidates = settle(candidates, config.overlap_max)
        if trace:
            trace("grey", small, f"{small.shape[1]} px wide")
            trace("smooth", smooth, "")
            trace("edges", edges, "")
            trace("joined", joined, "")
            trace("candidates", draw_candidates(image, candidates), candidate_notes(candidates))
        return detections_of(candidates)

    def _judge(self, grey: np.ndarray, contour: np.ndarray, factor: float) -> Candidate:
        hull = cv2.convexHull(contour)
        corners = four_corners(hull, self._config.corner_tolerance)
        if corners is None:
            return Candidate(_box_quad(contour, factor), 0.0, "corners not four")
        quad = (upright_quad(corners) + 0.5) * factor
        fault = shape_fault(quad, grey.shape[:2], self._config)
        if fault:
            return Candidate(quad, 0.0, fault)
        return scored(quad, character_score(grey, quad, margin=(0.0, 0.0)), self._score_threshold)


def four_corners(hull: np.ndarray, tolerance: float) -> np.ndarray | None:
    """Return the four corners (4, 2) of a convex outline, or None when it isn't four-sided.

    Parameters
    ----------
    hull
        (n, 1, 2) px.
    tolerance
        Largest distance of the outline from its sides, as a share of its length around. The smallest that leaves four
        corners is taken, so that a corner stays where it is.
    """
    around = cv2.arcLength(hull, True)
    for share in np.linspace(tolerance / 3, tolerance, 4):
        corners = cv2.approxPolyDP(hull, share * around, True)
        if len(corners) == 4:
            return corners.reshape(4, 2).astype(np.float32)
        if len(corners) < 4:
            return None
    return None


def _box_quad(contour: np.ndarray, factor: float) -> np.ndarray:
    """Return the smallest rotated rectangle around a contour, in pixels of an image that is `factor` times as large."""
    return (quad_of_contour(contour) + 0.5) * factor


def _span(contour: np.ndarray) -> int:
    """Return the area of the upright box around a contour: an open outline has none of its own."""
    _, _, w, h = cv2.boundingRect(contour)
    return w * h
