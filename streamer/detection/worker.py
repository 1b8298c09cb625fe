"""The detection worker: looks at the frames that deserve it and passes every frame on, in order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from time import perf_counter

import numpy as np

from streamer.config import DetectionConfig
from streamer.datatypes import Detection, Frame, PictureLost
from streamer.detection.attention import Attention
from streamer.interfaces import Detector
from streamer.stats import RunStats

COST_SMOOTHING = 0.2
"""Weight of the newest look in the running cost of one."""


@dataclass(frozen=True, slots=True, eq=False)
class Looked:
    """A frame after the detection worker."""

    frame: Frame
    detections: tuple[Detection, ...] | None
    """Best score first, in pixels of `frame.image`; None when the frame was skipped on purpose."""


class DetectionWorker:
    """Turns the frames of one source into frames with detections, in the thread that iterates.

    Parameters
    ----------
    detector
        Used by this worker alone.
    config
        When to look.
    stats
        Where looks are timed.
    scenes
        Whether each frame is a scene of its own (stills), so that all are looked at.
    live
        Whether looks must keep up with the clock.
    unsettled
        Asked once a frame, with the frame's place in this stream, whether some track's reading can still change.
    answer_age
        How many frames old that answer is: a plate that came into view since then isn't settled.
    """

    def __init__(
        self,
        detector: Detector,
        config: DetectionConfig,
        stats: RunStats,
        *,
        scenes: bool,
        live: bool,
        unsettled: Callable[[int], bool],
        answer_age: int = 0,
    ) -> None:
        self._detector = detector
        self._config = config
        self._stats = stats
        self._scenes = scenes
        self._live = live
        self._unsettled = unsettled
        self._answer_age = answer_age

    def run(self, frames: Iterable[Frame | PictureLost]) -> Iterator[Looked | PictureLost]:
        """Yield what comes in, each frame with its detections or None, and each lost picture in its place."""
        attention = Attention(self._config)
        plate_in_view, answered_at, cost_s = False, 0, 0.0
        for place, item in enumerate(frames):
            unsettled = self._unsettled(place) or place < answered_at
            if isinstance(item, PictureLost):
                attention, plate_in_view, answered_at = Attention(self._config), False, 0
                yield item
                continue
            start = perf_counter()
            image = item.image if item.detection_image is None else item.detection_image
            if not self._scenes and not attention.wants(image, item.timestamp_s, plate_in_view, unsettled, cost_s):
                self._stats.add_time("detect", perf_counter() - start)
                yield Looked(item, None)
                continue
            detections = _in_frame(self._detector.detect(image), image, item.image)
            if detections and not plate_in_view:
                answered_at = place + 1 + self._answer_age
            plate_in_view = bool(detections)
            elapsed_s = perf_counter() - start
            self._stats.add_time("detect", elapsed_s)
            self._stats.count("frames_looked_at")
            if self._live:
                cost_s += COST_SMOOTHING * (elapsed_s - cost_s)
            yield Looked(item, detections)


def _in_frame(detections: list[Detection], seen: np.ndarray, full: np.ndarray) -> tuple[Detection, ...]:
    """Return detections of a smaller image of the same view, in pixels of the full one."""
    if seen.shape[:2] == full.shape[:2]:
        return tuple(detections)
    scale = np.array([full.shape[1] / seen.shape[1], full.shape[0] / seen.shape[0]], np.float32)
    return tuple(_scaled(detection, scale) for detection in detections)


def _scaled(detection: Detection, scale: np.ndarray) -> Detection:
    quad = detection.quad * scale
    quad.setflags(write=False)
    return Detection(quad, detection.score)
