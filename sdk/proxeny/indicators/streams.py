"""What sums alone do not hold: value and cost by year, waits, budgets and claims of one subject by one method."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, localcontext
from functools import cached_property
from typing import NamedTuple, TypeVar

from proxeny.indicators.courses import Amounts, Course, factor, lasting, remainders
from proxeny.indicators.items import Network
from proxeny.indicators.levers import LEVERS
from proxeny.indicators.methods import Method
from proxeny.indicators.rounding import EXACT

NOUGHT = Decimal(0)
EVIDENCE_LEVELS = tuple(range(6))
# How many records, each counted whole, lie behind the figures: what was valued, by the least level of its evidence,
# the engagements waited for, the pilots, the yearly budgets, the costs held against them, and the networks.
VALUE_RECORDS = ("valued_n", *(f"evidence_{level}_n" for level in EVIDENCE_LEVELS))
STREAM_RECORDS = (*VALUE_RECORDS, "wait_n", "mature_n", "pilot_n", "budget_n", "budgeted_n", "network_n")
Key = TypeVar("Key")
Value = TypeVar("Value")


class Wait(NamedTuple):
    """How many days an engagement has waited for its first outcome, and whether it came; old enough to be judged."""

    days: int
    has_come: bool
    is_mature: bool


@dataclass(frozen=True)
class Streams:
    """Value and cost by year, and all else that the sums of one subject lack.

    The index of a year is how many years it lies after `base_year`. `gross` and `net` are values of the first year,
    `values` are those of the first year by how they go on. `assumed` are the levers that nobody recorded, by the level
    of evidence. `budgets` are amounts by record, `own_costs` what the city itself paid in the fiscal year of each, of
    `budgeted` costs. `unvalued` is how many values found no rate of exchange, `unknown_budgets` how many budgets and
    costs held against them.
    """

    method: Method
    base_year: int
    gross: Decimal = NOUGHT
    values: Mapping[Course, Amounts] = field(default_factory=dict)
    costs: Mapping[int, Decimal] = field(default_factory=dict)
    assumed: Mapping[int, frozenset[str]] = field(default_factory=dict)
    valued: Mapping[int, int] = field(default_factory=dict)
    unvalued: int = 0
    waits: Mapping[str, Wait] = field(default_factory=dict)
    pilots: Mapping[str, bool] = field(default_factory=dict)
    budgets: Mapping[str, Decimal] = field(default_factory=dict)
    own_costs: Mapping[str, Decimal] = field(default_factory=dict)
    budgeted: int = 0
    unknown_budgets: int = 0
    network_costs: Mapping[str, Decimal] = field(default_factory=dict)
    networks: Mapping[str, Network] = field(default_factory=dict)
    claimed: Decimal = NOUGHT
    unique: Decimal = NOUGHT

    @cached_property
    def net(self) -> Decimal:
        """The value of the first year with all levers."""
        with localcontext(EXACT):
            return sum((amounts.net for amounts in self.values.values()), NOUGHT)

    @cached_property
    def present_costs(self) -> Decimal:
        """The present value of all that was put in, whoever paid, up to the horizon."""
        with localcontext(EXACT):
            return sum((cost * factor(self.method.schedule, year) for year, cost in self._counted_costs()), NOUGHT)

    @cached_property
    def worths(self) -> Mapping[Course, Decimal]:
        """What a unit of each course is worth in the base year, all its years together."""
        method = self.method
        return {
            course: lasting(method.schedule, method.horizon_years, course.first, course.years, course.drop_off)
            for course in self.values
        }

    def present(self, of: Callable[[Amounts], Decimal], where: Callable[[Course], bool]) -> Decimal:
        """Return the present value of one of the amounts, over the courses that are asked for."""
        with localcontext(EXACT):
            worths = self.worths
            parts = (of(amounts) * worths[course] for course, amounts in self.values.items() if where(course))
            return sum(parts, NOUGHT)

    @cached_property
    def present_by_level(self) -> Mapping[int, Decimal]:
        """The present value of what was gained, by the level of its evidence."""
        with localcontext(EXACT):
            worths, found = self.worths, dict.fromkeys(EVIDENCE_LEVELS, NOUGHT)
            for course, amounts in self.values.items():
                found[course.level] += amounts.net * worths[course]
            return found

    def present_value(self, floor: int = 0) -> Decimal:
        """Return the present value of what was gained, on evidence of at least a level."""
        with localcontext(EXACT):
            return sum((value for level, value in self.present_by_level.items() if level >= floor), NOUGHT)

    def names_assumed(self, floor: int = 0, besides: str | None = None) -> tuple[str, ...]:
        """Return the levers that nobody recorded of values on evidence of at least a level, in their order."""
        names = set().union(*(names for level, names in self.assumed.items() if level >= floor))
        return tuple(lever for lever in LEVERS if lever in names and lever != besides)

    def count(self, name: str) -> int:
        """Return how many records lie behind a figure."""
        if name in VALUE_RECORDS:
            floor = 0 if name == "valued_n" else int(name.split("_")[1])
            return sum(number for level, number in self.valued.items() if level >= floor)
        return {
            "wait_n": len(self.waits),
            "mature_n": sum(wait.is_mature for wait in self.waits.values()),
            "pilot_n": len(self.pilots),
            "budget_n": len(self.budgets),
            "budgeted_n": self.budgeted,
            "network_n": len(self.networks) or len(self.network_costs),
        }[name]

    @cached_property
    def flows(self) -> tuple[int, list[Decimal]]:
        """The index of the first year with a flow, and from there what came less what went, year by year."""
        with localcontext(EXACT):
            by_year = {year: -cost for year, cost in self._counted_costs()}
            for course, amounts in self.values.items():
                for lag, left in enumerate(remainders(course.years, course.drop_off)):
                    year = course.first + lag
                    if self._counts(year):
                        by_year[year] = by_year.get(year, NOUGHT) + amounts.net * left
            years = sorted(year for year, flow in by_year.items() if flow)
            if not years:
                return 0, []
            return years[0], [by_year.get(year, NOUGHT) for year in range(years[0], years[-1] + 1)]

    @cached_property
    def discounted_flows(self) -> list[Decimal]:
        """The flows, each as it is worth in the base year."""
        first, flows = self.flows
        with localcontext(EXACT):
            return [flow * factor(self.method.schedule, first + lag) for lag, flow in enumerate(flows)]

    def _counts(self, year: int) -> bool:
        return self.method.horizon_years is None or year <= self.method.horizon_years

    def _counted_costs(self) -> list[tuple[int, Decimal]]:
        return [(year, cost) for year, cost in self.costs.items() if self._counts(year)]


def joined(parts: Sequence[Streams]) -> Streams:
    """Return the streams of disjoint parts together; what lies in several, as an engagement does, is in it once.

    Raises `ValueError` when the parts were made by several methods or for several base years.
    """
    frames = {(part.method, part.base_year) for part in parts}
    if len(frames) != 1:
        message = f"Streams of one method and base year can be joined, not of {len(frames)}."
        raise ValueError(message)
    with localcontext(EXACT):
        return Streams(
            *frames.pop(),
            gross=sum((part.gross for part in parts), NOUGHT),
            values=_added((part.values for part in parts), Amounts.plus),
            costs=_added((part.costs for part in parts), Decimal.__add__),
            assumed=_added((part.assumed for part in parts), frozenset.union),
            valued=_added((part.valued for part in parts), int.__add__),
            unvalued=sum(part.unvalued for part in parts),
            waits=_added((part.waits for part in parts), _either),
            pilots=_added((part.pilots for part in parts), bool.__or__),
            budgets=_added((part.budgets for part in parts), _either),
            own_costs=_added((part.own_costs for part in parts), Decimal.__add__),
            budgeted=sum(part.budgeted for part in parts),
            unknown_budgets=sum(part.unknown_budgets for part in parts),
            network_costs=_added((part.network_costs for part in parts), Decimal.__add__),
            networks=_added((part.networks for part in parts), _either),
            claimed=sum((part.claimed for part in parts), NOUGHT),
            unique=sum((part.unique for part in parts), NOUGHT),
        )


def _added(parts: Iterable[Mapping[Key, Value]], add: Callable[[Value, Value], Value]) -> dict[Key, Value]:
    found: dict[Key, Value] = {}
    for part in parts:
        for key, value in part.items():
            found[key] = add(found[key], value) if key in found else value
    return found


def _either(one: Value, _: Value) -> Value:
    """Return one of two that are the same."""
    return one
