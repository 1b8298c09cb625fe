"""Outputs of several cameras: each where it asks for, what they share opened once, every fault at once."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from streamer.config_outputs import DeliveryConfig
from streamer.errors import SinkError
from streamer.outputs import make_outlets, open_outputs
from tests.delivery.test_journal import rows
from tests.factories import make_reading
from tests.fakes import ListSink

pytestmark = pytest.mark.timeout(60)


def deliver(cameras: dict[str, DeliveryConfig]) -> ListSink:
    """Give each camera one reading; return what was printed."""
    stdout = ListSink()
    with open_outputs(DeliveryConfig(), cameras, stdout, threading.Event()) as outputs:
        for number, camera in enumerate(cameras):
            outputs.submit(make_reading(number, camera=camera))
    assert outputs.sink_errors == 0
    return stdout


def cameras_in(path: Path) -> list[str]:
    return [row["camera"] for row in rows(path, "SELECT camera FROM readings ORDER BY camera")]


def test_cameras_of_one_journal_share_it_and_another_has_its_own(tmp_path: Path) -> None:
    shared = DeliveryConfig(journal=tmp_path / "r.db", csv=tmp_path / "r.csv")
    own = shared.model_copy(update={"journal": tmp_path / "yard.db"})
    printed = deliver({"gate": shared, "door": shared, "yard": own})
    assert cameras_in(tmp_path / "r.db") == ["door", "gate"]
    assert cameras_in(tmp_path / "yard.db") == ["yard"]
    assert len((tmp_path / "r.csv").read_text().splitlines()) == 4, "one header, three readings"
    assert [one["camera"] for one in printed.records] == ["gate", "door", "yard"]


def test_where_one_camera_prints_json_the_others_print_nothing(tmp_path: Path) -> None:
    quiet = DeliveryConfig(journal=None)
    printed = deliver({"gate": quiet, "yard": quiet.model_copy(update={"json_lines": True})})
    assert [one["camera"] for one in printed.records] == ["yard"]


def test_what_several_cameras_can_not_open_is_told_once(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    both = DeliveryConfig(journal=gone / "r.db", csv=tmp_path / "r.csv", snapshots=tmp_path)
    other = both.model_copy(update={"csv": gone / "r.csv", "record": gone / "r.webm"})
    with pytest.raises(SinkError) as caught:
        open_outputs(DeliveryConfig(), {"gate": both, "door": both, "yard": other}, ListSink(), threading.Event())
    lines = str(caught.value).splitlines()
    assert len(lines) == 3
    for line, name in zip(lines, ("r.db", "r.csv", "r.webm"), strict=True):
        assert line.startswith(f"{gone / name}: ")
        assert f"the folder {gone} does not exist" in line


def test_frames_are_drawn_only_for_a_camera_that_asks(tmp_path: Path) -> None:
    plain, drawn = DeliveryConfig(journal=None), DeliveryConfig(journal=None, record=tmp_path / "a.webm")
    with open_outputs(plain, {"gate": plain, "yard": drawn}, ListSink(), threading.Event()) as outputs:
        assert make_outlets(outputs, None, plain).show is None
        assert make_outlets(outputs, None, drawn).show is not None
