"""Scripted stand-ins for what a test can't have for real: they do as their script says, and remember what was asked."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

import numpy as np

from streamer.datatypes import Detection, Frame, FrameReport
from streamer.errors import SourceError


class ScriptedSource:
    """A source that plays one script for each time it is opened; after the last script it can't be opened any more.

    A script is a list of frames and errors: frames are returned, errors raised, and its end is the source's end. A
    script that is itself an error fails the open.
    """

    def __init__(self, *scripts: Sequence[Frame | SourceError] | SourceError, live: bool = False) -> None:
        self.name = "scripted"
        self.live = live
        self.opens = 0
        self.closes = 0
        self.threads: set[str] = set()
        self._scripts = list(scripts)
        self._playing: list[Frame | SourceError] = []

    def open(self) -> None:
        self.opens += 1
        self.threads.add(threading.current_thread().name)
        script = self._scripts.pop(0) if self._scripts else SourceError("scripted: nothing more to open")
        if isinstance(script, SourceError):
            raise script
        self._playing = list(script)

    def read(self) -> Frame | None:
        self.threads.add(threading.current_thread().name)
        if not self._playing:
            return None
        item = self._playing.pop(0)
        if isinstance(item, SourceError):
            raise item
        return item

    def close(self) -> None:
        self.closes += 1


class ScriptedClock:
    """Monotonic seconds that pass only when told to, or when someone waits."""

    def __init__(self, now_s: float = 1000.0) -> None:
        self.now_s = now_s
        self.waits: list[float] = []

    def __call__(self) -> float:
        return self.now_s

    def wait(self, seconds: float) -> bool:
        """Let the time pass at once; nobody cuts this wait short."""
        self.waits.append(seconds)
        self.now_s += seconds
        return False


class ListSink:
    """A sink that keeps what it is given, and can be made to wait or to fail."""

    def __init__(self, name: str = "list") -> None:
        self.name = name
        self.records: list[dict[str, Any]] = []
        self.closed = False
        self.fault: Exception | None = None
        """Raised by every write while it is set."""
        self.open = threading.Event()
        """Cleared, every write waits."""
        self.open.set()
        self.waiting = threading.Event()
        """Set when a write has begun."""

    def write(self, record: dict[str, Any]) -> None:
        self.waiting.set()
        self.open.wait()
        if self.fault is not None:
            raise self.fault
        self.records.append(record)

    def close(self) -> None:
        self.closed = True


class ListFrameSink:
    """A frame sink that keeps what it is shown, and can be made to wait or to fail."""

    def __init__(self, may_drop: bool = False) -> None:
        self.name = "frames"
        self.may_drop = may_drop
        self.reports: list[FrameReport] = []
        self.closed = False
        self.fault: Exception | None = None
        self.open = threading.Event()
        self.open.set()

    def show(self, report: FrameReport) -> None:
        self.open.wait()
        if self.fault is not None:
            raise self.fault
        self.reports.append(report)

    def close(self) -> None:
        self.closed = True


class ScriptedDetector:
    """A detector that gives the next list of its script each time it looks, the last one for ever; counts its looks."""

    def __init__(self, *script: Sequence[Detection]) -> None:
        self.looks = 0
        self.threads: set[str] = set()
        self._script = [list(detections) for detections in script] or [[]]

    def detect(self, image: np.ndarray) -> list[Detection]:
        self.threads.add(threading.current_thread().name)
        found = self._script[min(self.looks, len(self._script) - 1)]
        self.looks += 1
        return found
