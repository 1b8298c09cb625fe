"""What happens when an output fails in the middle of a run: one line, a count, and the readings go on."""

from __future__ import annotations

import logging
import threading

log = logging.getLogger(__name__)


class SinkFaults:
    """Counts what outputs could not keep, and says so once until they work again. Any thread may call."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._failing: dict[str, int] = {}
        self._total = 0

    @property
    def total(self) -> int:
        """Events and frames that some output could not keep: `sink_errors` of the summary."""
        with self._lock:
            return self._total

    def failed(self, name: str, error: Exception, count: int = 1) -> None:
        """Count a failure of the output `name`; the first of a row is logged."""
        with self._lock:
            self._total += count
            first = name not in self._failing
            self._failing[name] = self._failing.get(name, 0) + count
        if first:
            log.error("%s: %s; the readings go on without it", name, error)
        log.debug("%s failed", name, exc_info=error)

    def worked(self, name: str) -> None:
        """Note that the output `name` took something; the end of a row of failures is logged."""
        with self._lock:
            missing = self._failing.pop(name, 0)
        if missing:
            log.warning("%s: works again; %d missing in it", name, missing)
