"""Secrets of addresses: filled in from the environment, never shown."""

from __future__ import annotations

import pytest

from streamer.capture.addresses import fill_in, redact
from streamer.errors import SourceError


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("rtsp://10.0.0.5/live", "rtsp://10.0.0.5/live"),
        ("rtsp://admin:hunter2@10.0.0.5:554/live", "rtsp://10.0.0.5:554/live"),
        ("rtsp://admin@10.0.0.5/live", "rtsp://10.0.0.5/live"),
        ("rtsp://admin:p@ss:w0rd@10.0.0.5/live", "rtsp://10.0.0.5/live"),
        ("rtsp://[::1]:554/live", "rtsp://[::1]:554/live"),
        ("http://h/snap?user=bob&password=hunter2&channel=1", "http://h/snap?user=***&password=***&channel=1"),
        ("rtsp://h/user=admin_password=hunter2_channel=1", "rtsp://h/user=***_password=***_channel=1"),
        ("http://h/v?api_key=abc&size=2", "http://h/v?api_key=***&size=2"),
        ("https://h/v?access_token=abc#t", "https://h/v?access_token=***#t"),
        ("http://h/monkey=3?bypass=1", "http://h/monkey=3?bypass=1"),
        ("rtsp://admin:pa/ss?w#d@10.0.0.5/live", "rtsp://10.0.0.5/live"),
        ("rtsp://10.0.0.5:554/live@2", "rtsp://10.0.0.5:554/live@2"),
        ("rtsp://admin:pw@10.0.0.5/live@2", "rtsp://10.0.0.5/live@2"),
        ("http://h/user@home", "http://h/user@home"),
        ("gate.mp4", "gate.mp4"),
        ("", ""),
        ("can't open rtsp://a:b@h/1 nor rtsp://c:d@h/2", "can't open rtsp://h/1 nor rtsp://h/2"),
    ],
)
def test_no_secret_survives_and_nothing_else_goes(given: str, shown: str) -> None:
    assert redact(given) == shown
    assert redact(shown) == shown


def test_environment_fills_in_and_two_dollars_are_one() -> None:
    assert fill_in("rtsp://me:${PW}@h/$$x", {"PW": "s3cret"}) == "rtsp://me:s3cret@h/$x"


def test_a_value_is_not_filled_in_again() -> None:
    assert fill_in("${A}", {"A": "${B}", "B": "no"}) == "${B}"


def test_missing_variable_is_named_and_nothing_of_the_address_leaks() -> None:
    with pytest.raises(SourceError, match="the environment variable PW is not set") as caught:
        fill_in("rtsp://admin:${PW}@h/live?token=abc", {})
    assert "admin" not in str(caught.value)
    assert "abc" not in str(caught.value)
