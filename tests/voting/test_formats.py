from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from streamer.errors import ConfigError
from streamer.voting.formats import Format, Formats, load_formats
from tests.conftest import PROJECT

ALL = load_formats(PROJECT / "config" / "formats")


def ids(formats: Formats) -> list[str]:
    return [f"{f.code} {f.name}" for f in formats.formats]


@pytest.mark.parametrize("format_", ALL.formats, ids=ids(ALL))
def test_samples(format_: Format):
    rng = np.random.default_rng(1)
    assert format_.matches(format_.valid)
    assert not format_.matches(format_.invalid)
    for _ in range(20):
        groups = format_.sample(rng)
        assert all(groups)
        assert format_.matches("".join(groups))
        assert len("".join(groups)) <= 10


def test_there_are_at_least_forty_countries_and_states():
    assert len(ALL.codes()) >= 40
    assert {"sk", "de", "gb", "us-ca", "us-mo", "br", "in", "vn", "ca-on", "au-nsw"} <= set(ALL.codes())


def test_every_member_of_the_union_is_there():
    union = [
        "at",
        "be",
        "bg",
        "hr",
        "cy",
        "cz",
        "dk",
        "ee",
        "fi",
        "fr",
        "de",
        "gr",
        "hu",
        "ie",
        "it",
        "lv",
        "lt",
        "lu",
        "mt",
        "nl",
        "pl",
        "pt",
        "ro",
        "sk",
        "si",
        "es",
        "se",
    ]
    assert set(union) <= set(ALL.codes())


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("RK300AS", "sk"), ("MAB1234", "de"), ("MAB123E", "de"), ("AB12CDE", "gb"), ("A123BCD", "gb"),
        ("7ABC123", "us-ca"), ("AB1C2D", "us-mo"), ("ABC1D23", "br"), ("ABC1234", "br"), ("AA123BC", "ar"),
        ("MH12AB1234", "in"), ("22BH1234AA", "in"), ("59X112345", "vn"), ("30A12345", "vn"), ("34ABC123", "tr"),
        ("1A23456", "cz"), ("B123ABC", "ro"), ("W12345A", "at"), ("1234BCD", "es"), ("ABC12D", "se"),
    ],
)  # fmt: skip
def test_a_plate_of_a_country(text, code):
    assert code in [found for found, _ in ALL.select([code]).match(text)]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("RK3O0AS", "sk"), ("XX300AS", "sk"), ("MAB0123", "de"), ("AI12CDE", "gb"), ("IABC123", "us-ca"),
        ("1234ABC", "es"), ("ABC12O", "se"), ("34ABQ12", "tr"), ("B123QBC", "ro"), ("", "sk"), ("rk300as", "sk"),
    ],
)  # fmt: skip
def test_no_plate_of_that_country(text, code):
    assert ALL.select([code]).match(text) == []


def test_a_country_stands_for_its_states():
    assert set(ALL.select(["us"]).codes()) == {code for code in ALL.codes() if code.startswith("us-")}


def test_an_unknown_region_is_named_with_the_nearest():
    with pytest.raises(ConfigError) as caught:
        ALL.select(["sk", "us-caa", "xq"])
    assert len(caught.value.faults) == 2
    assert "'us-caa'" in caught.value.faults[0]
    assert "did you mean us-ca?" in caught.value.faults[0]


@pytest.mark.parametrize(
    ("text", "region"), [("7ABC123", "us-ca"), ("34ABC123", "tr"), ("AB123CD", None), ("XYZ", None)]
)
def test_the_region_is_said_only_where_it_is_clear(text, region):
    assert ALL.region(text, 0.9) == region


def test_with_one_region_asked_for_it_is_clear():
    assert ALL.select(["sk"]).region("RK300AS", 0.9) == "sk"


def test_a_loose_format_counts_only_where_it_is_asked_for():
    assert not ALL.fits("12345")
    assert ALL.select(["lu"]).fits("12345")


def write(folder: Path, formats: str) -> Path:
    (folder / "xx.yaml").write_text(f"country: X\ncode: xx\nsource: made up\nformats:\n{formats}", "utf-8")
    return folder


def test_a_format_of_ones_own(tmp_path):
    formats = load_formats(write(tmp_path, '  - {name: own, pattern: "[AB] <X>D{2,3}", valid: AX12, invalid: CX12}\n'))
    assert formats.match("BX123") == [("xx", "own")]


@pytest.mark.parametrize(
    ("entry", "fault"),
    [
        ('{name: own, pattern: "L{2} d", valid: AB1, invalid: X}', "is no token"),
        ('{name: own, pattern: "R D", valid: A1, invalid: X}', "stands for nothing"),
        ('{name: own, pattern: "L D", valid: AB, invalid: X}', "valid sample AB does not fit"),
        ('{name: own, pattern: "L D", valid: A1, invalid: B2}', "invalid sample B2 fits"),
        ('{name: own, pattern: "L D", valid: A1}', "invalid"),
        ('{name: own, pattren: "L D", valid: A1, invalid: B}', "pattren"),
        ("[", "xx.yaml"),
    ],
)
def test_a_faulty_file_is_named_with_its_fault(tmp_path, entry, fault):
    with pytest.raises(ConfigError) as caught:
        load_formats(write(tmp_path, f"  - {entry}\n"))
    (line,) = caught.value.faults
    assert line.startswith("xx.yaml: ")
    assert fault in line
    assert "\n" not in line


def test_an_empty_folder_is_a_fault(tmp_path):
    with pytest.raises(ConfigError, match="no plate formats"):
        load_formats(tmp_path)


def test_likelier_lengths_and_narrow_formats_weigh_more():
    """Of one length, a format with room for fewer plates gives each of them a larger share."""
    one = {f.code: f for f in ALL.formats if f.name in ("district series",)}["sk"]
    assert one.shares == {7: pytest.approx(1 / (len(one.groups[0][0].words) * 1000 * 25**2))}


@pytest.mark.parametrize(
    ("text", "certainty", "region"),
    [
        ("AR606L", 0.9, None), ("AR606L", 0.5, None), ("RK300AS", 0.5, "sk"), ("RK300AS", 0.9, None),
        ("7ABC123", 0.9, "us-ca"),
    ],
)  # fmt: skip
def test_nothing_is_clear_where_a_loose_format_of_another_code_fits_too(text, certainty, region):
    """`AR606L` on a Chinese plate, whose province no reader reads, was told as one of British Columbia.

    Slovakia has 0.52 of `RK300AS`, as six other countries have wider formats that fit; none of these is loose.
    """
    assert ALL.region(text, certainty) == region


@pytest.mark.parametrize(
    ("regions", "text", "region"),
    [
        (["ca-bc"], "AR606L", "ca-bc"), (["cn"], "AR606L", "cn"), (["ca-bc", "cn"], "AR606L", "ca-bc"),
        (["sk"], "RK300AS", "sk"), (["gb"], "5PM", "gb"), (["sk"], "AR606L", None),
    ],
)  # fmt: skip
def test_where_regions_are_named_loose_formats_count_as_all_others(regions, text, region):
    assert ALL.select(regions).region(text, 0.9) == region


@pytest.mark.parametrize(
    ("regions", "text", "expected"),
    [
        (["gb"], "AB12CDE", True), (["gb"], "5PM", False), (["gb"], "ABC1", False), (["gb"], "XYZZY9", False),
        (["gb", "sk"], "RK300AS", True), ([], "AB12CDE", False), ([], "5PM", False), (["gb"], "", False),
    ],
)  # fmt: skip
def test_only_a_narrow_format_of_a_named_region_makes_a_text_expected(regions, text, expected):
    """Up to three letters and four digits is a dateless British plate; so is the time on many a camera's picture."""
    formats = ALL.select(regions) if regions else ALL
    assert formats.expected(text) is expected


def test_users_are_counted_by_country_and_state():
    """Two series of one state are one user; a loose format counts where its region is named."""
    assert ALL.users("APH188") > 3 * ALL.users("APHI88") > 0
    assert ALL.users("!!") == 0
    assert ALL.select(["us-ca"]).users("7ABC123") == 1
    assert ALL.users("123456") < len({format_.code for format_ in ALL.formats if format_.matches("123456")})
    assert ALL.select(["us-de"]).users("123456") == 1
