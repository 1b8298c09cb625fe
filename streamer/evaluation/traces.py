"""Recorded traces: what was read of each vehicle, in a small file; votes on them are compared without a picture."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from streamer.datatypes import BLANK, Detection, PlateRead, Quality
from streamer.errors import SourceFormatError
from streamer.evaluation.clips import Said, owner_of
from streamer.evaluation.labelled import Dataset, LabelledClip, LabelledVehicle
from streamer.evaluation.observed import Observer, Run, TimedRead

_STEPS = 4095
_NO_COLUMNS = np.zeros((0, BLANK + 1))
_QUALITY = ("plate_height_px", "sharpness", "exposure", "obliqueness", "score", "blockiness")


@dataclass(frozen=True, slots=True, eq=False)
class VehicleTrace:
    """The reads of one track."""

    set: str
    """Of the clip."""
    text: str
    """What the vehicle's plate says; empty where no vehicle is."""
    reads: tuple[TimedRead, ...]
    """In order; at least one."""


def record_traces(dataset: Dataset, observer: Observer) -> list[VehicleTrace]:
    """Run a pipeline over the clips of a dataset and return the traces of all."""
    return [trace for clip in dataset.clips for trace in traces_of(clip, observer.run(clip.path))]


def traces_of(clip: LabelledClip, run: Run) -> list[VehicleTrace]:
    """Return the traces of a run over a clip: of its legible vehicles, and of what is none.

    A track belongs to the vehicle at whose place it was read most often, whatever was read there.
    """
    traces = []
    for track in run.tracks:
        if track.reads and track.boxes:
            owner = _owner(track.reads, clip.vehicles)
            if owner is None or clip.vehicles[owner].legible:
                text = clip.vehicles[owner].text if owner is not None else ""
                traces.append(VehicleTrace(clip.set, text, tuple(track.reads)))
    return traces


def save_traces(path: Path, traces: Sequence[VehicleTrace]) -> None:
    """Write traces to an `.npz` file; probabilities are kept in steps of 1/4095."""
    reads = [timed for trace in traces for timed in trace.reads]
    np.savez_compressed(
        path,
        sets=np.array([trace.set for trace in traces], dtype=str),
        truths=np.array([trace.text for trace in traces], dtype=str),
        reads=np.array([len(trace.reads) for trace in traces], np.int32),
        frames=np.array([timed.frame for timed in reads], np.int32),
        timestamps_s=np.array([timed.timestamp_s for timed in reads], np.float64),
        overlays=np.array([timed.overlay for timed in reads], bool),
        frames_wh=np.array([timed.frame_wh or (0, 0) for timed in reads], np.int32).reshape(-1, 2),
        quads=np.array([timed.quad for timed in reads], np.float32).reshape(-1, 4, 2),
        texts=np.array([timed.read.text for timed in reads], dtype=str),
        char_scores=np.concatenate([[], *(timed.read.char_scores for timed in reads)]).astype(np.float32),
        qualities=np.array([_numbers(timed.read.quality) for timed in reads], np.float32).reshape(-1, len(_QUALITY)),
        columns=np.array([len(timed.read.probabilities) for timed in reads], np.int32),
        probabilities=np.round(_STEPS * np.concatenate([_NO_COLUMNS, *(t.read.probabilities for t in reads)])).astype(
            np.uint16
        ),
    )


def load_traces(path: Path) -> list[VehicleTrace]:
    """Read what `save_traces` wrote.

    Raises
    ------
    SourceFormatError
        When the file is missing or holds no traces.
    """
    try:
        with np.load(path) as content:
            kept = {name: content[name] for name in content.files}
        reads = _reads(kept)
        ends = np.cumsum(kept["reads"])
        return [
            VehicleTrace(str(name), str(text), tuple(reads[end - count : end]))
            for name, text, count, end in zip(kept["sets"], kept["truths"], kept["reads"], ends, strict=True)
        ]
    except (OSError, ValueError, KeyError, EOFError) as error:
        raise SourceFormatError(f"{path}: no recorded traces: {error}") from error


def _reads(kept: dict[str, np.ndarray]) -> list[TimedRead]:
    probabilities = np.split(kept["probabilities"].astype(np.float32), np.cumsum(kept["columns"])[:-1])
    texts = [str(text) for text in kept["texts"]]
    scores = np.split(kept["char_scores"], np.cumsum([len(text) for text in texts])[:-1])
    overlays = kept.get("overlays", np.zeros(len(texts), bool))
    frames_wh = kept.get("frames_wh", np.zeros((len(texts), 2), np.int32))
    reads = []
    for number, text in enumerate(texts):
        columns = probabilities[number] / probabilities[number].sum(axis=1, keepdims=True)
        columns.flags.writeable = False
        quality = Quality(*(float(value) for value in kept["qualities"][number]))
        read = PlateRead(columns, text, tuple(float(score) for score in scores[number]), quality)
        frame, timestamp_s = int(kept["frames"][number]), float(kept["timestamps_s"][number])
        width, height = int(frames_wh[number, 0]), int(frames_wh[number, 1])
        frame_wh = (width, height) if width else None
        reads.append(TimedRead(frame, timestamp_s, kept["quads"][number], read, bool(overlays[number]), frame_wh))
    return reads


def _owner(reads: Sequence[TimedRead], vehicles: Sequence[LabelledVehicle]) -> int | None:
    """Return the vehicle that was read; None when no read was at a labelled place."""
    places = (Said("", 0.0, timed.frame, Detection(timed.quad, 1.0).box) for timed in reads)
    owners = Counter(owner for place in places if (owner := owner_of(place, vehicles)) is not None)
    return max(owners, key=lambda owner: (owners[owner], -owner), default=None)


def _numbers(quality: Quality) -> tuple[float, ...]:
    return tuple(getattr(quality, name) for name in _QUALITY)
