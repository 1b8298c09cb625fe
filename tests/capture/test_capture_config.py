"""The section `capture`: what is refused, and why."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from streamer.config import CaptureConfig


@pytest.mark.parametrize(
    ("settings", "why"),
    [
        ({"rotate": 45}, "rotate"),
        ({"flip": "both"}, "flip"),
        ({"transport": "quic"}, "transport"),
        ({"open_timeout_s": 0}, "open_timeout_s"),
        ({"open_timeout_s": float("nan")}, "open_timeout_s"),
        ({"read_timeout_s": float("inf")}, "read_timeout_s"),
        ({"queue_frames": 0}, "queue_frames"),
        ({"fourcc": "MJPEG"}, "fourcc"),
        ({"exposure": -1}, "exposure"),
        ({"detection_width": 641}, "detection_width"),
        ({"width": 1280}, "width and height are given together"),
        ({"reconnect_first_s": 2, "reconnect_max_s": 1}, "may not be shorter"),
        ({"rotation": 90}, "rotation"),
    ],
)
def test_impossible_values_are_refused(settings: dict[str, object], why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        CaptureConfig(**settings)


def test_every_key_is_explained_in_one_sentence() -> None:
    for name, field in CaptureConfig.model_fields.items():
        assert field.description, name
        assert field.description.endswith("."), name
