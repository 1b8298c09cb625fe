"""Readings get out whole and in order, whatever the outputs do."""

from __future__ import annotations

import csv
import logging
import os
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from streamer.delivery.csv_file import CsvFile
from streamer.delivery.dispatcher import Dispatcher, Route
from streamer.delivery.frame_follower import FrameSink
from streamer.delivery.journal import Journal
from streamer.delivery.json_lines import JsonLines
from streamer.delivery.snapshots import Snapshots
from streamer.errors import SinkError
from streamer.interfaces import Sink
from tests.delivery.test_csv_file import largest_file
from tests.delivery.test_journal import rows
from tests.factories import make_frame, make_image, make_reading, make_report
from tests.fakes import ListFrameSink, ListSink

pytestmark = pytest.mark.timeout(60)


def soon(condition: Callable[[], bool]) -> bool:
    """Wait until a condition holds, half a minute at most."""
    pause = threading.Event()
    until = time.monotonic() + 30
    while not condition() and time.monotonic() < until:
        pause.wait(0.01)
    return condition()


def ids(sink: ListSink) -> list[str]:
    return [record["id"] for record in sink.records]


def numbers(count: int) -> list[str]:
    return [f"{number:08d}" for number in range(count)]


def one_way(
    journal: Journal | None,
    sinks: Sequence[Sink],
    stop: threading.Event,
    *,
    frame_sinks: Sequence[FrameSink] = (),
    snapshots: Snapshots | None = None,
    events: str = "final",
    **limits: object,
) -> Dispatcher:
    """Return a dispatcher for one camera."""
    route = Route(journal, tuple(sinks), tuple(frame_sinks), snapshots, events)  # type: ignore[arg-type]
    return Dispatcher({"gate": route}, stop, **limits)  # type: ignore[arg-type]


def test_each_camera_has_its_own_way_and_shares_what_it_shares(tmp_path: Path) -> None:
    both, own, everything = ListSink(), ListSink(), ListFrameSink()
    first, second = Journal(tmp_path / "1.db"), Journal(tmp_path / "2.db")
    routes = {
        "gate": Route(first, (both,)),
        "yard": Route(second, (both, own), (everything,), events="all"),
    }
    with Dispatcher(routes, threading.Event(), backlog=1) as dispatcher:
        for number in range(20):
            for camera in routes:
                dispatcher.submit(make_reading(number, camera=camera, event="provisional" if number % 2 else "final"))
        dispatcher.show(make_report(0, camera="gate"), live=False)
        dispatcher.show(make_report(1, camera="yard"), live=False)
    assert [(one["camera"], one["id"]) for one in both.records] == [
        (camera, name)
        for number, name in enumerate(numbers(20))
        for camera in routes
        if camera == "yard" or number % 2 == 0
    ]
    assert ids(own) == numbers(20)
    assert [report.camera for report in everything.reports] == ["yard"]
    assert both.closed
    for path, camera in (("1.db", "gate"), ("2.db", "yard")):
        assert {row["camera"] for row in rows(tmp_path / path, "SELECT camera FROM events")} == {camera}


def test_no_reading_at_all(tmp_path: Path) -> None:
    sink = ListSink()
    with one_way(Journal(tmp_path / "r.db"), [sink], threading.Event()) as dispatcher:
        pass
    assert (sink.records, sink.closed, dispatcher.sink_errors) == ([], True, 0)
    assert dispatcher.latency().p50 is None


def test_every_sink_gets_every_reading_in_order_and_is_closed(tmp_path: Path) -> None:
    sinks = [ListSink("one"), ListSink("two")]
    with one_way(Journal(tmp_path / "r.db"), sinks, threading.Event()) as dispatcher:
        for number in range(100):
            dispatcher.submit(make_reading(number))
        dispatcher.close()  # once here, once at the end of the block
    assert all(ids(sink) == numbers(100) and sink.closed for sink in sinks)
    assert [row["id"] for row in rows(tmp_path / "r.db", "SELECT id FROM events ORDER BY seq")] == numbers(100)


def test_a_reading_is_committed_before_a_sink_sees_it(tmp_path: Path) -> None:
    path = tmp_path / "r.db"
    seen: list[int] = []

    class Looks(ListSink):
        def write(self, record: dict[str, object]) -> None:
            seen.append(len(rows(path, f"SELECT * FROM readings WHERE id = '{record['id']}'")))

    with one_way(Journal(path), [Looks()], threading.Event()) as dispatcher:
        for number in range(5):
            dispatcher.submit(make_reading(number))
    assert seen == [1] * 5


def test_final_lets_out_last_words_only_and_the_journal_has_all(tmp_path: Path) -> None:
    events = ("provisional", "update", "final", "enriched")
    for mode, expected in (("final", ["final", "enriched"]), ("all", list(events))):
        sink = ListSink()
        path = tmp_path / f"{mode}.db"
        with one_way(Journal(path), [sink], threading.Event(), events=mode) as dispatcher:
            for event in events:
                dispatcher.submit(make_reading(event=event))
        assert [record["event"] for record in sink.records] == expected
        assert len(rows(path, "SELECT * FROM events")) == 4


def test_pictures_are_there_before_the_event_that_names_them(tmp_path: Path) -> None:
    found: list[bool] = []

    class Looks(ListSink):
        def write(self, record: dict[str, object]) -> None:
            found.append(Path(str(record["snapshot"])).exists() and Path(str(record["crop"])).exists())

    path = tmp_path / "r.db"
    snapshots = Snapshots(tmp_path / "pictures")
    with one_way(Journal(path), [Looks()], threading.Event(), snapshots=snapshots) as dispatcher:
        dispatcher.submit(make_reading(event="provisional", frame=make_frame(), plate_image=make_image()))
        dispatcher.submit(make_reading(event="final", frame=make_frame(), plate_image=make_image()))
    assert found == [True]
    provisional, final = rows(path, "SELECT snapshot FROM events ORDER BY seq")
    assert provisional["snapshot"] is None, "nothing is kept of an event that is not let out"
    assert Path(final["snapshot"]).exists()


def test_pictures_that_cant_be_written_cost_the_pictures_and_not_the_reading(tmp_path: Path) -> None:
    sink = ListSink()
    snapshots = Snapshots(tmp_path / "pictures")
    (tmp_path / "pictures").rmdir()
    with one_way(None, [sink], threading.Event(), snapshots=snapshots) as dispatcher:
        dispatcher.submit(make_reading(frame=make_frame()))
    assert [record["snapshot"] for record in sink.records] == [None]
    assert dispatcher.sink_errors == 1


def test_a_slow_sink_delays_nobody_and_loses_nothing(tmp_path: Path) -> None:
    slow, quick = ListSink("slow"), ListSink("quick")
    slow.open.clear()
    with one_way(Journal(tmp_path / "r.db"), [slow, quick], threading.Event(), backlog=3) as dispatcher:
        for number in range(200):
            dispatcher.submit(make_reading(number))
        assert soon(lambda: len(quick.records) == 200)
        assert slow.records == []
        held = [record for _, record in next(iter(dispatcher._followers.values()))._pending if record is not None]
        assert len(held) <= 3, "what the slow one has not taken lies in the journal, not in memory"
        slow.open.set()
    assert ids(slow) == numbers(200)
    assert dispatcher.sink_errors == 0


def test_without_a_journal_a_slow_sink_holds_the_reading_up_and_loses_nothing() -> None:
    slow = ListSink()
    slow.open.clear()
    submitted: list[int] = []
    with one_way(None, [slow], threading.Event(), backlog=3, queue_size=2) as dispatcher:

        def submit() -> None:
            for number in range(50):
                dispatcher.submit(make_reading(number))
                submitted.append(number)

        thread = threading.Thread(target=submit)
        thread.start()
        assert soon(lambda: len(submitted) >= 6)
        assert len(submitted) < 10
        slow.open.set()
        thread.join()
    assert ids(slow) == numbers(50)


def test_a_dead_sink_is_given_up_after_the_stop_and_counted(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    dead, good = ListSink("dead"), ListSink("good")
    dead.open.clear()
    stop = threading.Event()
    dispatcher = one_way(Journal(tmp_path / "r.db"), [dead, good], stop, close_timeout_s=0.2)
    dispatcher.start()
    for number in range(10):
        dispatcher.submit(make_reading(number))
    assert soon(lambda: len(good.records) == 10)
    stop.set()
    dispatcher.close()
    assert good.closed
    assert dispatcher.sink_errors == 10
    assert "dead: took nothing for 0.2 s after the stop; 10 not delivered" in caplog.text
    dead.open.set()


def test_without_a_journal_a_dead_sink_is_given_up_after_the_stop_too() -> None:
    """The delivery thread waits for room in the dead sink's backlog: the stop must get it out of there."""
    dead, good = ListSink("dead"), ListSink("good")
    dead.open.clear()
    stop = threading.Event()
    dispatcher = one_way(None, [dead, good], stop, backlog=2, close_timeout_s=0.2)
    dispatcher.start()
    for number in range(10):
        dispatcher.submit(make_reading(number))
    stop.set()
    dispatcher.close()
    assert ids(good) == numbers(10)
    assert dispatcher.sink_errors == 10
    dead.open.set()


def test_a_run_that_ends_by_itself_waits_for_a_slow_reader_of_the_pipe() -> None:
    slow = ListSink()
    slow.open.clear()
    dispatcher = one_way(None, [slow], threading.Event(), close_timeout_s=0.1)
    dispatcher.start()
    dispatcher.submit(make_reading(0))
    closing = threading.Thread(target=dispatcher.close)
    closing.start()
    closing.join(0.5)
    assert closing.is_alive()
    slow.open.set()
    closing.join(30)
    assert ids(slow) == numbers(1)


def test_a_failing_sink_is_one_line_and_a_count(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    failing, good = ListSink("failing"), ListSink("good")
    failing.fault = SinkError("the disk is full")
    with one_way(Journal(tmp_path / "r.db"), [failing, good], threading.Event()) as dispatcher:
        for number in range(5):
            dispatcher.submit(make_reading(number))
        assert soon(lambda: dispatcher.sink_errors == 5)
        failing.fault = None
        dispatcher.submit(make_reading(5))
    assert ids(good) == numbers(6)
    assert ids(failing) == ["00000005"]
    assert [(r.levelno, r.message) for r in caplog.records if "failing" in r.message] == [
        (logging.ERROR, "failing: the disk is full; the readings go on without it"),
        (logging.WARNING, "failing: works again; 5 missing in it"),
    ]


def test_a_sink_that_raises_anything_at_all_ends_nothing() -> None:
    odd, good = ListSink("odd"), ListSink("good")
    odd.fault = ZeroDivisionError("oh")
    with one_way(None, [odd, good], threading.Event()) as dispatcher:
        for number in range(3):
            dispatcher.submit(make_reading(number))
    assert ids(good) == numbers(3)
    assert dispatcher.sink_errors == 3


def test_a_reading_that_schema_1_does_not_allow_ends_nothing(tmp_path: Path) -> None:
    sink = ListSink()
    with one_way(Journal(tmp_path / "r.db"), [sink], threading.Event()) as dispatcher:
        dispatcher.submit(make_reading(0, plate="not a plate"))
        dispatcher.submit(make_reading(1))
    assert ids(sink) == ["00000001"]
    assert dispatcher.sink_errors == 1


def test_a_journal_that_fails_later_costs_the_journal_and_not_the_readings(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    journal = Journal(tmp_path / "r.db")
    sink = ListSink()
    with one_way(journal, [sink], threading.Event()) as dispatcher:
        dispatcher.submit(make_reading(0))
        assert soon(lambda: len(sink.records) == 1)
        journal._connection.execute("PRAGMA max_page_count = 1")  # as full as a disk can be
        for number in range(1, 30):
            dispatcher.submit(make_reading(number))
    assert ids(sink) == numbers(30)
    assert dispatcher.sink_errors > 0
    assert caplog.text.count("database or disk is full") == 1


def test_a_disk_that_fills_costs_what_is_on_it_and_not_the_readings(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    journal, csv_path = tmp_path / "r.db", tmp_path / "r.csv"
    outputs = [ListSink(), CsvFile(csv_path)]
    with (
        largest_file(100_000),
        one_way(
            Journal(journal), outputs, threading.Event(), snapshots=Snapshots(tmp_path / "pictures", "png")
        ) as dispatcher,
    ):
        for number in range(900):
            frame = make_frame(image=make_image(400, 200)) if number >= 890 else None
            dispatcher.submit(make_reading(number, frame=frame))
    assert ids(outputs[0]) == numbers(900)
    counts = {name: caplog.text.count(name) for name in ("r.db: can't be", "r.csv: can't be", ".png: can't be")}
    assert counts == {"r.db: can't be": 1, "r.csv: can't be": 1, ".png: can't be": 1}, caplog.text
    with csv_path.open(newline="") as file:
        written = [row["id"] for row in csv.DictReader(file)]
    assert written == numbers(900)[: len(written)]
    assert rows(journal, "PRAGMA integrity_check")[0][0] == "ok"
    kept = [row["id"] for row in rows(journal, "SELECT id FROM events ORDER BY seq")]
    assert kept == numbers(900)[: len(kept)]
    assert 0 < len(kept) < 900
    assert dispatcher.sink_errors == (900 - len(kept)) + (900 - len(written)) + 10


def test_a_closed_output_asks_the_run_to_stop_and_is_no_error() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    stop = threading.Event()
    other = ListSink()
    with one_way(None, [JsonLines(writer), other], stop) as dispatcher:
        dispatcher.submit(make_reading(0))
        assert stop.wait(30)
        dispatcher.submit(make_reading(1))
    assert ids(other) == numbers(2), "what was read until the stop still reaches the others"
    assert dispatcher.sink_errors == 0
    os.close(writer)


def test_a_reading_that_comes_after_the_end_is_counted() -> None:
    """A camera that hung is left behind; what it says later must not be lost without a word."""
    dispatcher = one_way(None, [], threading.Event())
    dispatcher.start()
    dispatcher.close()
    for number in range(100):  # more than the queue holds: nobody may hang here
        dispatcher.submit(make_reading(number))
    assert dispatcher.sink_errors == 100


def test_latency_is_measured_when_the_event_leaves() -> None:
    with one_way(None, [], threading.Event(), clock=lambda: 100.5) as dispatcher:
        for settled_s in (100.0, 100.4, 100.45):
            dispatcher.submit(make_reading(settled_s=settled_s))
    assert dispatcher.latency().p50 == 100.0
    assert dispatcher.latency().p95 == 460.0


def test_pictures_are_not_held_when_none_are_kept() -> None:
    """A frame is megabytes; a queue of readings must not keep them alive for nothing."""
    dispatcher = one_way(None, [], threading.Event())
    dispatcher.submit(make_reading(frame=make_frame(), plate_image=make_image()))
    waiting = dispatcher._queue.get()
    assert waiting is not None
    assert waiting.frame is None
    assert waiting.plate_image is None


def test_a_recording_of_a_file_gets_every_frame() -> None:
    video = ListFrameSink()
    with one_way(None, [], threading.Event(), frame_sinks=[video]) as dispatcher:
        for index in range(50):
            dispatcher.show(make_report(index), live=False)
    assert [report.frame.index for report in video.reports] == list(range(50))
    assert video.closed


@pytest.mark.parametrize(("may_drop", "live"), [(False, True), (True, False)])
def test_a_camera_never_waits_for_a_recording_and_nobody_for_a_window(
    may_drop: bool, live: bool, caplog: pytest.LogCaptureFixture
) -> None:
    slow = ListFrameSink(may_drop)
    slow.open.clear()
    with one_way(None, [], threading.Event(), frame_sinks=[slow]) as dispatcher:
        for index in range(50):
            dispatcher.show(make_report(index), live)
        slow.open.set()
    assert slow.reports[-1].frame.index == 49, "the newest is kept"
    missed = f"{50 - len(slow.reports)} frames dropped"
    assert (missed in caplog.text) == (not may_drop), "a window shows the newest, which is no loss"
    assert dispatcher.sink_errors == 0


def test_a_recording_that_fails_is_closed_and_counted_once() -> None:
    broken = ListFrameSink()
    broken.fault = SinkError("the disk is full")
    sink = ListSink()
    with one_way(None, [sink], threading.Event(), frame_sinks=[broken]) as dispatcher:
        for index in range(20):
            dispatcher.show(make_report(index), live=False)
        dispatcher.submit(make_reading(0))
    assert dispatcher.sink_errors == 1
    assert broken.closed
    assert ids(sink) == numbers(1)


def test_a_hung_recording_of_a_file_lets_the_run_stop() -> None:
    hung = ListFrameSink()
    hung.open.clear()
    stop = threading.Event()
    dispatcher = one_way(None, [], stop, frame_sinks=[hung], close_timeout_s=0.2)
    dispatcher.start()

    def show() -> None:
        for index in range(20):
            dispatcher.show(make_report(index), live=False)

    thread = threading.Thread(target=show)
    thread.start()
    thread.join(0.3)
    assert thread.is_alive(), "a recording of a file is waited for"
    stop.set()
    thread.join(30)
    assert not thread.is_alive()
    dispatcher.close()
    assert dispatcher.sink_errors > 0
    hung.open.set()
