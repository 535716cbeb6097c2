"""From items to columns: which records are uncertain, and by how much."""

from array import array
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple, TypeVar

import numpy as np

from proxeny.indicators.items import Cost, Items, Outcome
from proxeny.indicators.levers import LEVERS, Counterfactual, Levers, Scenario
from proxeny.indicators.methods import Method
from proxeny.indicators.uncertainty.columns import (
    COUNTED,
    FIXED,
    MEASURED,
    MONEY,
    RANGED,
    Columns,
    Courses,
    Flags,
    Floats,
    Sizes,
    Whole,
    added,
    factors_of,
)
from proxeny.indicators.uncertainty.distributions import lever_deviations, ordered
from proxeny.indicators.worth import Frame, first_index, own_additional, own_value, settled

# A prior stands for reports that differ among themselves: those of which the priors are the medians have P10 and P90
# at 5 and 50 % of deadweight, 10 and 53 % of attribution; three times the spread of a recorded lever comes near that.
ASSUMED_WIDER = 3
ONE = Decimal(1)
# A share that nobody records, by which a recorded lever is known again.
PROBE = Decimal("0.314159265358979")
NOT_RECORDED = float("nan")
Row = TypeVar("Row", Cost, Outcome)
# A size in the order of the fields of `Sizes`; of an outcome then the first year, how many years, whether there is a
# scenario, and the four levers.
Size = tuple[float, ...]
SIZE = len(Sizes._fields)
OUTCOME = SIZE + 3 + len(LEVERS)


class Parts(NamedTuple):
    """Which group has which part of which record: group, place of the record in the columns, and weight."""

    group: Whole
    place: Whole
    weight: Floats

    def those(self, where: Flags) -> "Parts":
        """Return some of the parts."""
        return Parts(self.group[where], self.place[where], self.weight[where])


class Population(NamedTuple):
    """The records of all groups, each once, and the parts that the groups have of them."""

    columns: Columns
    parts: Parts


def outcomes_of(groups: Sequence[Items], frame: Frame) -> Population:
    """Return the outcomes of all groups; what a group has of one record in several parts adds up."""
    method = frame.method
    spreads = {int(name): float(spread) for name, spread in method.spreads.items() if name.isdigit()}
    unknown = float(method.spreads["unknown"])

    def read(outcome: Outcome) -> Size | None:
        own = own_value(outcome, method)
        if own is None or outcome.factor is None:
            return None
        spread = unknown if outcome.evidence_level is None else spreads[outcome.evidence_level]
        value = float(own)
        kind, central, low, high, price, quantity = _measure(outcome, value, spread)
        unit = (value / central if central else _of_one(outcome, method)) * float(outcome.factor)
        net = unit if outcome.counterfactual is None else unit * _added(outcome, own, method)
        return (kind, central, low, high, spread, price, quantity, unit, net, *_lasting(outcome, frame))

    table, parts = _merged([items.outcomes for items in groups], read, OUTCOME)
    columns = _columns(table, method)
    return Population(columns, parts)


def _measure(outcome: Outcome, value: float, spread: float) -> tuple[int, float, float, float, float, bool]:
    """Return what the size is drawn from, the size, its range, how far the price spreads, and if it is a quantity."""
    price = 0.0
    if quantity := outcome.amount is None and (outcome.quantity is not None or outcome.low is not None):
        central, price = 1.0 if outcome.quantity is None else float(outcome.quantity), spread
        kind = COUNTED if central > 0 and central.is_integer() else MEASURED
    else:
        central, kind = value if outcome.amount is None else float(outcome.amount), MONEY
    if outcome.low is None or outcome.high is None:
        return kind if spread else FIXED, central, central, central, price, quantity
    low, _, high = ordered(outcome.low, central, outcome.high)
    return RANGED, central, low, high, price, quantity


def _of_one(outcome: Outcome, method: Method) -> float:
    """Return the value that an outcome of nought would have if there were one unit of it."""
    one = outcome._replace(quantity=ONE) if outcome.amount is None else outcome._replace(amount=ONE)
    return float(own_value(one, method) or 0)


def _added(outcome: Outcome, own: Decimal, method: Method) -> float:
    """Return what an outcome's scenarios leave of each unit."""
    added = own_additional(outcome) if method.models else None
    return 1.0 if added is None or not own else float(added / own)


def _lasting(outcome: Outcome, frame: Frame) -> Size:
    """Return the first year, how many years, whether there is a scenario, and the levers that were recorded."""
    deadweight, attribution, displacement, drop_off, years = outcome.levers
    return (
        first_index(outcome, frame),
        years or 1,
        outcome.counterfactual is not None,
        NOT_RECORDED if deadweight is None else float(deadweight),
        NOT_RECORDED if attribution is None else float(attribution),
        NOT_RECORDED if displacement is None else float(displacement),
        NOT_RECORDED if drop_off is None else float(drop_off),
    )


def _columns(table: Floats, method: Method) -> Columns:
    first, years, has_scenario = table[SIZE : SIZE + 3].astype(np.int64)
    levers, assumed, years = _settled(table[-len(LEVERS) :].copy(), years, has_scenario, method)
    recorded = float(method.spreads["levers"])
    deviations = lever_deviations(levers, np.where(assumed, recorded * ASSUMED_WIDER, recorded))
    return Columns(_sizes(table), levers, deviations, assumed & (deviations > 0), _courses(method, first, years))


def _settled(levers: Floats, years: Whole, has_scenario: Whole, method: Method) -> tuple[Floats, Flags, Whole]:
    """Return the levers with the method's own in the place of those left out, which those are, and the years.

    What a method makes of levers depends on which of them were recorded, on whether the value lasts, and on whether
    there is a scenario: each such pattern is settled once, by the rule that settles one outcome.
    """
    left_out, lasts = np.isnan(levers), years > 1
    pattern = (left_out * (1 << np.arange(len(LEVERS)))[:, None]).sum(axis=0) + 16 * lasts + 32 * has_scenario
    assumed = np.zeros_like(left_out)
    years = years.copy()
    for code in np.unique(pattern):
        where = pattern == code
        shares = [None if code >> lever & 1 else PROBE for lever in range(len(LEVERS))]
        found = settled(_probe(shares, years=2 if code & 16 else 1, has_scenario=code >= 32), method)
        if found.duration_years == 1:
            years[where] = 1
        for lever, name in enumerate(LEVERS):
            assumed[lever, where] = name in found.assumed
            share = getattr(found, name)
            if share != PROBE:
                levers[lever, where] = float(share)
    return levers, assumed, years


def _probe(shares: list[Decimal | None], *, years: int, has_scenario: bool) -> Outcome:
    levers = Levers(**dict(zip(LEVERS, shares, strict=True)), duration_years=years)
    scenario = Counterfactual(Scenario(ONE), Scenario(ONE)) if has_scenario else None
    return Outcome("", 1, ONE, "other", None, "reported", date.min, levers=levers, counterfactual=scenario)


def _courses(method: Method, firsts: Whole, years: Whole) -> Courses:
    longest, start = int(years.max(initial=1)) + 1, int(firsts.min(initial=0))
    codes, number = np.unique((firsts - start) * longest + years, return_inverse=True)
    factors = [factors_of(method, int(code // longest) + start, int(code % longest)) for code in codes]
    return Courses(number.astype(np.int64), factors)


def _sizes(table: Floats) -> Sizes:
    kind, central, low, high, spread, price, quantity, gross, net = table[:SIZE]
    return Sizes(kind.astype(np.int64), central, low, high, spread, price, quantity > 0, gross, net)


def costs_of(groups: Sequence[Items], frame: Frame) -> Population:
    """Return the estimated costs of all groups as they are worth in the base year; others are certain."""
    spread, units = float(frame.method.spreads["estimated_cost"]), _Units(frame)

    def read(cost: Cost) -> Size | None:
        if not (cost.estimated and spread) or cost.factor is None:
            return None
        amount, unit = float(cost.amount), units[cost.incurred_on.year] * float(cost.factor)
        return (MONEY, amount, amount, amount, spread, 0.0, False, unit, unit)

    table, parts = _merged([items.costs for items in groups], read, SIZE)
    none = np.zeros((len(LEVERS), table.shape[1]))
    courses = Courses(np.zeros(table.shape[1], np.int64), [np.ones(1)])
    return Population(Columns(_sizes(table), none, none, none > 0, courses), parts)


class _Units(dict[int, float]):
    """What a unit spent in a year is worth in the base year, nought above the horizon; each year worked out once."""

    def __init__(self, frame: Frame) -> None:
        super().__init__()
        self._frame = frame

    def __missing__(self, year: int) -> float:
        factors = factors_of(self._frame.method, year - self._frame.base_year, 1)
        return self.setdefault(year, float(factors.sum()))


def _merged(groups: Sequence[Sequence[Row]], read: Callable[[Row], Size | None], width: int) -> tuple[Floats, Parts]:
    """Return each record's size once as a column, in the order of the records' names, and whose it is."""
    places: dict[str, int] = {}
    sizes, found = array("d"), array("d")
    for group, rows in enumerate(groups):
        for row in rows:
            place = places.get(row.record)
            if place is None:
                size = read(row)
                if size is None:
                    continue
                place = places[row.record] = len(places)
                sizes.extend(size)
            found.extend((group, place, float(row.weight)))
    order = np.array([places[record] for record in sorted(places)], np.int64)
    table = np.array(sizes).reshape(-1, width).T[:, order]
    return table, _parts(np.array(found).reshape(-1, 3).T, np.argsort(order))


def _parts(found: Floats, new_places: Whole) -> Parts:
    group, place = found[0].astype(np.int64), new_places[found[1].astype(np.int64)]
    groups = int(group.max(initial=0)) + 1
    codes, number = np.unique(place * groups + group, return_inverse=True)
    return Parts(codes % groups, codes // groups, added(number, found[2], codes.size))
