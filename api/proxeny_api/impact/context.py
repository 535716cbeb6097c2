"""What stands beside the records of a group: the budgets it is held against, the networks it is compared with."""

from collections.abc import Iterator, Mapping

from proxeny.indicators import items
from proxeny.indicators.fiscal import Calendar, fiscal_year
from proxeny_api.impact.facts import Facts
from proxeny_api.impact.groups import Bundle, Made, Question
from proxeny_api.impact.queries import Period
from proxeny_api.impact.weights import ONE

Budgeted = tuple[items.Budget, Made]


def add_context(bundles: dict[str, Bundle], facts: Facts, question: Question) -> None:
    """Give each group its city's budgets, and the networks that it can be compared with."""
    _add_budgets(bundles, facts, question)
    networks = facts.compared()
    for key, bundle in bundles.items():
        named = {key: networks[key]} if key in networks else {}
        chosen = named if question.group_by == "network" else networks
        bundle.networks = tuple(chosen.values())
        bundle.made["network"] = [Made((), None)] * len(bundle.networks)


def _add_budgets(bundles: dict[str, Bundle], facts: Facts, question: Question) -> None:
    """Give each group the city's budgets; each of the groups by year that of the fiscal year which begins in it.

    Of a fiscal year in which nothing was spent the share is nought, and it counts in that of all years.
    """
    budgets = list(_budgets(facts, question))
    if not budgets:
        return
    if question.group_by == "year":
        for each in budgets:
            _hold(bundles.setdefault(str(each[0].year), Bundle()), [each])
        _add_later_costs(bundles, Calendar([budget for budget, _ in budgets]))
        return
    if question.group_by == "none":
        bundles.setdefault("", Bundle())
    for bundle in bundles.values():
        _hold(bundle, budgets)


def _hold(bundle: Bundle, budgets: list[Budgeted]) -> None:
    bundle.budgets, bundle.made["budget"] = tuple(budget for budget, _ in budgets), [made for _, made in budgets]


def _add_later_costs(bundles: Mapping[str, Bundle], calendar: Calendar) -> None:
    """Add to groups by year what was incurred after the year's end, yet within the fiscal year that began in it."""
    for key, bundle in bundles.items():
        for cost, made in zip(bundle.costs, bundle.made["cost"], strict=True):
            budget = calendar.against(cost)
            if budget is not None and str(budget.year) != key:
                other = bundles[str(budget.year)]
                other.budgeted.append(cost)
                other.made["budgeted"].append(made)


def _budgets(facts: Facts, question: Question) -> Iterator[Budgeted]:
    """Yield the budgets whose fiscal years lie whole between the days that are asked for."""
    for one in facts.budgets:
        if _is_within(one.year, one.fiscal_year_starts_on, question.period):
            priced = question.pricing.of_year(one.currency, one.year)
            told = (one.id, one.version, ONE, one.year, one.amount, one.currency, priced.factor)
            yield items.Budget(*told, one.fiscal_year_starts_on), Made((), priced)


def _is_within(year: int, starts_on: str, period: Period) -> bool:
    first, last = fiscal_year(year, starts_on)
    begins = period.first is None or first >= period.first
    return begins and (period.last is None or last <= period.last)
