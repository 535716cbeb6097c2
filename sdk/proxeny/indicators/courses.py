"""How a value goes on over the years, and what that makes of it today."""

from decimal import Decimal, localcontext
from functools import lru_cache
from typing import NamedTuple

from proxeny.indicators.discounting import PRECISE, Schedule, discount_factor


class Course(NamedTuple):
    """How a value goes on: its first year, how many there are, what drops off, and how well it is evidenced.

    `first` is the index of the first year, 0 for the base year. `level` is the level of the evidence, 0 where that is
    unknown. `has_scenario` says that deadweight and displacement are a whole scenario rather than levers.
    """

    first: int
    years: int = 1
    drop_off: Decimal = Decimal(0)
    level: int = 0
    has_scenario: bool = False


class Amounts(NamedTuple):
    """A value of the first year: with all levers, and with each but one, for what that one is worth."""

    net: Decimal
    without_deadweight: Decimal
    without_attribution: Decimal
    without_displacement: Decimal

    def plus(self, other: "Amounts") -> "Amounts":
        """Return both together.

        >>> one = Amounts(Decimal(1), Decimal(2), Decimal(3), Decimal(4))
        >>> one.plus(one).net
        Decimal('2')
        """
        return Amounts(*(mine + its for mine, its in zip(self, other, strict=True)))


@lru_cache(maxsize=4096)
def factor(schedule: Schedule, index: int) -> Decimal:
    """Return what a unit of the year with an index is worth in the base year.

    Formula: the discount factor of the schedule; for a year before the base year ``(1 + r)**-index`` with the rate of
    the first step, since what was had earlier is worth more.
    Unit: ratio. Never undefined within the schedule.
    Source: HM Treasury, The Green Book; compounding is the same formula with a negative exponent.

    >>> from proxeny.indicators.discounting import flat
    >>> factor(flat(Decimal("0.10")), -2)
    Decimal('1.2100')
    """
    if index >= 0:
        return discount_factor(schedule, index)
    with localcontext(PRECISE):
        return (1 + schedule[0].rate) ** -index


@lru_cache(maxsize=65536)
def lasting(schedule: Schedule, horizon: int | None, first: int, years: int, drop_off: Decimal) -> Decimal:
    """Return what a unit in the first year, and what is left of it in those after, is worth in the base year.

    Formula: ``sum((1 - drop_off)**(y - 1) * factor(first + y - 1))`` for ``y = 1..years``, no index above the horizon.
    Unit: ratio, to 50 digits, so that its product with an amount is exact and parts add up exactly. Never undefined.
    Source: Nicholls et al., A Guide to Social Return on Investment (2012), stages 4 and 5.

    >>> from proxeny.indicators.discounting import flat
    >>> lasting(flat(Decimal(0)), None, 0, 5, Decimal("0.1"))
    Decimal('4.0951')
    """
    with localcontext(PRECISE):
        worth = Decimal(0)
        for lag, left in enumerate(remainders(years, drop_off)):
            if horizon is not None and first + lag > horizon:
                break
            worth += left * factor(schedule, first + lag)
        return worth


@lru_cache(maxsize=65536)
def remainders(years: int, drop_off: Decimal) -> tuple[Decimal, ...]:
    """Return what is left of a unit in each of the years, the first of which loses nothing.

    >>> remainders(3, Decimal("0.1"))
    (Decimal('1'), Decimal('0.9'), Decimal('0.81'))
    """
    with localcontext(PRECISE):
        left = [Decimal(1)]
        for _ in range(years - 1):
            left.append(left[-1] * (1 - drop_off))
        return tuple(left)
