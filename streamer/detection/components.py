"""Component detector: a plate is a connected region of a plate's size, with a row of characters in it."""

from __future__ import annotations

import cv2
import numpy as np

from streamer.config_methods import ComponentsConfig
from streamer.datatypes import Detection
from streamer.detection.candidates import (
    Candidate,
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
from streamer.geometry import quad_of_box
from streamer.interfaces import Trace
from streamer.pixels import grey_of, local_ink, otsu_ink, shrink_to_width


class ComponentsDetector:
    """Finds plates among the connected components of the binarized image.

    Parameters
    ----------
    config
        Binarization, and what a plate's component can be.
    score_threshold
        Detections below it are left out.

    Notes
    -----
    The image is binarized by Otsu's threshold, which finds a plate on a darker car, and against its surroundings,
    which finds one on a car of its own brightness; the components of each, light and dark, are looked at. The score is
    the share of a full row of characters found inside the region.
    """

    def __init__(self, config: ComponentsConfig, score_threshold: float) -> None:
        self._config = config
        self._score_threshold = score_threshold

    def detect(self, image: np.ndarray, trace: Trace | None = None) -> list[Detection]:
        """Return the plates of `image` (H, W, 3) uint8 BGR, best score first; quads in its pixels."""
        grey = grey_of(image)
        small, factor = shrink_to_width(grey, self._config.work_width)
        if trace:
            trace("grey", small, f"{small.shape[1]} px wide")
        candidates: list[Candidate] = []
        for name, mask in self._masks(small):
            if trace:
                trace(name, mask, "")
            candidates += self._candidates(grey, mask, factor, trace)
        candidates = settle(candidates, self._config.overlap_max)
        if trace:
            trace("candidates", draw_candidates(image, candidates), candidate_notes(candidates))
        return detections_of(candidates)

    def _masks(self, small: np.ndarray) -> list[tuple[str, np.ndarray]]:
        window, offset = self._config.window_px, self._config.offset
        return [
            ("light by Otsu", 255 - otsu_ink(small)),
            ("dark by Otsu", otsu_ink(small)),
            ("lighter than around", local_ink(255 - small, window, offset)),
            ("darker than around", local_ink(small, window, offset)),
        ]

    def _candidates(self, grey: np.ndarray, mask: np.ndarray, factor: float, trace: Trace | None) -> list[Candidate]:
        """Return what may be a plate among the components of `mask`, with quads in pixels of `grey`.

        Specks, of which there are thousands, are among them only when there is a trace to show them.
        """
        mask_h, mask_w = mask.shape
        labels, stats = cv2.connectedComponentsWithStats(mask, connectivity=4)[1:3]
        candidates = []
        for label in range(1, len(stats)):
            x, y, w, h, area = (int(v) for v in stats[label])
            speck = self._too_small(h * factor, area / (mask_w * mask_h))
            if speck:
                if trace:
                    candidates.append(Candidate(quad_of_box(x, y, w, h) * factor, 0.0, speck))
                continue
            points = _outline(labels[y : y + h, x : x + w] == label) + np.array([x, y])
            quad = (quad_of_contour(points) + 0.5) * factor
            fault = self._fault(quad, points, (w, h), area, mask.shape, factor)
            if fault:
                candidates.append(Candidate(quad, 0.0, fault))
            else:
                candidates.append(scored(quad, character_score(grey, quad), self._score_threshold))
        return candidates

    def _too_small(self, height_px: float, area: float) -> str:
        """Return why a component can't be a plate however it is turned; empty when it can.

        Parameters
        ----------
        height_px
            Of its upright box.
        area
            Of its pixels, as a share of the image.
        """
        if height_px < self._config.height_min_px:
            return f"height {height_px:.0f} px"
        return f"area {100 * area:.2f} %" if area < self._config.area_min * self._config.extent_min else ""

    def _fault(
        self,
        quad: np.ndarray,
        points: np.ndarray,
        box_wh: tuple[int, int],
        area: int,
        mask_hw: tuple[int, ...],
        factor: float,
    ) -> str:
        config = self._config
        mask_h, mask_w = mask_hw
        box_w, box_h = box_wh
        if box_w > config.width_max * mask_w:
            return f"width {100 * box_w / mask_w:.0f} %"
        if box_h > config.height_max * mask_h:
            return f"height {100 * box_h / mask_h:.0f} %"
        if touches_border(points, (mask_h, mask_w)):
            return "border touched"
        fault = shape_fault(quad, (round(mask_h * factor), round(mask_w * factor)), config)
        if fault:
            return fault
        width, height = cv2.minAreaRect(points.astype(np.float32))[1]
        extent = area / ((width + 1) * (height + 1))
        return f"extent {extent:.2f}" if extent < config.extent_min else ""


def _outline(component: np.ndarray) -> np.ndarray:
    """Return the points (n, 2) of the outlines of a component's pieces, (h, w) bool, in its pixels."""
    contours = cv2.findContours(component.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)[0]
    return np.concatenate([contour.reshape(-1, 2) for contour in contours])
