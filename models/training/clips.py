"""`streamer train clips`: video with truth, made of labelled stills and synthetic scenes.

Every clip is drawn from its own seed, made of its split, set and number: the development and the test clips share
neither seeds, nor backgrounds, nor stills.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from models.training.clip_files import clip_writer
from models.training.clip_light import Sensor, Shooting
from models.training.clip_paths import MOTIONS, PAIRS, Motion, parked
from models.training.clip_roads import photo_background, road_background
from models.training.clip_scenes import RoadScene, Scene, StillScene, exposed
from models.training.clip_sets import SETS, ClipSet
from models.training.clip_truth import SMALLEST_PX, Witness, box_around
from models.training.clip_vehicles import Camera, make_vehicle
from models.training.plates import Plate
from streamer.errors import ConfigError
from streamer.evaluation.labelled import LabelledClip, LabelledImage
from streamer.evaluation.matching import Box
from streamer.evaluation.truth import write_truth

SIZES_WH = ((640, 360), (640, 360), (960, 540))
"""Sizes that clips are drawn from."""
FOCAL = (1.8, 2.8)
"""Focal length in widths of the picture."""
MOST_VEHICLES = 3
LANE_M = 1.2
"""How far from the camera's own line vehicles drive."""
PHOTOS = 0.4
"""Share of the clips that play before a photo, the others before a drawn road."""
TRIES = 60
"""Ways to move that are drawn until one is plausible; the last is taken."""
SHORT_S = 0.8
"""How long another vehicle or a post may hide a plate, in the sets that are about it."""
SPLITS = ("develop", "test")
SERIES_STEP = 100_000
"""More than there are clips of a set in one series."""

PlateSource = Callable[[], Plate]
"""Draws the next plate."""


@dataclass(frozen=True, slots=True)
class Material:
    """What clips are made of."""

    plates_of: Callable[[int], PlateSource]
    """A plate source for a seed."""
    photos: tuple[Path, ...]
    """Backgrounds without plates."""
    stills: tuple[LabelledImage, ...]
    """Labelled pictures, for the sets made of them."""


def make_sets(
    out: Path,
    names: Sequence[str],
    split: str,
    clips: int,
    material: Material,
    *,
    seconds: float = 6.0,
    on_clip: Callable[[Path], None] | None = None,
) -> list[Path]:
    """Make `clips` clips of each named set below `out/split/`; clips that are there already are kept.

    Raises
    ------
    ConfigError
        When a set or split has no such name, or a set needs stills and there are none.
    """
    faults = [f"set {name!r}: known are {', '.join(SETS)}" for name in names if name not in SETS]
    if split not in SPLITS:
        faults.append(f"split {split!r}: known are {', '.join(SPLITS)}")
    photos = tuple(path for path in material.photos if in_split(path.name, split))
    stills = tuple(still for still in material.stills if in_split(still.file, split) and _usable(still))
    faults += [f"set {n!r}: needs labelled stills" for n in names if n in SETS and SETS[n].of_stills and not stills]
    if faults:
        raise ConfigError(faults)
    made = []
    for name in names:
        for number in range(clips):
            path = out / split / name / f"{name}_{number:03d}.mp4"
            if not path.with_name(f"{path.name}.truth.json").is_file():
                seed = number + SERIES_STEP * SETS[name].series
                rng = np.random.default_rng([zlib.crc32(split.encode()), zlib.crc32(name.encode()), seed])
                shooting = SETS[name].shooting(rng)
                plates = material.plates_of(int(rng.integers(2**31)))
                scene = (
                    still_scene(stills, shooting, photos, rng, seconds)
                    if SETS[name].of_stills
                    else road_scene(SETS[name], shooting, plates, photos, rng, seconds)
                )
                film(path, scene, shooting, rng, seconds, name)
            made.append(path)
            if on_clip is not None:
                on_clip(path)
    return made


def in_split(name: str, split: str) -> bool:
    """Return whether a picture belongs to a split: one in three to development, by its name alone."""
    return (zlib.crc32(name.encode()) % 3 == 0) == (split == "develop")


def road_scene(
    of: ClipSet,
    shooting: Shooting,
    plates: PlateSource,
    photos: Sequence[Path],
    rng: np.random.Generator,
    seconds: float,
) -> RoadScene:
    """Return a scene of a set: its traffic, before a photo or a drawn road."""
    size = _size(rng)
    height = float(rng.uniform(2.0, 4.5))
    camera = Camera(size, float(rng.uniform(*FOCAL)) * size[0], height, float(np.arctan2(height - 0.6, 12)))
    background = _background(photos, camera, rng)
    posts: list[Box] = []
    if of.posts:
        edges = np.sort(rng.uniform(0.1, 0.9, rng.integers(2, 4))) * size[0]
        posts = [(float(x), 0.0, float(rng.uniform(18, 60)), float(size[1])) for x in edges]
    drawn = [plates() for _ in range(MOST_VEHICLES)]
    for _ in range(TRIES):
        motions = _motions(of, rng, seconds)
        traffic = [
            (make_vehicle(plate, rng, rear=rear), motion) for plate, (motion, rear) in zip(drawn, motions, strict=False)
        ]
        scene = RoadScene(background, camera, traffic, posts, shooting, rng, seconds)
        if plausible(scene, seconds, SHORT_S if of.pairs or of.posts else 0.0):
            break
    return scene


def plausible(scene: RoadScene, seconds: float, hidden_s: float) -> bool:
    """Return whether no vehicle drives through another, and none is hidden for longer than `hidden_s` on its way."""
    step_s = 0.1
    last_seen: dict[int, float] = {}
    for t in np.arange(0, seconds, step_s):
        if scene.clash(t):
            return False
        for index, quad in scene.quads(t).items():
            if box_around(quad)[3] < SMALLEST_PX:
                continue
            if t - last_seen.get(index, t) > hidden_s + 1.5 * step_s:
                return False
            last_seen[index] = t
    return True


def still_scene(
    stills: Sequence[LabelledImage],
    shooting: Shooting,
    photos: Sequence[Path],
    rng: np.random.Generator,
    seconds: float,
) -> StillScene:
    """Return a scene of a labelled still: the camera comes nearer or goes away."""
    still = stills[int(rng.integers(len(stills)))]
    pixels = cv2.imread(str(still.path), cv2.IMREAD_COLOR)
    boxes = [plate.box for plate in still.plates if plate.box is not None]
    sizes = float(rng.uniform(11, 18)), float(rng.uniform(24, 46))
    heights = sizes if rng.random() < 0.7 else sizes[::-1]
    texts = [plate.text for plate in still.plates]
    size = _size(rng)
    background = _background(photos, Camera(size, 1.4 * size[0], 3, 0.2), rng)
    return StillScene(background, pixels, boxes, texts, (heights[0], heights[1]), shooting, rng, seconds)


def film(
    path: Path, scene: Scene, shooting: Shooting, rng: np.random.Generator, seconds: float, set_name: str
) -> LabelledClip:
    """Film a scene into a clip, write its truth beside it, and return that."""
    count = max(2, round(seconds * shooting.fps))
    dropped = [n for n in range(1, count) if rng.random() < shooting.dropped]
    sensor = Sensor(scene.size_wh, shooting, rng)
    witness = Witness(scene, shooting)
    with clip_writer(path, scene.size_wh, shooting.fps, shooting.quality, dropped) as writer:
        for number in range(count):
            t = number / shooting.fps
            writer.write(sensor.record(exposed(scene, t, shooting.exposure_s)))
            if number not in dropped:
                witness.see(t)
    clip = LabelledClip(path, shooting.fps, witness.frames, witness.vehicles(), set_name)
    write_truth(clip)
    return clip


def _size(rng: np.random.Generator) -> tuple[int, int]:
    return SIZES_WH[int(rng.integers(len(SIZES_WH)))]


def _background(photos: Sequence[Path], camera: Camera, rng: np.random.Generator) -> np.ndarray:
    if photos and rng.random() < PHOTOS:
        return photo_background(photos[int(rng.integers(len(photos)))], camera.size_wh)
    return road_background(camera.size_wh, camera, rng)


def _motions(of: ClipSet, rng: np.random.Generator, seconds: float) -> list[tuple[Motion, bool]]:
    """Return how each vehicle of a clip moves, one after another, and whether its rear is seen."""
    if of.pairs:
        pair = [(motion, False) for motion in PAIRS[rng.integers(len(PAIRS))](rng, 0.0)]
        return [*pair, (parked(rng, 0.0, 1.0), True)] if rng.random() < 0.3 else pair
    lanes = rng.choice([-LANE_M, LANE_M]) * np.array([1.0, -1.0, 1.0])
    kinds = rng.choice(of.motions, 3)
    return [
        (MOTIONS[str(kind)](rng, place * seconds / 3.5, float(lane)), kind == "recede")
        for place, (kind, lane) in enumerate(zip(kinds, lanes, strict=True))
    ]


def _usable(still: LabelledImage) -> bool:
    return bool(still.plates) and all(plate.box is not None and plate.text for plate in still.plates)
