"""A source, watched for some seconds: what it gives, what looking at it takes, and what there is to read."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import cv2
import numpy as np

from streamer.capture.frame_queue import FrameQueue
from streamer.capture.thread import CaptureThread
from streamer.config import Config
from streamer.datatypes import Detection, Frame, PictureLost, PlateRead, Quality, Reading
from streamer.errors import SourceError
from streamer.interfaces import Detector, Reader, Source
from streamer.reading_loop import Knowledge, ReadingLoop
from streamer.stats import RunStats


@dataclass(slots=True)
class Measured:
    """What was seen in some seconds of a source."""

    size_wh: tuple[int, int] = (0, 0)
    seconds: float = 0.0
    """Of the source's own time."""
    frames: int = 0
    looks: int = 0
    losses: int = 0
    decode_ms: list[float] = field(default_factory=list)
    detect_ms: list[float] = field(default_factory=list)
    read_ms: list[float] = field(default_factory=list)
    grey: list[float] = field(default_factory=list)
    """Mean grey level of each frame that was looked at, 0 to 255."""
    clipped: list[float] = field(default_factory=list)
    """Share of its pixels that are black or white."""
    plates: list[Quality] = field(default_factory=list)
    readings: list[str] = field(default_factory=list)
    """The plate of each vehicle that was read."""
    rejected: dict[str, int] = field(default_factory=dict)
    """Vehicles that were seen and not read, by reason."""

    @property
    def fps(self) -> float:
        """Frames a second that the source really gives."""
        return (self.frames - 1) / self.seconds if self.frames > 1 and self.seconds > 0 else 0.0

    def take(self, readings: Iterable[Reading]) -> None:
        """Take note of the vehicles that got their last word."""
        self.readings += [reading.plate for reading in readings if reading.event == "final"]


def measure(
    source: Source,
    detector: Detector,
    reader: Reader,
    config: Config,
    knowledge: Knowledge,
    seconds: float,
    *,
    scenes: bool = False,
    clock: Callable[[], float] = time.monotonic,
) -> Measured:
    """Watch a source for some seconds of the clock, looking at every frame that there is time for.

    Parameters
    ----------
    source
        Not open yet; closed at the end.
    detector, reader
        Timed; every plate that is found is read.
    config
        The camera's configuration.
    knowledge
        What voting knows beforehand.
    seconds
        From the first frame on.
    scenes
        Whether each frame is a scene of its own (stills).
    clock
        Seconds.

    Raises
    ------
    SourceError
        The source can't be opened or read.
    """
    measured = Measured()
    watch = _Watch(detector, reader, measured, clock)
    stats = RunStats()
    loop = ReadingLoop("doctor", watch, config, stats, knowledge, scenes=scenes, live=source.live)
    queue = FrameQueue(config.capture.queue_frames, source.live)
    thread = CaptureThread(
        source, queue, config.capture, on_capture=lambda spent_s: measured.decode_ms.append(1000 * spent_s)
    )
    thread.start()
    first_s, began_s = None, clock()
    try:
        while clock() - began_s < max(seconds, 0.0) + (config.capture.open_timeout_s if first_s is None else 0.0):
            try:
                item = queue.get(timeout_s=0.2)
            except TimeoutError:
                continue
            if item is None:
                break
            if isinstance(item, PictureLost):
                measured.losses += 1
                measured.take(loop.lost(item.timestamp_s))
                continue
            if first_s is None:
                first_s, began_s = item.timestamp_s, clock()
            measured.seconds = item.timestamp_s - first_s
            measured.take(loop.update(item, watch.look(item)))
            measured.frames = thread.frames_read if source.live else measured.looks
    finally:
        thread.stop()
        queue.cancel()
        thread.join(2.0)
    if not measured.looks:
        raise thread.error or SourceError(f"{source.name}: no picture within {config.capture.open_timeout_s:g} s")
    measured.take(loop.finish())
    measured.rejected = stats.rejected
    return measured


class _Watch:
    """Looks at frames and reads every plate in them, once, taking note of what that takes and of what there is."""

    def __init__(self, detector: Detector, reader: Reader, measured: Measured, clock: Callable[[], float]) -> None:
        self._detector = detector
        self._reader = reader
        self._measured = measured
        self._clock = clock
        self._reads: dict[int, PlateRead] = {}

    def look(self, frame: Frame) -> list[Detection]:
        """Return the plates of a frame; they are read already."""
        image, measured = frame.image, self._measured
        measured.looks += 1
        measured.size_wh = image.shape[1], image.shape[0]
        small = cv2.resize(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), (320, 180), interpolation=cv2.INTER_LINEAR)
        measured.grey.append(float(small.mean()))
        measured.clipped.append(float(np.mean((small <= 4) | (small >= 251))))
        start = self._clock()
        plates = self._detector.detect(image)
        measured.detect_ms.append(1000 * (self._clock() - start))
        self._reads = {}
        for plate in plates:
            start = self._clock()
            read = self._reads[id(plate.quad)] = self._reader.read(image, plate.quad, plate.score)
            measured.read_ms.append(1000 * (self._clock() - start))
            measured.plates.append(read.quality)
        return plates

    def read(self, image: np.ndarray, quad: np.ndarray, score: float | None = None) -> PlateRead:
        """Read as a `Reader`, which voting takes this for: what was read of this frame is not read again."""
        known = self._reads.get(id(quad))
        return self._reader.read(image, quad, score) if known is None else known
