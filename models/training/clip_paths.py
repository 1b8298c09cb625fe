"""How vehicles of synthetic clips move: the pose of a vehicle's visible face at each moment."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from models.training.clip_vehicles import Pose

Motion = Callable[[float], Pose]
"""Seconds from the clip's start to a pose."""


def approach(rng: np.random.Generator, start_s: float, lane_m: float) -> Motion:
    """Drive towards the camera."""
    speed, far = rng.uniform(5, 10), rng.uniform(20, 28)
    yaw = rng.normal(0, 0.05)
    return lambda t: Pose(lane_m, far - speed * (t - start_s), yaw)


def recede(rng: np.random.Generator, start_s: float, lane_m: float) -> Motion:
    """Drive away from the camera."""
    speed, yaw = rng.uniform(4, 9), rng.normal(0, 0.05)
    return lambda t: Pose(lane_m, 2 + speed * (t - start_s), yaw)


def cross(rng: np.random.Generator, start_s: float, lane_m: float) -> Motion:
    """Pass from one side to the other, the face turned to the camera."""
    side = float(rng.choice([-1, 1]))
    speed, distance = rng.uniform(3, 6), 7 + abs(lane_m) + rng.uniform(0, 4)
    return lambda t: Pose(side * (9 - speed * (t - start_s)), distance, side * 0.35)


def turn(rng: np.random.Generator, start_s: float, lane_m: float) -> Motion:
    """Come nearer while turning to one side."""
    side = float(rng.choice([-1, 1]))
    speed, far, rate = rng.uniform(4, 7), rng.uniform(18, 24), rng.uniform(0.1, 0.2)

    def pose(t: float) -> Pose:
        gone = max(0.0, t - start_s)
        yaw = side * rate * gone
        return Pose(lane_m + side * 0.5 * speed * rate * gone**2, far - speed * gone, yaw)

    return pose


def stop_and_go(rng: np.random.Generator, start_s: float, lane_m: float) -> Motion:
    """Come near, stop for a while, and drive on past the camera."""
    speed, far, halt = rng.uniform(6, 10), rng.uniform(20, 26), rng.uniform(7, 10)
    arrive = (far - halt) / speed
    pause = rng.uniform(0.8, 1.6)

    def pose(t: float) -> Pose:
        gone = t - start_s
        driven = min(gone, arrive) + max(0.0, gone - arrive - pause)
        return Pose(lane_m, far - speed * driven, 0.0)

    return pose


def parked(rng: np.random.Generator, start_s: float, lane_m: float) -> Motion:
    """Stand beside the road all the time."""
    distance = rng.uniform(12, 16)
    place = Pose(float(np.sign(lane_m or 1.0)) * 0.22 * distance, distance, rng.normal(0, 0.15))
    return lambda t: place


MOTIONS: dict[str, Callable[[np.random.Generator, float, float], Motion]] = {
    "approach": approach,
    "recede": recede,
    "cross": cross,
    "turn": turn,
    "stop": stop_and_go,
    "parked": parked,
}
"""The ways to move, by name."""


def overtake(rng: np.random.Generator, start_s: float) -> tuple[Motion, Motion]:
    """Two vehicles come nearer side by side, one faster than the other."""
    slow, fast, far = rng.uniform(4, 6), rng.uniform(8, 11), rng.uniform(17, 21)
    return (
        lambda t: Pose(-1.5, far - slow * (t - start_s), 0.0),
        lambda t: Pose(1.5, far + 6 - fast * (t - start_s), 0.0),
    )


def follow(rng: np.random.Generator, start_s: float) -> tuple[Motion, Motion]:
    """Two vehicles come nearer closely one behind the other, slightly apart so that both plates show."""
    speed, far, gap = rng.uniform(5, 8), rng.uniform(18, 22), rng.uniform(5.5, 7)
    return (
        lambda t: Pose(-0.6, far - speed * (t - start_s), 0.0),
        lambda t: Pose(1.1, far + gap - speed * (t - start_s), 0.0),
    )


def meet(rng: np.random.Generator, start_s: float) -> tuple[Motion, Motion]:
    """One vehicle passes in front of another from the side: their plates cross in the picture."""
    speed, back, distance = rng.uniform(3.5, 5.5), rng.uniform(3, 5), rng.uniform(8, 10)
    return (
        lambda t: Pose(8 - speed * (t - start_s), distance, 0.3),
        lambda t: Pose(-7 + 0.8 * speed * (t - start_s), distance + back + 3, -0.3),
    )


PAIRS: tuple[Callable[[np.random.Generator, float], tuple[Motion, Motion]], ...] = (overtake, follow, meet)
"""Two vehicles that could be confused."""
