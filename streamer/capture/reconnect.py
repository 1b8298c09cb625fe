"""Keeping a live source going: opening it again, with growing pauses, when its picture is lost."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator

from streamer.capture.clock import Clock
from streamer.config import CaptureConfig
from streamer.datatypes import Frame, PictureLost
from streamer.errors import SourceError, SourceRefusedError
from streamer.interfaces import Source

logger = logging.getLogger(__name__)

Wait = Callable[[float], bool]
"""Waits so many seconds and returns True when the wait was cut short by a stop."""


class Backoff:
    """Pauses that double with every failure in a row, up to a ceiling.

    Parameters
    ----------
    first_s
        The first pause.
    ceiling_s
        The longest pause.
    """

    def __init__(self, first_s: float, ceiling_s: float) -> None:
        self._first_s = first_s
        self._ceiling_s = ceiling_s
        self._last_s = 0.0

    def next_s(self) -> float:
        """Return the pause after one more failure."""
        self._last_s = self._first_s if self._last_s == 0 else min(self._last_s * 2, self._ceiling_s)
        return self._last_s

    def picture_lasted(self, seconds: float) -> None:
        """Begin again with the first pause if the picture was there for longer than the last pause.

        A camera that opens, gives a frame and dies is so not asked for it twice a second for ever.
        """
        if seconds > self._last_s:
            self._last_s = 0.0


class Reconnector:
    """Turns a live source that merely raises into frames that go on, with a mark where the picture was lost.

    Parameters
    ----------
    source
        Opened, read and closed here, by the one thread that iterates `frames`.
    config
        The pauses between attempts.
    stop
        Set by anyone to end; a pause ends at once.
    clock
        Measures how long the picture was there and was lost.
    wait
        Pauses; by default on `stop`.
    """

    def __init__(
        self,
        source: Source,
        config: CaptureConfig,
        stop: threading.Event,
        *,
        clock: Clock | None = None,
        wait: Wait | None = None,
    ) -> None:
        self._source = source
        self._stop = stop
        self._clock = clock or Clock()
        self._wait = wait or stop.wait
        self._backoff = Backoff(config.reconnect_first_s, config.reconnect_max_s)
        self._longest_s = config.reconnect_max_s
        self._there_s: float | None = None
        self._lost_s: float | None = None
        self._reconnects = 0
        self._error: SourceError | None = None

    @property
    def reconnects(self) -> int:
        """How often the picture came back after it was lost."""
        return self._reconnects

    @property
    def error(self) -> SourceError | None:
        """Why there is no picture just now; None while there is one, and before the first attempt has failed."""
        return self._error

    def frames(self) -> Iterator[Frame | PictureLost]:
        """Yield frames until the stop or the source's end, and a `PictureLost` after the last frame before each gap."""
        while not self._stop.is_set():
            try:
                self._source.open()
                for frame in self._read():
                    self._picture_is_there()
                    yield frame
                return
            except SourceError as error:
                self._error = error
                if self._there_s is not None:
                    yield self._picture_is_lost(error)
                else:
                    logger.info("no picture yet: %s", error)
            finally:
                self._source.close()
            if self._wait(self._pause_s()):
                return

    def _read(self) -> Iterator[Frame]:
        while not self._stop.is_set() and (frame := self._source.read()) is not None:
            yield frame

    def _pause_s(self) -> float:
        """Return the pause before the next attempt; the longest one where asking often would lock an account."""
        pause_s = self._backoff.next_s()
        return self._longest_s if isinstance(self._error, SourceRefusedError) else pause_s

    def _picture_is_there(self) -> None:
        if self._there_s is not None:
            return
        self._there_s, self._error = self._clock.monotonic(), None
        if self._lost_s is not None:
            self._reconnects += 1
            logger.warning("camera back: %s, after %.1f s", self._source.name, self._there_s - self._lost_s)

    def _picture_is_lost(self, error: SourceError) -> PictureLost:
        now_s = self._clock.monotonic()
        if self._there_s is not None:
            self._backoff.picture_lasted(now_s - self._there_s)
        self._there_s, self._lost_s = None, now_s
        logger.warning("camera offline: %s", error)
        return PictureLost(self._source.name, now_s, str(error))
