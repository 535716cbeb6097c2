"""The share of the budget goes by the city's fiscal years, through every way of asking for it."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from proxeny.indicators.lineage import recompute
from tests.api.impacts import impact, post, values
from tests.api.worth import told
from tests.make import Holder, World, budget, cost, engagement

SHARE = "budget.share"


async def spend(city: Holder, **days: str) -> None:
    """Record what was spent on each day, the days written as in `d2024_03_31`."""
    for day, amount in days.items():
        await post(city, "costs", cost(amount, incurred_on=day[1:].replace("_", "-")))


async def lineage_of(city: Holder, **query: str) -> dict[str, Any]:
    answer = await city.http.get(f"{city.path}/impact/{SHARE}/lineage", params=query)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = json.loads(answer.text)
    return found


@pytest.fixture
async def spender(city: Holder) -> Holder:
    """A city whose fiscal year begins in April, with costs on either side of it and one that others paid."""
    await spend(city, d2024_03_31="10.00", d2024_04_01="100.00", d2025_03_31="200.00", d2025_04_01="4000.00")
    await post(city, "costs", cost("70.00", incurred_on="2024-06-01", funded_by="network"))
    await post(city, "budgets", budget("10000.00", year=2024, fiscal_year_starts_on="04-01"))
    return city


@pytest.mark.parametrize(
    ("starts_on", "share"), [("01-01", "0.011000"), ("04-01", "0.030000"), ("07-01", "0.420000"), ("04-02", "0.420000")]
)
async def test_costs_count_in_the_fiscal_year_of_the_budget(city: Holder, starts_on: str, share: str) -> None:
    await spend(city, d2024_03_31="10.00", d2024_04_01="100.00", d2025_03_31="200.00", d2025_04_01="4000.00")
    await post(city, "budgets", budget("10000.00", year=2024, fiscal_year_starts_on=starts_on))

    assert await told(city, SHARE) == share
    assert await told(city, SHARE, indicators=SHARE) == share


async def test_several_fiscal_years_add_up_and_each_is_the_group_of_the_year_in_which_it_begins(
    spender: Holder,
) -> None:
    await post(spender, "budgets", budget("20000.00", year=2025, fiscal_year_starts_on="04-01"))
    await post(spender, "budgets", budget("5000.00", year=2021, fiscal_year_starts_on="04-01"))

    by_year = await impact(spender, group_by="year")

    expected = {"2021": "0.000000", "2024": "0.030000", "2025": "0.200000", "total": "0.122857"}
    assert values(by_year, SHARE) == expected
    assert values(by_year, "cost.total") == {"2021": "0.00", "2024": "180.00", "2025": "4200.00", "total": "4380.00"}
    assert await told(spender, SHARE) == "0.122857"


@pytest.mark.parametrize(
    ("query", "share"),
    [
        ({"from_": "2024-04-01", "to": "2025-03-31"}, "0.030000"),
        ({"from_": "2024-04-01"}, "0.030000"),
        ({"to": "2025-03-31"}, "0.030000"),
        ({"from_": "2024-04-02"}, "(no_budget)"),
        ({"to": "2025-03-30"}, "(no_budget)"),
        ({"from_": "2024-01-01", "to": "2024-12-31"}, "(no_budget)"),
    ],
)
async def test_only_fiscal_years_that_lie_whole_in_the_days_asked_for_count(
    spender: Holder, query: dict[str, str], share: str
) -> None:
    assert await told(spender, SHARE, **query) == share
    by_year = await impact(spender, group_by="year", **query)
    assert (values(by_year, SHARE)["total"] or "(no_budget)") == share


async def test_a_budget_without_any_record_has_a_share_of_nought(city: Holder) -> None:
    await post(city, "budgets", budget("10000.00", fiscal_year_starts_on="04-01"))

    assert await told(city, SHARE) == "0.000000"


async def test_groups_are_held_against_the_whole_budget_and_add_up(world: World, city: Holder) -> None:
    one, two = await world.network(), await world.network()
    for network in (one, two):
        await world.joins(city, network)
    shares = [{"network": one.code, "share": "0.25"}, {"network": two.code, "share": "0.5"}]
    costs = [cost("1000.00", incurred_on="2025-01-31"), cost("9.00", incurred_on="2024-01-31")]
    await post(city, "engagements", engagement(starts_on="2024-01-01", networks=shares, costs=costs))
    await spend(city, d2024_07_01="100.00")
    await post(city, "budgets", budget("10000.00", year=2024, fiscal_year_starts_on="07-01"))

    by_network = await impact(city, group_by="network")

    assert values(by_network, SHARE) == {
        one.code: "0.025000", two.code: "0.050000", "unallocated": "0.025000", "overhead": "0.010000",
        "total": "0.110000",
    }  # fmt: skip
    assert (await impact(one, city.path))["total"]["figures"]
    assert await told_by(one, city) == "(no_budget)"


async def told_by(network: Holder, city: Holder) -> str:
    """Return what a network is told of a city's share: it sees no budget."""
    [figure] = (await impact(network, city.path, indicators=SHARE))["total"]["figures"]
    return figure["value"] or f"({figure['reason']})"


async def test_the_share_as_of_an_instant_goes_by_the_fiscal_year_recorded_then(spender: Holder) -> None:
    before = datetime.now(UTC).isoformat().replace("+00:00", "Z")
    [made] = (await spender.http.get(f"{spender.path}/budgets")).json()["items"]
    path = f"{spender.path}/budgets/{made['id']}"
    moved = await spender.http.patch(path, json={"fiscal_year_starts_on": "07-01"}, headers={"If-Match": "*"})

    assert moved.status_code == 200, moved.text
    assert await told(spender, SHARE) == "0.420000"
    assert await told(spender, SHARE, as_of=before) == "0.030000"
    again = await lineage_of(spender, as_of=before)
    assert (again["figure"]["displayed"], recompute(again)) == ("0.030000", [])


async def test_a_lineage_lists_of_each_budget_which_own_cost_counted_against_it(spender: Holder) -> None:
    for query in ({}, {"group_by": "year", "group": "2024"}):
        found = await lineage_of(spender, **query)

        [held] = found["records"]["budgets"]
        name = f"cost_own_budgeted_{held['record']}"
        assert held["fiscal_year"] == {"first": "2024-04-01", "last": "2025-03-31"}
        assert [(one["incurred_on"], one["contributions"][name]) for one in found["records"]["costs"]] == [
            ("2024-04-01", "100"),
            ("2025-03-31", "200"),
        ]
        assert (found["sums"][name], found["figure"]["displayed"], found["figure"]["n"]) == ("300", "0.030000", 3)
        assert recompute(found) == []


async def test_every_group_of_a_year_is_computed_again_from_its_lineage(spender: Holder) -> None:
    await post(spender, "budgets", budget("20000.00", year=2025, currency="USD", fiscal_year_starts_on="04-01"))
    await spend(spender, d2026_03_31="55.00")

    groups = (await impact(spender, group_by="year", indicators=SHARE))["groups"]

    assert [group["key"] for group in groups] == ["2024", "2025", "2026"]
    for group in groups:
        [figure] = group["figures"]
        found = (await spender.http.get(figure["lineage"])).json()
        assert (found["figure"]["displayed"], found["figure"]["n"]) == (figure["value"], figure["n"])
        assert recompute(found) == []
