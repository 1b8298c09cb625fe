"""Handing out part of a source, or a file at its own pace."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from dataclasses import replace

from streamer.capture.clock import Clock
from streamer.capture.part import Part
from streamer.datatypes import Frame, PictureLost


def paced(items: Iterable[Frame | PictureLost], clock: Clock, stop: threading.Event) -> Iterator[Frame | PictureLost]:
    """Yield each frame when its time has come, counted from the first frame; none is left out.

    A consumer that falls behind gets the frames that are due at once, until it has caught up. A frame counts as
    captured when it is handed out.
    """
    offset_s: float | None = None
    for item in items:
        if not isinstance(item, Frame):
            yield item
            continue
        now_s = clock.monotonic()
        if offset_s is None:
            offset_s = now_s - item.timestamp_s
        early_s = item.timestamp_s + offset_s - now_s
        if early_s > 0 and stop.wait(early_s):
            return
        yield replace(item, captured_s=clock.monotonic())


def limited(items: Iterable[Frame | PictureLost], part: Part) -> Iterator[Frame | PictureLost]:
    """Yield what comes until `part.max_frames` frames or `part.duration_s` seconds after the first frame are over."""
    given, first_s = 0, None
    for item in items:
        if isinstance(item, Frame):
            first_s = item.timestamp_s if first_s is None else first_s
            if part.duration_s is not None and item.timestamp_s >= first_s + part.duration_s:
                return
            given += 1
        yield item
        if part.max_frames is not None and given >= part.max_frames:
            return
