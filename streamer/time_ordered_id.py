"""Identifiers that sort by time: UUID version 7 (RFC 9562, section 5.7)."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable
from datetime import datetime


class TimeOrderedIds:
    """Makes identifiers; each is greater than the one before, even within a millisecond or when the clock is put back.

    Parameters
    ----------
    random_bytes
        Returns so many random bytes; injected so that a test can foresee them.
    """

    def __init__(self, random_bytes: Callable[[int], bytes] = os.urandom) -> None:
        self._random_bytes = random_bytes
        self._last = 0

    def __call__(self, utc: datetime) -> str:
        """Return an identifier for something that happened at `utc`."""
        random = int.from_bytes(self._random_bytes(10), "big")
        value = (int(utc.timestamp() * 1000) & (1 << 48) - 1) << 80 | 7 << 76 | (random >> 6 & 0xFFF) << 64
        value |= 2 << 62 | random & (1 << 62) - 1
        while value <= self._last:
            value = (self._last >> 80) + 1 << 80 | value & (1 << 80) - 1
        self._last = value
        return str(uuid.UUID(int=value))
