"""What an observer notes while a pipeline works."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from streamer.blockiness import blockiness
from streamer.datatypes import FrameReport, PlateRead, Reading
from streamer.evaluation.observed import Observer
from streamer.geometry import quad_of_box
from tests.evaluation.scripted import BoxDetector, PlainPipeline, TextReader
from tests.factories import make_image

LEFT, RIGHT = (1.0, 1.0, 20.0, 8.0), (30.0, 1.0, 20.0, 8.0)


def test_reads_are_given_to_the_tracks_they_are_of() -> None:
    observer = Observer(BoxDetector(LEFT, RIGHT), TextReader("AB1"), lambda d, r: PlainPipeline(d, r, frames=3))
    run = observer.run(Path("gate.mp4"))
    assert run.frames == 3
    assert [(track.track_id, len(track.reads)) for track in run.tracks] == [(0, 3), (1, 3)]
    assert [read.frame for read in run.tracks[0].reads] == [0, 1, 2]
    assert {read.frame_wh for read in run.tracks[0].reads} == {(64, 48)}, "of the frame"
    assert run.tracks[1].boxes == dict.fromkeys(range(3), RIGHT)
    assert len(run.detections) == 6
    assert len(run.reads) == 6
    assert 0 <= run.detect_ms <= run.total_ms


def test_nothing_of_one_file_is_left_in_the_next() -> None:
    observer = Observer(BoxDetector(LEFT), TextReader("AB1"), lambda d, r: PlainPipeline(d, r, frames=2))
    first = observer.run(Path("a.mp4"))
    second = observer.run(Path("b.mp4"))
    assert [len(track.reads) for track in first.tracks] == [2]
    assert [len(track.reads) for track in second.tracks] == [2]
    assert len(second.detections) == 2


def test_readings_are_kept_without_their_pictures() -> None:
    observer = Observer(BoxDetector(LEFT), TextReader("AB1"), PlainPipeline)
    (reading,) = observer.run(Path("gate.mp4")).finals
    assert reading.plate == "AB1"
    assert reading.frame is None


def test_nothing_found() -> None:
    run = Observer(BoxDetector(), TextReader("AB1"), PlainPipeline).run(Path("gate.mp4"))
    assert (run.events, run.tracks, run.detections, run.reads) == ((), (), (), ())


class OverlayPipeline(PlainPipeline):
    """Reads an overlay for its first track in its second frame."""

    def run(self, path: Path, on_report: Callable[[FrameReport], None]) -> list[Reading]:
        def with_overlay(report: FrameReport) -> None:
            if report.frame.index == 1:
                read = self._reader.read(np.zeros((20, 60, 3), np.uint8), quad_of_box(*LEFT))
                report = replace(report, overlays={0: [read]})
            on_report(report)

        return super().run(path, with_overlay)


def test_the_read_of_an_overlay_is_its_tracks_but_of_no_frame() -> None:
    observer = Observer(BoxDetector(LEFT), TextReader("AB1"), lambda d, r: OverlayPipeline(d, r, frames=3))
    (track,) = observer.run(Path("gate.mp4")).tracks
    assert [(timed.frame, timed.overlay) for timed in track.reads] == [(0, False), (1, False), (1, True), (2, False)]
    assert len(track.of_frames) == 3


class LastLookPipeline(PlainPipeline):
    """Looks once more at its track when the source has ended."""

    def run(self, path: Path, on_report: Callable[[FrameReport], None]) -> list[Reading]:
        overlays: dict[int, list[PlateRead]] = {}
        events = super().run(path, lambda report: on_report(replace(report, overlays=overlays)))
        overlays[0] = [self._reader.read(np.zeros((20, 60, 3), np.uint8), quad_of_box(*LEFT)) for _ in range(2)]
        return events


def test_last_looks_at_the_end_of_the_source_are_kept() -> None:
    observer = Observer(BoxDetector(LEFT), TextReader("AB1"), lambda d, r: LastLookPipeline(d, r, frames=2))
    (track,) = observer.run(Path("gate.mp4")).tracks
    assert [(timed.frame, timed.overlay) for timed in track.reads] == [(0, False), (1, False), (1, True), (1, True)]


def test_a_trace_keeps_how_blocky_its_frames_are() -> None:
    """The confidence is fitted on traces, and minds it."""
    observer = Observer(BoxDetector(LEFT), TextReader("AB1"), lambda d, r: PlainPipeline(d, r, frames=2))
    (track,) = observer.run(Path("gate.mp4")).tracks
    measured = [blockiness(make_image(seed=timed.frame), timed.quad) for timed in track.reads]
    assert [timed.read.quality.blockiness for timed in track.reads] == measured
    assert measured[0] != measured[1]
