"""The bounded queue between capture and detection. Either end can end it, and errors travel through it."""

from __future__ import annotations

import threading
from collections import Counter, deque
from collections.abc import Iterator

from streamer.datatypes import Frame, PictureLost


class FrameQueue:
    """Frames in order, from one producer to one consumer.

    A live queue never makes the camera wait: when it is full the oldest frame goes, so that the newest is always there.
    A file's queue makes the producer wait: nothing is dropped. `PictureLost` is kept in its place and never dropped.

    Parameters
    ----------
    capacity
        Frames that may wait, 1 or more.
    live
        Whether a full queue drops its oldest frame instead of waiting.
    """

    def __init__(self, capacity: int, live: bool) -> None:
        if capacity < 1:
            raise ValueError(f"a frame queue holds at least one frame, not {capacity}")
        self._capacity = capacity
        self._live = live
        self._items: deque[Frame | PictureLost] = deque()
        self._changed = threading.Condition()
        self._dropped: Counter[str] = Counter()
        self._ended = False
        self._cancelled = False
        self._error: BaseException | None = None

    @property
    def dropped(self) -> dict[str, int]:
        """Frames that were put but never handed out, counted by reason."""
        with self._changed:
            return dict(self._dropped)

    def __len__(self) -> int:
        """Return the number of frames and marks that wait."""
        with self._changed:
            return len(self._items)

    def put(self, item: Frame | PictureLost) -> bool:
        """Add an item; return False when the consumer has gone and nothing more is wanted."""
        with self._changed:
            if isinstance(item, Frame):
                while self._frames_waiting() >= self._capacity and not (self._cancelled or self._ended):
                    if self._live:
                        self._drop_oldest()
                    else:
                        self._changed.wait()
            if self._cancelled or self._ended:
                if isinstance(item, Frame):
                    self._dropped["stopped"] += 1
                return False
            self._items.append(item)
            self._changed.notify_all()
            return True

    def get(self, timeout_s: float | None = None) -> Frame | PictureLost | None:
        """Return the next item, or None at the end.

        Raises
        ------
        TimeoutError
            When nothing came within `timeout_s`.
        BaseException
            What the producer ended the queue with, after everything that it put before.
        """
        with self._changed:
            if not self._changed.wait_for(lambda: self._items or self._ended or self._cancelled, timeout_s):
                raise TimeoutError(f"no frame within {timeout_s} s")
            if self._items:
                item = self._items.popleft()
                self._changed.notify_all()
                return item
            if self._error is not None:
                raise self._error
            return None

    def __iter__(self) -> Iterator[Frame | PictureLost]:
        """Iterate until the end; raise what the producer failed with."""
        while (item := self.get()) is not None:
            yield item

    def end(self, error: BaseException | None = None) -> None:
        """Say, as the producer, that nothing more comes, and why if that is an error. The first call counts."""
        with self._changed:
            if not self._ended:
                self._ended, self._error = True, error
            self._changed.notify_all()

    def cancel(self) -> None:
        """Say, as the consumer, that nothing more is wanted: what waits is dropped, and a waiting producer returns."""
        with self._changed:
            self._cancelled = True
            self._dropped["stopped"] += self._frames_waiting()
            self._items.clear()
            self._dropped += Counter()
            self._changed.notify_all()

    def _frames_waiting(self) -> int:
        return sum(isinstance(item, Frame) for item in self._items)

    def _drop_oldest(self) -> None:
        oldest = next(place for place, item in enumerate(self._items) if isinstance(item, Frame))
        del self._items[oldest]
        self._dropped["queue full"] += 1
