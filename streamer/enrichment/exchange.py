"""One question over HTTP and its answer, in time, whatever the server does."""

from __future__ import annotations

import socket
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Any

import requests
from requests.adapters import HTTPAdapter

from streamer.enrichment.faults import BadAnswerError, LookUpError, TransientError

PIECE_BYTES = 16384


@dataclass(frozen=True, slots=True)
class Response:
    """What a server said."""

    status: int
    retry_after: str
    """The header of that name, or an empty text."""
    body: bytes
    """Empty unless the status is 200."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a request may cost."""

    connect_s: float
    """Time to connect."""
    whole_s: float
    """Time of the whole request."""
    body_bytes: int
    """Largest body that is taken."""


class Exchange:
    """One GET, in a thread of its own.

    A socket's time-out begins anew with each byte: a server that sends one now and then, before the header's end or
    inside a chunk's length, is never late by it. So the one who asks waits no longer than the whole may take, and then
    shuts the sockets, which ends the thread too.

    Redirections aren't followed: they would carry the headers, and a key in them, to wherever the answer says.

    Parameters
    ----------
    url, headers
        What is sent.
    limits
        Time and size.
    """

    def __init__(self, url: str, headers: Mapping[str, str], limits: Limits) -> None:
        self._url = url
        self._headers = headers
        self._limits = limits
        self._adapter = _Adapter()
        self._outcome: SimpleQueue[Response | BaseException] = SimpleQueue()

    def answer(self) -> Response:
        """Send it and return the answer.

        Raises
        ------
        TransientError
            When no whole answer came in time, or it was cut.
        BadAnswerError
            When the answer is too large.
        """
        threading.Thread(target=self._run, name="registry request", daemon=True).start()
        try:
            outcome = self._outcome.get(timeout=self._limits.whole_s)
        except Empty:
            self.cut("no whole answer in time")
            outcome = self._outcome.get()
        if isinstance(outcome, BaseException):
            raise outcome
        return outcome

    def cut(self, why: str) -> None:
        """End the request, from any thread: whoever waits for it learns why."""
        self._outcome.put(TransientError(why))
        self._adapter.shut()

    def _run(self) -> None:
        try:
            self._outcome.put(self._get())
        except LookUpError as error:
            self._outcome.put(error)
        except requests.Timeout as error:
            self._outcome.put(_because("no answer in time", error))
        except Exception as error:
            # Of requests, urllib3, http.client and the socket, some of them odd when their socket is shut.
            self._outcome.put(_because(f"can't be reached or broke off ({type(error).__name__})", error))

    def _get(self) -> Response:
        limits = self._limits
        with requests.Session() as session:
            session.headers.update(self._headers)
            for scheme in ("http://", "https://"):
                session.mount(scheme, self._adapter)
            times = limits.connect_s, limits.whole_s
            with session.get(self._url, timeout=times, stream=True, allow_redirects=False) as response:
                body = bytearray()
                while response.status_code == 200 and (piece := response.raw.read1(PIECE_BYTES, decode_content=True)):
                    body += piece
                    if len(body) > limits.body_bytes:
                        raise BadAnswerError(f"answers more than {limits.body_bytes} bytes")
                return Response(response.status_code, response.headers.get("Retry-After", ""), bytes(body))


class _Adapter(HTTPAdapter):
    """Remembers the sockets that it opens, to shut them while another thread waits for one."""

    def __init__(self) -> None:
        self._sockets: list[socket.socket] = []
        self._is_shut = False
        super().__init__()

    def get_connection_with_tls_context(self, *args: Any, **kwargs: Any) -> Any:
        pool = super().get_connection_with_tls_context(*args, **kwargs)
        kind = pool.ConnectionCls

        def connect(connection: Any) -> None:
            kind.connect(connection)
            self._sockets.append(connection.sock)
            if self._is_shut:
                self.shut()

        pool.ConnectionCls = type(kind.__name__, (kind,), {"connect": connect})
        return pool

    def shut(self) -> None:
        """Shut every socket there is, and every one that is still to come; a closed one is harmless."""
        self._is_shut = True
        for one in self._sockets:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)


def _because(message: str, error: Exception) -> TransientError:
    fault = TransientError(message)
    fault.__cause__ = error
    return fault
