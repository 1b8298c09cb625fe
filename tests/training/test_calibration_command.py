"""What confidences are fitted on: labelled plates of pictures, and whatever is read where no plate is."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

pytest.importorskip("keras")

from models.training.calibration_command import fit, record_pictures, winners_of
from models.training.real import RealPicture, RealPlate
from streamer.config import Config
from streamer.evaluation.observed import TimedRead, TrackTrace
from streamer.evaluation.traces import VehicleTrace
from streamer.geometry import quad_of_box
from streamer.voting.calibration import load_calibration
from tests.factories import make_plate_read


def timed(text: str, box: tuple[float, float, float, float] = (0, 0, 80, 20)) -> TimedRead:
    return TimedRead(0, 0.0, quad_of_box(*box), make_plate_read(text))


def track(text: str, box: tuple[float, float, float, float]) -> TrackTrace:
    return TrackTrace(1, {0: box}, [timed(text, box)] if text else [])


class Observed:
    """Gives each file its tracks."""

    def __init__(self, tracks: dict[str, list[TrackTrace]]) -> None:
        self._tracks = tracks

    def run(self, path: Path) -> SimpleNamespace:
        return SimpleNamespace(tracks=tuple(self._tracks[path.name]))


def test_a_track_is_of_the_labelled_plate_it_covers_and_of_none_in_an_empty_picture() -> None:
    plates = (RealPlate((0, 0, 80, 20), "AB12CD"), RealPlate((200, 0, 80, 20), ""))
    picture = RealPicture(Path("cars.jpg"), "mine", True, plates)
    observer = Observed(
        {
            "cars.jpg": [
                track("AB12CO", (1, 0, 80, 20)),
                track("UNLABELLED", (200, 0, 80, 20)),
                track("ELSEWHERE", (500, 0, 80, 20)),
                track("", (0, 0, 80, 20)),
            ],
            "street.jpg": [track("SHOP", (5, 5, 60, 20)), track("", (0, 0, 9, 9))],
        }
    )
    traces = record_pictures([picture], [Path("street.jpg")], observer)
    assert [(trace.text, trace.reads[0].read.text) for trace in traces] == [("AB12CD", "AB12CO"), ("", "SHOP")]
    assert record_pictures([], [], observer) == []


def test_each_vote_comes_with_what_the_vehicle_carries() -> None:
    traces = [VehicleTrace("s", truth, (timed("AB12CD"),)) for truth in ("AB12CD", "XY98ZZ", "")]
    winners, truths, grounds = winners_of(traces, Config())
    assert truths == ["AB12CD", "XY98ZZ", ""]
    assert [on.reads for on in grounds] == pytest.approx([0.98**3] * 3, rel=0.2), "one good read each"
    assert all(winner.text == "AB12CD" and 0 < winner.probability <= 1 for winner in winners)


def test_the_fitted_curve_is_written_and_names_what_it_was_fitted_on(tmp_path: Path) -> None:
    traces = [VehicleTrace("night", "AB12CD" if k % 2 else "XY98ZZ", (timed("AB12CD"),)) for k in range(40)]
    before, after = fit(traces, tmp_path / "calibration.yaml")
    assert after.error < 0.05 < before.error
    assert load_calibration(tmp_path / "calibration.yaml").confidence(2.2) == pytest.approx(0.5, abs=0.05)
    assert "night" in (tmp_path / "calibration.yaml").read_text()


def test_the_curve_is_fitted_to_what_the_reads_can_tell_and_a_one_read_as_i_is_no_fault_of_theirs(
    tmp_path: Path,
) -> None:
    """A curve that fell with every I for 1 would make all that is clear but for that as doubtful as junk."""
    traces = [VehicleTrace("s", "AB1ZCD" if k % 2 else "ABIZCD", (timed("AB1ZCD"),)) for k in range(40)]
    fit(traces, tmp_path / "calibration.yaml")
    assert load_calibration(tmp_path / "calibration.yaml").confidence(2.2) > 0.9


def test_where_nothing_is_no_text_is_right(tmp_path: Path) -> None:
    traces = [VehicleTrace("s", "", (timed("AB12CD"),)) for _ in range(40)]
    fit(traces, tmp_path / "calibration.yaml")
    assert load_calibration(tmp_path / "calibration.yaml").confidence(2.2) < 0.1
