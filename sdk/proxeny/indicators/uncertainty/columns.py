"""Uncertain records as columns: what each is worth, how far it spreads, and the moments of that in closed form."""

from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from proxeny.indicators.courses import factor
from proxeny.indicators.levers import LEVERS, Lever
from proxeny.indicators.methods import Method
from proxeny.indicators.uncertainty.distributions import PERT_WEIGHT, concentrations

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
Flags = NDArray[np.bool_]

# What a size is drawn from: nothing, a lognormal, a Gamma, a gamma-mixed Poisson, a PERT.
FIXED, MONEY, MEASURED, COUNTED, RANGED = range(5)
DROP_OFF = 3
Family = Lever | Literal["values", "quantities"]
FAMILIES: tuple[Family, ...] = (*LEVERS, "values", "quantities")


class Sizes(NamedTuple):
    """How large records are: `central` as recorded, in units each worth `gross`, and `net` where a scenario says so.

    `kind` is what a size is drawn from, `spread` its relative deviation, `low` and `high` its range where it has one;
    `price` is the relative deviation of what a unit is worth. `quantity` tells a quantity from an amount of money.
    """

    kind: Whole
    central: Floats
    low: Floats
    high: Floats
    spread: Floats
    price: Floats
    quantity: Flags
    gross: Floats
    net: Floats

    def means(self) -> Floats:
        """Return the mean of each size."""
        pert = (self.low + PERT_WEIGHT * self.central + self.high) / (PERT_WEIGHT + 2)
        return np.where(self.kind == RANGED, pert, self.central)

    def deviations(self) -> Floats:
        """Return the standard deviation of each size."""
        means, own = self.means(), np.abs(self.central) * self.spread
        pert = np.sqrt(np.maximum((means - self.low) * (self.high - means), 0) / (PERT_WEIGHT + 3))
        counts = np.sqrt(own * own + np.abs(self.central))
        return np.select([self.kind == RANGED, self.kind == COUNTED, self.kind == FIXED], [pert, counts, 0.0], own)


class Courses(NamedTuple):
    """How values go on: for each record the number of its course, for each course the discount factors of its years."""

    number: Whole
    factors: Sequence[Floats]

    def worth(self, drop_offs: Floats) -> Floats:
        """Return what a unit of the first year is worth with all its years, at one drop-off for each record."""
        found = np.zeros(self.number.size)
        for factors, where in self._places():
            found[where] = worth(factors, 1 - drop_offs[where])
        return found

    def unevenness(self, drop_offs: Floats, deviations: Floats) -> Floats:
        """Return the mean of the square of the worth over the square of its mean, the drop-offs being Betas.

        Formula: the worth is a polynomial in ``g = 1 - drop_off``, so both means are sums of the moments of a Beta,
        ``E g^k = product of (beta + j) / (alpha + beta + j) for j = 0 .. k - 1``.
        """
        found = np.ones(self.number.size)
        totals = concentrations(drop_offs, deviations)
        for factors, places in self._places():
            where = places[deviations[places] > 0]
            if factors.size > 1:
                found[where] = _unevenness(factors, 1 - drop_offs[where], totals[where])
        return found

    def _places(self) -> Iterator[tuple[Floats, Whole]]:
        """Return each course with the places of its records."""
        ends = np.cumsum(np.bincount(self.number, minlength=len(self.factors)))
        return zip(self.factors, np.split(np.argsort(self.number, kind="stable"), ends[:-1]), strict=False)


def added(number: Whole, amounts: Floats, size: int) -> Floats:
    """Return the sums of the amounts that have each number.

    >>> added(np.array([1, 1]), np.array([0.5, 0.25]), 3).tolist()
    [0.0, 0.75, 0.0]
    """
    return np.bincount(number, amounts, size).astype(np.float64)


def worth(factors: Floats, left: Floats) -> Floats:
    """Return the present value of a unit of which a share is left each year, the years at their discount factors.

    >>> worth(np.array([1.0, 0.5]), np.array([1.0, 0.8])).tolist()
    [1.5, 1.4]
    """
    found = np.zeros(left.size)
    for each in factors[::-1]:
        found *= left
        found += each
    return found


def _unevenness(factors: Floats, left: Floats, totals: Floats) -> Floats:
    first, second, moment = np.zeros(left.size), np.zeros(left.size), np.ones(left.size)
    for power, weight in enumerate(np.convolve(factors, factors)):
        if power < factors.size:
            first += factors[power] * moment
        second += weight * moment
        moment *= (left * totals + power) / (totals + power)
    return second / (first * first)


def factors_of(method: Method, first: int, years: int) -> Floats:
    """Return the discount factors of the years of a course, none above the horizon of the method."""
    last = first + years - 1 if method.horizon_years is None else min(first + years - 1, method.horizon_years)
    return np.array([float(factor(method.schedule, index)) for index in range(first, last + 1)], np.float64)


class Columns(NamedTuple):
    """Records as columns, in the order of their names: sizes, four levers each (a row a lever), and courses.

    `deviations` are those of the levers. Where `shared`, a lever is one that nobody recorded, and one draw of it
    stands for all records.
    """

    sizes: Sizes
    levers: Floats
    deviations: Floats
    shared: Flags
    courses: Courses

    def only(self, family: Family) -> "Columns":
        """Return the columns with everything certain but one family of what is uncertain."""
        sizes, is_lever = self.sizes, np.array([[lever == family] for lever in LEVERS])
        fixed = sizes.quantity if family == "values" else ~sizes.quantity if family == "quantities" else True
        kind, price = np.where(fixed, FIXED, sizes.kind), sizes.price * (family == "values")
        deviations, shared = np.where(is_lever, self.deviations, 0), self.shared & is_lever
        return self._replace(sizes=sizes._replace(kind=kind, price=price), deviations=deviations, shared=shared)

    @property
    def are_uncertain(self) -> Flags:
        """Whether anything of a record is drawn for it alone."""
        own = np.where(self.shared, 0, self.deviations)
        lasting = np.array([factors.size > 1 for factors in self.courses.factors], np.bool_)[self.courses.number]
        sizes = (self.sizes.deviations() > 0) | (self.sizes.price > 0)
        levers: Flags = (own[:DROP_OFF] > 0).any(axis=0) | ((own[DROP_OFF] > 0) & lasting)
        return sizes | levers

    def moments(self) -> tuple[Floats, Floats]:
        """Return mean and variance of each record's gross, net and present value, shared levers left out.

        Formula: what is drawn for a record is independent, so both the means and the mean squares multiply.
        Unit: the money of the figures, and the square of it; each a row for gross, net and present.
        """
        own = np.where(self.shared, 0, self.deviations)
        kept = np.where(self.shared, 1, 1 - self.levers)[:DROP_OFF]
        is_drawn = ~self.shared[DROP_OFF]
        worths = np.where(is_drawn, self.courses.worth(self.levers[DROP_OFF]), 1)
        uneven = np.where(is_drawn, self.courses.unevenness(self.levers[DROP_OFF], own[DROP_OFF]), 1)
        size, deviation = self.sizes.means(), self.sizes.deviations()
        net = kept.prod(axis=0)
        means = np.stack([self.sizes.gross * size, self.sizes.net * size * net, self.sizes.net * size * net * worths])
        sizes = (size * size + deviation * deviation) * (1 + self.sizes.price**2)
        levers = (kept * kept + own[:DROP_OFF] ** 2).prod(axis=0)
        squares = np.stack([
            self.sizes.gross**2 * sizes,
            self.sizes.net**2 * sizes * levers,
            self.sizes.net**2 * sizes * levers * worths * worths * uneven,
        ])  # fmt: skip
        return means, np.where(self.are_uncertain, np.maximum(squares - means * means, 0), 0)
