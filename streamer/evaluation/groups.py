"""Counts that belong together: measures of all plates, and of those of one set, country, height, blur or angle."""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeVar

from streamer.evaluation.clips import ClipScore, VehicleScore
from streamer.evaluation.metrics import Rate
from streamer.evaluation.mot import NO_BOXES
from streamer.evaluation.stills import Answer, ImageScore, PlateScore, characters

HEIGHTS_PX = (8, 12, 16, 24, 40)
"""Where plate heights are parted: below 12 px nobody reads a plate, from 24 px everybody does."""

FOUND_PLATE_PX = 12
"""From this height a plate must be located."""

Measures = dict[str, Rate | float | int | None]
T = TypeVar("T")


def height_group(height_px: float) -> str:
    """Return the name of a plate height's group, as `12-16 px`."""
    low = max((edge for edge in HEIGHTS_PX if edge <= height_px), default=0)
    high = next((edge for edge in HEIGHTS_PX if edge > height_px), None)
    return f"{low}-{high} px" if high is not None else f"{low} px and more"


def share_group(value: float | None, names: tuple[str, str, str]) -> str:
    """Return which third of 0 to 1 a value is in, or `unknown`."""
    if value is None:
        return "unknown"
    return names[min(2, max(0, int(3 * value)))]


def blur_group(score: PlateScore) -> str:
    """Return how crisp the plate was where it was read."""
    return share_group(score.sharpness, ("blurred", "soft", "crisp"))


def angle_group(score: PlateScore) -> str:
    """Return how obliquely the plate was seen where it was read."""
    return share_group(score.obliqueness, ("straight", "oblique", "very oblique"))


PLATE_GROUPS: dict[str, Callable[[PlateScore], str]] = {
    "set": lambda score: score.image.set,
    "country": lambda score: score.plate.country or "unknown",
    "plate height": lambda score: height_group(score.height_px),
    "blur": blur_group,
    "obliqueness": angle_group,
}
"""How the plates of pictures are parted."""

VEHICLE_GROUPS: dict[str, Callable[[VehicleScore], str]] = {
    "set": lambda score: score.clip.set,
    "clip": lambda score: score.clip.path.name,
    "plate height": lambda score: height_group(score.height_px),
}
"""How the vehicles of clips are parted."""


def part(items: Iterable[T], key: Callable[[T], str]) -> dict[str, list[T]]:
    """Return the items by group, groups in order."""
    groups: dict[str, list[T]] = defaultdict(list)
    for item in items:
        groups[key(item)].append(item)
    return in_order(groups)


def in_order(groups: Mapping[str, T]) -> dict[str, T]:
    """Return the groups in the order of their names' numbers, then of their letters."""
    return dict(sorted(groups.items(), key=lambda group: (_leading_number(group[0]), group[0])))


def _leading_number(name: str) -> int:
    digits = name.split("-")[0].split(" ")[0]
    return int(digits) if digits.isdecimal() else -1


def plate_measures(scores: Sequence[PlateScore]) -> Measures:
    """Return what was located and read of labelled plates."""
    boxed = [score for score in scores if score.located is not None]
    high = [score for score in boxed if score.height_px >= FOUND_PLATE_PX]
    texts = [score for score in scores if score.labelled]
    whole = [score for score in texts if score.located is not None]
    return {
        "located": _share(boxed, lambda score: bool(score.located)),
        f"located from {FOUND_PLATE_PX} px": _share(high, lambda score: bool(score.located)),
        **_text_measures("reader alone", [(score.plate.text, score.alone) for score in texts]),
        **_text_measures("end to end", [(score.plate.text, score.reading) for score in whole]),
    }


def _text_measures(name: str, answers: Sequence[tuple[str, Answer | None]]) -> Measures:
    right, total = characters([(truth, answer.text if answer else "") for truth, answer in answers])
    return {
        f"{name} exact": _share(answers, lambda pair: pair[1] is not None and pair[1].exact(pair[0])),
        f"{name} exact, O is not 0": _share(
            answers, lambda pair: pair[1] is not None and pair[1].exact(pair[0], strict=True)
        ),
        f"{name} in the first 5": _share(answers, lambda pair: pair[1] is not None and pair[1].near(pair[0])),
        f"{name} characters": Rate(right, total),
    }


def picture_measures(scores: Sequence[ImageScore]) -> Measures:
    """Return what was found and read where nothing is, and the milliseconds of each stage."""
    free = [score for score in scores if not score.image.plates]
    found = [one for score in scores for one in score.found]
    plain = [score for score in scores if score.total_ms > 0]
    return {
        "precision": _share(found, lambda one: one.right),
        "pictures without a plate, one found": _share(free, lambda score: bool(score.found)),
        "false readings": sum(len(score.false_readings) for score in scores),
        "readings": sum(score.readings for score in scores),
        "detect ms": _median([score.detect_ms for score in plain]),
        "read ms": _median([score.read_ms for score in plain]),
        "total ms": _median([score.total_ms for score in plain]),
    }


def precision_by_height(scores: Sequence[ImageScore]) -> dict[str, Rate]:
    """Return the share of detections that are labelled plates, by the detection's height."""
    found = [one for score in scores for one in score.found]
    return {
        name: _share(ones, lambda one: one.right)
        for name, ones in part(found, lambda o: height_group(o.height_px)).items()
    }


def vehicle_measures(scores: Sequence[VehicleScore]) -> Measures:
    """Return what was read of legible vehicles."""
    read = [score for score in scores if score.said]
    said = sum(len(score.said) for score in read)
    right, total = characters([(s.vehicle.text, _nearest(s)) for s in scores])
    return {
        "exact": _share(scores, lambda score: score.exact),
        "exact, O is not 0": _share(scores, lambda score: score.exact_strict),
        "in the first 5": _share(scores, lambda score: score.near),
        "characters": Rate(right, total),
        "missed": _share(scores, lambda score: not score.said),
        "repeats": sum(score.repeats for score in scores),
        "readings a vehicle read": round(said / len(read), 4) if read else None,
        "frames to the first correct": _median(
            [s.frames_to_correct for s in scores if s.frames_to_correct is not None]
        ),
    }


def clip_measures(scores: Sequence[ClipScore]) -> Measures:
    """Return what was read wrongly, and how well tracks kept to vehicles."""
    mot = sum((score.mot for score in scores), NO_BOXES)
    return {
        "misread": sum(len(score.misread) for score in scores),
        "read where no vehicle is": sum(len(score.phantoms) for score in scores),
        "identity switches": mot.switches,
        "fragmentations": mot.fragmentations,
        "IDF1": mot.as_dict()["idf1"],
    }


def _nearest(score: VehicleScore) -> str:
    """Return the answer of a vehicle: the right one if any, else the surest."""
    ranked = sorted(score.said, key=lambda one: (one.text == score.vehicle.text, one.confidence))
    return ranked[-1].text if ranked else ""


def _share(items: Sequence[T], hit: Callable[[T], bool]) -> Rate:
    return Rate(sum(map(hit, items)), len(items))


def _median(values: Sequence[float]) -> float | None:
    return round(statistics.median(values), 3) if values else None
