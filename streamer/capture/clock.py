"""The two clocks of capture: one for durations, one for people."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Clock:
    """What time it is; tests give their own."""

    monotonic: Callable[[], float] = time.monotonic
    """Seconds that never go back."""
    utc: Callable[[], datetime] = _utc_now
    """Wall clock, aware of its zone."""
