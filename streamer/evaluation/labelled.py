"""What labels say: plates of pictures, vehicles of clips."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from streamer.evaluation.matching import Box

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class LabelledPlate:
    """One plate of a picture."""

    text: str
    """A-Z and 0-9; empty when only the place is known."""
    box: Box | None
    """px; None when the whole picture is the plate."""
    country: str


@dataclass(frozen=True, slots=True)
class LabelledImage:
    """One picture and its plates; none when it is known to hold no plate."""

    file: str
    """As in the label file, with `/` between folders."""
    path: Path
    plates: tuple[LabelledPlate, ...]
    set: str
    """The picture's folder inside the dataset, or the dataset's name."""


@dataclass(frozen=True, slots=True)
class LabelledVehicle:
    """One vehicle of a clip."""

    text: str
    first: int
    """First and last frame in which its plate is labelled, or a part of it seen where no frame shows all of it."""
    last: int
    legible: bool
    """False: a person is not certain of the text, so it isn't counted."""
    legible_from: int | None
    """First frame in which the plate is at least 16 px high."""
    boxes: Mapping[int, Box]
    """The plate in each frame, px; empty where no frame shows all of it: only its text tells such a vehicle then."""

    def box_near(self, frame: int, reach: int = 5) -> Box | None:
        """Return the box of the nearest labelled frame at most `reach` frames away."""
        near = min(self.boxes, key=lambda labelled: (abs(labelled - frame), labelled), default=None)
        return self.boxes[near] if near is not None and abs(near - frame) <= reach else None


@dataclass(frozen=True, slots=True)
class LabelledClip:
    """One clip and its vehicles."""

    path: Path
    fps: float
    frames: int
    vehicles: tuple[LabelledVehicle, ...]
    set: str


@dataclass(frozen=True, slots=True)
class Dataset:
    """Labelled stills or clips under one name."""

    name: str
    images: tuple[LabelledImage, ...] = ()
    clips: tuple[LabelledClip, ...] = ()

    @property
    def plate_images(self) -> bool:
        """Whether the pictures are plates already, so that only the reader can be scored."""
        return any(plate.box is None for image in self.images for plate in image.plates)

    def with_texts(self) -> Dataset:
        """Return the dataset without the pictures on which no text is known."""
        return Dataset(self.name, tuple(i for i in self.images if any(p.text for p in i.plates)), self.clips)

    def spread(self, limit: int | None) -> Dataset:
        """Return `limit` pictures or clips, spread evenly over the dataset, as sets are sorted; or all of it."""
        return Dataset(self.name, _spread(self.images, limit), _spread(self.clips, limit))


def _spread(items: tuple[Item, ...], limit: int | None) -> tuple[Item, ...]:
    if limit is None or limit >= len(items):
        return items
    return tuple(items[k * len(items) // limit] for k in range(limit))
