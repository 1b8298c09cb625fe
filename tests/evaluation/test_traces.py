"""Recorded traces: what comes back of a file, and the floor that recorded reads of made clips hold."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from streamer.config import Config
from streamer.errors import SourceFormatError
from streamer.evaluation.fusion import OTHER_RULES
from streamer.evaluation.labelled import LabelledClip, LabelledVehicle
from streamer.evaluation.texts import same
from streamer.evaluation.traces import VehicleTrace, load_traces, save_traces, traces_of
from streamer.voting.ballot import Ballot
from streamer.voting.formats import load_formats
from streamer.voting.prior import FormatPrior
from tests.evaluation.scripted import plate_read, run_of, trace_of

FLOORS = {"night": 18, "blur": 22, "low-rate": 21}
"""Of 30 vehicles each, when the traces were recorded (2026-11-20)."""
HERE, THERE = (10.0, 10.0, 60.0, 20.0), (200.0, 10.0, 60.0, 20.0)


def _clip(*vehicles: LabelledVehicle) -> LabelledClip:
    return LabelledClip(Path("gate.mp4"), 25.0, 10, vehicles, "mine")


def _vehicle(text: str, legible: bool = True) -> LabelledVehicle:
    return LabelledVehicle(text, 0, 9, legible, 0, dict.fromkeys(range(10), HERE))


def test_a_track_is_of_the_vehicle_at_its_place_whatever_was_read() -> None:
    run = run_of(tracks=[trace_of(1, HERE, plate_read("ZZ9")), trace_of(2, THERE, plate_read("AB1"))])
    traces = traces_of(_clip(_vehicle("AB1")), run)
    assert [(trace.set, trace.text, len(trace.reads)) for trace in traces] == [("mine", "AB1", 1), ("mine", "", 1)]


def test_what_nobody_can_read_and_what_was_never_read_is_left_out() -> None:
    run = run_of(tracks=[trace_of(1, HERE, plate_read("AB1")), trace_of(2, THERE)])
    assert traces_of(_clip(_vehicle("AB1", legible=False)), run) == []


def test_traces_come_back_as_they_were(tmp_path: Path) -> None:
    track = trace_of(1, HERE, plate_read("AB12", 0.8), plate_read(""), plate_read("CD345", 0.6, sharpness=0.3), first=7)
    track.reads[2] = replace(track.reads[2], overlay=True)
    first = track.reads[0].read
    blocky = replace(first, quality=replace(first.quality, blockiness=1.4))
    track.reads[0] = replace(track.reads[0], frame_wh=(640, 360), read=blocky)
    saved = [VehicleTrace("night", "AB12", tuple(track.reads)), VehicleTrace("blur", "", tuple(track.reads[:1]))]
    save_traces(tmp_path / "a.npz", saved)
    loaded = load_traces(tmp_path / "a.npz")
    assert [(t.set, t.text, len(t.reads)) for t in loaded] == [("night", "AB12", 3), ("blur", "", 1)]
    for before, after in zip(track.reads, loaded[0].reads, strict=True):
        assert (after.frame, after.timestamp_s, after.read.text) == (before.frame, before.timestamp_s, before.read.text)
        assert after.read.char_scores == pytest.approx(before.read.char_scores)
        assert after.read.quality.sharpness == pytest.approx(before.read.quality.sharpness)
        assert after.read.quality.blockiness == pytest.approx(before.read.quality.blockiness)
        assert np.allclose(after.read.probabilities, before.read.probabilities, atol=3e-3), "36 small ones are rounded"
        assert after.read.probabilities.sum(axis=1) == pytest.approx(1, abs=1e-6)
        assert np.array_equal(after.quad, before.quad)
        assert after.overlay == before.overlay
        assert after.frame_wh == before.frame_wh
        assert not after.read.probabilities.flags.writeable


def test_no_traces_at_all(tmp_path: Path) -> None:
    save_traces(tmp_path / "none.npz", [])
    assert load_traces(tmp_path / "none.npz") == []


@pytest.mark.parametrize("content", [None, b"", b"no archive"])
def test_a_file_that_holds_no_traces(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "broken.npz"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(SourceFormatError, match=r"broken\.npz: no recorded traces"):
        load_traces(path)


@pytest.fixture(scope="module")
def recorded() -> list[VehicleTrace]:
    """Vehicles of made night, blur and low-rate clips, as the reader of the first version read them."""
    return load_traces(Path(__file__).parents[1] / "data" / "traces.npz")


def _voted(trace: VehicleTrace, prior: FormatPrior) -> str:
    ballot = Ballot(Config().voting, prior)
    for timed in trace.reads:
        ballot.add(timed.read, timed.timestamp_s, timed.quad)
    return ballot.shares[0].text if ballot.shares else ""


def test_recorded_reads_hold_the_floor(recorded: list[VehicleTrace], project: Path) -> None:
    """Ours is right at least as often as when the traces were recorded, and as every other rule, on every set."""
    prior = FormatPrior(Config().voting, load_formats(project / "config" / "formats"))
    for name, floor in FLOORS.items():
        traces = [trace for trace in recorded if trace.set == name]
        ours = sum(same(_voted(trace, prior), trace.text) for trace in traces)
        assert ours >= floor, name
        for rule_name, rule in OTHER_RULES.items():
            other = sum(same(rule([timed.read for timed in trace.reads]).text, trace.text) for trace in traces)
            assert ours >= other, (name, rule_name)


def test_the_traces_are_small(project: Path) -> None:
    assert (project / "tests" / "data" / "traces.npz").stat().st_size < 300_000
