"""What each record adds to each of the sums that a figure is made of."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, localcontext
from functools import cached_property
from typing import Literal, NamedTuple

from proxeny.indicators.courses import factor
from proxeny.indicators.fiscal import Calendar, FiscalYear, year_of
from proxeny.indicators.items import Budget, Cost, Engagement, Items, Network, Outcome
from proxeny.indicators.lineage.tracing import BY_YEAR, FAMILIES, PARTS, value_present_from
from proxeny.indicators.rounding import EXACT
from proxeny.indicators.spread import likeness
from proxeny.indicators.streams import EVIDENCE_LEVELS, Wait
from proxeny.indicators.sums import NAMES, RECORDS, Sums
from proxeny.indicators.tally import COUNTED, tallied
from proxeny.indicators.valuation import POLICIES, assess
from proxeny.indicators.worth import Frame, Valued, own_value, valued

Kind = Literal["engagement", "cost", "outcome", "budget", "network"]
Item = Engagement | Cost | Outcome | Budget | Network
Contributions = dict[str, Decimal]
NOUGHT = Decimal(0)
ONE = Decimal(1)
YEARLY = frozenset({"flow", "flow_present"})


class Spent(NamedTuple):
    """What a cost comes to: in the money of the figure, and as it is worth in the base year; None past the horizon."""

    amount: Decimal
    year_index: int
    discount_factor: Decimal | None
    present: Decimal | None


class Listed(NamedTuple):
    """A record that a figure rests on, where it stood, and what it adds to the sums."""

    kind: Kind
    position: int
    item: Item
    contributions: Contributions
    worth: Valued | Spent | Wait | FiscalYear | None = None


@dataclass(frozen=True)
class Basis:
    """What the sums are made of, by which frame, and which of them the figure uses."""

    items: Items
    frame: Frame
    sums: Sums
    uses: frozenset[str]
    seen: set[tuple[str, str]] = field(default_factory=set)

    def is_first(self, kind: str, record: str) -> bool:
        """Tell whether a record that may be listed more than once, and counts once, comes up for the first time."""
        if (kind, record) in self.seen:
            return False
        self.seen.add((kind, record))
        return True

    def used(self, **found: Decimal | int) -> Contributions:
        """Return those of the contributions that the figure uses."""
        return {name: Decimal(value) for name, value in found.items() if name in self.uses}

    def named(self, items: Items) -> Contributions:
        """Return what one record adds to the named sums, and whether its amount found no rate."""
        if not self.uses_named:
            return {}
        tally = tallied(items)
        found = {name: value for name, value in tally.values.items() if name in self.uses}
        for name in RECORDS:
            if name in found and not found[name]:
                del found[name]
        return found | (self.used(missing=tally.missing) if tally.missing else {})

    @cached_property
    def uses_named(self) -> bool:
        """Tell whether a named sum is used, or an amount without a rate stands in the way."""
        return not self.uses.isdisjoint(NAMES) or (self.sums.missing > 0 and "missing" in self.uses)

    @cached_property
    def uses_years(self) -> bool:
        """Tell whether it matters when a cost was incurred."""
        return "cost_present" in self.uses or not self.uses.isdisjoint(YEARLY)

    @cached_property
    def uses_values(self) -> bool:
        """Tell whether it matters what an outcome is worth."""
        return any(name.startswith(("value_", "flow")) for name in self.uses)

    @cached_property
    def parts(self) -> tuple[str, ...]:
        """The parts of the present value that are used."""
        return tuple(sorted(self.uses & PARTS.keys()))

    @cached_property
    def calendar(self) -> Calendar | None:
        """The fiscal years with a budget, None where none is used."""
        return Calendar(self.items.budgets) if "cost_own_budgeted" in self.uses else None

    def discount_factor(self, index: int) -> Decimal | None:
        """Return the discount factor of a year, None past the horizon."""
        method = self.frame.method
        if method.horizon_years is not None and index > method.horizon_years:
            return None
        return factor(method.schedule, index)


def listed(items: Items, frame: Frame, sums: Sums, uses: frozenset[str]) -> list[Listed]:
    """Return the records that matter for a figure, each with what it adds to the sums that the figure uses."""
    basis = Basis(items, frame, sums, uses)
    with localcontext(EXACT):
        return [
            *_engagements(basis),
            *_costs(basis),
            *_outcomes(basis),
            *_budgets(basis),
            *_networks(basis),
        ]


def totals(records: list[Listed], uses: frozenset[str]) -> dict[str, Decimal]:
    """Return every sum that is used, each exactly the sum of its contributions."""
    found = dict.fromkeys(uses - FAMILIES, NOUGHT)
    with localcontext(EXACT):
        for record in records:
            for name, value in record.contributions.items():
                found[name] = found.get(name, NOUGHT) + value
    return {name: found[name] for name in sorted(found, key=_place)}


def _place(name: str) -> tuple[str, int]:
    """Return by what sums are put in order, those of years by their numbers."""
    family, _, index = name.rpartition("_")
    return (family, int(index)) if family in BY_YEAR else (name, 0)


def _engagements(basis: Basis) -> Iterator[Listed]:
    waits: Mapping[str, Wait] = basis.sums.assessed.waits
    for position, item in enumerate(basis.items.engagements):
        found = basis.named(Items(engagements=(item,)))
        wait = waits.get(item.record) if item.weight > 0 else None
        if wait is not None and basis.is_first("engagement", item.record):
            found |= basis.used(wait_n=1, waits_ended=wait.has_come)
            if wait.is_mature:
                found |= basis.used(mature_n=1, mature_ended=wait.has_come)
        if found:
            is_waited_for = not basis.uses.isdisjoint({"waits_ended", "mature_ended"})
            yield Listed("engagement", position, item, found, wait if is_waited_for else None)


def _costs(basis: Basis) -> Iterator[Listed]:
    for position, item in enumerate(basis.items.costs):
        found = basis.named(Items(costs=(item,)))
        spent = None
        if item.factor is not None:
            amount = item.weight * item.amount * item.factor
            found |= _through_networks(basis, item, amount)
            if basis.uses_years:
                spent = _spent(basis, item.incurred_on, amount)
                found |= _spent_by_year(basis, spent)
        found |= _budgeted(basis, item)
        if found:
            yield Listed("cost", position, item, found, spent)
    for position, item in enumerate(basis.items.budgeted, len(basis.items.costs)):
        if found := _budgeted(basis, item):
            yield Listed("cost", position, item, found)


def _budgeted(basis: Basis, cost: Cost) -> Contributions:
    """Return what a cost adds to what is held against the budget of its fiscal year."""
    budget = None if basis.calendar is None else basis.calendar.against(cost)
    if budget is None:
        return {}
    if cost.factor is None:
        return basis.used(budget_unknown=cost.many)
    amount = cost.weight * cost.amount * cost.factor
    return basis.used(budgeted_n=cost.many) | {f"cost_own_budgeted_{budget.record}": amount}


def _through_networks(basis: Basis, cost: Cost, amount: Decimal) -> Contributions:
    found: Contributions = {}
    for network, share in cost.networks:
        if "network_cost" in basis.uses:
            name = f"network_cost_{network}"
            found[name] = found.get(name, NOUGHT) + amount * share
        if "network_n" in basis.uses and not basis.items.networks and basis.is_first("network", network):
            found["network_n"] = found.get("network_n", NOUGHT) + 1
    return found


def _spent(basis: Basis, day: date, amount: Decimal) -> Spent:
    index = day.year - basis.frame.base_year
    discount = basis.discount_factor(index)
    return Spent(amount, index, discount, None if discount is None else amount * discount)


def _spent_by_year(basis: Basis, spent: Spent) -> Contributions:
    if spent.present is None:
        return {}
    found = basis.used(cost_present=spent.present)
    if "flow" in basis.uses:
        found[f"flow_{spent.year_index}"] = -spent.amount
    if "flow_present" in basis.uses:
        found[f"flow_present_{spent.year_index}"] = -spent.present
    return found


def _outcomes(basis: Basis) -> Iterator[Listed]:
    for position, item in enumerate(basis.items.outcomes):
        found = basis.named(Items(outcomes=(item,)))
        worth = None
        if own_value(item, basis.frame.method) is not None:
            worth = valued(item, basis.frame) if basis.uses_values else None
            found |= _evidenced(basis, item)
            if worth is not None:
                found |= _worth(basis, item, worth)
        if item.status in COUNTED:
            found |= basis.used(claimed=item.weight if item.claimed is None else item.claimed, unique=item.weight)
            found |= _piloted(basis, item)
        if found or _is_policy(basis, item):
            yield Listed("outcome", position, item, found, worth)


def _evidenced(basis: Basis, outcome: Outcome) -> Contributions:
    """Return in which counts of values an outcome is, those that found no rate among them."""
    found = basis.used(valued_n=1, **({"unvalued": 1} if outcome.factor is None else {}))
    levels = {f"evidence_{floor}_n": 1 for floor in EVIDENCE_LEVELS if floor <= (outcome.evidence_level or 0)}
    return found | basis.used(**levels)


def _worth(basis: Basis, outcome: Outcome, worth: Valued) -> Contributions:
    found = basis.used(value_gross=worth.gross, value_net=worth.net, value_present=worth.present)
    for floor in range(1, (outcome.evidence_level or 0) + 1):
        found |= basis.used(**{value_present_from(floor): worth.present})
    if basis.parts:
        found |= _parts(basis, outcome)
    for lag, value in enumerate(worth.stream):
        index = worth.first + lag
        discount = factor(basis.frame.method.schedule, index)
        if "flow" in basis.uses:
            found[f"flow_{index}"] = value
        if "flow_present" in basis.uses:
            found[f"flow_present_{index}"] = value * discount
        if "value_present_year" in basis.uses:
            found[f"value_present_year_{lag + 1}"] = worth.net * discount
    return found


def _parts(basis: Basis, outcome: Outcome) -> Contributions:
    """Return what an outcome adds to parts of the present value: with one lever left out, or with a scenario."""
    alone = assess(Items(outcomes=(outcome,)), basis.frame).assessed
    found: Contributions = {}
    for course, amounts in alone.values.items():
        for name in basis.parts:
            part = PARTS[name]
            if part.of_scenarios if course.has_scenario else part.of_levers:
                found[name] = amounts[part.amount] * alone.worths[course]
    return found


def _piloted(basis: Basis, outcome: Outcome) -> Contributions:
    if outcome.kind != "pilot" or "pilots_adopted" not in basis.uses or not basis.is_first("pilot", outcome.record):
        return {}
    return basis.used(pilot_n=1, pilots_adopted=basis.sums.assessed.pilots[outcome.record])


def _is_policy(basis: Basis, outcome: Outcome) -> bool:
    """Tell whether a pilot may have become this policy; it adds to no sum, yet the figure hangs on it."""
    is_asked_for = "pilots_adopted" in basis.uses and outcome.status in COUNTED
    return is_asked_for and outcome.kind in {*POLICIES, "pilot"} and outcome.engagement is not None


def _budgets(basis: Basis) -> Iterator[Listed]:
    known = basis.sums.assessed.budgets
    for position, item in enumerate(basis.items.budgets):
        if item.factor is not None:
            found = basis.used(budget_n=1, budget=known[item.record])
        else:
            found = basis.used(budget_unknown=1)
        if found:
            yield Listed("budget", position, item, found, year_of(item))


def _networks(basis: Basis) -> Iterator[Listed]:
    """Yield the networks, each with how like it is to those before it."""
    before: list[Network] = []
    for position, item in enumerate(basis.items.networks):
        found = basis.used(network_n=1)
        if "network_likeness" in basis.uses:
            known = [alike for alike in (likeness(other, item) for other in before) if alike is not None]
            found |= {"network_likeness": sum(known, NOUGHT), "network_pairs": Decimal(len(known))}
            before.append(item)
        if found:
            yield Listed("network", position, item, found)
