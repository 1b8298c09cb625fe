"""`NAME.mp4.truth.json`: the vehicles of a clip, read and written."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path

from streamer.errors import ConfigError, SourceError
from streamer.evaluation.labelled import LabelledClip, LabelledVehicle
from streamer.evaluation.matching import Box
from streamer.evaluation.texts import plate_text

TRUTH = ".truth.json"

LEGIBLE_HEIGHT_PX = 16
"""A plate this high can be read by a person: `legible_from` counts from here."""


def read_truth(clip: Path, truth: Path, set_name: str) -> LabelledClip:
    """Read the truth of one clip.

    Raises
    ------
    SourceError
        When the clip or its truth can't be read.
    ConfigError
        With every fault: file, vehicle, what came and what is allowed.
    """
    if not clip.is_file():
        raise SourceError(f"{clip}: no such clip, though {truth.name} is there")
    try:
        data = json.loads(truth.read_text(encoding="utf-8"))
    except OSError as error:
        raise SourceError(f"{truth}: can't be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise SourceError(f"{truth}: can't be read as text: {error}") from error
    except json.JSONDecodeError as error:
        raise ConfigError(f"{truth}, line {error.lineno}: no JSON: {error.msg}") from error
    entries = data.get("vehicles") if isinstance(data, dict) else None
    if not isinstance(entries, list):
        raise ConfigError(f"{truth}: vehicles must be a list")
    faults = [
        f"{truth}, {name}: {data.get(name)!r}; a number above 0 is needed"
        for name in ("fps", "frames")
        if not _number(data.get(name)) or data[name] <= 0
    ]
    faults += [f"{truth}, vehicle {i}: {fault}" for i, entry in enumerate(entries) if (fault := _fault(entry))]
    if faults:
        raise ConfigError(faults)
    return LabelledClip(clip, float(data["fps"]), int(data["frames"]), tuple(map(_vehicle, entries)), set_name)


def write_truth(clip: LabelledClip) -> Path:
    """Write a clip's truth beside it and return the file."""
    vehicles = [
        {
            "text": vehicle.text,
            "first": vehicle.first,
            "last": vehicle.last,
            "legible_from": vehicle.legible_from,
            "legible": vehicle.legible,
            "plate_height_px": _lowest_and_highest(vehicle.boxes),
            "boxes": {str(frame): list(box) for frame, box in vehicle.boxes.items()},
        }
        for vehicle in clip.vehicles
    ]
    content = {"clip": clip.path.name, "fps": clip.fps, "frames": clip.frames, "vehicles": vehicles}
    path = clip.path.with_name(clip.path.name + TRUTH)
    path.write_text(json.dumps(content, separators=(",", ":")) + "\n", encoding="utf-8")
    return path


def legible_from(boxes: Mapping[int, Box]) -> int | None:
    """Return the first frame in which the plate is high enough to be read by a person."""
    return min((frame for frame, box in boxes.items() if box[3] >= LEGIBLE_HEIGHT_PX), default=None)


def _lowest_and_highest(boxes: Mapping[int, Box]) -> list[float]:
    """Return the least and the greatest height, px; empty without boxes."""
    heights = [box[3] for box in boxes.values()]
    return [min(heights), max(heights)] if heights else []


def _fault(entry: object) -> str:
    """Return what is wrong with a vehicle's entry, or an empty string."""
    if not isinstance(entry, dict):
        return "an object is needed"
    if not isinstance(entry.get("text"), str):
        return f"text is {entry.get('text')!r}; a string is needed"
    if not all(isinstance(entry.get(name), int) for name in ("first", "last")) or entry["last"] < entry["first"]:
        return f"first and last are {entry.get('first')!r} and {entry.get('last')!r}; frame numbers in order are needed"
    start = entry.get("legible_from")
    if start is not None and not isinstance(start, int):
        return f"legible_from is {start!r}; a frame number or null is needed"
    if not isinstance(entry.get("legible", True), bool):
        return f"legible is {entry['legible']!r}; true or false is needed"
    boxes = entry.get("boxes", {})
    if not isinstance(boxes, dict):
        return "boxes must be an object of frame number to [x, y, w, h]"
    for frame, box in boxes.items():
        sound = isinstance(box, list) and len(box) == 4 and all(map(_number, box)) and box[2] > 0 and box[3] > 0
        if not frame.isdecimal() or not sound:
            return f"the box of frame {frame} is {box}; [x, y, w, h] in px with w and h above 0 is needed"
    return ""


def _number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _vehicle(entry: dict) -> LabelledVehicle:
    boxes = {
        int(frame): (float(x), float(y), float(w), float(h)) for frame, (x, y, w, h) in entry.get("boxes", {}).items()
    }
    start = entry["legible_from"] if "legible_from" in entry else legible_from(boxes)
    return LabelledVehicle(
        plate_text(entry["text"]), entry["first"], entry["last"], entry.get("legible", True), start, boxes
    )
