"""Trackers side by side on the same detections: ours, ours with a fixed time step, and plain overlap."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import cv2

from streamer.datatypes import Detection, TrackState, TrackView
from streamer.errors import SourceFormatError
from streamer.evaluation.labelled import LabelledClip
from streamer.evaluation.matching import Box, match_boxes
from streamer.evaluation.mot import MotScores, mot_scores
from streamer.geometry import quad_of_box
from streamer.interfaces import Detector


class Tracker(Protocol):
    """What is scored: told the detections of each frame, it says which tracks there are."""

    def update(
        self, detections: Sequence[Detection], timestamp_s: float, frame_wh: tuple[int, int] | None
    ) -> Sequence[TrackView]:
        """Take one frame's detections, none included, and the frame's size in px where it is known."""


@dataclass(frozen=True, slots=True)
class DetectedFrame:
    """The detections of one frame."""

    frame: int
    timestamp_s: float
    detections: tuple[Detection, ...]
    frame_wh: tuple[int, int] | None = None
    """px; None when unknown."""


class OverlapTracker:
    """The plain tracker: the same vehicle is where the boxes of two frames overlap most.

    References
    ----------
    Bochinski, E.; Eiselein, V.; Sikora, T. (2017): High-speed tracking-by-detection without using image information.
    doi:10.1109/AVSS.2017.8078516
    """

    def __init__(self, min_iou: float = 0.3, min_hits: int = 2, max_gap_s: float = 1.0) -> None:
        self._min_iou, self._min_hits, self._max_gap_s = min_iou, min_hits, max_gap_s
        self._tracks: dict[int, TrackView] = {}
        self._next_id = 1

    def update(
        self, detections: Sequence[Detection], timestamp_s: float, frame_wh: tuple[int, int] | None = None
    ) -> list[TrackView]:
        """Take one frame's detections and return the tracks that were seen in it; the frame's size doesn't matter."""
        live = {i: t for i, t in self._tracks.items() if timestamp_s - t.last_seen_s <= self._max_gap_s}
        ids = list(live)
        boxes = [Detection(live[i].quad, 1.0).box for i in ids]
        pairs = {j: ids[i] for i, j in match_boxes(boxes, [d.box for d in detections], self._min_iou).items()}
        seen = [self._view(detection, live.get(pairs.get(j, 0)), timestamp_s) for j, detection in enumerate(detections)]
        self._tracks = live | {view.track_id: view for view in seen}
        return seen

    def _view(self, detection: Detection, before: TrackView | None, timestamp_s: float) -> TrackView:
        track_id, hits, first = self._next_id, 1, timestamp_s
        if before is None:
            self._next_id += 1
        else:
            track_id, hits, first = before.track_id, before.hits + 1, before.first_seen_s
        state = TrackState.CONFIRMED if hits >= self._min_hits else TrackState.TENTATIVE
        return TrackView(track_id, state, detection.quad, (0.0, 0.0), hits, first, timestamp_s, detection, None)


def compare_trackers(
    clip: LabelledClip, frames: Sequence[DetectedFrame], tracker_of: Callable[[], Tracker]
) -> dict[str, MotScores]:
    """Score three trackers on one clip's detections.

    Parameters
    ----------
    clip
        The truth.
    frames
        Every frame of the clip in order, with its true time.
    tracker_of
        Makes our tracker, fresh.
    """
    every_s = 1 / clip.fps
    return {
        "ours": score_tracker(clip, frames, tracker_of()),
        "ours, fixed time step": score_tracker(
            clip, [replace(frame, timestamp_s=number * every_s) for number, frame in enumerate(frames)], tracker_of()
        ),
        "plain overlap": score_tracker(clip, frames, OverlapTracker()),
    }


def score_tracker(clip: LabelledClip, frames: Sequence[DetectedFrame], tracker: Tracker) -> MotScores:
    """Score one tracker in the frames in which a vehicle's plate is labelled."""
    truth, found = [], []
    for frame in frames:
        views = tracker.update(frame.detections, frame.timestamp_s, frame.frame_wh)
        labelled = {i: v.boxes[frame.frame] for i, v in enumerate(clip.vehicles) if frame.frame in v.boxes}
        if labelled:
            truth.append(labelled)
            found.append(_boxes(views))
    return mot_scores(truth, found)


def truth_frames(
    clip: LabelledClip, times_s: Mapping[int, float], frame_wh: tuple[int, int] | None = None
) -> list[DetectedFrame]:
    """Return a clip's labels as perfect detections, to see the tracker alone.

    Parameters
    ----------
    clip
        The truth.
    times_s
        The time of each frame by its number; frames without one run at the clip's rate.
    frame_wh
        The frames' width and height in px, where it is known.
    """
    return [
        DetectedFrame(
            number,
            times_s.get(number, number / clip.fps),
            tuple(_detection(v.boxes[number]) for v in clip.vehicles if number in v.boxes),
            frame_wh,
        )
        for number in range(clip.frames)
    ]


def detected_frames(clip: LabelledClip, detector: Detector) -> list[DetectedFrame]:
    """Return what a detector finds in every frame of a clip, at the frame's own time.

    Raises
    ------
    SourceFormatError
        When the clip can't be decoded.
    """
    capture = cv2.VideoCapture(str(clip.path))
    frames: list[DetectedFrame] = []
    try:
        while capture.grab():
            time_s = capture.get(cv2.CAP_PROP_POS_MSEC) / 1000
            kept, image = capture.retrieve()
            if kept:
                size = image.shape[1], image.shape[0]
                frames.append(DetectedFrame(len(frames), time_s, tuple(detector.detect(image)), size))
    finally:
        capture.release()
    if not frames:
        raise SourceFormatError(f"{clip.path}: no video that can be decoded")
    return frames


def _detection(box: Box) -> Detection:
    quad = quad_of_box(*box)
    quad.flags.writeable = False
    return Detection(quad, 1.0)


def _boxes(views: Sequence[TrackView]) -> dict[int, Box]:
    return {v.track_id: Detection(v.quad, 1.0).box for v in views if v.state is TrackState.CONFIRMED}
