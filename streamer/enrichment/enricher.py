"""Final readings looked up one after another, in a thread of its own: a reading never waits for it."""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import urlsplit

import pybreaker

from streamer.config_outputs import RegistryConfig
from streamer.datatypes import Reading
from streamer.enrichment.cache import Answer, AnswerCache
from streamer.enrichment.client import RegistryClient
from streamer.enrichment.faults import LookUpError

log = logging.getLogger(__name__)

LAST_JOIN_S = 5.0
"""How long the end waits for the thread once its request is cut: as long as a delivery may hold it up."""

Deliver = Callable[[Reading], None]
"""Takes an `enriched` event; called from the enricher's thread."""


class Enricher:
    """Adds what the registry says to final readings.

    Parameters
    ----------
    config
        The registry.
    deliver
        Takes the `enriched` event of each reading whose vehicle is known.

    Raises
    ------
    ConfigError
        When the cache can't be opened.
    """

    def __init__(self, config: RegistryConfig, deliver: Deliver) -> None:
        self._config = config
        self._deliver = deliver
        self._host = urlsplit(config.url or "").hostname
        self._cache = None if config.cache is None else AnswerCache(config.cache, config)
        self._stop = threading.Event()
        self._client = RegistryClient(config, self._stop)
        self._breaker = pybreaker.CircuitBreaker(
            fail_max=config.breaker_failures,
            reset_timeout=config.breaker_reset_s,
            throw_new_error_on_trip=False,
        )
        self._waiting: deque[Reading] = deque()
        self._changed = threading.Condition()
        self._ending = False
        self._counts: Counter[str] = Counter()
        self._thread = threading.Thread(target=self._run, name="registry", daemon=True)
        self._thread.start()

    def submit(self, reading: Reading) -> None:
        """Take a reading, only a final one, without waiting; the oldest goes without when too many wait."""
        if reading.event != "final":
            return
        with self._changed:
            if self._ending:
                return
            if len(self._waiting) >= self._config.queue_readings:
                self._waiting.popleft()
                self._counts["dropped"] += 1
            self._waiting.append(reading)
            self._changed.notify()

    @property
    def counts(self) -> dict[str, int]:
        """How many readings were `enriched`, `unknown` to the registry, `failed`, `skipped` and `dropped`."""
        with self._changed:
            return dict(self._counts)

    def close(self) -> None:
        """Finish what waits, for at most `finish_s`, then cut what is under way; harmless when it was closed before."""
        with self._changed:
            if self._ending:
                return
            self._ending = True
            self._changed.notify()
        self._thread.join(self._config.finish_s)
        self._stop.set()
        self._client.cut()
        self._thread.join(LAST_JOIN_S)

    def _run(self) -> None:
        try:
            while (reading := self._next()) is not None:
                outcome = self._enrich(reading)
                with self._changed:
                    self._counts[outcome] += 1
        finally:
            if self._cache is not None:
                self._cache.close()

    def _next(self) -> Reading | None:
        """Return the next reading, waiting for it; None at the end."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._ending)
            return self._waiting.popleft() if self._waiting and not self._stop.is_set() else None

    def _enrich(self, reading: Reading) -> str:
        """Look up one reading, and deliver what was found; return what became of it.

        What nobody foresaw costs this one reading its vehicle, not all that come after it theirs.
        """
        try:
            answer = self._answer(reading.plate, reading.region or "")
            if answer.vehicle is None:
                return "unknown"
            self._deliver(replace(reading, event="enriched", vehicle=answer.vehicle))
            return "enriched"
        except pybreaker.CircuitBreakerError:
            return "skipped"
        except LookUpError as fault:
            log.warning("registry %s: %s; the reading stays without a vehicle", self._host, fault)
        except Exception as error:
            log.error("registry %s: %s; the reading stays without a vehicle", self._host, type(error).__name__)
            log.debug("the look-up's own words", exc_info=True)
        return "failed"

    def _answer(self, plate: str, region: str) -> Answer:
        """Return the answer from the cache, or from the registry while it isn't left alone."""
        try:
            kept = self._cache.get(plate, region) if self._cache is not None else None
        except sqlite3.Error as error:
            log.warning("registry.cache: %s", error)
            kept = None
        if kept is not None:
            return kept
        answer = Answer(self._breaker.call(self._client.look_up, plate, region))
        if self._cache is not None:
            try:
                self._cache.put(plate, region, answer)
            except sqlite3.Error as error:
                log.warning("registry.cache: %s", error)
        return answer
