"""What money of a later year is worth today: discount factors of one rate, or of rates that change with time."""

from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, Context, Decimal, localcontext
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

# Wide enough that rounding never shows in a figure of 28 digits, whatever the order of the steps.
PRECISE = Context(prec=50, rounding=ROUND_HALF_EVEN)


class Step(NamedTuple):
    """A yearly rate, and the last year that it holds for; `None` when it holds for good."""

    through: int | None
    rate: Decimal


Schedule = tuple[Step, ...]

GREEN_BOOK: Schedule = (Step(30, Decimal("0.035")), Step(75, Decimal("0.030")), Step(125, Decimal("0.025")))


def flat(rate: Decimal) -> Schedule:
    """Return the schedule of one rate for all years.

    >>> flat(Decimal("0.035"))
    (Step(through=None, rate=Decimal('0.035')),)
    """
    return (Step(None, rate),)


# A figure asks for the same few factors again and again; those of forty schedules of a century are kept.
@lru_cache(maxsize=4096)
def discount_factor(schedule: Schedule, year: int) -> Decimal:
    """Return what one unit of money of a year is worth in year 0.

    Formula: ``DF(n) = product of 1 / (1 + r_y) for y = 1 .. n``, each year at its own rate, chained: the factor of
    year 31 is that of year 30 divided by 1 + the rate of year 31.
    Unit: ratio, at 50 significant digits. Convention: ``DF(0) = 1``; whether a first benefit has index 0 or 1 is the
    method's to say.
    Raises `ValueError` for a negative year, a year past the last step, a rate of -1 or below, and steps out of order.
    Source: HM Treasury, Discounting: Green Book supplementary guidance (2026), Annex A; The Green Book (2022), A6, for
    the rates of `GREEN_BOOK`, which end with year 125.

    >>> discount_factor(flat(Decimal("0.25")), 2)
    Decimal('0.64')
    >>> round(discount_factor(GREEN_BOOK, 31), 4)
    Decimal('0.3459')
    """
    refuse_misshapen(schedule)
    if year < 0:
        message = f"Year {year} lies before year 0, the year that is discounted to."
        raise ValueError(message)
    with localcontext(PRECISE):
        growth, begun = Decimal(1), 0
        for through, rate in schedule:
            until = year if through is None else min(year, through)
            growth *= (1 + rate) ** (until - begun)
            begun = until
        if begun < year:
            message = f"The schedule ends with year {begun}; it has no rate for year {year}."
            raise ValueError(message)
        return 1 / growth


def refuse_misshapen(schedule: Schedule) -> None:
    """Raise `ValueError` when a rate is -1 or below, or when the steps do not follow one another.

    >>> refuse_misshapen((Step(30, Decimal("0.035")), Step(30, Decimal("0.03"))))
    Traceback (most recent call last):
    ValueError: A step through year 30 cannot follow one through year 30.
    """
    for _, rate in schedule:
        refuse_ruin(rate)
    for (before, _), (after, _) in pairwise([Step(0, Decimal(0)), *schedule]):
        if before is None or (after is not None and after <= before):
            message = f"A step through year {after} cannot follow one through year {before}."
            raise ValueError(message)


def refuse_ruin(rate: Decimal) -> None:
    """Raise `ValueError` for a rate at which nothing is left after a year, so that nothing can be discounted.

    >>> refuse_ruin(Decimal(-1))
    Traceback (most recent call last):
    ValueError: A rate must be above -1; -1 is not.
    """
    if rate <= -1:
        message = f"A rate must be above -1; {rate} is not."
        raise ValueError(message)


def present_value(flows: Sequence[Decimal], schedule: Schedule) -> Decimal:
    """Return the worth in year 0 of yearly flows, the first being that of year 0.

    Formula: ``sum(flows[t] * DF(t)) for t = 0, 1, ...``.
    Unit: the currency of ``flows``, at the prices of year 0; nought when there are no flows. At 50 significant digits.
    Raises `ValueError` as `discount_factor` does, also for a nought in a year past the last step.
    Source: HM Treasury, The Green Book (2022), A6.

    >>> present_value([Decimal(100), Decimal(100), Decimal(100)], flat(Decimal("0.25")))
    Decimal('244.00')
    """
    with localcontext(PRECISE):
        return sum((flow * discount_factor(schedule, year) for year, flow in enumerate(flows)), Decimal(0))
