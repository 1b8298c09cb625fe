"""A capture thread with a consumer that keeps what came, for tests that wait for something to happen."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from streamer.capture.frame_queue import FrameQueue
from streamer.capture.streams import StreamSource
from streamer.capture.thread import CaptureThread
from streamer.config import CaptureConfig
from streamer.datatypes import Frame

LIMIT_S = 60


class Watch:
    """A capture thread with a consumer that keeps what came."""

    def __init__(self, address: str, config: CaptureConfig) -> None:
        self.queue = FrameQueue(3, live=True)
        self.thread = CaptureThread(StreamSource(address, config), self.queue, config)
        self.items: list[int | str] = []
        self._consumer = threading.Thread(target=self._consume, daemon=True)
        self.thread.start()
        self._consumer.start()

    def _consume(self) -> None:
        for item in self.queue:
            self.items.append(item.index if isinstance(item, Frame) else item.reason)

    def until(self, condition: Callable[[], bool]) -> None:
        deadline = time.monotonic() + LIMIT_S
        while not condition():
            assert time.monotonic() < deadline, f"it never came; so far {self.items[-3:]}, {self.thread.error}"
            time.sleep(0.01)

    def frames(self) -> int:
        return sum(isinstance(item, int) for item in list(self.items))

    def losses(self) -> list[str]:
        return [item for item in list(self.items) if isinstance(item, str)]

    def end(self) -> None:
        self.thread.stop()
        assert self.thread.join(LIMIT_S)
        self._consumer.join(LIMIT_S)
