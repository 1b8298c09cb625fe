"""The licensed real pictures: boxes and texts, split by group so that near-duplicates never stand on both sides."""

from __future__ import annotations

import csv
import hashlib
import re
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from streamer.datatypes import MAX_PLATE_LENGTH

TRAIN_SCENES = (
    "cars433_cc0",
    "romania_mit",
    "openimages350_ccby",
    "nl_petrov_mit",
    "in_jayati_ccby",
    "in_lpr_ccby",
    "tr_plaka_ccby",
    "ccpd_sample_mit",
)
"""Folders below `detect/` that may be trained on."""

TRAIN_CROPS = ("id_alvin_ccby", "cn_lprnet_apache")
"""Folders below `crops/` that may be trained on and are not parts of the scenes."""

STRETCHED = ("openimages350_ccby", "in_lpr_ccby")
"""Sets whose pictures lost their aspect ratio."""

TRANSCRIPTS = Path(__file__).with_name("transcripts.csv")
"""Texts of plates whose set gives their box only, read by eye for this project."""

HELD_OUT = 6
"""One group in this many is held out."""


@dataclass(frozen=True, slots=True)
class RealPlate:
    """One labelled plate."""

    box: tuple[float, float, float, float]
    """x, y, width, height in px of the picture."""
    text: str
    """A-Z and 0-9; empty when not known."""


@dataclass(frozen=True, slots=True)
class RealPicture:
    """One labelled picture."""

    path: Path
    set_name: str
    held_out: bool
    plates: tuple[RealPlate, ...]


def is_held_out(group: str) -> bool:
    """Return whether a group is held out: decided by a hash of its name, the same on every machine."""
    return int(hashlib.sha256(group.encode()).hexdigest(), 16) % HELD_OUT == 0


def plain(text: str) -> str:
    """Return the A-Z and 0-9 of a label."""
    return re.sub(r"[^A-Z0-9]", "", text.upper())


def read_rows(path: Path) -> list[dict[str, str]]:
    """Return the rows of a CSV file with a heading."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def load_transcripts(path: Path = TRANSCRIPTS) -> dict[tuple[str, str, int], str]:
    """Return the texts that the project's people read on plates whose set has none, by set, file and plate's number."""
    return {(row["set"], row["file"], int(row["plate"])): row["text"] for row in read_rows(path)}


def _group_of(set_name: str, file: str, groups: dict[str, str]) -> str:
    ride = re.search(r"(day|night)ride_type\d+_\d+", file)
    return f"{set_name}/{ride.group() if ride else groups.get(file, file)}"


def load_scenes(data: Path, sets: tuple[str, ...] = TRAIN_SCENES) -> list[RealPicture]:
    """Return the labelled street pictures below `data/detect`; texts that a set lacks come from the transcripts."""
    pictures, transcripts = [], load_transcripts()
    for name in sets:
        folder = data / "detect" / name
        groups = {row["file"]: row["group"] for row in read_rows(folder / "groups.csv")}
        boxes: dict[str, list[RealPlate]] = defaultdict(list)
        for row in read_rows(folder / "labels.csv"):
            x, y, w, h = (float(row[key]) for key in "xywh")
            plates = boxes[row["file"]]
            text = plain(row["text"]) or transcripts.get((name, row["file"], len(plates)), "")
            plates.append(RealPlate((x, y, w, h), text))
        for file, found in sorted(boxes.items()):
            held_out = is_held_out(_group_of(name, file, groups))
            pictures.append(RealPicture(folder / file, name, held_out, tuple(found)))
    return pictures


def load_crops(data: Path, sets: tuple[str, ...] = TRAIN_CROPS) -> list[RealPicture]:
    """Return the labelled plate images below `data/crops`; their box is the whole picture and left empty."""
    pictures = []
    for name in sets:
        folder = data / "crops" / name
        for row in read_rows(folder / "labels.csv"):
            text = plain(row["text"])
            plate = RealPlate((0.0, 0.0, 0.0, 0.0), text)
            pictures.append(RealPicture(folder / row["file"], name, is_held_out(f"{name}/{row['text']}"), (plate,)))
    return pictures


def readable(pictures: list[RealPicture]) -> list[tuple[RealPicture, RealPlate]]:
    """Return the plates with a text that the reader could give."""
    return [(p, plate) for p in pictures for plate in p.plates if 2 <= len(plate.text) <= MAX_PLATE_LENGTH]
