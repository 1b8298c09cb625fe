"""What stands around plates in drawn scenes: vehicles, and things with text or edges that are no plate."""

from __future__ import annotations

import cv2
import numpy as np

from models.training.camera import paste_plate, pose_quad
from models.training.signs import Sign, Signs

TWO_WHEELS_ASPECT = 1.8
"""Plates narrower than this for their height are often on motorcycles."""

NEAR_SHARE = 0.55
"""Share of what is drawn beside plates that stands near one."""


def overlap(a: np.ndarray, b: np.ndarray, gap: float = 20) -> bool:
    """Return whether the upright boxes around two quads (4, 2) px come within `gap` px of each other."""
    return bool((a.min(axis=0) - gap < b.max(axis=0)).all() and (b.min(axis=0) - gap < a.max(axis=0)).all())


def draw_vehicle(view: np.ndarray, quad: np.ndarray, rng: np.random.Generator) -> None:
    """Draw the front or rear of a vehicle around the plate: body, bumper, lamps, grille, window, recess."""
    centre = quad.mean(axis=0)
    w = float(np.linalg.norm(quad[1] - quad[0]))
    aspect = w / max(float(np.linalg.norm(quad[3] - quad[0])), 1.0)
    if aspect < TWO_WHEELS_ASPECT and rng.random() < 0.6:
        body_w, body_h = w * rng.uniform(1.1, 2.2), w * rng.uniform(1.6, 4.0)
    else:
        body_w, body_h = w * rng.uniform(2.6, 4.6), w * rng.uniform(1.6, 3.2)
    x0, y0 = centre[0] - body_w * rng.uniform(0.4, 0.6), centre[1] - body_h * rng.uniform(0.45, 0.8)
    colour = rng.integers(5, 240) + rng.normal(0, 25, 3)

    def shade(factor: float) -> tuple[float, ...]:
        return tuple(float(v) for v in np.clip(colour * factor, 0, 255))

    def p(u: float, v: float) -> tuple[int, int]:
        return int(x0 + u * body_w), int(y0 + v * body_h)

    cv2.rectangle(view, p(0, 0), p(1, 1), shade(1), -1)
    for _ in range(5):
        v = rng.uniform(0.1, 0.95)
        cv2.line(
            view,
            p(0, v),
            p(1, v + rng.normal(0, 0.02)),
            shade(rng.uniform(0.4, 1.5)),
            max(1, int(w * rng.uniform(0.01, 0.08))),
        )
    if rng.random() < 0.7:
        cv2.rectangle(
            view,
            p(0.08, 0.02),
            p(0.92, rng.uniform(0.2, 0.4)),
            tuple(float(v) for v in rng.integers(10, 110, 3)),
            -1,
        )
    lamp = (30.0, 30.0, 190.0) if rng.random() < 0.5 else tuple(float(v) for v in rng.integers(150, 255, 3))
    v = rng.uniform(0.4, 0.6)
    for u in (0.02, 0.78):
        cv2.rectangle(view, p(u, v), p(u + 0.2, v + rng.uniform(0.08, 0.2)), lamp, -1)
    if rng.random() < 0.6:
        top = rng.uniform(0.4, 0.75)
        for k in range(int(rng.integers(2, 7))):
            cv2.line(
                view,
                p(0.25, top + k * 0.03),
                p(0.75, top + k * 0.03),
                shade(rng.choice([0.2, 1.6])),
                max(1, int(w * 0.02)),
            )
    cv2.line(view, p(0, 0.7), p(1, 0.7), shade(0.5), max(1, int(w * 0.03)))
    if rng.random() < 0.4:
        recess = np.round(quad + (quad - centre) * rng.uniform([0.1, 0.1], [0.6, 0.9])).astype(np.int32)
        cv2.fillConvexPoly(view, recess, shade(rng.choice([0.15, 0.6, 0.8, 1.3])), cv2.LINE_AA)


def distract(view: np.ndarray, quads: np.ndarray, chance: float, signs: Signs, rng: np.random.Generator) -> None:
    """Draw, away from the plates, things that carry text or edges and are no plate; in place.

    Half of those with text stand near a plate and are about as large, as what is on a vehicle is.
    """
    if rng.random() > chance:
        return
    h, w = view.shape[:2]
    for _ in range(int(rng.integers(1, 5))):
        kind = rng.choice(["sign", "stamp", "grille", "lines", "lamp"], p=[0.68, 0.08, 0.1, 0.07, 0.07])
        if kind == "stamp":
            _draw_stamp(view, rng)
            continue
        sign = signs.draw() if kind == "sign" else Sign(_grille(rng), None)
        aspect = sign.image.shape[1] / sign.image.shape[0] * (1 if kind == "sign" else np.exp(rng.uniform(-1, 1)))
        width = float(np.exp(rng.uniform(np.log(18), np.log(230))))
        centre = rng.uniform(0, 1, 2) * [w, h]
        if len(quads) and rng.random() < NEAR_SHARE:
            plate = quads[rng.integers(len(quads))]
            size = np.ptp(plate, axis=0)
            width = float(size[0] * np.exp(rng.uniform(np.log(0.25), np.log(1.8))))
            centre = plate.mean(axis=0) + rng.uniform(-1, 1, 2) * [2.0, 1.6] * size[0]
        quad = (pose_quad(width, width / aspect, rng, 0.7) + centre).astype(np.float32)
        if any(overlap(quad, other, 2) for other in quads):
            continue
        if kind in ("sign", "grille"):
            paste_plate(view, sign.image, quad, sign.cover)
        elif kind == "lines":
            cv2.polylines(view, [quad.astype(np.int32)], True, (230, 230, 230), max(1, int(width / 40)), cv2.LINE_AA)
        else:
            glow = np.zeros_like(view)
            at = int(centre[0]), int(centre[1])
            cv2.circle(glow, at, max(3, int(width / 8)), (255, 255, 255), -1, cv2.LINE_AA)
            view[:] = cv2.add(view, cv2.GaussianBlur(glow, (0, 0), max(2, width / 16)))


def _draw_stamp(view: np.ndarray, rng: np.random.Generator) -> None:
    """Write what a camera writes into its picture, in place: a time, its name, a speed."""
    date = f"{rng.integers(2005, 2026)}-{rng.integers(1, 13):02d}-{rng.integers(1, 29):02d}"
    clock = f"{rng.integers(24):02d}:{rng.integers(60):02d}:{rng.integers(60):02d}"
    text = str(
        rng.choice([f"{date} {clock}", f"CAM {rng.integers(1, 20):02d}", clock, f"{rng.integers(10, 130)} km/h"])
    )
    place = int(rng.choice([5, view.shape[1] // 2])), int(rng.choice([14, view.shape[0] - 6]))
    ink = (255, 255, 255) if rng.random() < 0.7 else tuple(int(v) for v in rng.integers(0, 256, 3))
    scale = float(rng.uniform(0.3, 0.8))
    if rng.random() < 0.3:
        (wide, high), base = cv2.getTextSize(text, cv2.FONT_HERSHEY_DUPLEX, scale, 1)
        far = place[0] + wide + 2, place[1] + base
        cv2.rectangle(view, (place[0] - 2, place[1] - high - 2), far, (0, 0, 0), -1)
        ink = (255, 255, 255)
    cv2.putText(view, text, place, int(rng.choice([0, 2, 5])), scale, ink, 1, cv2.LINE_AA)


def _grille(rng: np.random.Generator) -> np.ndarray:
    """Return a flat grille (h, w, 3) uint8 BGR: bars before the dark, or a mesh, in a frame of chrome or black."""
    h, w = 90, 240
    image = np.full((h, w, 3), int(rng.integers(5, 60)), np.uint8)
    shade = (int(rng.integers(70, 240)),) * 3
    across, along = rng.choice([[1, 0], [0, 1], [1, 1]])
    if across:
        for x in np.linspace(0, w, int(rng.integers(6, 26))):
            cv2.line(image, (int(x), 0), (int(x), h), shade, int(rng.integers(2, 8)))
    if along:
        for y in np.linspace(0, h, int(rng.integers(3, 10))):
            cv2.line(image, (0, int(y)), (w, int(y)), shade, int(rng.integers(2, 8)))
    if rng.random() < 0.6:
        cv2.rectangle(image, (0, 0), (w, h), shade, int(rng.integers(4, 16)))
    return image
