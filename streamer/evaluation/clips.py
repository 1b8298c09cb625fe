"""Score clips vehicle by vehicle: read exactly, misread, read twice, missed, and what was read where nothing is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from streamer.datatypes import Reading
from streamer.evaluation.labelled import LabelledClip, LabelledVehicle
from streamer.evaluation.matching import Box, same_place
from streamer.evaluation.mot import MotScores, mot_scores
from streamer.evaluation.observed import Run, TrackTrace
from streamer.evaluation.texts import same


@dataclass(frozen=True, slots=True)
class Said:
    """A text that something gave for a track, and where that plate was."""

    text: str
    confidence: float
    frame: int
    box: Box
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class VehicleScore:
    """What became of one vehicle that a person can read."""

    clip: LabelledClip
    vehicle: LabelledVehicle
    said: tuple[Said, ...]
    """All that was said of it, in order."""
    frames_to_correct: int | None
    """Frames from its first legible one to the first correct event; None without one."""

    @property
    def exact(self) -> bool:
        """Whether its text was reported."""
        return any(same(one.text, self.vehicle.text) for one in self.said)

    @property
    def exact_strict(self) -> bool:
        """The same, telling O from 0."""
        return any(same(one.text, self.vehicle.text, strict=True) for one in self.said)

    @property
    def near(self) -> bool:
        """Whether its text is among the first candidates."""
        texts = (text for one in self.said for text in (one.text, *one.candidates))
        return any(same(text, self.vehicle.text) for text in texts)

    @property
    def repeats(self) -> int:
        """Readings beyond the first."""
        return max(0, len(self.said) - 1)

    @property
    def height_px(self) -> float:
        """The plate's greatest height."""
        return max((box[3] for box in self.vehicle.boxes.values()), default=0.0)


@dataclass(frozen=True, slots=True)
class ClipScore:
    """What became of one clip."""

    clip: LabelledClip
    vehicles: tuple[VehicleScore, ...]
    """The legible ones."""
    misread: tuple[Said, ...]
    """Said of a legible vehicle, but not its text."""
    phantoms: tuple[Said, ...]
    """Said where no vehicle is labelled."""
    mot: MotScores

    @property
    def false_readings(self) -> int:
        """Readings that are not the text of the vehicle they were given for."""
        return len(self.misread) + len(self.phantoms)

    @property
    def misread_vehicles(self) -> int:
        """Legible vehicles of which something was said, but never their text."""
        return sum(bool(vehicle.said) and not vehicle.exact for vehicle in self.vehicles)

    @property
    def stray_readings(self) -> int:
        """Readings that are of no vehicle, or of one that has a reading already."""
        return len(self.phantoms) + sum(vehicle.repeats for vehicle in self.vehicles)


def score_clip(clip: LabelledClip, run: Run) -> ClipScore:
    """Compare a clip's truth with the events and tracks of a run over it."""
    said = [said_of(reading) for reading in run.finals]
    earliest = [(event.plate, event.last_frame, box_of(event), event.best_frame) for event in run.events]
    first = {
        index: min((last for text, last, box, best in earliest if _tells(vehicle, text, box, best)), default=None)
        for index, vehicle in enumerate(clip.vehicles)
    }
    return score_said(clip, said, first, track_mot(clip, run.tracks))


def score_said(
    clip: LabelledClip, said: Sequence[Said], first_correct: Mapping[int, int | None], mot: MotScores
) -> ClipScore:
    """Compare a clip's truth with texts, whatever gave them.

    Parameters
    ----------
    clip
        The truth.
    said
        One text for each thing that was taken for a vehicle.
    first_correct
        For each vehicle (its index), the frame in which its text was first known.
    mot
        The tracks' measures.
    """
    owners = [owner_of(one, clip.vehicles) for one in said]
    scores, misread = [], []
    for index, vehicle in enumerate(clip.vehicles):
        if not vehicle.legible:
            continue
        own = tuple(one for one, owner in zip(said, owners, strict=True) if owner == index)
        misread += [one for one in own if not same(one.text, vehicle.text)]
        frame, start = first_correct.get(index), vehicle.first
        if vehicle.legible_from is not None:
            start = vehicle.legible_from
        scores.append(VehicleScore(clip, vehicle, own, None if frame is None else max(0, frame - start)))
    phantoms = tuple(one for one, owner in zip(said, owners, strict=True) if owner is None)
    return ClipScore(clip, tuple(scores), tuple(misread), phantoms, mot)


def owner_of(one: Said, vehicles: Sequence[LabelledVehicle]) -> int | None:
    """Return the vehicle that a text was given for: by place, or by its own text where no box is labelled near."""
    places = [(i, box) for i, vehicle in enumerate(vehicles) if (box := vehicle.box_near(one.frame)) is not None]
    there = [i for i, box in places if same_place(box, one.box)]
    right = [i for i in there if same(one.text, vehicles[i].text)]
    if right or there:
        return (right or there)[0]
    return next((i for i, vehicle in enumerate(vehicles) if same(one.text, vehicle.text)), None)


def track_mot(clip: LabelledClip, tracks: Sequence[TrackTrace]) -> MotScores:
    """Score the tracks in the frames in which any vehicle's plate is labelled."""
    frames = sorted({frame for vehicle in clip.vehicles for frame in vehicle.boxes})
    truth = [{i: v.boxes[frame] for i, v in enumerate(clip.vehicles) if frame in v.boxes} for frame in frames]
    found = [{track.track_id: track.boxes[frame] for track in tracks if frame in track.boxes} for frame in frames]
    return mot_scores(truth, found)


def said_of(reading: Reading) -> Said:
    """Return what a reading says."""
    candidates = tuple(candidate.plate for candidate in reading.candidates[:5])
    return Said(reading.plate, reading.confidence, reading.best_frame, box_of(reading), candidates)


def box_of(reading: Reading) -> Box:
    """Return the reading's box in `best_frame`, px."""
    x, y, w, h = reading.box
    return float(x), float(y), float(w), float(h)


def _tells(vehicle: LabelledVehicle, text: str, box: Box, frame: int) -> bool:
    near = vehicle.box_near(frame)
    return same(text, vehicle.text) and (near is None or same_place(near, box))
