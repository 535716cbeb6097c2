"""Records drawn one by one: what a value is the product of, and the draws of it."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from proxeny.indicators.levers import LEVERS
from proxeny.indicators.methods import Method
from proxeny.indicators.uncertainty import tables
from proxeny.indicators.uncertainty.chance import Chance, Places
from proxeny.indicators.uncertainty.columns import (
    COUNTED,
    DROP_OFF,
    FIXED,
    MEASURED,
    RANGED,
    Columns,
    Family,
    Floats,
    worth,
)
from proxeny.indicators.uncertainty.reading import ASSUMED_WIDER


class Factor(NamedTuple):
    """One of the uncertain factors of a value: what it stands for, as it is in the figure, and its table.

    `shared` says that the draws of the lever are those of all records for which nobody recorded it.
    """

    family: Family
    central: float
    table: Floats
    shared: bool = False


class Stage(NamedTuple):
    """A part of a value's formula: what of it is certain, and its uncertain factors."""

    certain: float
    factors: list[Factor]


class Spreads(NamedTuple):
    """The relative deviations of levers, of those that were recorded and those that were assumed."""

    recorded: float
    assumed: float

    @classmethod
    def of(cls, method: Method) -> "Spreads":
        """Return those of a method."""
        recorded = float(method.spreads["levers"])
        return cls(recorded, recorded * ASSUMED_WIDER)


def stages_of(columns: Columns, place: int, spreads: Spreads) -> tuple[Stage, Stage, Stage]:
    """Return what a record's value is made of: its size, what the levers keep, and what its years are worth."""
    levers = [_kept(columns, place, lever, spreads) for lever in range(DROP_OFF)]
    certain = float(np.prod([lever for lever in levers if isinstance(lever, float)]))
    factors = [lever for lever in levers if isinstance(lever, Factor)]
    return _size(columns, place), Stage(certain, factors), _worth(columns, place, spreads)


def _size(columns: Columns, place: int) -> Stage:
    sizes = columns.sizes
    kind, central = sizes.kind[place], float(sizes.central[place])
    spread, price = float(sizes.spread[place]), float(sizes.price[place])
    prices = [Factor("values", 1.0, tables.lognormal(price))] if price else []
    family: Family = "quantities" if sizes.quantity[place] else "values"
    if kind == RANGED:
        low, high = float(sizes.low[place]), float(sizes.high[place])
        if low < high:
            table = low + (high - low) * tables.pert((central - low) / (high - low))
            return Stage(1.0, [Factor(family, central, table), *prices])
    if kind in (FIXED, RANGED):
        return Stage(central, prices)
    if kind == COUNTED:
        return Stage(central, [Factor(family, 1.0, tables.counted(central, spread)), *prices])
    table = tables.gamma(spread) if kind == MEASURED else tables.lognormal(spread)
    return Stage(central, [Factor(family, 1.0, table), *prices])


def _kept(columns: Columns, place: int, lever: int, spreads: Spreads) -> Factor | float:
    """Return what a lever keeps, a plain number where it is certain."""
    share, shared = float(columns.levers[lever, place]), bool(columns.shared[lever, place])
    if not columns.deviations[lever, place]:
        return 1 - share
    table = tables.kept(share, spreads.assumed if shared else spreads.recorded)
    return Factor(LEVERS[lever], 1 - share, table, shared)


def _worth(columns: Columns, place: int, spreads: Spreads) -> Stage:
    course = columns.courses.factors[columns.courses.number[place]]
    left = _kept(columns, place, DROP_OFF, spreads)
    if isinstance(left, float):
        return Stage(float(worth(course, np.array([left]))[0]), [])
    central, table = level_worth(course, left.central, left.table)
    if course.size < 2:
        return Stage(central, [])
    return Stage(1.0, [Factor("drop_off", central, table, left.shared)])


def level_worth(course: Floats, left: float, lefts: Floats) -> tuple[float, Floats]:
    """Return the worth of a course at the recorded drop-off, and a table of it whose mean is that.

    The worth bends with the drop-off, so that its plain mean would lie above the worth that the figure has.
    """
    central, table = float(worth(course, np.array([left]))[0]), worth(course, lefts)
    mean = float(table.mean())
    return central, table * (central / mean if mean else 1.0)


class Shared:
    """One draw of each lever that nobody recorded, which stands for all records: an error in it is one in all."""

    def __init__(self, chance: Chance) -> None:
        self.places: dict[str, Places] = dict(zip(LEVERS, chance.places(len(LEVERS)), strict=True))


def drawn(factors: Sequence[Factor], chance: Chance, shared: Shared) -> list[Floats]:
    """Return the draws of each factor."""
    own: list[Places] = list(chance.places(sum(not factor.shared for factor in factors)))
    return [
        factor.table.take(shared.places[factor.family] if factor.shared else own.pop(0), mode="wrap")
        for factor in factors
    ]
