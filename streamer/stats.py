"""Counting and timing a run in bounded memory."""

from __future__ import annotations

import math
import threading
from collections import Counter
from collections.abc import Mapping

RESOLUTION = 1.02
"""Ratio between neighbouring bins of a `Distribution`: a percentile is right to 1 %."""


class Distribution:
    """How often each value occurred, to a relative resolution of 2 %, however many there are.

    Values are 0 or more, of any unit. Safe to use from several threads.
    """

    def __init__(self) -> None:
        self._bins: Counter[int] = Counter()
        self._lock = threading.Lock()

    def add(self, value: float) -> None:
        """Count one value; 1e-6 and less are all the same."""
        place = round(math.log(max(value, 1e-6)) / math.log(RESOLUTION))
        with self._lock:
            self._bins[place] += 1

    def percentile(self, share: float) -> float | None:
        """Return the value that `share` (0 to 1) of all values don't exceed, or None without any."""
        with self._lock:
            bins = sorted(self._bins.items())
        rank = share * (sum(count for _, count in bins) - 1)
        for place, count in bins:
            if rank < count:
                return RESOLUTION**place
            rank -= count
        return None


class RunStats:
    """What the summary counts, over all sources of a run. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: Counter[str] = Counter()
        self._dropped: Counter[str] = Counter()
        self._rejected: Counter[str] = Counter()
        self._stages: dict[str, Distribution] = {}
        self._first_s: float | None = None
        self._last_s: float | None = None
        self.latency = Distribution()
        """Milliseconds from the capture of a frame to the end of its reading loop."""

    def count(self, what: str, by: int = 1) -> None:
        """Add to a counter: `frames_read`, `frames_processed`, `frames_looked_at`, `reconnects`."""
        with self._lock:
            self._counts[what] += by

    def drop(self, reasons: Mapping[str, int]) -> None:
        """Add what one source's queue dropped, by reason."""
        with self._lock:
            self._dropped.update(reasons)

    def reject(self, reasons: Mapping[str, int]) -> None:
        """Add the tracks of one source that gave no reading, by reason."""
        with self._lock:
            self._rejected.update(reasons)

    def processed(self, captured_s: float, now_s: float) -> None:
        """Count a frame that went all the way.

        Parameters
        ----------
        captured_s, now_s
            Monotonic time when the frame was taken from its source, and the time now.
        """
        with self._lock:
            self._counts["frames_processed"] += 1
            self._first_s = captured_s if self._first_s is None else min(self._first_s, captured_s)
            self._last_s = now_s
        self.latency.add((now_s - captured_s) * 1000)

    def add_time(self, stage: str, seconds: float) -> None:
        """Add one frame's time in a stage."""
        with self._lock:
            stage_times = self._stages.setdefault(stage, Distribution())
        stage_times.add(seconds * 1000)

    def counted(self, what: str) -> int:
        """Return a counter."""
        with self._lock:
            return self._counts[what]

    @property
    def dropped(self) -> dict[str, int]:
        """Frames that were lost, by reason."""
        with self._lock:
            return dict(self._dropped)

    @property
    def rejected(self) -> dict[str, int]:
        """Tracks that gave no reading, by reason."""
        with self._lock:
            return dict(self._rejected)

    @property
    def fps(self) -> float:
        """Frames processed a second, from the first frame to the last."""
        with self._lock:
            frames, first, last = self._counts["frames_processed"], self._first_s, self._last_s
        return frames / (last - first) if first is not None and last is not None and last > first else 0.0

    def stage_ms(self) -> dict[str, float]:
        """Return the median milliseconds a frame of each stage."""
        with self._lock:
            stages = dict(self._stages)
        return {stage: round(times.percentile(0.5) or 0.0, 3) for stage, times in stages.items()}


class CameraStatus:
    """What people see of one camera while it runs: written by its reading loop, looked at by the screen."""

    def __init__(self, name: str, source: str, live: bool) -> None:
        self.name = name
        self.source = source
        """Path or address, without credentials."""
        self.live = live
        self.state = "waiting"
        """`waiting`, `running`, `offline`, `failed` or `done`."""
        self.frames = 0
        self.readings = 0
        """Vehicles that got their last word."""
        self.last_plate = ""
        self.time_s = 0.0
        """Time of the newest frame."""
        self.fps = 0.0
        """Frames a second, smoothed over about a second."""
        self._previous_s: float | None = None

    def processed(self, timestamp_s: float, now_s: float) -> None:
        """Take note of a frame that went all the way at `now_s`, monotonic."""
        self.state = "running"
        self.frames += 1
        self.time_s = timestamp_s
        if self._previous_s is not None and now_s > self._previous_s:
            elapsed = now_s - self._previous_s
            newest = 1 / elapsed
            self.fps = newest if self.fps == 0 else self.fps + min(1.0, elapsed) * (newest - self.fps)
        self._previous_s = now_s

    def read(self, plate: str, event: str) -> None:
        """Take note of an event."""
        self.last_plate = plate
        self.readings += event == "final"

    def offline(self) -> None:
        """Take note that the picture was lost."""
        self.state = "offline"
        self._previous_s = None


def peak_memory_mb() -> float:
    """Return the peak resident size of this process in MiB (Linux counts it in KiB)."""
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
