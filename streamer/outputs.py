"""The outputs of a run, opened: those that can't be are all named at once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING, TypeVar

from streamer.config import DeliveryConfig
from streamer.datatypes import Reading
from streamer.delivery.annotated_video import AnnotatedVideo
from streamer.delivery.csv_file import CsvFile
from streamer.delivery.dispatcher import Dispatcher
from streamer.delivery.display import Window, check_screen
from streamer.delivery.frame_follower import FrameSink
from streamer.delivery.journal import Journal
from streamer.delivery.snapshots import Snapshots
from streamer.errors import SinkError
from streamer.interfaces import Sink
from streamer.pipeline import Outlets

if TYPE_CHECKING:
    from streamer.enrichment.enricher import Enricher

Setting = TypeVar("Setting")
Opened = TypeVar("Opened")


def open_outputs(
    config: DeliveryConfig, sinks: Sequence[Sink], cameras: Sequence[str], stop: threading.Event
) -> Dispatcher:
    """Open every output of a run, not started yet.

    Parameters
    ----------
    config
        What is kept, and where.
    sinks
        Those that are not files: standard output.
    cameras
        The names of the run's sources: a recording has a file for each.
    stop
        The run's stop event.

    Raises
    ------
    SinkError
        With one line for each output that can't be opened, and none left open.
    """
    opening = _Opening()
    with opening.on_fault:
        journal = opening.attempt(lambda path: Journal(path), config.journal)
        csv = opening.attempt(lambda path: CsvFile(path), config.csv)
        snapshots = opening.attempt(
            lambda path: Snapshots(path, config.snapshot_format, config.snapshot_quality), config.snapshots
        )
        video = opening.attempt(lambda path: AnnotatedVideo(path, cameras), config.record)
        if config.display:
            opening.attempt(lambda _: check_screen(), config.display)
        opening.raise_faults()
        opening.on_fault.pop_all()
    frame_sinks: list[FrameSink] = [video] if video is not None else []
    if config.display:
        frame_sinks.append(Window(stop))
    return Dispatcher(
        journal,
        [*sinks, *([csv] if csv is not None else [])],
        stop,
        frame_sinks=frame_sinks,
        snapshots=snapshots,
        events=config.events,
        queue_size=config.queue_size,
        backlog=config.backlog,
        close_timeout_s=config.close_timeout_s,
    )


def outlets_of(outputs: Dispatcher, enricher: Enricher | None, config: DeliveryConfig) -> Outlets:
    """Return where pipelines bring their results; frames only where something draws them.

    Parameters
    ----------
    outputs
        Takes every event, in order.
    enricher
        Hears of each event after them, so that what it adds comes later; None without a registry.
    config
        Whether something draws frames.
    """
    show = outputs.show if config.record is not None or config.display else None
    if enricher is None:
        return Outlets(outputs.submit, show)

    def deliver(reading: Reading) -> None:
        outputs.submit(reading)
        enricher.submit(reading)

    return Outlets(deliver, show)


class _Opening:
    """Opens outputs one by one, and keeps what went wrong and what to close again."""

    def __init__(self) -> None:
        self.on_fault = ExitStack()
        self._faults: list[str] = []

    def attempt(self, make: Callable[[Setting], Opened], setting: Setting | None) -> Opened | None:
        """Open an output where its setting asks for one."""
        if setting is None:
            return None
        try:
            opened = make(setting)
        except SinkError as error:
            self._faults.append(str(error))
            return None
        if isinstance(opened, Journal | CsvFile | AnnotatedVideo):
            self.on_fault.callback(opened.close)
        return opened

    def raise_faults(self) -> None:
        """Raise `SinkError` with everything that went wrong, if anything did."""
        if self._faults:
            raise SinkError("\n".join(self._faults))
