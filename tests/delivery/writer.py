"""A program that delivers readings as fast as it can, to be killed: `python -m tests.delivery.writer FILE`."""

from __future__ import annotations

import itertools
import sys
import threading
import uuid
from pathlib import Path

from streamer.delivery.dispatcher import Dispatcher, Route
from streamer.delivery.journal import Journal
from streamer.delivery.json_lines import JsonLines
from tests.factories import make_reading


def write(path: Path, descriptor: int = 1) -> None:
    """Deliver to the journal `path` and to a descriptor until the latter is closed."""
    stop = threading.Event()
    route = Route(Journal(path), (JsonLines(descriptor),), events="all")
    with Dispatcher({"gate": route}, stop) as dispatcher:
        for number in itertools.count():
            identity = str(uuid.uuid4())
            for event in ("provisional", "final"):
                dispatcher.submit(make_reading(number, id=identity, event=event))
            if stop.is_set():
                break


if __name__ == "__main__":
    write(Path(sys.argv[1]))
