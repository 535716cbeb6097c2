"""A cost counts against the budget of the fiscal year in which it was incurred, wherever that year begins."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxeny.indicators import Budget, Cost, Items, assess, together
from proxeny.indicators.fiscal import fiscal_year, year_of
from proxeny.indicators.lineage import recompute
from tests.indicators import given as make
from tests.indicators.lineages import changed, lineage, sealed

days_of_years = st.dates(date(2024, 1, 1), date(2024, 12, 31)).map(lambda day: f"{day:%m-%d}")
days = st.dates(date(2021, 1, 1), date(2029, 12, 31))


def own_costs(items: Items) -> dict[str, Decimal]:
    """Return what counts against each budget."""
    return dict(assess(items, make.frame()).assessed.own_costs)


def years(starts_on: str, *numbers: int) -> list[Budget]:
    """Return a budget of a thousand for each of some fiscal years that begin on one day."""
    return [make.budget(1000, record=f"b{year}", year=year, fiscal_year_starts_on=starts_on) for year in numbers]


@pytest.mark.parametrize(
    ("starts_on", "first", "last"),
    [
        ("01-01", date(2024, 1, 1), date(2024, 12, 31)),
        ("04-01", date(2024, 4, 1), date(2025, 3, 31)),
        ("04-06", date(2024, 4, 6), date(2025, 4, 5)),
        ("07-01", date(2024, 7, 1), date(2025, 6, 30)),
        ("03-01", date(2024, 3, 1), date(2025, 2, 28)),
        ("02-29", date(2024, 2, 29), date(2025, 2, 28)),
        ("12-31", date(2024, 12, 31), date(2025, 12, 30)),
    ],
)
def test_a_cost_on_either_side_of_the_boundary_is_in_one_fiscal_year_or_the_other(
    starts_on: str, first: date, last: date
) -> None:
    assert fiscal_year(2024, starts_on) == (first, last)
    edges = {first - timedelta(days=1): 1, first: 10, last: 100, last + timedelta(days=1): 1000}
    costs = [make.cost(amount, record=f"c{amount}", incurred_on=day) for day, amount in edges.items()]

    found = own_costs(Items(costs=costs, budgets=years(starts_on, 2023, 2024, 2025)))
    alone = make.figure("budget.share", Items(costs=costs, budgets=years(starts_on, 2024)))

    assert found == {"b2023": 1, "b2024": 110, "b2025": 1000}
    assert (alone.value, alone.n) == (Decimal("0.11"), 3)


def test_several_budgets_add_up_and_what_others_paid_counts_against_none() -> None:
    costs = [
        make.cost(300, incurred_on=date(2024, 3, 31)),
        make.cost(60, incurred_on=date(2024, 4, 1)),
        make.cost(500, incurred_on=date(2024, 4, 1), funded_by="network"),
        make.cost(7, incurred_on=date(2025, 4, 1)),
    ]
    budgets = [*years("04-01", 2023), *[each._replace(amount=Decimal(2000)) for each in years("04-01", 2024)]]

    assert make.value("budget.share", Items(costs=costs, budgets=budgets)) == Decimal("0.12")


def test_where_fiscal_years_overlap_a_cost_counts_once_against_the_one_that_began_last() -> None:
    moved = [*years("07-01", 2023), *years("01-01", 2024)]
    twins = [each._replace(record=name) for each in years("01-01", 2024) for name in ("capital", "running")]
    costs = [make.cost(10, incurred_on=date(2023, 12, 31)), make.cost(100, incurred_on=date(2024, 1, 1))]

    assert own_costs(Items(costs=costs, budgets=moved)) == {"b2023": 10, "b2024": 100}
    assert own_costs(Items(costs=costs, budgets=twins)) == {"capital": 100}
    assert make.value("budget.share", Items(costs=costs, budgets=twins)) == Decimal("0.05")


def test_only_a_cost_held_against_a_budget_needs_a_rate() -> None:
    unknown = make.cost(5, factor=None, incurred_on=date(2024, 3, 31))
    known = make.cost(40, incurred_on=date(2024, 4, 1))

    beside = Items(costs=[unknown, unknown._replace(funded_by="network", incurred_on=known.incurred_on), known])
    within = Items(costs=[unknown._replace(incurred_on=known.incurred_on), known])

    assert make.value("budget.share", beside._replace(budgets=years("04-01", 2024))) == Decimal("0.04")
    for items in (within, within._replace(costs=[], budgeted=within.costs)):
        held = items._replace(budgets=years("04-01", 2024))
        assert make.figure("budget.share", held).reason == "no_rate"
        assert lineage("budget.share", held)["figure"]["reason"] == "no_rate"
        assert recompute(lineage("budget.share", held)) == []


@given(starts_on=days_of_years, year=st.integers(1, 9998))
def test_fiscal_years_follow_each_other_without_a_gap(starts_on: str, year: int) -> None:
    one, next_one = fiscal_year(year, starts_on), fiscal_year(year + 1, starts_on) if year < 9998 else None

    assert (one.last - one.first).days in {364, 365}
    assert one.first.year == year
    assert next_one is None or next_one.first - one.last == timedelta(days=1)


@given(starts_on=days_of_years, place=st.data())
def test_a_cost_that_moves_within_its_fiscal_year_changes_nothing(starts_on: str, place: st.DataObject) -> None:
    budgets = years(starts_on, 2023, 2024, 2025)
    whole = fiscal_year(2024, starts_on)
    one, other = (place.draw(st.dates(whole.first, whole.last)) for _ in range(2))
    before = Items(costs=[make.cost(70, incurred_on=one)], budgets=budgets)
    after = Items(costs=[make.cost(70, incurred_on=other)], budgets=budgets)

    assert make.figure("budget.share", before) == make.figure("budget.share", after)
    assert own_costs(before) == own_costs(after) == {"b2024": 70}


@given(starts_on=days_of_years, costs=st.lists(make.costs() | st.builds(make.cost, make.amounts, incurred_on=days)))
def test_over_fiscal_years_that_follow_each_other_all_own_cost_is_conserved(starts_on: str, costs: list[Cost]) -> None:
    budgets = years(starts_on, *range(2018, 2031))

    together_held = own_costs(Items(costs=costs, budgets=budgets))
    one_by_one = [own_costs(Items(costs=costs, budgets=[budget])) for budget in budgets]

    own = [cost.weight * cost.amount for cost in costs if cost.funded_by == "city"]
    assert sum(together_held.values()) == sum(own)
    assert together_held == {record: spent for each in one_by_one for record, spent in each.items()}


@given(
    starts=st.lists(st.tuples(st.integers(2020, 2029), days_of_years), min_size=1, max_size=6),
    costs=st.lists(st.builds(make.cost, make.amounts, incurred_on=days), max_size=8),
)
def test_whatever_overlaps_a_cost_counts_once_if_it_is_in_any_fiscal_year(
    starts: list[tuple[int, str]], costs: list[Cost]
) -> None:
    budgets = [
        make.budget(1000, record=f"b{place}", year=year, fiscal_year_starts_on=starts_on)
        for place, (year, starts_on) in enumerate(starts)
    ]
    covered = [year_of(budget) for budget in budgets]

    spent = sum(own_costs(Items(costs=costs, budgets=budgets)).values())

    assert spent == sum(
        cost.amount for cost in costs if any(first <= cost.incurred_on <= last for first, last in covered)
    )


def test_groups_that_share_a_cost_add_up_to_the_share_of_all() -> None:
    budgets, day = years("07-01", 2024), date(2025, 2, 1)
    parts = [
        Items(costs=[make.cost(100, weight=Decimal(weight), incurred_on=day)], budgets=budgets)
        for weight in ("0.4", "0.6")
    ]

    all_of_it = together([assess(items, make.frame()) for items in parts]).assessed

    assert dict(all_of_it.budgets) == {"b2024": Decimal(1000)}
    assert dict(all_of_it.own_costs) == {"b2024": Decimal(100)}


def test_a_cost_of_another_group_counts_against_the_budget_and_in_nothing_else() -> None:
    spring = make.cost(40, record="spring", incurred_on=date(2025, 2, 1))
    autumn = make.cost(60, record="autumn", incurred_on=date(2024, 11, 1))
    items = Items(costs=[autumn], budgets=years("07-01", 2024), budgeted=[spring])

    document = lineage("budget.share", items)

    assert make.value("budget.share", items) == Decimal("0.1")
    assert make.value("cost.total", items) == 60
    assert [one["record"] for one in document["records"]["costs"]] == ["autumn", "spring"]
    assert recompute(document) == []


def test_the_lineage_tells_of_each_budget_its_days_and_which_cost_counted_against_it() -> None:
    document = lineage("budget.share")

    assert [one["fiscal_year"] for one in document["records"]["budgets"]] == [
        {"first": "2024-07-01", "last": "2025-06-30"},
        {"first": "2022-04-06", "last": "2023-04-05"},
    ]
    assert [one["contributions"] for one in document["records"]["costs"]] == [
        {"budgeted_n": "1", "cost_own_budgeted_b1": "333.271073775"},
        {"budgeted_n": "1", "cost_own_budgeted_b2": "26.65902"},
    ]
    sums = {name: Decimal(value) for name, value in document["sums"].items()}
    spent = sums["cost_own_budgeted_b1"] + sums["cost_own_budgeted_b2"]
    assert {name: int(value) for name, value in sums.items() if not name.startswith("cost_")} == {
        "budget": int(sums["budget"]),
        "budget_n": 2,
        "budget_unknown": 0,
        "budgeted_n": 2,
    }
    assert round(Decimal(document["figure"]["value"]), 20) == round(spent / sums["budget"], 20)
    assert recompute(document) == []


@pytest.mark.parametrize("starts_on", ["2024-04-01", "W01", "02-30", "4-1", "", None])
def test_a_fiscal_year_that_begins_on_no_day_is_malformed(starts_on: str | None) -> None:
    forged = changed(lineage("budget.share"), ("records", "budgets", 0, "fiscal_year_starts_on"), starts_on)

    with pytest.raises(ValueError, match="At /records/budgets/0/fiscal_year_starts_on: there must be a"):
        recompute(forged)


def test_a_lineage_whose_fiscal_year_was_moved_is_found() -> None:
    forged = changed(lineage("budget.share"), ("records", "budgets", 0, "fiscal_year_starts_on"), "05-01")

    found = {one.pointer for one in recompute(sealed(forged))}
    assert found >= {"/figure/value", "/records/budgets/0/fiscal_year/first"}
