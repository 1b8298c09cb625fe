"""What stands around plates in drawn scenes: vehicles, and things with text or edges that are no plate."""

from __future__ import annotations

import cv2
import numpy as np

from streamer.geometry import quad_of_box


def overlap(a: np.ndarray, b: np.ndarray) -> bool:
    """Return whether the upright boxes around two quads (4, 2) px come within 20 px of each other."""
    return bool((a.min(axis=0) - 20 < b.max(axis=0)).all() and (b.min(axis=0) - 20 < a.max(axis=0)).all())


def draw_vehicle(view: np.ndarray, quad: np.ndarray, rng: np.random.Generator) -> None:
    """Draw the front or rear of a vehicle around the plate: body, bumper, lamps, grille, window, badge."""
    centre = quad.mean(axis=0)
    w = float(np.linalg.norm(quad[1] - quad[0]))
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
    if rng.random() < 0.5:
        cv2.putText(
            view,
            str(rng.choice(["TDI", "GTI", "4x4", "CIVIC", "2.0", "SPORT", "LX", "HYBRID", "FOCUS"])),
            p(rng.uniform(0.05, 0.7), 0.5),
            2,
            max(0.25, w * 0.004),
            shade(rng.choice([0.3, 1.9])),
            1,
            cv2.LINE_AA,
        )


def distract(view: np.ndarray, quads: np.ndarray, chance: float, rng: np.random.Generator) -> None:
    """Draw, away from the plates, things that carry text or edges and are no plate; in place."""
    if rng.random() > chance:
        return
    h, w = view.shape[:2]
    for _ in range(int(rng.integers(1, 4))):
        size = np.array([np.exp(rng.uniform(np.log(25), np.log(220))), np.exp(rng.uniform(np.log(10), np.log(90)))])
        corner = rng.uniform(0, 1, 2) * np.maximum([w, h] - size, 1)
        box = quad_of_box(*corner, *size)
        if any(overlap(box, quad) for quad in quads):
            continue
        x, y = (int(v) for v in corner)
        bw, bh = (int(v) for v in size)
        paint = tuple(int(v) for v in rng.integers(0, 255, 3))
        ink = tuple(int(v) for v in (np.array(paint) + 128) % 256)
        word = "".join(rng.choice(list("ABCDEFGHIJKLMNOPRSTUVWZ0123456789  "), int(rng.integers(2, 14))))
        kind = rng.choice(["sign", "stamp", "shop", "grille", "round", "lines", "panel", "lamp"])
        if kind == "sign":
            cv2.rectangle(view, (x, y), (x + bw, y + bh), paint, -1)
            rows = int(rng.integers(2, 5))
            for row in range(rows):
                cv2.putText(
                    view,
                    word[: int(rng.integers(3, 15))],
                    (x + 3, y + int(bh * (row + 0.8) / rows)),
                    int(rng.choice([0, 2, 3])),
                    max(0.2, bh / rows / 32),
                    ink,
                    1,
                    cv2.LINE_AA,
                )
        elif kind == "stamp":
            date = f"{rng.integers(2005, 2026)}-{rng.integers(1, 13):02d}-{rng.integers(1, 29):02d}"
            clock = f"{rng.integers(24):02d}:{rng.integers(60):02d}:{rng.integers(60):02d}"
            text = str(
                rng.choice(
                    [f"{date} {clock}", f"CAM {rng.integers(1, 20):02d}", clock, f"{rng.integers(10, 130)} km/h"]
                )
            )
            place = (int(rng.choice([5, w // 2])), int(rng.choice([14, h - 6])))
            cv2.putText(
                view,
                text,
                place,
                int(rng.choice([0, 2, 5])),
                float(rng.uniform(0.3, 0.8)),
                (255, 255, 255) if rng.random() < 0.7 else ink,
                1,
                cv2.LINE_AA,
            )
        elif kind == "shop":
            cv2.putText(
                view,
                word.strip() or "SALE",
                (x, y + bh),
                int(rng.choice([0, 2, 3, 4])),
                bh / 26,
                ink,
                max(1, bh // 14),
                cv2.LINE_AA,
            )
        elif kind == "grille":
            cv2.rectangle(view, (x, y), (x + bw, y + bh), (20, 20, 20), -1)
            for k in range(2, bw, max(3, bw // int(rng.integers(6, 20)))):
                cv2.line(view, (x + k, y), (x + k, y + bh), (150, 150, 150), 1)
        elif kind == "round":
            cv2.circle(view, (x + bh // 2, y + bh // 2), bh // 2, (255, 255, 255), -1, cv2.LINE_AA)
            cv2.circle(view, (x + bh // 2, y + bh // 2), bh // 2, (30, 30, 200), max(1, bh // 8), cv2.LINE_AA)
            cv2.putText(
                view,
                str(rng.integers(2, 13) * 10),
                (x + bh // 5, y + int(bh * 0.68)),
                2,
                bh / 50,
                (0, 0, 0),
                max(1, bh // 25),
                cv2.LINE_AA,
            )
        elif kind == "lines":
            cv2.rectangle(view, (x, y), (x + bw, y + bh), (230, 230, 230), max(1, bh // 12))
        elif kind == "lamp":
            glow = np.zeros_like(view)
            cv2.circle(glow, (x, y), max(4, bh // 3), (255, 255, 255), -1, cv2.LINE_AA)
            view[:] = cv2.add(view, cv2.GaussianBlur(glow, (0, 0), max(2, bh / 6)))
        else:
            cv2.rectangle(view, (x, y), (x + bw, y + bh), paint, -1)
