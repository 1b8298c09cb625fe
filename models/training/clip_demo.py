"""The clip that comes with the project: three vehicles on a drawn road, nothing in it is a photograph."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from models.training.clip_light import Shooting
from models.training.clip_paths import Motion
from models.training.clip_roads import road_background
from models.training.clip_scenes import RoadScene
from models.training.clip_vehicles import Camera, Pose, make_vehicle
from models.training.clips import film
from models.training.looks import LOOKS
from models.training.plates import PlateRenderer
from streamer.evaluation.labelled import LabelledClip

SIZE_WH = (1280, 720)
SECONDS = 8.0
COUNTRIES = ("de", "gb", "es")
SEED = 8


def make_demo(path: Path, fonts: Path, formats: Path, seed: int = SEED) -> LabelledClip:
    """Film the demonstration clip: two vehicles come, one leaves."""
    rng = np.random.default_rng(seed)
    renderer = PlateRenderer([fonts], formats, seed, styles=4)
    looks = [next(look for look in LOOKS if country in look.codes) for country in COUNTRIES]
    camera = Camera(SIZE_WH, 1900, 2.6, float(np.arctan2(1.7, 12)))
    traffic = [
        (make_vehicle(renderer.render(look), rng, rear=rear), motion)
        for look, (motion, rear) in zip(looks, _motions(), strict=True)
    ]
    shooting = Shooting(fps=20, exposure_s=0.002, noise=0.0, quality=25)
    background = road_background(SIZE_WH, camera, rng)
    return film(
        path, RoadScene(background, camera, traffic, (), shooting, rng, SECONDS), shooting, rng, SECONDS, "demo"
    )


def _motions() -> list[tuple[Motion, bool]]:
    """Return how the three move, and whether their rear is seen."""
    return [
        (lambda t: Pose(-2.1, 23 - 5.5 * t, 0.02), False),
        (lambda t: Pose(2.0, 2 + 5 * (t - 1.2), -0.04), True),
        (lambda t: Pose(-1.9, 42 - 5.4 * t, 0.0), False),
    ]
