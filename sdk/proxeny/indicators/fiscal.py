"""Fiscal years: which days a city's yearly budget is for, and against which budget a cost counts."""

from bisect import bisect_right
from calendar import isleap
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from proxeny.indicators.items import Budget, Cost, Items


class FiscalYear(NamedTuple):
    """The first and the last day of a fiscal year, both in it."""

    first: date
    last: date


class Held(NamedTuple):
    """Budgets by record, the city's own cost held against each, of how many records, and how much found no rate."""

    budgets: dict[str, Decimal]
    own_costs: dict[str, Decimal]
    costs: int
    unknown: int


def fiscal_year(year: int, starts_on: str) -> FiscalYear:
    """Return the year from a day of a calendar year, MM-DD, to the day before it comes round again.

    What starts on the 29th of February starts on the 1st of March where there is none.

    >>> fiscal_year(2024, "04-06").last
    datetime.date(2025, 4, 5)
    >>> fiscal_year(2023, "02-29") == (date(2023, 3, 1), date(2024, 2, 28))
    True
    """
    return FiscalYear(_start(year, starts_on), _start(year + 1, starts_on) - timedelta(days=1))


def _start(year: int, starts_on: str) -> date:
    if starts_on == "02-29" and not isleap(year):
        return date(year, 3, 1)
    return date.fromisoformat(f"{year:04}-{starts_on}")


def year_of(budget: Budget) -> FiscalYear:
    """Return the fiscal year that a budget is for."""
    return fiscal_year(budget.year, budget.fiscal_year_starts_on)


class Calendar:
    """Budgets by the days of their fiscal years."""

    def __init__(self, budgets: Sequence[Budget]) -> None:
        by_record = sorted(budgets, key=lambda budget: budget.record, reverse=True)
        self._budgets = sorted(by_record, key=year_of)
        self._years = [year_of(budget) for budget in self._budgets]
        self._firsts = [year.first for year in self._years]

    def against(self, cost: Cost) -> Budget | None:
        """Return the budget that a cost counts against, None for what the city did not pay and for other days.

        Where fiscal years overlap it is that of the year which began last, of those that began together the first by
        record: a cost counts once.
        """
        if cost.funded_by != "city":
            return None
        place = bisect_right(self._firsts, cost.incurred_on) - 1
        is_within = place >= 0 and cost.incurred_on <= self._years[place].last
        return self._budgets[place] if is_within else None


def held(items: Items) -> Held:
    """Return budgets, and what the city itself paid in their fiscal years; to be called where nothing is rounded."""
    known = {one.record: one.weight * one.amount * one.factor for one in items.budgets if one.factor is not None}
    own_costs: defaultdict[str, Decimal] = defaultdict(Decimal)
    costs, unknown = 0, sum(budget.factor is None for budget in items.budgets)
    calendar = Calendar(items.budgets)
    for cost in (*items.costs, *items.budgeted) if items.budgets else ():
        budget = calendar.against(cost)
        if budget is None:
            continue
        if cost.factor is None:
            unknown += cost.many
        else:
            own_costs[budget.record] += cost.weight * cost.amount * cost.factor
            costs += cost.many
    return Held(known, dict(own_costs), costs, unknown)
