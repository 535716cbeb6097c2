"""A lineage betrays every digit that was changed, and what is malformed in it."""

import re
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from proxeny.indicators import SHIPPED
from proxeny.indicators.lineage import Difference, recompute, written
from proxeny.indicators.worth import Frame
from tests.indicators import given as make
from tests.indicators.lineages import (
    CONTEXT,
    OF_ALL_KINDS,
    Document,
    changed,
    leaves,
    lineage,
    pointer,
    provenance_of,
    rich,
    sealed,
)

NUMBER = re.compile(r"-?\d+(\.\d+)?")
LINEAGES = {indicator: lineage(indicator) for indicator in OF_ALL_KINDS}


def decimals(document: Document) -> list[tuple[tuple[str | int, ...], str]]:
    """Return every decimal of a lineage with the way to it; what of the context is a number is not one."""
    return [
        (path, value)
        for path, value in leaves(document)
        if isinstance(value, str) and NUMBER.fullmatch(value) and path[0] != "context"
    ]


def other_digit(value: str) -> str:
    """Return a decimal with its last digit changed."""
    return value[:-1] + str((int(value[-1]) + 1) % 10)


def is_found(document: Document) -> bool:
    try:
        return bool(recompute(document))
    except ValueError as error:
        return str(error).startswith("At /")


@pytest.mark.parametrize("indicator", ["sroi", "payback.discounted", "budget.share", "break_even.drop_off"])
def test_any_digit_that_is_changed_is_found(indicator: str) -> None:
    document = lineage(indicator)

    changes = {pointer(path): changed(document, path, other_digit(value)) for path, value in decimals(document)}
    assert [place for place, change in changes.items() if not is_found(change)] == []
    assert len(changes) > 50


# What a social return does not rest on: rates of years that no record reaches, spreads, networks, and the two levers in
# whose place the fifth outcome has a scenario.
UNUSED = re.compile(
    r"/method/parameters/(spreads/.*|schedule/[12]/rate)"
    r"|/records/costs/\d/networks/\d/value"
    r"|/records/outcomes/4/levers/(deadweight|displacement)"
)


@pytest.mark.parametrize("indicator", ["sroi", "npv", "value.present", "payback"])
def test_a_digit_that_matters_is_found_though_the_digest_was_made_to_fit(indicator: str) -> None:
    items = rich()
    own = replace(SHIPPED["green-book@1"], name="own")
    document = written(indicator, items, Frame(own, make.YEAR, make.OBSERVED), provenance_of(items), CONTEXT)

    missed = [
        pointer(path)
        for path, value in decimals(document)
        if not is_found(sealed(changed(document, path, other_digit(value))))
    ]

    assert document["records"]["outcomes"][4]["valued"]["has_scenario"]
    assert [place for place in missed if not UNUSED.fullmatch(place)] == []


def test_a_part_of_a_weight_and_a_rate_are_held_against_the_weight_and_the_factor() -> None:
    document = lineage("cost.total")
    part = sealed(changed(document, ("records", "costs", 1, "provenance", "parts", 0, "value"), "0.76"))
    rate = sealed(changed(document, ("records", "costs", 1, "provenance", "rate"), "1.0838"))

    assert recompute(part) == [Difference("/records/costs/1/weight", "0.3", "0.304")]
    assert recompute(rate) == [Difference("/records/costs/1/factor", "1.1107925", "1.110895")]


def test_a_method_with_a_shipped_name_is_the_shipped_one() -> None:
    changed_method = sealed(changed(lineage("sroi"), ("method", "parameters", "mature_days"), 30))

    assert recompute(changed_method) == [Difference("/method/parameters/mature_days", 30, 365)]


def test_only_the_digest_knows_how_a_formula_is_worded() -> None:
    reworded = changed(lineage("sroi"), ("definition", "formula"), "value over cost")

    assert [one.pointer for one in recompute(reworded)] == ["/digest"]
    assert recompute(sealed(reworded)) == []


def test_a_number_may_be_written_with_other_noughts() -> None:
    document = lineage("npv")
    longer = changed(document, ("figure", "value"), document["figure"]["value"] + "00")

    assert recompute(sealed(longer)) == []


def test_a_record_left_out_is_found() -> None:
    document = lineage("cost.total")
    del document["records"]["costs"][3]

    assert {one.pointer for one in recompute(sealed(document))} >= {"/sums/cost_travel", "/sums/cost_n", "/figure/n"}


def test_something_added_is_found() -> None:
    document = lineage("cost.total")
    document["records"]["costs"][0]["contributions"]["cost_event"] = "5"

    assert recompute(document) == [Difference("/records/costs/0/contributions/cost_event", "5", None)]


@pytest.mark.parametrize(
    ("path", "value", "where"),
    [
        (("format",), "proxeny-lineage/9", "At /format: "),
        (("definition", "id"), "luck", "At /definition/id: no indicator is called 'luck'"),
        (("context", "minor_digits"), "2", "At /context/minor_digits: there must be a whole number"),
        (("context", "minor_digits"), 99, "At /context/minor_digits: "),
        (("method", "parameters"), None, "At /method/parameters: there must be an object"),
        (("method", "parameters", "schedule", 0, "rate"), "-1", "At /method/parameters/schedule: a rate must be above"),
        (("method", "parameters", "schedule", 0, "rate"), "1e999999999", "At /method/parameters/schedule/0/rate: "),
        (("method", "parameters", "horizon_years"), -1, "At /method/parameters/horizon_years: "),
        (("base_year",), 0, "At /base_year: there must be a whole number from 1 to 9999"),
        (("observed_on",), "yesterday", "At /observed_on: there must be a day"),
        (("figure",), None, "At /figure: there must be an object"),
        (("records",), [], "At /records: there must be an object"),
        (("records", "costs"), None, "At /records/costs: there must be a list"),
        (("records", "costs", 0), 1, "At /records/costs/0: there must be an object"),
        (("records", "costs", 0), {}, "At /records/costs/0/record: it is missing"),
        (("records", "costs", 0, "amount"), 12.5, "At /records/costs/0/amount: there must be a decimal"),
        (("records", "costs", 0, "amount"), "9" * 41, "At /records/costs/0/amount: "),
        (("records", "costs", 0, "amount"), "NaN", "At /records/costs/0/amount: "),
        (("records", "costs", 0, "estimated"), "no", "At /records/costs/0/estimated: there must be true or false"),
        (("records", "costs", 0, "category"), "luck", "At /records/costs/0/category: there must be one of "),
        (("records", "costs", 0, "version"), True, "At /records/costs/0/version: there must be a whole number"),
        (("records", "costs", 0, "networks", 0), [], "At /records/costs/0/networks/0: there must be an object"),
        (("records", "costs", 0, "provenance", "parts"), {}, "At /records/costs/0/provenance/parts: "),
        (("records", "outcomes", 0, "levers", "deadweight"), "1.1", "At /records/outcomes/0/levers/deadweight: "),
        (("records", "outcomes", 0, "levers", "duration_years"), 10**9, "At /records/outcomes/0/levers/duration_years"),
        (("records", "outcomes", 0, "evidence_level"), 6, "At /records/outcomes/0/evidence_level: "),
        (("records", "outcomes", 0, "occurred_on"), "2025-02-30", "At /records/outcomes/0/occurred_on: "),
    ],
)
def test_what_is_malformed_is_named_by_its_pointer(path: tuple[str | int, ...], value: object, where: str) -> None:
    with pytest.raises(ValueError, match=re.escape(where)):
        recompute(changed(lineage("sroi"), path, value))


def test_numbers_beyond_all_reckoning_are_refused() -> None:
    document = lineage("sroi", frame=make.frame("omb-a94@2023"))
    ruinous = changed(document, ("method", "parameters", "schedule", 0, "rate"), "-0." + "9" * 400)
    long_ago = changed(ruinous, ("records", "costs", 0, "incurred_on"), date(9000, 1, 1).isoformat())

    with pytest.raises(ValueError, match="too large or too small"):
        recompute(long_ago)


VALUES: st.SearchStrategy[object] = st.sampled_from(
    [None, True, -1, 0, 2.5, "", "-1", "0", "1.5", "x", [], {}, "2025-01-31", 10**30, "é" * 3]
)


@settings(max_examples=300, deadline=None)
@given(data=st.data(), value=VALUES, indicator=st.sampled_from(OF_ALL_KINDS))
def test_nothing_in_a_lineage_breaks_its_reading(data: st.DataObject, value: object, indicator: str) -> None:
    """Whatever stands where: it is a difference, or malformed; only the unchanged is equal."""
    document = LINEAGES[indicator]
    path, before = data.draw(st.sampled_from(list(leaves(document))))

    if repr(before) != repr(value):
        assert is_found(changed(document, path, value)), pointer(path)
