"""The named sets of clips: what each is hard at."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from models.training.clip_light import Shooting

Range = tuple[float, float]
ALL_MOTIONS = ("approach", "approach", "recede", "cross", "turn", "stop")


@dataclass(frozen=True, slots=True)
class ClipSet:
    """One kind of clip."""

    ranges: dict[str, Range] = field(default_factory=dict)
    """Field of `Shooting` to the range it is drawn from."""
    motions: tuple[str, ...] = ALL_MOTIONS
    pairs: bool = False
    """Two vehicles that could be confused."""
    posts: bool = False
    """Posts between camera and road."""
    of_stills: bool = False
    series: int = 0
    """Counts how often the set was made anew: each series has vehicles, ways and backgrounds of its own."""

    def shooting(self, rng: np.random.Generator) -> Shooting:
        """Draw how one clip is filmed."""
        ranges = {
            "fps": (12.0, 25.0),
            "noise": (1.0, 3.0),
            "quality": (20, 27),
            "exposure_s": (0.001, 0.003),
        } | self.ranges
        drawn = {name: float(rng.uniform(*limits)) for name, limits in ranges.items()}
        drawn["fps"] = float(round(drawn["fps"]))
        return Shooting(**{**drawn, "quality": round(drawn["quality"])})  # type: ignore[arg-type]


PASSING = ("approach", "recede", "cross", "cross", "turn")
"""Vehicles that never stop, and so are never seen without blur."""
NIGHT: dict[str, Range] = {
    "fps": (10, 16),
    "light": (0.06, 0.2),
    "retro": (0.5, 0.9),
    "glare": (50, 140),
    "noise": (16, 48),
    "exposure_s": (0.002, 0.005),
    "quality": (18, 24),
}
"""Few lamps and much gain: noise that is new in every frame, on plates that throw back some light."""
BLUR: dict[str, Range] = {
    "fps": (10, 16),
    "exposure_s": (0.008, 0.014),
    "tremble_px": (3.0, 8.0),
    "noise": (14, 38),
    "quality": (18, 24),
}
"""Dusk, on a pole that trembles: long exposures smear some frames one way, some another and others not; with gain."""
LOW_RATE: dict[str, Range] = {
    "fps": (4, 7),
    "dropped": (0.1, 0.25),
    "exposure_s": (0.003, 0.006),
    "tremble_px": (1.0, 4.0),
    "noise": (12, 36),
    "quality": (18, 24),
}
"""Few frames, some of them lost, from a cheap camera: each is noisy and a little smeared, in its own way."""

SETS: dict[str, ClipSet] = {
    "easy": ClipSet({"fps": (24, 30)}, series=1),
    "night": ClipSet(NIGHT, PASSING, series=1),
    "blur": ClipSet(BLUR, PASSING, series=1),
    "low-rate": ClipSet(LOW_RATE, PASSING, series=1),
    "crossing": ClipSet(pairs=True),
    "occlusion": ClipSet(posts=True, motions=("approach", "cross", "cross", "stop")),
    "shake": ClipSet({"shake_px": (3, 10), "light_steps": (0.2, 0.45), "exposure_s": (0.003, 0.008)}),
    "compressed": ClipSet({"quality": (33, 40), "noise": (2, 6)}),
    "stills": ClipSet({"quality": (23, 31), "noise": (2, 7), "shake_px": (0, 3), "defocus_px": (0, 1)}, of_stills=True),
}
"""By name; `low-rate` loses frames as well, `stills` needs labelled pictures.

`night`, `blur` and `low-rate` are hard frame by frame: what spoils a frame (noise, smear) is drawn anew in the next
one, as it is for a camera, so that a person reads from the frames together what no single one shows.
"""
