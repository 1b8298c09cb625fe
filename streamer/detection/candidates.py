"""What the classical detectors share: candidates with the reason of their refusal, and the choice among them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np

from streamer.config_methods import PlateShape
from streamer.datatypes import Detection
from streamer.detection.overview import Outline, draw_overview
from streamer.geometry import box_iou, quad_size


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """A region that may be a plate."""

    quad: np.ndarray
    """(4, 2) float32 px of the image it was found in, clockwise from the plate's own top left."""
    score: float
    """0 to 1."""
    refused: str
    """Why it is no plate; empty when it is kept."""


def upright_quad(corners: np.ndarray) -> np.ndarray:
    """Return four corners (4, 2) of a convex shape clockwise, from the one where the most level top side begins."""
    corners = np.asarray(corners, np.float32).reshape(4, 2)
    spokes = corners - corners.mean(axis=0)
    clockwise = corners[np.argsort(np.arctan2(spokes[:, 1], spokes[:, 0]), kind="stable")]
    sides = np.roll(clockwise, -1, axis=0) - clockwise
    length = np.maximum(np.linalg.norm(sides, axis=1), 1e-6)
    return np.roll(clockwise, -int(np.argmax(sides[:, 0] / length)), axis=0)


def shape_fault(quad: np.ndarray, image_hw: tuple[int, int], shape: PlateShape) -> str:
    """Return why a quad (4, 2) px can't be a plate in an image of this height and width; empty when it can."""
    width, height = quad_size(quad)
    image_h, image_w = image_hw
    if height < shape.height_min_px:
        return f"height {height:.0f} px"
    aspect = width / height
    if not shape.aspect_min <= aspect <= shape.aspect_max:
        return f"aspect {aspect:.1f}"
    area = width * height / (image_w * image_h)
    if not shape.area_min <= area <= shape.area_max:
        return f"area {100 * area:.2f} %"
    top = (quad[1] - quad[0] + quad[2] - quad[3]) / 2
    angle = abs(float(np.degrees(np.arctan2(top[1], top[0]))))
    return f"angle {angle:.0f} deg" if angle > shape.angle_max_deg else ""


def touches_border(points: np.ndarray, image_hw: tuple[int, int]) -> bool:
    """Tell whether points (n, 2) px reach the outermost pixels of an image of this height and width."""
    x, y = points[:, 0], points[:, 1]
    return bool(x.min() <= 0 or y.min() <= 0 or x.max() >= image_hw[1] - 1 or y.max() >= image_hw[0] - 1)


def scored(quad: np.ndarray, score: float, score_threshold: float) -> Candidate:
    """Return a candidate of plausible shape, refused when its score is too low."""
    return Candidate(quad, score, "" if score >= score_threshold else f"score {score:.2f}")


def settle(candidates: Sequence[Candidate], overlap_max: float) -> list[Candidate]:
    """Return the candidates in their order, of those that overlap only the best kept and the others refused.

    Greedy non-maximum suppression on upright boxes: a box that lies mostly inside a better one goes too.
    """
    settled = list(candidates)
    kept: list[Detection] = []
    for k in sorted(range(len(settled)), key=lambda k: -settled[k].score):
        if settled[k].refused:
            continue
        detection = _detection(settled[k])
        overlap = max((_overlap(detection.box, other.box) for other in kept), default=0.0)
        if overlap > overlap_max:
            settled[k] = replace(settled[k], refused=f"overlap {overlap:.2f}")
        else:
            kept.append(detection)
    return settled


def detections_of(settled: Sequence[Candidate]) -> list[Detection]:
    """Return the kept candidates as detections, best first."""
    return [_detection(c) for c in sorted(settled, key=lambda c: -c.score) if not c.refused]


def _detection(candidate: Candidate) -> Detection:
    quad = np.array(candidate.quad, np.float32)
    quad.flags.writeable = False
    return Detection(quad, float(candidate.score))


def _overlap(a: tuple[float, float, float, float], b: tuple[float, float, float, float]) -> float:
    """Return the intersection over union, or over the smaller box where that box lies inside the other."""
    iou = box_iou(a, b)
    shared = iou * (a[2] * a[3] + b[2] * b[3]) / (1 + iou)
    smaller = min(a[2] * a[3], b[2] * b[3])
    return max(iou, shared / smaller if smaller > 0 and shared > 0.7 * smaller else 0.0)


def draw_candidates(image: np.ndarray, candidates: Sequence[Candidate]) -> np.ndarray:
    """Return the image with kept candidates and their scores, refused ones and their reasons, and a legend."""
    by_weight = sorted(
        candidates, key=lambda c: (bool(c.refused), -c.score, -cv2.contourArea(c.quad.astype(np.float32)))
    )
    return draw_overview(image, [Outline(c.quad, c.refused or f"{c.score:.2f}", _reason(c)) for c in by_weight])


def candidate_notes(candidates: Sequence[Candidate]) -> str:
    """Return how many candidates were kept, and how many were refused for each reason."""
    reasons = [_reason(c) for c in candidates if c.refused]
    parts = [f"kept {len(candidates) - len(reasons)}"]
    parts += [f"refused {reasons.count(reason)} by {reason}" for reason in dict.fromkeys(reasons)]
    return ", ".join(parts)


def _reason(candidate: Candidate) -> str:
    """Return the word for why a candidate was refused, without its measure; empty when it was kept."""
    return candidate.refused.partition(" ")[0]


def beyond_the_largest(quad: np.ndarray, rank: int) -> Candidate:
    """Return a candidate that was not looked at, as so many larger ones came before it."""
    return Candidate(quad, 0.0, f"size rank {rank}")


def quad_of_contour(contour: np.ndarray) -> np.ndarray:
    """Return the smallest rotated rectangle around a contour, as an upright quad (4, 2)."""
    return upright_quad(cv2.boxPoints(cv2.minAreaRect(contour)))
