"""`streamer evaluate`: how good one detector, one reader and the pipeline around them are on a labelled dataset."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from streamer.datatypes import PlateRead
from streamer.evaluation import groups
from streamer.evaluation.clips import ClipScore, VehicleScore, score_clip
from streamer.evaluation.fusion_table import RuleRow, compare_rules
from streamer.evaluation.groups import Measures
from streamer.evaluation.labelled import Dataset, LabelledClip, LabelledImage
from streamer.evaluation.metrics import Calibration, Rate, calibration
from streamer.evaluation.mot import NO_BOXES, MotScores
from streamer.evaluation.observed import Observer, PipelineOf, Run
from streamer.evaluation.stills import CandidatesOf, ImageScore, PlateScore, load_image, score_alone, score_image
from streamer.evaluation.texts import same
from streamer.evaluation.trackers import Tracker, compare_trackers, detected_frames
from streamer.interfaces import Detector, Reader

Progress = Callable[[int, int], None]
"""Called with what is done and what there is to do."""


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that was measured on one dataset."""

    dataset: str
    images: tuple[ImageScore, ...]
    clips: tuple[ClipScore, ...]
    rules: tuple[RuleRow, ...] = ()
    """Fusion rules side by side, of clips."""
    trackers: Mapping[str, MotScores] = field(default_factory=dict)
    """Trackers side by side, of clips, where a tracker was given."""

    @property
    def plates(self) -> tuple[PlateScore, ...]:
        """Every labelled plate of the pictures."""
        return tuple(plate for image in self.images for plate in image.plates)

    @property
    def vehicles(self) -> tuple[VehicleScore, ...]:
        """Every legible vehicle of the clips."""
        return tuple(vehicle for clip in self.clips for vehicle in clip.vehicles)

    def measures(self) -> Measures:
        """The measures over all; those of which there was nothing to count are left out."""
        measures: Measures = {}
        if self.images:
            measures |= groups.plate_measures(self.plates) | groups.picture_measures(self.images)
        if self.clips:
            measures |= groups.vehicle_measures(self.vehicles) | groups.clip_measures(self.clips)
        return _counted(measures)

    def by_group(self) -> dict[str, dict[str, Measures]]:
        """The measures of each set, country, plate height, blur and obliqueness."""
        result = {}
        for name, key in groups.PLATE_GROUPS.items():
            parts = groups.part(self.plates, key).items()
            result[name] = {group: _counted(groups.plate_measures(scores)) for group, scores in parts}
        for name, vehicle_key in groups.VEHICLE_GROUPS.items():
            for group, vehicles in groups.part(self.vehicles, vehicle_key).items():
                result.setdefault(name, {})[group] = _counted(groups.vehicle_measures(vehicles))
        for group, rate in groups.precision_by_height(self.images).items():
            result.setdefault("plate height", {}).setdefault(group, {})["precision"] = rate
        return {name: groups.in_order(parts) for name, parts in result.items() if parts}

    def calibration(self) -> Calibration:
        """How far the readings' confidences can be believed."""
        pairs = [
            (plate.reading.confidence, plate.reading.exact(plate.plate.text))
            for plate in self.plates
            if plate.reading is not None and plate.labelled
        ]
        pairs += [(one.confidence, same(one.text, v.vehicle.text)) for v in self.vehicles for one in v.said]
        pairs += [(one.confidence, False) for clip in self.clips for one in clip.phantoms]
        return calibration([confidence for confidence, _ in pairs], [right for _, right in pairs])

    def as_dict(self) -> dict[str, object]:
        """The report as JSON values, schema 1."""
        return {
            "schema": 1,
            "type": "evaluation",
            "dataset": self.dataset,
            "images": len(self.images),
            "plates": len(self.plates),
            "clips": len(self.clips),
            "vehicles": len(self.vehicles),
            "measures": plain(self.measures()),
            "by": {
                name: {group: plain(measures) for group, measures in parts.items()}
                for name, parts in self.by_group().items()
            },
            "calibration": self.calibration().as_dict(),
            "rules": [row.as_dict() for row in self.rules],
            "trackers": {name: scores.as_dict() for name, scores in self.trackers.items()},
        }


def evaluate(
    dataset: Dataset,
    detector: Detector,
    reader: Reader,
    pipeline_of: PipelineOf,
    *,
    candidates_of: CandidatesOf | None = None,
    tracker_of: Callable[[], Tracker] | None = None,
    on_progress: Progress | None = None,
) -> Report:
    """Score a detector, a reader and the pipeline around them.

    Parameters
    ----------
    dataset
        The labels.
    detector, reader
        What is scored.
    pipeline_of
        Builds the pipeline around the two.
    candidates_of
        The likeliest texts of one read, for the reader alone; without it only the best path's text counts.
    tracker_of
        Makes our tracker, to be compared with others on the detections of every frame of the clips.
    on_progress
        Called after each picture and clip.

    Raises
    ------
    SourceFormatError
        When a labelled picture can't be decoded.
    """
    observer = Observer(detector, reader, pipeline_of)
    total = len(dataset.images) + len(dataset.clips)
    images: list[ImageScore] = []
    clips: list[tuple[LabelledClip, Run, ClipScore]] = []
    trackers: dict[str, MotScores] = {}
    for image in dataset.images:
        images.append(_score_image(image, reader, observer, candidates_of or best_path))
        _tell(on_progress, len(images), total)
    for clip in dataset.clips:
        run = observer.run(clip.path)
        clips.append((clip, run, score_clip(clip, run)))
        if tracker_of is not None:
            for name, scores in compare_trackers(clip, detected_frames(clip, detector), tracker_of).items():
                trackers[name] = trackers.get(name, NO_BOXES) + scores
        _tell(on_progress, len(images) + len(clips), total)
    rules = compare_rules(clips) if clips else ()
    return Report(dataset.name, tuple(images), tuple(score for _, _, score in clips), rules, trackers)


def plain(measures: Measures) -> dict[str, object]:
    """Return measures as JSON values."""
    return {name: value.as_dict() if isinstance(value, Rate) else value for name, value in measures.items()}


def _score_image(image: LabelledImage, reader: Reader, observer: Observer, candidates_of: CandidatesOf) -> ImageScore:
    pixels = load_image(image)
    is_plate = any(plate.box is None for plate in image.plates)
    texts = [plate.text for plate in image.plates]
    alone = score_alone(image, pixels, reader, candidates_of) if any(texts) else [None] * len(texts)
    run: Run | None = None if is_plate else observer.run(image.path)
    return score_image(image, run, alone, float(pixels.shape[0]))


def best_path(read: PlateRead) -> Sequence[str]:
    """Return the one text that a read names by itself."""
    return (read.text,)


def _counted(measures: Measures) -> Measures:
    return {
        name: value
        for name, value in measures.items()
        if value is not None and not (isinstance(value, Rate) and not value.total)
    }


def _tell(on_progress: Progress | None, done: int, total: int) -> None:
    if on_progress is not None:
        on_progress(done, total)
