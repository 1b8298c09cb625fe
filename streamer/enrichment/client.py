"""One look-up: not too often, repeated where that can help."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from urllib.parse import quote

import tenacity

from streamer.config_outputs import RegistryConfig
from streamer.enrichment.answers import Vehicle, vehicle_of
from streamer.enrichment.exchange import Exchange, Limits
from streamer.enrichment.faults import BadAnswerError, TransientError

LONGEST_WAIT_S = 60.0
"""Longest pause between two attempts, whatever the registry asks for."""

ENDING = "the program ends"


class RegistryClient:
    """Asks the registry about a plate.

    Parameters
    ----------
    config
        Address, answer, time limits, rate and attempts.
    stop
        Ends waiting for a turn, and with it the look-up, when it is set.
    clock
        Monotonic seconds.
    """

    def __init__(
        self, config: RegistryConfig, stop: threading.Event, clock: Callable[[], float] = time.monotonic
    ) -> None:
        if config.url is None:
            raise ValueError("a registry has an address")
        self._url = config.url
        self._config = config
        self._stop = stop
        self._clock = clock
        self._next_s = clock()
        self._limits = Limits(config.connect_timeout_s, config.timeout_s, config.answer_bytes_max)
        self._exchange: Exchange | None = None
        self._attempts = tenacity.Retrying(
            retry=tenacity.retry_if_exception_type(TransientError),
            stop=tenacity.stop_any(tenacity.stop_after_attempt(config.attempts), tenacity.stop_when_event_set(stop)),
            wait=self._pause_s,
            sleep=tenacity.sleep_using_event(stop),
            reraise=True,
        )

    def look_up(self, plate: str, region: str) -> Vehicle | None:
        """Return the vehicle's fields, or None when the registry doesn't know the plate.

        Raises
        ------
        TransientError
            When no attempt got an answer.
        BadAnswerError
            When the answer is not what the configuration says.
        """
        return self._attempts(self._attempt, plate, region)

    def cut(self) -> None:
        """End the request that is under way; call it from any thread, once `stop` is set."""
        if self._exchange is not None:
            self._exchange.cut(ENDING)

    def _pause_s(self, state: tenacity.RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        asked_s = error.wait_s if isinstance(error, TransientError) else 0.0
        doubled_s = self._config.retry_first_s * 2 ** (state.attempt_number - 1)
        return min(max(asked_s, doubled_s), LONGEST_WAIT_S)

    def _attempt(self, plate: str, region: str) -> Vehicle | None:
        self._wait_for_turn()
        url = self._url.format(plate=quote(plate, safe=""), region=quote(region, safe=""))
        body = self._get(url)
        return None if body is None else vehicle_of(body, plate, self._config)

    def _wait_for_turn(self) -> None:
        """Wait until the next request is allowed."""
        wait_s = self._next_s - self._clock()
        if wait_s > 0 and self._stop.wait(wait_s):
            raise TransientError(ENDING)
        self._next_s = self._clock() + 60.0 / self._config.requests_per_minute

    def _get(self, url: str) -> bytes | None:
        """Return the answer's body, or None for "not found"."""
        self._exchange = Exchange(url, self._config.headers, self._limits)
        if self._stop.is_set():
            raise TransientError(ENDING)
        response = self._exchange.answer()
        if response.status in (404, 410):
            return None
        if response.status == 429 or response.status >= 500:
            raise TransientError(f"answers {response.status}", _seconds(response.retry_after))
        if response.status != 200:
            raise BadAnswerError(f"answers {response.status}")
        return response.body


def _seconds(retry_after: str) -> float:
    """Return the seconds of a Retry-After header; 0 when it holds none, or a date."""
    return float(retry_after) if retry_after.isdecimal() else 0.0
