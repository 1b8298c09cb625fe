"""What the doctor sees and says."""

from __future__ import annotations

import numpy as np
import pytest

from streamer.config import CaptureConfig, Config
from streamer.datatypes import Detection, PlateRead, Quality
from streamer.doctor import Finding, Measured, findings, measure
from streamer.errors import SourceError
from streamer.geometry import quad_of_box
from tests.factories import make_frame
from tests.fakes import ScriptedDetector, ScriptedSource

pytestmark = pytest.mark.timeout(60)

GOOD = Quality(plate_height_px=30, sharpness=0.8, exposure=0.9, obliqueness=0.1, score=0.9)


class FixedReader:
    def read(self, image: np.ndarray, quad: np.ndarray, score: float = 1.0) -> PlateRead:
        return PlateRead(np.zeros((0, 37), np.float32), "", (), GOOD)


def seen(**changes: object) -> Measured:
    fields: dict[str, object] = {
        "size_wh": (1280, 720), "seconds": 10.0, "frames": 301, "looks": 300, "decode_ms": [2.0], "detect_ms": [5.0],
        "read_ms": [1.0], "grey": [110.0], "clipped": [0.01], "plates": [GOOD],
    }  # fmt: skip
    return Measured(**(fields | changes))  # type: ignore[arg-type]


def bad(measured: Measured, live: bool = False) -> list[Finding]:
    return [finding for finding in findings(measured, Config(), live) if not finding.good]


def test_a_good_camera_has_nothing_to_change() -> None:
    assert bad(seen()) == []
    assert findings(seen(), Config(), False)[0].what == "1280x720, 30.0 frames a second"


def test_small_plates_are_told_with_what_is_needed() -> None:
    (finding,) = bad(seen(plates=[Quality(11, 0.8, 0.9, 0.1, 0.9)]))
    assert finding.what == "plates are 11 px tall (11 to 11), 16 are needed"
    assert "2.2 times the resolution" in finding.advice


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"grey": [20.0]}, "too dark"),
        ({"grey": [240.0]}, "too bright"),
        ({"clipped": [0.4]}, "light and shadow"),
        ({"plates": []}, "no plate was in view"),
        ({"plates": [Quality(30, 0.1, 0.9, 0.1, 0.9)]}, "soft"),
        ({"detect_ms": [400.0]}, "looks a second"),
        ({"losses": 2}, "lost 2 times"),
    ],
)
def test_each_fault_is_named_and_has_advice(changes: dict[str, object], word: str) -> None:
    (finding,) = bad(seen(**changes))
    assert word in finding.what
    assert finding.advice


def test_a_camera_that_is_slow_or_too_much_to_decode() -> None:
    assert [finding.what for finding in bad(seen(frames=51), live=True)] == ["few frames a second"]
    assert "decoding alone" in bad(seen(decode_ms=[40.0]), live=True)[0].what


def test_one_frame_is_enough_to_say_something() -> None:
    one = seen(seconds=0.0, frames=1, looks=1)
    assert findings(one, Config(), False)[0].what == "1280x720, 0.0 frames a second"


def test_a_file_is_watched_to_its_end() -> None:
    source = ScriptedSource([make_frame(index) for index in range(26)])
    detector = ScriptedDetector([Detection(quad_of_box(1, 2, 30, 10), 0.9)])
    measured = measure(source, detector, FixedReader(), Config(), seconds=20)
    assert (measured.frames, measured.looks, detector.looks) == (26, 26, 26)
    assert measured.fps == pytest.approx(25.0)
    assert measured.size_wh == (64, 48)
    assert measured.plates == [GOOD] * 26
    assert source.closes >= 1


def test_a_file_that_can_not_be_read_says_why() -> None:
    with pytest.raises(SourceError, match="no such file"):
        measure(ScriptedSource(SourceError("a.mp4: no such file")), ScriptedDetector(), FixedReader(), Config(), 1)


def test_a_camera_that_gives_nothing_is_given_up() -> None:
    config = Config(capture=CaptureConfig(open_timeout_s=0.3, reconnect_first_s=0.05, reconnect_max_s=0.1))
    source = ScriptedSource(*[SourceError("gate: refuses")] * 100, live=True)
    with pytest.raises(SourceError, match="gate: "):
        measure(source, ScriptedDetector(), FixedReader(), config, 0.5)
