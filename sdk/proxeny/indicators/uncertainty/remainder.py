"""The many records that are not drawn one by one: their sum as one variable, with its exact mean and variance.

Once the shared levers are drawn the records are independent, so that the mean and the variance of their sum are sums,
each in closed form. By Lyapunov's theorem the sum tends to a normal as long as no record has a large part of the
variance; those that have the largest parts are drawn in full instead and are not in this sum.
"""

from collections.abc import Iterator

import numpy as np

from proxeny.indicators.levers import LEVERS
from proxeny.indicators.uncertainty import tables
from proxeny.indicators.uncertainty.chance import Chance
from proxeny.indicators.uncertainty.columns import DROP_OFF, Columns, Floats, Whole, added
from proxeny.indicators.uncertainty.drawing import Shared, Spreads, level_worth
from proxeny.indicators.uncertainty.reading import Parts


def normals(count: int, chance: Chance) -> Floats:
    """Return vectors of draws from the standard normal."""
    return np.stack([tables.normal().take(places, mode="wrap") for places in chance.places(count)])


PATTERNS = 1 << DROP_OFF
GROSS, NET, PRESENT = range(3)


class Remainder:
    """The sum of what is left, for each group, as far as the shared levers leave it open."""

    def __init__(self, columns: Columns, parts: Parts, shared: Shared, spreads: Spreads) -> None:
        self._columns, self._parts = columns, parts
        self._shared, self._spread = shared, spreads.assumed

    def add(self, sums: Floats, moments: tuple[Floats, Floats], normals: Floats) -> None:
        """Add the remainder of each group to its sums: groups by gross, net and present value by draws."""
        groups, depth, draws = sums.shape
        for which in range(depth):
            variances = np.zeros((groups, draws))
            for level, means, squares in self._buckets(which, groups, moments):
                for group in np.flatnonzero((means != 0) | (squares != 0)):
                    sums[group, which] += level * means[group]
                    variances[group] += level * level * squares[group]
            sums[:, which] += np.sqrt(variances) * normals

    def _buckets(
        self, which: int, groups: int, moments: tuple[Floats, Floats]
    ) -> Iterator[tuple[Floats | float, Floats, Floats]]:
        """Yield what the shared levers leave of some records, with those records' means and variances by group.

        A bucket is of the records that share the same levers, and the same course where they share the drop-off.
        """
        group, place, weight = self._parts
        codes, number = np.unique(self._codes(which)[place], return_inverse=True)
        cell, cells = number * groups + group, codes.size * groups
        means = added(cell, weight * moments[0][which, place], cells).reshape(-1, groups)
        squares = added(cell, weight * weight * moments[1][which, place], cells).reshape(-1, groups)
        for code, mean, square in zip(codes, means, squares, strict=True):
            yield self._level(int(code)), mean, square

    def _codes(self, which: int) -> Whole:
        """Return for each record the number of its bucket."""
        shared, courses = self._columns.shared, self._columns.courses
        if which == GROSS:
            return np.zeros(courses.number.size, np.int64)
        pattern: Whole = (shared[:DROP_OFF] * (1 << np.arange(DROP_OFF))[:, None]).sum(axis=0)
        return pattern if which == NET else pattern + PATTERNS * np.where(shared[DROP_OFF], courses.number + 1, 0)

    def _level(self, code: int) -> Floats | float:
        """Return the draws of what the shared levers of a bucket leave of a value."""
        level: Floats | float = 1.0
        for lever in range(DROP_OFF):
            if code >> lever & 1:
                level = level * self._drawn(lever, self._kept(lever)[1])
        if code >= PATTERNS:
            course = self._columns.courses.factors[code // PATTERNS - 1]
            level = level * self._drawn(DROP_OFF, level_worth(course, *self._kept(DROP_OFF))[1])
        return level

    def _kept(self, lever: int) -> tuple[float, Floats]:
        """Return what a shared lever keeps, as the figure has it and as a table; a method has one prior for each."""
        prior = float(self._columns.levers[lever, np.argmax(self._columns.shared[lever])])
        return 1 - prior, tables.kept(prior, self._spread)

    def _drawn(self, lever: int, table: Floats) -> Floats:
        return table.take(self._shared.places[LEVERS[lever]], mode="wrap")
