"""Which sums and streams a formula reads: what the lineage of a figure lists, and nothing beside it."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from decimal import Decimal, localcontext
from itertools import product
from typing import NamedTuple

from proxeny.indicators.courses import Amounts, Course
from proxeny.indicators.registry import Definition
from proxeny.indicators.rounding import EXACT
from proxeny.indicators.streams import VALUE_RECORDS, Streams
from proxeny.indicators.sums import Sums

# What is read of the streams, by the name of the sum that stands for it.
READ = {
    "gross": "value_gross",
    "net": "value_net",
    "values": "value_present_year",
    "present_costs": "cost_present",
    "flows": "flow",
    "discounted_flows": "flow_present",
    "own_costs": "cost_own_budgeted",
    "budgets": "budget",
    "waits": "waits_ended",
    "pilots": "pilots_adopted",
    "networks": "network_likeness",
    "network_costs": "network_cost",
    "claimed": "claimed",
    "unique": "unique",
}
# Names that stand for one sum a year; and those that stand for one a record, a network or a budget.
BY_YEAR = frozenset({"flow", "flow_present", "value_present_year"})
FAMILIES = BY_YEAR | {"network_cost", "cost_own_budgeted"}


class Part(NamedTuple):
    """A part of the present value: one of the amounts, of outcomes with levers, with a scenario, or both."""

    amount: int
    of_levers: bool
    of_scenarios: bool


PARTS: Mapping[str, Part] = {
    f"value_present_{name}{suffix}": Part(number, *of)
    for (number, name), (suffix, of) in product(
        enumerate(Amounts._fields),
        {"": (True, True), "_of_levers": (True, False), "_of_scenarios": (False, True)}.items(),
    )
}
NAME_OF = {part: name for name, part in PARTS.items()}


@dataclass
class Notes:
    """The names that were read; what a reading reads in its turn is not noted."""

    names: set[str] = field(default_factory=set)
    is_open: bool = True

    @contextmanager
    def taking(self, *names: str) -> Iterator[None]:
        """Note the names, and nothing else until what they stand for has been read."""
        was_open = self.is_open
        if was_open:
            self.names.update(names)
        self.is_open = False
        try:
            yield
        finally:
            self.is_open = was_open


@dataclass(frozen=True)
class WatchedStreams(Streams):
    """Streams that note what is read of them."""

    notes: Notes = field(default_factory=Notes)

    def __getattribute__(self, name: str) -> object:
        if name not in READ:
            return super().__getattribute__(name)
        notes: Notes = super().__getattribute__("notes")
        with notes.taking(READ[name]):
            return super().__getattribute__(name)

    def present(self, of: Callable[[Amounts], Decimal], where: Callable[[Course], bool]) -> Decimal:
        """Return the part of the present value that is asked for, and note which it is."""
        amount = int(of(Amounts(*map(Decimal, range(len(Amounts._fields))))))
        part = Part(amount, where(Course(0)), where(Course(0, has_scenario=True)))
        with self.notes.taking(*([NAME_OF[part]] if part in NAME_OF else [])):
            return super().present(of, where)

    def present_value(self, floor: int = 0) -> Decimal:
        """Return the present value from a level of evidence on, and note that level."""
        with self.notes.taking(value_present_from(floor)):
            return super().present_value(floor)

    def count(self, name: str) -> int:
        """Return how many records there are; what they are is not read."""
        with self.notes.taking(name):
            return super().count(name)


class WatchedSums(Sums):
    """Sums that note what is read of them."""

    __slots__ = ("notes",)

    def __init__(self, sums: Sums) -> None:
        """Watch the sums and, where there are any, their streams."""
        self.notes = Notes()
        told = {one.name: getattr(sums.assessed, one.name) for one in fields(Streams)}
        super().__init__(sums.values, sums.missing, WatchedStreams(**told, notes=self.notes))

    def __getitem__(self, name: str) -> Decimal:
        self.notes.names.add(name)
        return super().__getitem__(name)


def value_present_from(floor: int) -> str:
    """Return the name of the present value on evidence of at least a level."""
    return f"value_present_from_{floor}" if floor else "value_present"


def traced(definition: Definition, sums: Sums) -> frozenset[str]:
    """Return the names of all that a figure of these sums is made of; the sums must have been made by `assess`.

    >>> from proxeny.indicators import definition_of
    >>> from proxeny.indicators.valuation import of_flows
    >>> sorted(traced(definition_of("npv"), of_flows("cash@1", benefits=[0, 150], costs=[100])))
    ['cost_n', 'cost_present', 'missing', 'unvalued', 'value_present', 'valued_n']
    """
    watched = WatchedSums(sums)
    with localcontext(EXACT):
        definition.function(watched)
    names = watched.notes.names | set(definition.records)
    if definition.converted:
        names.add("budget_unknown" if "budget_n" in names else "missing")
        if not names.isdisjoint(VALUE_RECORDS):
            names.add("unvalued")
    if "waits_ended" in names and "mature_n" in definition.records:
        names = names - {"waits_ended"} | {"mature_ended"}
    return frozenset(names)
