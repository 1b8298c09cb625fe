"""How long a sink that takes nothing is waited for."""

from __future__ import annotations

import threading

from streamer.delivery.patience import Patience
from tests.fakes import ScriptedClock


def test_there_is_no_end_to_it_while_the_run_goes_on() -> None:
    clock = ScriptedClock()
    patience = Patience(threading.Event(), 10.0, clock)
    for _ in range(5):
        clock.now_s += 100
        assert not patience.is_over(0)


def test_after_the_stop_it_lasts_as_long_as_something_is_taken() -> None:
    clock, stop = ScriptedClock(), threading.Event()
    patience = Patience(stop, 10.0, clock)
    stop.set()
    for taken in range(5):
        clock.now_s += 9
        assert not patience.is_over(taken)
    clock.now_s += 9
    assert not patience.is_over(4)
    clock.now_s += 1
    assert patience.is_over(4)


def test_it_counts_from_the_stop_and_not_from_the_last_progress() -> None:
    clock, stop = ScriptedClock(), threading.Event()
    patience = Patience(stop, 10.0, clock)
    clock.now_s += 100
    assert not patience.is_over(0)
    stop.set()
    clock.now_s += 9
    assert not patience.is_over(0)
    clock.now_s += 1
    assert patience.is_over(0)
