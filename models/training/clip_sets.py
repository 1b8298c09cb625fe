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

    def shooting(self, rng: np.random.Generator) -> Shooting:
        """Draw how one clip is filmed."""
        ranges = {
            "fps": (15.0, 30.0),
            "noise": (1.0, 3.0),
            "quality": (20, 27),
            "exposure_s": (0.001, 0.003),
        } | self.ranges
        drawn = {name: float(rng.uniform(*limits)) for name, limits in ranges.items()}
        drawn["fps"] = float(round(drawn["fps"]))
        return Shooting(**{**drawn, "quality": round(drawn["quality"])})  # type: ignore[arg-type]


NIGHT: dict[str, Range] = {
    "light": (0.08, 0.25),
    "retro": (0.45, 0.95),
    "glare": (50, 140),
    "noise": (8, 16),
    "exposure_s": (0.006, 0.014),
    "quality": (24, 31),
}
"""Few lamps, long exposures, plates that throw back some light."""

SETS: dict[str, ClipSet] = {
    "easy": ClipSet(),
    "night": ClipSet(NIGHT),
    "blur": ClipSet({"exposure_s": (0.012, 0.028), "defocus_px": (0.7, 1.6), "quality": (24, 31)}),
    "low-rate": ClipSet({"fps": (5, 8), "dropped": (0.1, 0.25), "exposure_s": (0.003, 0.01)}),
    "crossing": ClipSet(pairs=True),
    "occlusion": ClipSet(posts=True, motions=("approach", "cross", "cross", "stop")),
    "shake": ClipSet({"shake_px": (3, 10), "light_steps": (0.2, 0.45), "exposure_s": (0.003, 0.008)}),
    "compressed": ClipSet({"quality": (33, 40), "noise": (2, 6)}),
    "stills": ClipSet({"quality": (23, 31), "noise": (2, 7), "shake_px": (0, 3), "defocus_px": (0, 1)}, of_stills=True),
}
"""By name; `low-rate` loses frames as well, `stills` needs labelled pictures."""
