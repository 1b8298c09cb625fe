"""`streamer compare`: every way to find and to read plates that can run here, on the same pictures or clips."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from streamer.errors import SinkError
from streamer.evaluation.evaluate import Progress, best_path
from streamer.evaluation.labelled import Dataset, LabelledClip, LabelledImage
from streamer.evaluation.metrics import Difference, Rate, paired_difference
from streamer.evaluation.observed import Observer, PipelineOf
from streamer.evaluation.outcomes import Outcome, PlateOutcome, clip_outcome, image_outcome
from streamer.evaluation.stills import CandidatesOf
from streamer.interfaces import Detector, Reader

KEPT = "outcomes.jsonl"
"""In the output folder: one line for each picture or clip that a method is done with."""


@dataclass(frozen=True, slots=True)
class Contender:
    """One detector with one reader."""

    detector: str
    reader: str
    make: Callable[[], tuple[Detector, Reader]]
    version: str = ""
    """What else its outcomes depend on, as its models' checksums; another version starts anew."""
    reader_version: str = ""
    """The same of the reader alone, for plate images."""

    @property
    def name(self) -> str:
        """`detector + reader`."""
        return f"{self.detector} + {self.reader}"


@dataclass(frozen=True, slots=True)
class Row:
    """What one contender reached over the whole dataset."""

    detector: str
    reader: str
    outcomes: tuple[Outcome, ...]

    @property
    def name(self) -> str:
        """`detector + reader`."""
        return f"{self.detector} + {self.reader}"

    @property
    def plates(self) -> tuple[PlateOutcome, ...]:
        """Every labelled plate."""
        return tuple(plate for outcome in self.outcomes for plate in outcome.plates)

    @property
    def texts(self) -> tuple[PlateOutcome, ...]:
        """Every plate whose text is known."""
        return tuple(plate for plate in self.plates if plate.text)

    def located(self) -> Rate:
        """Plates found; of clips, vehicles followed at all."""
        placed = [plate.located for plate in self.plates if plate.located is not None]
        return Rate(sum(placed), len(placed))

    def exact(self, *, strict: bool = False) -> Rate:
        """Texts read exactly."""
        return Rate(sum(plate.strict if strict else plate.exact for plate in self.texts), len(self.texts))

    def near(self) -> Rate:
        """Texts among the first candidates."""
        return Rate(sum(plate.near for plate in self.texts), len(self.texts))

    def characters(self) -> Rate:
        """Characters read right."""
        return Rate(sum(plate.right for plate in self.texts), sum(len(plate.text) for plate in self.texts))

    def false_readings(self) -> int:
        """Readings that are no plate's text."""
        return sum(outcome.false_readings for outcome in self.outcomes)

    def ms(self) -> dict[str, float]:
        """Mean milliseconds a frame by stage; `total` without decoding."""
        frames = max(1, sum(outcome.frames for outcome in self.outcomes))
        decode = sum(outcome.decode_ms for outcome in self.outcomes) / frames
        total = sum(outcome.total_ms for outcome in self.outcomes) / frames
        return {
            "decode": round(decode, 3),
            "detect": round(sum(outcome.detect_ms for outcome in self.outcomes) / frames, 3),
            "read": round(sum(outcome.read_ms for outcome in self.outcomes) / frames, 3),
            "total": round(max(0.0, total - decode), 3),
        }

    def exact_by_country(self, dataset: Dataset) -> dict[str, Rate]:
        """Texts read exactly by the country of the labels; empty where they name none, or one only."""
        right: dict[str, list[bool]] = {}
        for image, outcome in zip(dataset.images, self.outcomes, strict=False):
            for label, plate in zip(image.plates, outcome.plates, strict=True):
                if plate.text and label.country:
                    right.setdefault(label.country, []).append(plate.exact)
        return {country: Rate(sum(hits), len(hits)) for country, hits in right.items()} if len(right) > 1 else {}

    def better_than(self, other: Row) -> Difference:
        """Exact texts of this row less those of another, on the same plates."""
        return paired_difference([p.exact for p in self.texts], [p.exact for p in other.texts])

    def as_dict(self, best: Row, dataset: Dataset) -> dict[str, object]:
        """The row as JSON values; `best` is what it is compared with."""
        return {
            "detector": self.detector,
            "reader": self.reader,
            "items": len(self.outcomes),
            "located": self.located().as_dict(),
            "exact": self.exact().as_dict(),
            "exact_strict": self.exact(strict=True).as_dict(),
            "exact_by_country": {name: rate.as_dict() for name, rate in self.exact_by_country(dataset).items()},
            "in_candidates": self.near().as_dict(),
            "characters": self.characters().as_dict(),
            "false_readings": self.false_readings(),
            "ms": self.ms(),
            "first_row_better_by": best.better_than(self).as_dict(),
        }


@dataclass(frozen=True, slots=True)
class Comparison:
    """All contenders on one dataset; the first is what the others are compared with."""

    dataset: Dataset
    rows: tuple[Row, ...]

    def as_dict(self) -> dict[str, object]:
        """The comparison as JSON values, schema 1."""
        rows = [row.as_dict(self.rows[0], self.dataset) for row in self.rows]
        return {"schema": 1, "type": "comparison", "dataset": self.dataset.name, "rows": rows}


def compare(
    dataset: Dataset,
    contenders: Sequence[Contender],
    pipeline_of: PipelineOf,
    *,
    candidates_of: CandidatesOf | None = None,
    keep_in: Path | None = None,
    on_progress: Progress | None = None,
) -> Comparison:
    """Run every contender over a dataset.

    Parameters
    ----------
    dataset
        The labels. Where its pictures are plates, only the readers differ, and each runs once.
    contenders
        What is compared; the first is the one that the others are compared with.
    pipeline_of
        Builds the pipeline around a detector and a reader.
    candidates_of
        The likeliest texts of one read, for plate images.
    keep_in
        A folder that keeps what is done, so that the same call resumes a run that was broken off.
    on_progress
        Called after each picture and clip of each contender.

    Raises
    ------
    ConfigError, ModelError
        When a contender can't run here.
    SinkError
        When the folder can't be written, or what is kept there can't be read.
    """
    if dataset.plate_images:
        readers = {contender.reader: contender for contender in reversed(contenders)}
        contenders = [replace(c, detector="-", version=c.reader_version) for c in contenders if readers[c.reader] is c]
    kept = _Kept(keep_in)
    total = len(contenders) * (len(dataset.images) + len(dataset.clips))
    done, rows = 0, []
    for contender in contenders:
        outcomes = []
        for outcome in _outcomes(dataset, contender, pipeline_of, candidates_of or best_path, kept):
            outcomes.append(outcome)
            done += 1
            if on_progress is not None:
                on_progress(done, total)
        rows.append(Row(contender.detector, contender.reader, tuple(outcomes)))
    return Comparison(dataset, tuple(rows))


def _outcomes(
    dataset: Dataset, contender: Contender, pipeline_of: PipelineOf, candidates_of: CandidatesOf, kept: _Kept
) -> Iterator[Outcome]:
    """Yield one outcome a picture and clip, from the folder or fresh; the methods are made only when needed."""
    made: tuple[Reader, Observer] | None = None
    items: list[LabelledImage | LabelledClip] = [*dataset.images, *dataset.clips]
    for item in items:
        outcome = kept.find(contender, item)
        if outcome is None:
            if made is None:
                detector, reader = contender.make()
                made = reader, Observer(detector, reader, pipeline_of)
            reader, observer = made
            if isinstance(item, LabelledImage):
                outcome = image_outcome(item, reader, observer, candidates_of)
            else:
                outcome = clip_outcome(item, observer)
            kept.add(contender, item, outcome)
        yield outcome


class _Kept:
    """What is done, in a file that grows a line at a time; a line that was cut off or isn't ours doesn't count."""

    def __init__(self, folder: Path | None) -> None:
        self._file = folder / KEPT if folder is not None else None
        self._known: dict[str, Outcome] = {}
        self._lead = ""
        if self._file is not None and self._file.exists():
            try:
                content = self._file.read_bytes()
            except OSError as error:
                raise SinkError(f"{self._file}: can't be read: {error.strerror}") from error
            self._lead = "" if content.endswith(b"\n") or not content else "\n"
            for line in content.splitlines():
                self._load(line)

    def _load(self, line: bytes) -> None:
        try:
            entry = json.loads(line)
            self._known[entry["key"]] = Outcome.from_dict(entry["outcome"])
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return

    def find(self, contender: Contender, item: LabelledImage | LabelledClip) -> Outcome | None:
        return self._known.get(_key(contender, item))

    def add(self, contender: Contender, item: LabelledImage | LabelledClip, outcome: Outcome) -> None:
        if self._file is None:
            return
        entry = {"key": _key(contender, item), "contender": contender.name, "outcome": outcome.as_dict()}
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            with self._file.open("a", encoding="utf-8") as file:
                file.write(self._lead + json.dumps(entry, separators=(",", ":")) + "\n")
            self._lead = ""
        except OSError as error:
            raise SinkError(f"{self._file}: can't be written: {error.strerror}") from error


def _key(contender: Contender, item: LabelledImage | LabelledClip) -> str:
    """Return what an outcome depends on: the methods, their version, and the labels."""
    return hashlib.sha256(repr((contender.name, contender.version, item)).encode()).hexdigest()
