"""The capture thread: it owns a source and fills a frame queue until the end, an error, or a stop."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

from streamer.capture.clock import Clock
from streamer.capture.frame_queue import FrameQueue
from streamer.capture.pacing import limited, paced
from streamer.capture.part import Part
from streamer.capture.reconnect import Reconnector
from streamer.config import CaptureConfig
from streamer.datatypes import Frame, PictureLost
from streamer.errors import SourceError
from streamer.interfaces import Source


class CaptureThread:
    """Reads one source on a thread of its own.

    A live source is opened again whenever its picture is lost. What ends a file early, or any other source for good,
    comes out of the queue as the error that it was.

    Parameters
    ----------
    source
        Opened, read and closed by the thread.
    queue
        Where frames go; it is ended whichever way the thread ends.
    config
        The pauses between attempts to reopen.
    part
        For a live source: after how many frames or seconds it ends. A file's source keeps to its own part.
    realtime
        Whether a file is handed out at its own pace.
    clock
        Times everything.
    on_capture
        Called with the seconds that each frame took to read and decode; of a live source, without the wait for it.
    """

    def __init__(
        self,
        source: Source,
        queue: FrameQueue,
        config: CaptureConfig,
        *,
        part: Part | None = None,
        realtime: bool = False,
        clock: Clock | None = None,
        on_capture: Callable[[float], None] = lambda seconds: None,
    ) -> None:
        self._source = source
        self._queue = queue
        self._part = part or Part()
        self._realtime = realtime
        self._clock = clock or Clock()
        self._on_capture = on_capture
        self._open_timeout_s = config.open_timeout_s
        self._stop = threading.Event()
        self._opened = threading.Event()
        self._frames_read = 0
        self._reconnector = Reconnector(source, config, self._stop, clock=self._clock) if source.live else None
        self._thread = threading.Thread(target=self._run, name=f"capture {source.name}", daemon=True)

    @property
    def frames_read(self) -> int:
        """Frames taken from the source so far."""
        return self._frames_read

    @property
    def reconnects(self) -> int:
        """How often a live picture came back after it was lost."""
        return self._reconnector.reconnects if self._reconnector else 0

    @property
    def error(self) -> SourceError | None:
        """Why a live source has no picture just now; None while it has one, and before its first attempt has failed."""
        return self._reconnector.error if self._reconnector else None

    def not_opened(self) -> SourceError:
        """Return what to tell of a live source that gave no picture within `capture.open_timeout_s`."""
        return self.error or SourceError(f"{self._source.name}: no picture within {self._open_timeout_s:g} s")

    def start(self) -> None:
        """Begin. Called once."""
        self._thread.start()

    def wait_opened(self, timeout_s: float) -> bool:
        """Wait for the source's first frame and return whether it has come."""
        return self._opened.wait(timeout_s)

    def stop(self) -> None:
        """Ask the thread to end; what it has read stays in the queue, which then ends."""
        self._stop.set()
        if not self._source.live:
            self._source.close()

    def join(self, timeout_s: float) -> bool:
        """Wait for the end and return whether it has come.

        A camera that doesn't answer keeps its thread inside OpenCV until `open_timeout_s` or `read_timeout_s` is over.
        A process that doesn't wait for that ends with `os._exit` once everything else is closed: the interpreter's own
        shutdown aborts when such a thread returns into it.
        """
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _run(self) -> None:
        try:
            for item in self._items():
                if isinstance(item, Frame):
                    self._frames_read += 1
                    self._opened.set()
                if not self._queue.put(item) or self._stop.is_set():
                    break
        except Exception as error:  # whatever it is, the consumer has to hear of it
            self._queue.end(error)
        finally:
            self._source.close()
            self._queue.end()

    def _items(self) -> Iterator[Frame | PictureLost]:
        if self._reconnector is not None:
            return limited(self._timed_live(self._reconnector.frames()), self._part)
        frames = self._file_frames()
        return paced(frames, self._clock, self._stop) if self._realtime else frames

    def _file_frames(self) -> Iterator[Frame]:
        self._source.open()
        while not self._stop.is_set():
            began_s = self._clock.monotonic()
            frame = self._source.read()
            if frame is None:
                return
            self._on_capture(self._clock.monotonic() - began_s)
            yield frame

    def _timed_live(self, items: Iterator[Frame | PictureLost]) -> Iterator[Frame | PictureLost]:
        for item in items:
            if isinstance(item, Frame):
                self._on_capture(self._clock.monotonic() - item.captured_s)
            yield item
