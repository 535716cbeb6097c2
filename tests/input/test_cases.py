"""The cases are enough: every door, every member of every body and every parameter has input of its own to refuse."""

from collections.abc import Iterator
from typing import Any

from tests.input.case import cases, document, operations

LEAST = 300
CASES = [case for spread in cases().values() for case in spread]


def refused(door: str) -> set[str]:
    """Return the pointers at which a door has cases, and what of their bodies is above them."""
    return {case.at for case in CASES if case.door == door and not case.kept}


def members(door: str) -> Iterator[str]:
    """Yield the members of a door's body, as pointers."""
    content = operations()[door].get("requestBody", {}).get("content", {})
    schema: dict[str, Any] = content.get("application/json", {}).get("schema", {})
    name = schema.get("$ref", "").rpartition("/")[2]
    yield from (f"/{member}" for member in document()["components"]["schemas"].get(name, {}).get("properties", {}))


def parameters(door: str) -> Iterator[str]:
    """Yield the parameters of a door's query, as pointers."""
    for each in operations()[door].get("parameters", []):
        if each["in"] == "query":
            yield f"/query/{each['name']}"


def test_there_are_as_many_cases_as_promised() -> None:
    assert len(cases()) >= LEAST


def test_every_door_has_cases_of_its_own() -> None:
    named = {case.door for case in CASES if case.named}

    assert set(operations()) - named == set()


def test_every_member_of_a_body_has_input_that_is_refused() -> None:
    without = {
        (door, member)
        for door in operations()
        for member in members(door)
        if not any(at == member or at.startswith(f"{member}/") for at in refused(door))
    }

    assert without == set()


def test_every_parameter_of_a_query_has_input_that_is_refused() -> None:
    without = {(door, name) for door in operations() for name in parameters(door) if name not in refused(door)}

    assert without == set()


def test_every_refusal_of_a_value_names_its_place_and_kind() -> None:
    silent = [case for case in CASES if case.status == 422 and not case.code]

    assert silent == []


def test_a_case_says_how_it_is_kept() -> None:
    assert [case for case in CASES if case.kept and (case.value is None or not case.at)] == []
