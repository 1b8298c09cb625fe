"""How long a sink that takes nothing is waited for."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

POLL_S = 0.05
"""How often those who wait look whether the run was asked to stop meanwhile."""


class Patience:
    """Without end while the run goes on; `limit_s` without progress once it was asked to stop."""

    def __init__(self, stop: threading.Event, limit_s: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._stop = stop
        self._limit_s = limit_s
        self._clock = clock
        self._progress: int | None = None
        self._since_s = clock()

    def is_over(self, progress: int) -> bool:
        """Tell whether to give up; `progress` is any number that changes as the sink takes something."""
        now_s = self._clock()
        if progress != self._progress or not self._stop.is_set():
            self._progress, self._since_s = progress, now_s
        return now_s - self._since_s >= self._limit_s
