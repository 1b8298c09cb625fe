"""Readings looked up in a real registry on loopback."""

from __future__ import annotations

import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from streamer.config_outputs import RegistryConfig
from streamer.datatypes import Reading
from streamer.enrichment.enricher import Enricher
from streamer.enrichment.start import Registries, start_enricher
from streamer.errors import ConfigError
from tests.enrichment.registry_server import Answer, Registry, registry, says
from tests.factories import make_reading

pytestmark = pytest.mark.timeout(60)


class Inbox:
    """What was delivered, to be waited for."""

    def __init__(self) -> None:
        self.readings: list[Reading] = []
        self._arrived = threading.Condition()

    def __call__(self, reading: Reading) -> None:
        with self._arrived:
            self.readings.append(reading)
            self._arrived.notify_all()

    def wait_for(self, count: int) -> None:
        with self._arrived:
            assert self._arrived.wait_for(lambda: len(self.readings) >= count, 20)


def quick(script: Registry, **changes: object) -> RegistryConfig:
    settings = {"url": script.url, "cache": None, "requests_per_minute": 6000, "retry_first_s": 0.01}
    settings |= {"timeout_s": 5, "attempts": 2}
    return RegistryConfig(**{**settings, **changes})


@contextmanager
def enriching(config: RegistryConfig):
    inbox = Inbox()
    enricher = Enricher(config, inbox)
    try:
        yield enricher, inbox
    finally:
        enricher.close()


def look_up(config: RegistryConfig, *readings: Reading) -> tuple[list[Reading], dict[str, int]]:
    """Look readings up, to the end, and return what was delivered and what became of them."""
    with enriching(config) as (enricher, inbox):
        for reading in readings:
            enricher.submit(reading)
    return inbox.readings, enricher.counts


def test_a_known_vehicle_follows_as_an_enriched_event_of_the_same_id() -> None:
    with registry(says(make="Skoda", model="Fabia", colour="red", expiry="2027-01-31")) as script:
        reading = make_reading(7)
        enriched, counts = look_up(quick(script), reading)
    assert [(r.event, r.id, r.plate) for r in enriched] == [("enriched", reading.id, "RK300AS")]
    assert enriched[0].vehicle == {"make": "Skoda", "model": "Fabia", "colour": "red", "expiry": "2027-01-31"}
    assert counts == {"enriched": 1}
    assert script.paths == ["/vehicles/RK300AS?from=sk"]
    assert reading.event == "final"
    assert reading.vehicle is None


def test_only_final_readings_are_looked_up() -> None:
    with registry(says(make="Skoda")) as script:
        enriched, counts = look_up(quick(script), make_reading(event="provisional"), make_reading(event="update"))
    assert (enriched, counts, script.paths) == ([], {}, [])


def test_headers_go_along() -> None:
    with registry(says(make="Skoda")) as script:
        look_up(quick(script, headers={"X-Api-Key": "k1"}), make_reading())
    assert script.headers[0]["X-Api-Key"] == "k1"


def test_an_answer_is_remembered_over_a_restart_and_asked_for_again_when_it_expired(tmp_path: Path) -> None:
    with registry(says(make="Skoda"), says(make="Seat")) as script:
        config = quick(script, cache=tmp_path / "cache.db")
        first, _ = look_up(config, make_reading(1))
        second, _ = look_up(config, make_reading(2))
        assert len(script.paths) == 1
        brief = quick(script, cache=tmp_path / "brief.db", cache_s=0.001)
        look_up(brief, make_reading(3))
        time.sleep(0.01)
        look_up(brief, make_reading(4))
    assert first[0].vehicle == second[0].vehicle == {"make": "Skoda"}
    assert len(script.paths) == 3


def test_a_cache_filled_under_other_settings_does_not_count(tmp_path: Path) -> None:
    with registry(says(make="Skoda", owner="A. Person")) as script:
        kept = {"cache": tmp_path / "cache.db", "fields": {"make": "make", "owner": "owner"}}
        with_owner, _ = look_up(quick(script, keep_personal=True, **kept), make_reading(1))
        without, _ = look_up(quick(script, **kept), make_reading(2))
    assert with_owner[0].vehicle == {"make": "Skoda", "owner": "A. Person"}
    assert without[0].vehicle == {"make": "Skoda"}


def test_what_is_personal_is_not_even_cached_unless_it_is_kept(tmp_path: Path) -> None:
    with registry(says(make="Skoda", owner="A. Person")) as script:
        look_up(quick(script, cache=tmp_path / "c.db", fields={"make": "make", "owner": "owner"}), make_reading())
    assert b"Person" not in (tmp_path / "c.db").read_bytes()


def test_an_unknown_plate_gives_no_event_and_is_remembered(tmp_path: Path) -> None:
    with registry(Answer(b"no such plate", 404)) as script:
        enriched, counts = look_up(quick(script, cache=tmp_path / "cache.db"), make_reading(1), make_reading(2))
    assert (enriched, counts) == ([], {"unknown": 2})
    assert len(script.paths) == 1


def test_a_registry_that_errs_once_is_asked_again() -> None:
    with registry(Answer(b"", 503), says(make="Skoda")) as script:
        enriched, _ = look_up(quick(script), make_reading())
    assert len(enriched) == 1
    assert len(script.paths) == 2


def test_a_refusal_is_not_repeated() -> None:
    with registry(Answer(b"", 403)) as script:
        _, counts = look_up(quick(script, attempts=5), make_reading())
    assert counts == {"failed": 1}
    assert len(script.paths) == 1


def test_a_stalling_registry_costs_its_time_limit_and_delays_no_one() -> None:
    with registry(Answer(stall=True)) as script, enriching(quick(script, timeout_s=0.3, attempts=1)) as (enricher, _):
        began = time.monotonic()
        for number in range(200):
            enricher.submit(make_reading(number))
        assert time.monotonic() - began < 1
        deadline = time.monotonic() + 20
        while not enricher.counts.get("failed") and time.monotonic() < deadline:
            time.sleep(0.02)
        assert enricher.counts["failed"] >= 1


DRIPS = {
    "body": Answer(b" " * 400, drip_s=0.1),
    "header": Answer(b"x" * 400, raw=b"HTTP/1.1 200 OK\r\nX-Slow: ", drip_s=0.1),
    "chunk's length": Answer(b"x" * 400, raw=b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;", drip_s=0.1),
}


def of_requests() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "registry request"]


@pytest.mark.parametrize("drip", DRIPS)
def test_an_answer_that_drips_is_given_up_at_the_time_limit_of_the_whole(drip: str) -> None:
    """Each byte came in time, so a limit on silence alone never ended it: a run of 13 s had a limit of 2.

    The clock was looked at between two reads of the body, and what drips before it is one read.
    """
    with registry(DRIPS[drip], says(make="Skoda")) as script:
        began = time.monotonic()
        enriched, counts = look_up(
            quick(script, timeout_s=0.5, attempts=1, finish_s=20), make_reading(1), make_reading(2, "RK2AA")
        )
        assert time.monotonic() - began < 5
        deadline = time.monotonic() + 5
        while of_requests() and time.monotonic() < deadline:
            time.sleep(0.02)
        assert not of_requests(), "it was cut off, too, not only left alone"
    assert counts == {"failed": 1, "enriched": 1}
    assert [reading.plate for reading in enriched] == ["RK2AA"]


@pytest.mark.parametrize("answer", [Answer(stall=True), *DRIPS.values()], ids=["stall", *DRIPS])
def test_the_end_waits_once_and_cuts_what_is_under_way(answer: Answer) -> None:
    """It was closed twice, and each time waited for as long as a request may take."""
    with registry(answer) as script:
        config = quick(script, timeout_s=50, connect_timeout_s=50, finish_s=0.2)
        with Registries(lambda reading: None) as registries:
            enricher = registries.enricher(config)
            assert enricher is not None
            enricher.submit(make_reading())
            deadline = time.monotonic() + 10
            while not script.paths and time.monotonic() < deadline:
                time.sleep(0.02)
            began = time.monotonic()
            registries.close()
        assert time.monotonic() - began < 3
        assert not any(thread.name == "registry" for thread in threading.enumerate())
        assert enricher.counts == {"failed": 1}


def test_what_nobody_foresaw_costs_one_reading_its_vehicle_and_the_next_ones_nothing() -> None:
    """An address that could not be filled in ended the thread, and the run went on without any look-up."""
    inbox = Inbox()

    def deliver(reading: Reading) -> None:
        if reading.plate == "RK1AA":
            raise RuntimeError("nobody foresaw it")
        inbox(reading)

    with registry(says(make="Skoda")) as script:
        enricher = Enricher(quick(script), deliver)
        for number in (1, 2):
            enricher.submit(make_reading(number, f"RK{number}AA"))
        inbox.wait_for(1)
        enricher.close()
    assert enricher.counts == {"failed": 1, "enriched": 1}


@pytest.mark.parametrize("body", [b'[{"id": 3}]', b'{"error": "quota exceeded"}'], ids=["list", "error"])
def test_an_answer_of_another_shape_is_a_fault_and_not_remembered(body: bytes, tmp_path: Path) -> None:
    """It counted as "this plate is unknown", for a day, on the day on which the registry wanted money."""
    with registry(Answer(body), says(make="Skoda")) as script:
        config = quick(script, cache=tmp_path / "cache.db", attempts=1)
        enriched, counts = look_up(config, make_reading(1), make_reading(2))
    assert counts == {"failed": 1, "enriched": 1}
    assert enriched[0].vehicle == {"make": "Skoda"}


@pytest.mark.parametrize(
    "answer",
    [
        Answer(b"<html>welcome</html>"),
        Answer(b""),
        Answer(b"[" * 100_000),
        Answer(b"\xff\xfe\x00"),
        Answer(b"x" * 5000),
        Answer(b'{"make": "Sko', claimed_bytes=4000),
        Answer(b"", 302, {"Location": "http://127.0.0.1:1/elsewhere"}),
        says(plate="OTHER1", make="Skoda"),
    ],
    ids=["html", "empty", "deep", "bytes", "large", "broken off", "redirect", "another plate"],
)
def test_a_lie_is_one_failed_look_up_and_no_event(answer: Answer) -> None:
    with registry(answer) as script:
        enriched, counts = look_up(
            quick(script, answer_bytes_max=4000, plate_field="plate", attempts=1), make_reading()
        )
    assert (enriched, counts) == ([], {"failed": 1})


def test_the_same_plate_written_with_a_dash_is_the_same_plate() -> None:
    with registry(says(plate="rk-300 as", make="Skoda")) as script:
        enriched, _ = look_up(quick(script, plate_field="plate"), make_reading())
    assert len(enriched) == 1


def test_after_failures_in_a_row_the_registry_is_left_alone_then_tried_again() -> None:
    with registry(Answer(b"", 500), Answer(b"", 500), says(make="Skoda")) as script:
        config = quick(script, attempts=1, breaker_failures=2, breaker_reset_s=0.5)
        with enriching(config) as (enricher, inbox):
            for number in range(4):
                enricher.submit(make_reading(number))
            deadline = time.monotonic() + 20
            while sum(enricher.counts.values()) < 4 and time.monotonic() < deadline:
                time.sleep(0.02)
            assert enricher.counts == {"failed": 2, "skipped": 2}
            assert len(script.paths) == 2
            time.sleep(0.6)
            enricher.submit(make_reading(5))
            inbox.wait_for(1)


def test_requests_keep_their_distance() -> None:
    with registry(says(make="Skoda")) as script:
        began = time.monotonic()
        look_up(quick(script, requests_per_minute=300, finish_s=20), *(make_reading(n, f"RK{n}AA") for n in range(4)))
        assert time.monotonic() - began >= 0.55
    assert len(script.paths) == 4


def test_the_oldest_goes_without_when_too_many_wait() -> None:
    with registry(Answer(stall=True)) as script:
        config = quick(script, queue_readings=2, timeout_s=0.5, attempts=1, finish_s=0)
        with enriching(config) as (enricher, _):
            for number in range(10):
                enricher.submit(make_reading(number))
            assert enricher.counts["dropped"] >= 7


def test_closing_does_not_wait_for_a_long_queue() -> None:
    with registry(Answer(stall=True)) as script:
        config = quick(script, timeout_s=0.3, connect_timeout_s=0.3, finish_s=0.1, attempts=10, retry_first_s=30)
        with enriching(config) as (enricher, _):
            for number in range(20):
                enricher.submit(make_reading(number))
            began = time.monotonic()
            enricher.close()
            assert time.monotonic() - began < 10
            enricher.submit(make_reading(99))


def test_nothing_listening_is_a_failed_look_up() -> None:
    config = RegistryConfig(url="http://127.0.0.1:9/{plate}", cache=None, attempts=1)
    assert look_up(config, make_reading())[1] == {"failed": 1}


def test_without_an_address_nothing_runs() -> None:
    assert start_enricher(RegistryConfig(), lambda reading: None) is None


def test_cameras_that_ask_the_same_registry_share_one_enricher() -> None:
    same, other = (RegistryConfig(url=f"http://127.0.0.1:{port}/{{plate}}", cache=None) for port in (9, 19))
    with Registries(lambda reading: None) as registries:
        first, again, own = (registries.enricher(config) for config in (same, same.model_copy(), other))
        assert first is again
        assert first is not own
        assert None not in (first, own)
        assert registries.enricher(RegistryConfig()) is None
    before = threading.active_count()
    registries.close()  # closed already
    assert threading.active_count() == before
    assert not any(thread.name == "registry" for thread in threading.enumerate())


def test_without_its_libraries_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("enricher", "client", "exchange"):
        monkeypatch.delitem(sys.modules, f"streamer.enrichment.{name}")
    monkeypatch.setitem(sys.modules, "requests", None)
    with pytest.raises(ConfigError, match=r"requests: pip install 'streamer\[registry\]'"):
        start_enricher(RegistryConfig(url="http://127.0.0.1:9/{plate}", cache=None), lambda reading: None)


def test_a_cache_that_is_no_database_is_a_fault_at_the_start(tmp_path: Path) -> None:
    file = tmp_path / "cache.db"
    file.write_bytes(b"no database at all, but long enough to be read as one" * 40)
    with pytest.raises(ConfigError, match=r"registry\.cache"):
        start_enricher(RegistryConfig(url="http://127.0.0.1:9/{plate}", cache=file), lambda reading: None)
