"""A bounded queue between two threads. Either end can end it, and errors travel through it."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from typing import Generic, TypeVar

Item = TypeVar("Item")


class Channel(Generic[Item]):
    """Items in order, from one producer to one consumer; a full channel makes the producer wait, nothing is lost.

    Parameters
    ----------
    capacity
        Items that may wait, 1 or more.
    """

    def __init__(self, capacity: int) -> None:
        if capacity < 1:
            raise ValueError(f"a channel holds at least one item, not {capacity}")
        self._capacity = capacity
        self._items: deque[Item] = deque()
        self._changed = threading.Condition()
        self._ended = False
        self._cancelled = False
        self._error: BaseException | None = None

    def put(self, item: Item) -> bool:
        """Add an item, waiting for room; return False when the consumer has gone and nothing more is wanted."""
        with self._changed:
            self._changed.wait_for(lambda: len(self._items) < self._capacity or self._cancelled)
            if self._cancelled:
                return False
            self._items.append(item)
            self._changed.notify_all()
            return True

    def end(self, error: BaseException | None = None) -> None:
        """Say, as the producer, that nothing more comes, and why if that is an error."""
        with self._changed:
            self._ended, self._error = True, error
            self._changed.notify_all()

    def cancel(self) -> None:
        """Say, as the consumer, that nothing more is wanted; a waiting producer returns."""
        with self._changed:
            self._cancelled = True
            self._items.clear()
            self._changed.notify_all()

    def __iter__(self) -> Iterator[Item]:
        """Iterate until the end; raise what the producer failed with, after everything that it put before."""
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._items or self._ended or self._cancelled)
                if not self._items:
                    if self._error is not None and not self._cancelled:
                        raise self._error
                    return
                item = self._items.popleft()
                self._changed.notify_all()
            yield item
