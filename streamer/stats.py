"""Counting and timing a run in bounded memory."""

from __future__ import annotations

import math
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter

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
        self._stages: dict[str, Distribution] = {}
        self._first_s: float | None = None
        self._last_s: float | None = None
        self.latency = Distribution()
        """Milliseconds from the capture of a frame to the end of its reading loop."""

    def count(self, what: str, by: int = 1) -> None:
        """Add to a counter: `sources`, `frames_read`, `frames_processed`, `frames_looked_at`, `losses`."""
        with self._lock:
            self._counts[what] += by

    def drop(self, reasons: dict[str, int]) -> None:
        """Add what one source's queue dropped, by reason."""
        with self._lock:
            self._dropped.update(reasons)

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

    @contextmanager
    def timed(self, stage: str) -> Iterator[None]:
        """Time what happens inside as one frame's share of a stage."""
        start = perf_counter()
        yield
        self.add_time(stage, perf_counter() - start)

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


def peak_memory_mb() -> float:
    """Return the peak resident size of this process in MiB (Linux counts it in KiB)."""
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
