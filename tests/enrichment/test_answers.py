"""Fields taken from JSON, from XML, and from JSON inside XML."""

from __future__ import annotations

import pytest

from streamer.config_outputs import RegistryConfig
from streamer.enrichment.answers import vehicle_of
from streamer.enrichment.faults import BadAnswerError

FIELDS = {"make": "car.make", "colour": "car.colours.0"}


def config(**changes: object) -> RegistryConfig:
    return RegistryConfig(**{"url": "http://x/{plate}", "fields": FIELDS, **changes})


def test_json() -> None:
    body = b'{"car": {"make": "Skoda", "colours": ["red", "black"]}}'
    assert vehicle_of(body, "A1", config()) == {"make": "Skoda", "colour": "red"}


def test_xml_with_attributes_and_namespaces() -> None:
    body = b'<a xmlns="urn:x"><car year="2020"><make lang="en">Skoda</make></car></a>'
    fields = {"make": "a.car.make", "year": "a.car.@year"}
    assert vehicle_of(body, "A1", config(answer="xml", fields=fields)) == {"make": "Skoda", "year": "2020"}


def test_xml_that_wraps_json() -> None:
    body = b'<?xml version="1.0"?><Vehicle xmlns="urn:x"><json>{"car": {"make": "Skoda"}}</json></Vehicle>'
    assert vehicle_of(body, "A1", config(answer="xml", json_inside="Vehicle.json")) == {"make": "Skoda"}


def test_xml_that_expands_entities_is_refused() -> None:
    body = b'<!DOCTYPE a [<!ENTITY b "boom">]><a><car><make>&b;&b;</make></car></a>'
    with pytest.raises(BadAnswerError):
        vehicle_of(body, "A1", config(answer="xml"))


@pytest.mark.parametrize(
    "body",
    [b"{}", b"[]", b"null", b'{"car": {}}', b'{"car": null, "id": 3}', b'{"car": {"make": null, "colours": []}}'],
)
def test_an_answer_with_nothing_in_it_means_unknown(body: bytes) -> None:
    assert vehicle_of(body, "A1", config()) is None


@pytest.mark.parametrize(
    "body", [b'{"car": 3}', b'[{"make": "Skoda"}]', b'{"error": "quota exceeded"}', b"0", b"false", b'"no"']
)
def test_an_answer_that_has_none_of_the_paths_is_a_fault(body: bytes) -> None:
    """A registry that wanted money said so with 200, and each plate of that day was taken for unknown."""
    with pytest.raises(BadAnswerError, match=r"none of registry\.fields"):
        vehicle_of(body, "A1", config())


@pytest.mark.parametrize(
    "fields",
    [
        {"keeper": "owner"},
        {"Owner": "owner"},
        {"OWNER": "holder"},
        {"keeper": "data.Owner.name"},
        {"name": "data.@owner"},
        {"name": "x:owner.#text"},
    ],
)
def test_what_is_personal_at_its_source_is_so_under_any_name(fields: dict[str, str]) -> None:
    """`keeper: owner` wrote the owner's name into the journal: only the names of our own fields were looked at."""
    body = b"""{"make": "Skoda", "owner": "J", "holder": "J", "data": {"Owner": {"name": "J"}, "@owner": "J"},
    "x:owner": {"#text": "J"}}"""
    both = config(fields={"make": "make", **fields})
    assert vehicle_of(body, "A1", both) == {"make": "Skoda"}
    assert vehicle_of(body, "A1", both.model_copy(update={"keep_personal": True})) == {
        "make": "Skoda",
        next(iter(fields)): "J",
    }


def test_an_answer_of_nothing_but_what_is_personal_is_no_fault() -> None:
    assert vehicle_of(b'{"owner": "J"}', "A1", config(fields={"make": "make", "owner": "owner"})) is None


def test_the_plate_of_an_element_with_attributes_is_its_text() -> None:
    body = b'<a><plate country="sk">A-1</plate><make>Skoda</make></a>'
    settings = config(answer="xml", plate_field="a.plate", fields={"make": "a.make"})
    assert vehicle_of(body, "A1", settings) == {"make": "Skoda"}


def test_values_become_fit_for_one_line_of_a_journal() -> None:
    body = b'{"car": {"make": "Sko\\u0000da\\n  Fabia", "colours": [{"deep": 1}]}}'
    assert vehicle_of(body, "A1", config()) == {"make": "Sko da Fabia"}
    long = b'{"car": {"make": "' + b"x" * 5000 + b'"}}'
    assert len(str(vehicle_of(long, "A1", config())["make"])) == 200


def test_numbers_that_json_has_none_of_are_left_out() -> None:
    assert vehicle_of(b'{"car": {"make": NaN, "colours": [Infinity]}}', "A1", config()) is None


def test_json_inside_that_is_missing_means_unknown_and_a_wrong_one_is_a_fault() -> None:
    settings = config(answer="xml", json_inside="Vehicle.json")
    for empty in (b"<Vehicle/>", b"<Vehicle xmlns='urn:x'/>", b"<Vehicle><json a='b'/></Vehicle>"):
        assert vehicle_of(empty, "A1", settings) is None
    for body in (b"<Error>quota</Error>", b"<Vehicle><json><make/></json></Vehicle>"):
        with pytest.raises(BadAnswerError):
            vehicle_of(body, "A1", settings)
    with pytest.raises(BadAnswerError):
        vehicle_of(b"<Vehicle><json>Skoda</json></Vehicle>", "A1", settings)
    with pytest.raises(BadAnswerError):
        vehicle_of(b"<Vehicle><json>1</json><json>2</json></Vehicle>", "A1", settings)
