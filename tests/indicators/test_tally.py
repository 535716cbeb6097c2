"""The named sums of records are those that the server makes of the same records, to the digit."""

from datetime import date
from decimal import Decimal, localcontext
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from proxeny.indicators import Cost, Items, Outcome, Sums, assess, figures
from proxeny_api.impact import records
from proxeny_api.rates.book import cross
from tests.indicators import given as make

# Of a day of every kind: with a rate, before all rates, and of a currency that the bank never published.
CURRENCIES = st.sampled_from(["EUR", "USD", "JPY", "ARS"])


@given(
    st.lists(st.tuples(make.outcomes(), CURRENCIES), max_size=8),
    st.lists(st.tuples(make.costs(), CURRENCIES), max_size=6),
)
def test_sums_and_figures_are_those_of_the_server(
    outcomes: list[tuple[Outcome, str]], costs: list[tuple[Cost, str]]
) -> None:
    items = Items(
        costs=[cost._replace(currency=code, factor=rate(code, cost.incurred_on)) for cost, code in costs],
        outcomes=[one._replace(currency=code, factor=rate(code, one.occurred_on)) for one, code in outcomes],
    )
    [served] = flows_of(items).summed()

    sums = assess(items, make.frame())

    assert sums.missing == served.missing
    assert {name: sums[name] for name in served.values} == served.values
    kept = {figure.indicator: figure for figure in figures(sums)}
    for figure in figures(Sums(served.values, missing=served.missing)):
        assert kept[figure.indicator] == figure


def test_what_is_planned_took_no_hours_and_what_was_cancelled_was_no_engagement() -> None:
    hours = {"leader_hours": Decimal(2), "staff_hours": Decimal(8), "weight": Decimal("0.5")}
    statuses = ("planned", "ongoing", "completed", "cancelled")

    sums = assess(Items([make.engagement(status, status=status, **hours) for status in statuses]), make.frame())

    assert sums.values == {"engagements": 1, "leader_hours": 3, "staff_hours": 12, "engagement_n": 4} | {
        "cost_n": 0,
        "outcome_n": 0,
    }


def test_units_that_are_no_capacity_are_in_no_sum_of_people_or_hours() -> None:
    sums = assess(Items(outcomes=[make.outcome(quantity=Decimal(9), unit="tonnes")]), make.frame())

    assert sums.values == {"outcomes_policy_change": 1, "outcome_n": 1, "engagement_n": 0, "cost_n": 0}


def rate(currency: str, day: date) -> Decimal | None:
    """Return what an amount is multiplied by to be in euro."""
    return cross(currency, "EUR", day)


def flows_of(items: Items) -> records.Flows:
    """Return what the server makes of records, row by row as its queries answer."""
    flows = records.Flows()
    flows.groups[""].values["cost_n"] += 0
    with localcontext(records.EXACT):
        for cost in items.costs:
            records._add_cost(flows, row_of_cost(cost), "EUR", "last_known")
        for outcome in items.outcomes:
            records._add_outcome(flows, row_of_outcome(outcome), "EUR", "last_known")
    return flows


def row_of_cost(cost: Cost) -> dict[str, Any]:
    return {
        "key": "",
        "n": 1,
        "currency": cost.currency,
        "day": cost.incurred_on,
        "category": cost.category,
        "external": cost.funded_by != "city",
        "amount": cost.weight * cost.amount,
    }


def row_of_outcome(outcome: Outcome) -> dict[str, Any]:
    return {
        **{name: getattr(outcome, name) for name in ("currency", "kind", "level", "status", "funding_stage", "weight")},
        "key": "",
        "day": outcome.occurred_on,
        "unit": outcome.unit if outcome.unit in {"people", "hours"} else None,
        "amount": None if outcome.amount is None else outcome.weight * outcome.amount,
        "quantity": None if outcome.quantity is None else outcome.weight * outcome.quantity,
        "n": 1,
        "amounts": int(outcome.amount is not None),
        "counted": outcome.status in {"reported", "verified"},
    }
