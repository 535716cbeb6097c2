"""A lineage lists what a figure rests on, and adds up to it exactly."""

from collections import defaultdict
from decimal import Decimal, localcontext
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from proxeny.indicators import SHIPPED, Items, Levers, assess, catalogue, display, figures
from proxeny.indicators.lineage import Provenance, read, recompute, written
from proxeny.indicators.rounding import EXACT
from proxeny.indicators.sums import NAMES
from tests.indicators import given as make
from tests.indicators.lineages import CONTEXT, OF_ALL_KINDS, Document, lineage, provenance_of, rich, sealed

EVERY = [definition.id for definition in catalogue()]


def added(document: Document) -> dict[str, Decimal]:
    """Return what the records of a lineage add up to."""
    found: defaultdict[str, Decimal] = defaultdict(Decimal)
    with localcontext(EXACT):
        for group in document["records"].values():
            for record in group:
                for name, value in record["contributions"].items():
                    found[name] += Decimal(value)
    return dict(found)


@pytest.mark.parametrize("indicator", EVERY)
def test_every_figure_is_that_of_all_records_and_is_computed_again_from_its_lineage(indicator: str) -> None:
    document = lineage(indicator)

    [figure] = figures(assess(rich(), make.frame()), [indicator])
    told = document["figure"]
    assert told["value"] is None if figure.value is None else Decimal(told["value"]) == figure.value
    assert (told["displayed"], told["displayed_bound"]) == display(figure, 2)
    assert (told["status"], told["reason"], told["n"]) == (figure.status, figure.reason, figure.n)
    assert told["assumed"] == list(figure.assumed)
    assert recompute(document) == []


@pytest.mark.parametrize("indicator", EVERY)
def test_every_sum_is_exactly_what_the_listed_records_add(indicator: str) -> None:
    document = lineage(indicator)

    sums = {name: Decimal(value) for name, value in document["sums"].items()}
    assert sums == dict.fromkeys(sums, Decimal(0)) | added(document)


@pytest.mark.parametrize("indicator", EVERY)
def test_every_figure_with_an_amount_without_a_rate_is_computed_again(indicator: str) -> None:
    items = rich()
    costs = [items.costs[0]._replace(factor=None), *items.costs[1:]]
    without = items._replace(
        costs=costs, outcomes=[items.outcomes[0]._replace(factor=None), *items.outcomes[1:]], budgets=()
    )
    document = lineage(indicator, without)

    [figure] = figures(assess(without, make.frame()), [indicator])
    assert (document["figure"]["reason"], document["figure"]["n"]) == (figure.reason, figure.n)
    assert recompute(document) == []


def test_a_worked_example_by_hand() -> None:
    """90 people at 19 each, 10 % due to others, 10 % less each year for 5 years, 3.5 % from the first year on."""
    levers = Levers(Decimal(0), Decimal("0.1"), Decimal(0), Decimal("0.1"), 5)
    known: dict[str, Any] = {"quantity": Decimal(90), "unit_value": Decimal(19), "kind": "capacity_built"}
    items = Items(costs=[make.cost(2000)], outcomes=[make.outcome(None, levers=levers, **known)])

    document = lineage("sroi", items, make.frame("sroi-guide@1"))

    valued = document["records"]["outcomes"][0]["valued"]
    assert (valued["gross"], valued["net"], valued["first_year_index"]) == ("1710", "1539", 1)
    assert valued["stream"] == ["1539", "1385.1", "1246.59", "1121.931", "1009.7379"]
    assert [factor[:8] for factor in valued["discount_factors"]] == [
        "0.966183", "0.933510", "0.901942", "0.871442", "0.841973",
    ]  # fmt: skip
    assert document["sums"]["value_present"] == valued["present"]
    assert round(Decimal(valued["present"]), 6) == Decimal("5732.185218")
    assert document["sums"]["cost_present"] == document["records"]["costs"][0]["spent"]["present"] == "2000"
    assert document["figure"]["displayed"] == "2.866093"


def test_the_value_of_a_figure_follows_from_its_sums() -> None:
    document = lineage("npv")

    sums = {name: Decimal(value) for name, value in document["sums"].items()}
    with localcontext(EXACT):
        assert Decimal(document["figure"]["value"]) == sums["value_present"] - sums["cost_present"]


@settings(max_examples=40, deadline=None)
@given(
    outcomes=st.lists(make.outcomes(), max_size=5),
    costs=st.lists(make.costs(), max_size=4),
    method=st.sampled_from(sorted(SHIPPED)),
    indicator=st.sampled_from(OF_ALL_KINDS),
)
def test_any_records_add_up_to_the_sums_of_the_figure(
    outcomes: list[Any], costs: list[Any], method: str, indicator: str
) -> None:
    items, frame = Items(costs=costs, outcomes=outcomes), make.frame(method)
    document = lineage(indicator, items, frame)

    sums = assess(items, frame)
    streams = sums.assessed
    of_streams = {
        "value_gross": streams.gross,
        "value_net": streams.net,
        "value_present": streams.present_value(),
        "value_present_from_3": streams.present_value(3),
        "cost_present": streams.present_costs,
        "claimed": streams.claimed,
        "unique": streams.unique,
        **{f"network_cost_{network}": cost for network, cost in streams.network_costs.items()},
        **{f"flow_{streams.flows[0] + lag}": flow for lag, flow in enumerate(streams.flows[1])},
        **{f"flow_present_{streams.flows[0] + lag}": flow for lag, flow in enumerate(streams.discounted_flows)},
    }
    for name, value in document["sums"].items():
        known = sums[name] if name in NAMES else of_streams.get(name, Decimal(value))
        assert Decimal(value) == known, name
    assert recompute(document) == []


@pytest.mark.parametrize(
    ("indicator", "listed"),
    [
        ("cost.total", {"costs": ["c1", "c2", "c3", "c4"]}),
        ("funding.mobilised", {"outcomes": 11}),
        ("engagements.count", {"engagements": 4}),
        ("conversion.rate", {"engagements": ["e1", "e2", "e3"]}),
        ("time_to_outcome", {"engagements": 4}),
        ("pilot.adoption_rate", {"outcomes": ["o8", "p0", "p1", "p2"]}),
        ("value.present", {"outcomes": ["o1", "o2", "o3", "o4", "o7"]}),
        ("budget.share", {"costs": ["c1", "c3"], "budgets": ["b1", "b2"]}),
        ("overlap", {"networks": ["c40", "iclei", "twins"]}),
    ],
)
def test_only_the_records_that_matter_are_listed(indicator: str, listed: dict[str, Any]) -> None:
    records = lineage(indicator)["records"]

    assert {group for group, found in records.items() if found} == set(listed)
    for group, expected in listed.items():
        found = [record["record"] for record in records[group]]
        assert (len(found) if isinstance(expected, int) else found) == expected


def test_only_the_sums_that_the_formula_reads_are_listed() -> None:
    assert list(lineage("sroi")["sums"]) == [
        "cost_n", "cost_present", "missing", "unvalued", "value_present", "valued_n",
    ]  # fmt: skip
    assert [name for name in lineage("break_even.deadweight")["sums"] if name.startswith("value_")] == [
        "value_present_net_of_scenarios",
        "value_present_without_deadweight_of_levers",
    ]
    assert list(lineage("hours.leader")["sums"]) == ["engagement_n", "leader_hours"]


def test_what_is_behind_an_amount_is_told_with_it() -> None:
    cost = lineage("cost.total")["records"]["costs"][0]

    assert (cost["amount"], cost["weight"], cost["factor"]) == ("1000.10", "0.300", "1.1107925")
    assert cost["provenance"]["parts"] == [
        {"name": "credit", "value": "0.75"},
        {"name": "share of c40", "value": "0.4"},
    ]
    assert cost["contributions"] == {"cost_n": "1", "cost_travel": "333.271073775"}
    assert lineage("cost.total")["context"] == CONTEXT


def test_items_read_are_the_items_written() -> None:
    items = rich()._replace(networks=(), budgets=())

    found = read(lineage("cost.per_outcome", items))

    assert (found.indicator, found.frame) == ("cost.per_outcome", make.frame())
    assert found.items == Items([], list(items.costs), list(items.outcomes), [], [])
    assert read(lineage("cost.total")).provenance["cost", "c1", 0] == provenance_of(rich())["cost", "c1", 0]


def test_a_lineage_from_before_a_field_was_thought_of_is_still_computed() -> None:
    document = lineage("sroi")
    for outcome in document["records"]["outcomes"]:
        del outcome["claim_key"]

    assert recompute(sealed(document)) == []


def test_a_record_without_provenance_is_told_without() -> None:
    document = written("cost.total", Items(costs=[make.cost(5)]), make.frame(), {}, CONTEXT)

    assert document["records"]["costs"][0]["provenance"] is None
    assert recompute(document) == []


def test_the_same_record_credited_twice_has_two_provenances() -> None:
    items = Items(outcomes=[make.outcome(3, weight=Decimal("0.5")), make.outcome(3, weight=Decimal("0.25"))])
    told = {("outcome", "o", place): Provenance(title=f"credit {place}") for place in (0, 1)}

    document = written("outcomes.count", items, make.frame(), told, CONTEXT)

    assert [record["provenance"]["title"] for record in document["records"]["outcomes"]] == ["credit 0", "credit 1"]
    assert document["figure"]["value"] == "0.75"
