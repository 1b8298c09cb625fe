"""The outputs of a run, opened: those that can't be are all named at once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from streamer.config_outputs import DeliveryConfig
from streamer.datatypes import Reading
from streamer.delivery.annotated_video import AnnotatedVideo
from streamer.delivery.csv_file import CsvFile
from streamer.delivery.dispatcher import Dispatcher, Route
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
    config: DeliveryConfig, cameras: Mapping[str, DeliveryConfig], stdout: Sink, stop: threading.Event
) -> Dispatcher:
    """Open every output of a run, not started yet. What several cameras name is opened once and shared.

    Parameters
    ----------
    config
        How long outputs may be behind: one answer for the whole run.
    cameras
        What is kept of each source, and where, by its name.
    stdout
        What is printed; where some camera prints JSON lines, only of those that do.
    stop
        The run's stop event.

    Raises
    ------
    SinkError
        With one line for each output that can't be opened, and none left open.
    """
    json_lines = prints_json(cameras)
    opening = _Opening(cameras, stop)
    with opening.on_fault:
        routes = {
            name: opening.route(own, (stdout,) if own.json_lines == json_lines else ()) for name, own in cameras.items()
        }
        opening.raise_faults()
        opening.on_fault.pop_all()
    return Dispatcher(
        routes,
        stop,
        queue_size=config.queue_size,
        backlog=config.backlog,
        close_timeout_s=config.close_timeout_s,
    )


def prints_json(cameras: Mapping[str, DeliveryConfig]) -> bool:
    """Tell whether standard output holds JSON lines, and therefore nothing else."""
    return any(own.json_lines for own in cameras.values())


def make_outlets(outputs: Dispatcher, enricher: Enricher | None, config: DeliveryConfig) -> Outlets:
    """Return where one camera's pipeline brings its results; frames only where something draws them.

    Parameters
    ----------
    outputs
        Takes every event, in order.
    enricher
        Hears of each event after them, so that what it adds comes later; None without a registry.
    config
        Whether something draws the camera's frames.
    """
    show = outputs.show if config.record is not None or config.display else None
    if enricher is None:
        return Outlets(outputs.submit, show)

    def deliver(reading: Reading) -> None:
        outputs.submit(reading)
        enricher.submit(reading)

    return Outlets(deliver, show)


class _Opening:
    """Opens outputs one by one, each once, and keeps what went wrong and what to close again."""

    def __init__(self, cameras: Mapping[str, DeliveryConfig], stop: threading.Event) -> None:
        self.on_fault = ExitStack()
        self._cameras = cameras
        self._stop = stop
        self._faults: list[str] = []
        self._opened: dict[Hashable, Any] = {}

    def route(self, own: DeliveryConfig, stdout: tuple[Sink, ...]) -> Route:
        """Open what one camera asks for; what could not be opened is left out."""
        journal = self._once(Journal, own.journal)
        csv = self._once(CsvFile, own.csv)
        drawn = self._once(self._video, own.record), self._once(self._window, own.display or None)
        shots = None if own.snapshots is None else (own.snapshots, own.snapshot_format, own.snapshot_quality)
        return Route(
            journal,
            stdout if csv is None else (*stdout, csv),
            tuple(sink for sink in drawn if sink is not None),
            self._once(_snapshots, shots),
            own.events,
        )

    def raise_faults(self) -> None:
        """Raise `SinkError` with everything that went wrong, if anything did."""
        if self._faults:
            raise SinkError("\n".join(self._faults))

    def _once(self, make: Callable[[Setting], Opened], setting: Setting | None) -> Opened | None:
        """Open an output where its setting asks for one and it isn't open yet."""
        if setting is None:
            return None
        if (make, setting) not in self._opened:
            self._opened[make, setting] = self._attempt(make, setting)
        opened: Opened | None = self._opened[make, setting]
        return opened

    def _attempt(self, make: Callable[[Setting], Opened], setting: Setting) -> Opened | None:
        try:
            opened = make(setting)
        except SinkError as error:
            self._faults.append(str(error))
            return None
        if isinstance(opened, Journal | CsvFile | AnnotatedVideo):
            self.on_fault.callback(opened.close)
        return opened

    def _video(self, path: Path) -> FrameSink:
        return AnnotatedVideo(path, [name for name, own in self._cameras.items() if own.record == path])

    def _window(self, _: bool) -> FrameSink:
        check_screen()
        return Window(self._stop)


def _snapshots(settings: tuple[Path, Literal["jpg", "png"], int]) -> Snapshots:
    return Snapshots(*settings)
