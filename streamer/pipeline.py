"""One source on its way through the threads: capture, detection, reading, delivery.

    capture thread ──FrameQueue──▶ detection thread ──Channel──▶ reading loop (the calling thread) ──▶ delivery
                                          ▲──────Feedback──────────────┘

Errors travel with the frames, after everything that came before them; either end of a queue can end it.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from streamer.capture.frame_queue import FrameQueue
from streamer.capture.part import Part
from streamer.capture.thread import CaptureThread
from streamer.channel import Channel
from streamer.config import Config
from streamer.datatypes import FrameReport, PictureLost, Reading
from streamer.detection.worker import DetectionWorker, Looked
from streamer.interfaces import Detector, Source
from streamer.reading_loop import ReadingLoop
from streamer.stats import CameraStatus, RunStats

log = logging.getLogger(__name__)

IN_FLIGHT = 6
"""Frames between the detection thread and the reading loop, and how many frames old the answer is that steers it."""

JOIN_LIMIT_S = 2.0
"""How long a thread may take to end; a read of a dead camera takes longer, and is left behind."""


class Feedback:
    """What the reading loop tells the detection worker: whether some reading can still change.

    For a file the worker gets the answer of exactly `IN_FLIGHT` frames ago, and waits for it, so that what is looked
    at never depends on which thread was faster. A live source gets the newest answer and never waits.
    """

    def __init__(self, live: bool) -> None:
        self._live = live
        self._answers: deque[bool] = deque([False] * IN_FLIGHT)
        self._newest = False
        self._ended = False
        self._changed = threading.Condition()

    def tell(self, unsettled: bool) -> None:
        """Answer for one more frame; called once for each, in order."""
        with self._changed:
            self._newest = unsettled
            if not self._live:
                self._answers.append(unsettled)
            self._changed.notify_all()

    def ask(self, place: int) -> bool:
        """Return the answer that steers the frame at `place`; called once for each, in order."""
        with self._changed:
            if self._live:
                return self._newest
            self._changed.wait_for(lambda: self._answers or self._ended)
            return self._answers.popleft() if self._answers else False

    def end(self) -> None:
        """Let a waiting worker go."""
        with self._changed:
            self._ended = True
            self._changed.notify_all()


@dataclass(frozen=True, slots=True)
class Outlets:
    """Where a pipeline's results go. Each is called in the reading loop's thread."""

    deliver: Callable[[Reading], None]
    """Takes each event; never drops it."""
    show: Callable[[FrameReport, bool], None] | None = None
    """Takes what is known after each frame, and whether its source is live; None when nobody looks."""


class Pipeline:
    """Runs one source to its end.

    Parameters
    ----------
    source
        Not open yet; opened, read and closed by the capture thread.
    detector
        Used by this pipeline's detection thread alone.
    loop
        Tracks, reads and votes; made for this source, used once.
    config
        The camera's configuration.
    outlets
        Where results go.
    stats
        The run's counters.
    status
        What people see of this camera.
    scenes
        Whether each frame is a scene of its own (stills), so that all are looked at.
    part
        Which part of a live source is wanted; a file's source keeps to its own.
    realtime
        Whether a file is read at its own pace.
    """

    def __init__(
        self,
        source: Source,
        detector: Detector,
        loop: ReadingLoop,
        config: Config,
        outlets: Outlets,
        stats: RunStats,
        status: CameraStatus,
        *,
        scenes: bool = False,
        part: Part | None = None,
        realtime: bool = False,
    ) -> None:
        self._loop = loop
        self._outlets = outlets
        self._stats = stats
        self._status = status
        self._live = source.live
        self._frames = FrameQueue(config.capture.queue_frames, source.live)
        self._looked: Channel[Looked | PictureLost] = Channel(IN_FLIGHT)
        self._feedback = Feedback(source.live)
        self._capture = CaptureThread(
            source,
            self._frames,
            config.capture,
            part=part,
            realtime=realtime,
            on_capture=lambda seconds: stats.add_time("capture", seconds),
        )
        self._worker = DetectionWorker(
            detector,
            config.detection,
            stats,
            scenes=scenes,
            live=source.live,
            unsettled=self._feedback.ask,
            answer_age=0 if source.live else IN_FLIGHT,
        )
        self._detection = threading.Thread(target=self._detect, name=f"detect {status.name}", daemon=True)

    @property
    def capture(self) -> CaptureThread:
        """The capture thread, for whoever wants to know whether the source is there."""
        return self._capture

    def run(self) -> None:
        """Run to the end of the source, or until `halt`; every open track is closed and its reading delivered.

        Raises
        ------
        SourceError
            The source failed; what came before it has been read and delivered.
        """
        self._capture.start()
        self._detection.start()
        try:
            try:
                for item in self._looked:
                    self._read(item)
            finally:
                self._deliver(self._loop.finish())
        finally:
            self._end()

    def halt(self) -> None:
        """End in order: take no more frames, finish those that wait. Any thread may call, more than once."""
        self._capture.stop()
        self._frames.end()

    def _end(self) -> None:
        """Let both threads go, wait for them, and count what they did."""
        self._capture.stop()
        self._looked.cancel()
        self._feedback.end()
        self._frames.cancel()
        self._detection.join(JOIN_LIMIT_S)
        if not self._capture.join(JOIN_LIMIT_S):
            log.info("%s: a read is still under way after %g s; left behind", self._status.name, JOIN_LIMIT_S)
        self._stats.count("frames_read", self._capture.frames_read)
        self._stats.count("reconnects", self._capture.reconnects)
        self._stats.drop(self._frames.dropped)

    def _detect(self) -> None:
        """Move frames from the queue, looked at or skipped, to the reading loop."""
        try:
            for item in self._worker.run(self._frames):
                if not self._looked.put(item):
                    break
        except BaseException as error:
            self._looked.end(error)
        else:
            self._looked.end()
        finally:
            self._frames.cancel()

    def _read(self, item: Looked | PictureLost) -> None:
        if isinstance(item, PictureLost):
            self._status.offline()
            self._deliver(self._loop.lost(item.timestamp_s))
            self._feedback.tell(False)
            return
        frame = item.frame
        self._deliver(self._loop.update(frame, item.detections))
        self._feedback.tell(self._loop.unsettled)
        now_s = time.monotonic()
        self._stats.processed(frame.captured_s, now_s)
        self._status.processed(frame.timestamp_s, now_s)
        if self._outlets.show is not None:
            latency_ms = (now_s - frame.captured_s) * 1000
            name, fps = self._status.name, self._status.fps
            report = FrameReport(name, frame, self._loop.tracks, self._loop.votes, fps, latency_ms, self._loop.overlays)
            self._outlets.show(report, self._live)

    def _deliver(self, readings: Iterable[Reading]) -> None:
        for reading in readings:
            self._status.read(reading.plate, reading.event)
            self._outlets.deliver(reading)
