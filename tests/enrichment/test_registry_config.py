"""The section `registry`: what could never be sent or found is refused where it is written."""

from __future__ import annotations

from pathlib import Path

import pytest

from streamer.config import Config
from streamer.config_file import load_config
from streamer.errors import ConfigError


def load(tmp_path: Path, *lines: str) -> Config:
    path = tmp_path / "c.yaml"
    path.write_text("\n".join(["registry:", *(f"  {line}" for line in lines)]) + "\n", "utf-8")
    return load_config(path, environment={"KEY": "s3cr€t"})


def faults(tmp_path: Path, *lines: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, *lines)
    return [fault.removeprefix(f"{tmp_path}/") for fault in caught.value.faults]


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("ftp://x/{plate}", "must begin with http:// or https://"),
        ("http://x/", "must have {plate} in it"),
        ("http://x/{region}", "must have {plate} in it"),
        ("http://x/{plate}{secret}", "has {secret} in it; allowed in braces: {plate} and {region}"),
        ("http://x/{plate!x}", "has {plate!x} in it; allowed in braces: {plate} and {region}"),
        ("http://x/{plate:d}", "has {plate:d} in it; allowed in braces: {plate} and {region}"),
        ("http://x/{plate", "has a brace without its other; allowed in braces: {plate} and {region}"),
        ("http:///{plate}", "names no host"),
        ("http://:99999/{plate}", "names no host"),
        ("http://x:99999/{plate}", "has a port that can't be one; allowed: a whole number from 1 to 65535"),
        ("http://x:0/{plate}", "has a port that can't be one; allowed: a whole number from 1 to 65535"),
        ("http://x:{plate}/", "has a port that can't be one; allowed: a whole number from 1 to 65535"),
        ("http://me:pass/word@x/{plate}", "has a port that can't be one; allowed: a whole number from 1 to 65535"),
        ("http://[::1/{plate}", "has a host in it that can't be one"),
        ("http://a..b/{plate}", "has a host in it that can't be one"),
        ("http://a b/{plate}", "has a space or a control character in it"),
    ],
)
def test_an_address_that_nothing_can_be_asked_at(tmp_path: Path, url: str, said: str) -> None:
    """`{plate!x}` ended the thread of the look-ups with a traceback; a port of 99999 failed at each of them."""
    assert faults(tmp_path, f'url: "{url}"') == [f"c.yaml:2: registry.url: {said}"]


@pytest.mark.parametrize(
    "url",
    [
        "https://x:8443/{plate}?from={region}",
        "http://me:word@[::1]:80/{plate}",
        "http://x/{{{plate}}}",
        "http://ä.de/{plate}",
    ],
)
def test_an_address_that_something_can_be_asked_at(tmp_path: Path, url: str) -> None:
    assert load(tmp_path, f'url: "{url}"').registry.url == url


def test_headers_that_cant_be_sent_are_told_all_at_once_and_without_their_value(tmp_path: Path) -> None:
    """A key with a currency sign in it ended the thread of the look-ups with a traceback."""
    assert faults(tmp_path, "headers:", "  X Key: a", "  X-Euro: ${KEY}", '  X-Line: "a\\nb"', "  X-End: 'a '") == [
        "c.yaml:3: registry.headers.X Key: can't be a header's name; allowed: letters, digits and !#$%&'*+-.^_`|~",
        "c.yaml:4: registry.headers.X-Euro: has '€' in it, which a header can't carry; allowed: printable Latin-1",
        "c.yaml:5: registry.headers.X-Line: has '\\n' in it, which a header can't carry; allowed: printable Latin-1",
        "c.yaml:6: registry.headers.X-End: begins or ends with a space, which a header can't carry",
    ]


def test_headers_that_can_be_sent(tmp_path: Path) -> None:
    headers = load(tmp_path, "headers: {X-Api_Key.1: 'Bearer Zoë=='}").registry.headers
    assert headers == {"X-Api_Key.1": "Bearer Zoë=="}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("fields: {make: ''}", "registry.fields.make: '' leads nowhere; allowed: names with a dot between each two"),
        (
            "fields: {make: a..b}",
            "registry.fields.make: 'a..b' leads nowhere; allowed: names with a dot between each two",
        ),
        ("fields: {}", "registry.fields: names no field; allowed: names, each with its dotted path in the answer"),
        ("plate_field: ''", "registry.plate_field: '' leads nowhere; allowed: names with a dot between each two"),
        ("json_inside: a.", "registry.json_inside: 'a.' leads nowhere; allowed: names with a dot between each two"),
    ],
)
def test_a_path_that_leads_nowhere(tmp_path: Path, line: str, said: str) -> None:
    assert faults(tmp_path, line) == [f"c.yaml:2: {said}"]
