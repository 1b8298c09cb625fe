"""What the doctor sees and says."""

from __future__ import annotations

import pytest

from streamer.config import Config
from streamer.datatypes import Quality
from streamer.doctor import ADVICE, Finding, findings
from streamer.voting import rejection
from streamer.watching import Measured

pytestmark = pytest.mark.timeout(60)

GOOD = Quality(plate_height_px=30, sharpness=0.8, exposure=0.9, obliqueness=0.1, score=0.9)


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


def test_what_was_read_and_why_the_rest_was_not() -> None:
    found = findings(
        seen(readings=["KT347HE", "RK300AS"], rejected={"same visit": 3, "too blurred": 5}), Config(), False
    )
    words = [(finding.good, finding.what) for finding in found]
    assert (True, "read 2: KT347HE, RK300AS") in words
    assert words.index((False, "not read, too blurred: 5")) < words.index((True, "not read, same visit: 3"))
    assert next(finding for finding in found if "blurred" in finding.what).advice.startswith("focus")


def test_every_advice_is_about_a_reason_that_there_is() -> None:
    reasons = {value for name, value in vars(rejection).items() if name.isupper() and isinstance(value, str)}
    assert set(ADVICE) <= reasons
