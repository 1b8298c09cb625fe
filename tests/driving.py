"""A road on paper: vehicles as functions of time, seen by a detector and a reader that know the truth."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

import numpy as np

from streamer.config import Config
from streamer.datatypes import Detection, Frame, PlateRead, Reading
from streamer.reading_loop import Knowledge, ReadingLoop
from streamer.stats import RunStats
from streamer.voting.calibration import Calibration, identity
from streamer.voting.formats import load_formats
from tests.conftest import PROJECT
from tests.factories import NOON, make_detection, make_plate_read, make_quality

ALL_FORMATS = load_formats(PROJECT / "config" / "formats")

Path = Callable[[float], dict[str, float] | None]
"""From seconds to centre `x`, `y` and size `w`, `h` in px; None while the vehicle can't be seen."""
Seen = Callable[[int], PlateRead]
"""From the number of the look to what the reader makes of the plate."""


def scenery(width: int = 1280, height: int = 720, seed: int = 0) -> np.ndarray:
    """Return a read-only picture of a place."""
    blocks = np.random.default_rng(seed).integers(40, 200, (9, 16, 1), np.uint8)
    image = np.repeat(np.repeat(blocks, height // 9, 0), width // 16, 1).repeat(3, 2)
    image.setflags(write=False)
    return image


@dataclass
class Vehicle:
    """One vehicle: its plate, where it goes, and how well it reads."""

    plate: str
    path: Path
    seen: Seen | None = None
    reads: int = 0

    def read(self, height_px: float, score: float) -> PlateRead:
        """Return the next read of the plate."""
        self.reads += 1
        if self.seen is not None:
            return self.seen(self.reads)
        return make_plate_read(self.plate, 0.98, quality=make_quality(plate_height_px=height_px, score=score))


@dataclass
class Road:
    """Plays vehicles to a reading loop and keeps its events."""

    vehicles: list[Vehicle]
    fps: float = 10.0
    config: Config = field(default_factory=Config)
    regions: tuple[str, ...] = ()
    live: bool = False
    calibration: Calibration = field(default_factory=identity)
    overlay_says: str = ""
    """What is read of several frames at once."""
    overlays_read: int = 0
    events: list[Reading] = field(default_factory=list)
    stats: RunStats = field(default_factory=RunStats)

    def __post_init__(self) -> None:
        formats = ALL_FORMATS.select(self.regions) if self.regions else ALL_FORMATS
        ids = iter(range(1, 10_000))
        self._here: list[tuple[Detection, Vehicle]] = []
        self.loop = ReadingLoop(
            "gate",
            self,
            self.config,
            self.stats,
            Knowledge(formats, self.calibration),
            live=self.live,
            new_id=lambda _: f"{next(ids):04d}",
        )
        self.image = scenery()

    def read(self, image: np.ndarray, quad: np.ndarray, score: float = 1.0) -> PlateRead:
        """Read as a `Reader`: the plate of the vehicle that was detected there."""
        for detection, vehicle in self._here:
            if detection.quad is quad:
                return vehicle.read(float(quad[2, 1] - quad[1, 1]), score)
        if np.shares_memory(image, self.image):
            raise AssertionError("a quad was read that was not detected in this frame")
        self.overlays_read += 1
        return make_plate_read(self.overlay_says)

    def drive(self, start_s: float, end_s: float, look: Callable[[int], bool] = lambda _: True) -> list[Reading]:
        """Play from one time to another; return the events of that stretch."""
        before = len(self.events)
        for index in range(round(start_s * self.fps), round(end_s * self.fps)):
            self.events += self.loop.update(*self.frame(index, look(index)))
        return self.events[before:]

    def frame(self, index: int, look: bool = True) -> tuple[Frame, list[Detection] | None]:
        """Return one frame and what a perfect detector finds in it; None when it does not look."""
        time_s = index / self.fps
        frame = Frame(self.image, index, time_s, NOON + timedelta(seconds=time_s), "gate.mp4", 100 + time_s)
        places = [(vehicle, vehicle.path(time_s)) for vehicle in self.vehicles]
        self._here = [(make_detection(**place), vehicle) for vehicle, place in places if place is not None]
        return frame, [detection for detection, _ in self._here] if look else None

    def finish(self) -> list[Reading]:
        """End the source and return the last events."""
        last = self.loop.finish()
        self.events += last
        return last

    @property
    def finals(self) -> list[str]:
        """The plates of the final events, in order."""
        return [event.plate for event in self.events if event.event == "final"]


def passing(start_s: float, end_s: float, y: float = 300.0, speed: float = 250.0) -> Path:
    """Return the path of a vehicle that crosses the picture from left to right."""
    return lambda t: {"x": 80 + speed * (t - start_s), "y": y} if start_s <= t < end_s else None


def parked(start_s: float, end_s: float, x: float = 600.0, y: float = 400.0) -> Path:
    """Return the path of a vehicle that stands; the detector trembles by a px."""
    return lambda t: {"x": x + np.sin(37 * t), "y": y + np.cos(23 * t)} if start_s <= t < end_s else None
