"""What flows of money are worth and what they return: present values, rates of return, years until they pay back."""

from collections.abc import Sequence
from datetime import date
from decimal import MAX_EMAX, MIN_EMIN, ROUND_HALF_EVEN, Context, Decimal, localcontext
from itertools import accumulate, pairwise

from proxeny.indicators.discounting import PRECISE, Schedule, discount_factor, flat, present_value, refuse_ruin
from proxeny.indicators.figure import Undefined
from proxeny.indicators.roots import WIDE, Term, positive_roots
from proxeny.indicators.rounding import EXACT, quotient

DAYS_OF_A_YEAR = 365
# The digits of 1 + a rate that the search for roots vouches for.
CERTAIN = Context(prec=40, rounding=ROUND_HALF_EVEN, Emax=MAX_EMAX, Emin=MIN_EMIN)
# What is left of one unit after a year at the lowest rate that is told from a total loss.
LEAST_LEFT = Decimal("1e-20")


def npv(flows: Sequence[Decimal], schedule: Schedule) -> Decimal:
    """Return the net present value of yearly flows, the first being that of year 0.

    Formula: ``sum(flows[t] * DF(t)) for t = 0, 1, ...``.
    Unit: the currency of ``flows``, at the prices of year 0. Raises `ValueError` as `discount_factor` does.
    Source: Gitman, Principles of Managerial Finance, Brief, 3rd ed. (2003), p. 346.

    >>> round(npv([Decimal(-15000), *map(Decimal, (1500, 2500, 3500, 4500, 6000))], flat(Decimal("0.05"))), 4)
    Decimal('122.8949')
    """
    return present_value(flows, schedule)


def spreadsheet_npv(flows: Sequence[Decimal], rate: Decimal) -> Decimal:
    """Return the present value as spreadsheets' NPV has it: the first flow is discounted once.

    Formula: ``sum(flows[t] / (1 + rate)**(t + 1)) for t = 0, 1, ...``, the flows of `npv` a year later.
    Unit: the currency of ``flows``. Raises `ValueError` for a rate of -1 or below.
    Source: Microsoft, NPV function.

    >>> round(spreadsheet_npv([Decimal(-10000), Decimal(3000), Decimal(4200), Decimal(6800)], Decimal("0.1")), 2)
    Decimal('1188.44')
    """
    return present_value([Decimal(0), *flows], flat(rate))


def xnpv(flows: Sequence[Decimal], dates: Sequence[date], rate: Decimal) -> Decimal:
    """Return the present value, on the first date, of flows on dates.

    Formula: ``sum(flow / (1 + rate)**(days / 365))``, days counted from the first date given.
    Unit: the currency of ``flows``; nought when there are none. Convention: actual/365, fixed. Raises `ValueError` for
    a rate of -1 or below, a date before the first, and when there are not as many dates as flows.
    Source: Microsoft, XNPV function.

    >>> round(xnpv([Decimal(-100), Decimal(150)], [date(2025, 1, 1), date(2026, 1, 1)], Decimal("0.25")), 2)
    Decimal('20.00')
    """
    refuse_ruin(rate)
    days = days_since_first(dates)
    with localcontext(PRECISE):
        factors = ((1 + rate) ** (Decimal(-day) / DAYS_OF_A_YEAR) for day in days)
        return sum((flow * factor for flow, factor in zip(flows, factors, strict=True)), Decimal(0))


def days_since_first(dates: Sequence[date]) -> list[int]:
    """Return how many days after the first date given each date is.

    >>> days_since_first([date(2024, 2, 1), date(2024, 3, 1)])
    [0, 29]
    """
    if dates and min(dates) < dates[0]:
        message = f"{min(dates)} lies before the first date, {dates[0]}, to which the flows are discounted."
        raise ValueError(message)
    return [(day - dates[0]).days for day in dates]


def xirr(flows: Sequence[Decimal], dates: Sequence[date]) -> Decimal | Undefined:
    """Return the yearly rate at which flows on dates are worth nothing.

    Formula: the ``rate`` at which ``xnpv(flows, dates, rate) = 0``.
    Unit: 1/y, at 40 significant digits of 1 + the rate. Convention: actual/365, fixed.
    Undefined as `irr` is. Raises `ValueError` as `xnpv` does.
    Source: Microsoft, XIRR function.

    >>> xirr([Decimal(-100), Decimal(125)], [date(2025, 1, 1), date(2026, 1, 1)])
    Decimal('0.25')
    """
    return the_one_rate(terms_of(flows, days_since_first(dates)), DAYS_OF_A_YEAR)


def irr_roots(flows: Sequence[Decimal]) -> list[Decimal]:
    """Return every yearly rate above -1 at which yearly flows are worth nothing, ascending.

    Formula: all real ``r > -1`` with ``sum(flows[t] / (1 + r)**t) = 0``, a multiple root once.
    Unit: 1/y, at 40 significant digits of 1 + r. Rates within 1e-20 of -1 are left out. Empty when there are none, as
    when the flows never change sign, and when all flows are nought.
    Source: Descartes' rule of signs with Rolle's theorem, see `positive_roots`.

    >>> irr_roots([Decimal(-1000), Decimal(6000), Decimal(-11000), Decimal(6000)])
    [Decimal('0'), Decimal('1'), Decimal('2')]
    """
    return rates(terms_of(flows, range(len(flows))), 1)


def irr(flows: Sequence[Decimal]) -> Decimal | Undefined:
    """Return the internal rate of return of yearly flows, where there is exactly one.

    Formula: the ``r > -1`` at which ``sum(flows[t] / (1 + r)**t) = 0``.
    Unit: 1/y, at 40 significant digits of 1 + r. Undefined (``no_sign_change``) without flows of both signs,
    (``multiple_roots``) when several rates fit, which `irr_roots` lists, (``rate_out_of_range``) when none does
    that is above -1 by more than 1e-20.
    Source: Gitman, Principles of Managerial Finance, Brief, 3rd ed. (2003), p. 348.

    >>> irr([Decimal(-100), Decimal(60), Decimal(55)])
    Decimal('0.1')
    >>> irr([Decimal(-100), Decimal(300), Decimal(-210)])
    Undefined(reason='multiple_roots', bound=None)
    """
    return the_one_rate(terms_of(flows, range(len(flows))), 1)


def terms_of(flows: Sequence[Decimal], times: Sequence[int]) -> list[Term]:
    """Return the flows as a polynomial in what is left of one unit after one time step, those of one time as one.

    >>> terms_of([Decimal(-7), Decimal(5), Decimal(0), Decimal(4)], [3, 6, 7, 6])
    [Term(power=0, factor=Decimal('-7')), Term(power=3, factor=Decimal('9'))]
    """
    sums: dict[int, Decimal] = {}
    for time, flow in zip(times, flows, strict=True):
        sums[time] = EXACT.add(sums.get(time, Decimal(0)), flow)
    first = min((time for time, total in sums.items() if total), default=0)
    return [Term(time - first, total) for time, total in sorted(sums.items()) if total]


def the_one_rate(terms: Sequence[Term], steps_of_a_year: int) -> Decimal | Undefined:
    """Return the only rate at which the flows are worth nothing, or why there is none."""
    if not changes_sign([factor for _, factor in terms]):
        return Undefined("no_sign_change")
    found = rates(terms, steps_of_a_year)
    if len(found) > 1:
        return Undefined("multiple_roots")
    return found[0] if found else Undefined("rate_out_of_range")


def changes_sign(flows: Sequence[Decimal]) -> bool:
    """Say whether money went out and came in.

    >>> changes_sign([Decimal(-5), Decimal(0)]), changes_sign([Decimal(-5), Decimal(3)])
    (False, True)
    """
    return any(flow < 0 for flow in flows) and any(flow > 0 for flow in flows)


def rates(terms: Sequence[Term], steps_of_a_year: int) -> list[Decimal]:
    """Return the yearly rates, ascending, of which the roots are what is left of one unit after one time step.

    A rate within `LEAST_LEFT` of -1, such as that of half lost in a day, is left out.
    """
    if not terms:
        return []
    with localcontext(WIDE):
        growths = [CERTAIN.plus(root**-steps_of_a_year) for root in reversed(positive_roots(terms))]
        return [(growth - 1).normalize() for growth in growths if growth > LEAST_LEFT]


def mirr(flows: Sequence[Decimal], finance_rate: Decimal, reinvest_rate: Decimal) -> Decimal | Undefined:
    """Return the modified internal rate of return of yearly flows: what comes in is reinvested, what goes out borrowed.

    Formula: ``(FV / PV)**(1 / n) - 1``, FV being the positive flows compounded to the last year n at
    ``reinvest_rate``, PV the negative ones discounted to year 0 at ``finance_rate``.
    Unit: 1/y, at 40 significant digits of 1 + the rate. Undefined (``no_sign_change``) without flows of both signs.
    Raises `ValueError` for a rate of -1 or below.
    Source: Lin, The modified internal rate of return, Engineering Economist 21 (1976); as in numpy-financial.

    >>> mirr([Decimal(-100), Decimal(50), Decimal(84)], Decimal("0.1"), Decimal("0.2"))
    Decimal('0.2')
    """
    invested = present_value([min(flow, Decimal(0)) for flow in flows], flat(finance_rate))
    returned = present_value([max(flow, Decimal(0)) for flow in flows], flat(reinvest_rate))
    if not changes_sign(flows):
        return Undefined("no_sign_change")
    years = len(flows) - 1
    with localcontext(PRECISE):
        growth = (returned / -invested) ** (1 / Decimal(years)) * (1 + reinvest_rate)
        return (CERTAIN.plus(growth) - 1).normalize()


def payback(flows: Sequence[Decimal]) -> Decimal | Undefined:
    """Return after how many years what came in has first made up for what went out.

    Formula: ``t - 1 + shortfall(t - 1) / flows[t]``, t being the first year in which the running sum of the flows is
    nought or more after it was below: linear within the year, the flow of year 0 coming at once.
    Unit: years; 0 when money went out but the running sum was never below nought. Undefined (``zero_cost``) when no
    money went out, (``not_reached``) when the running sum stays below nought. Later years are not looked at.
    Source: Brealey, Myers and Allen, Principles of Corporate Finance, 10th ed. (2011), section 5.2.

    >>> payback([Decimal(-1000), Decimal(400), Decimal(400), Decimal(400)])
    Decimal('2.5')
    >>> payback([Decimal(-1000), Decimal(400), Decimal(400)])
    Undefined(reason='not_reached', bound=None)
    """
    if all(flow >= 0 for flow in flows):
        return Undefined("zero_cost")
    sums = list(accumulate(flows, EXACT.add))
    if min(sums) >= 0:
        return Decimal(0)
    for year, (before, after) in enumerate(pairwise(sums)):
        if before < 0 <= after:
            return year + quotient(-before, flows[year + 1])
    return Undefined("not_reached")


def discounted_payback(flows: Sequence[Decimal], schedule: Schedule) -> Decimal | Undefined:
    """Return after how many years the present value of what came in has first made up for that of what went out.

    Formula: `payback` of ``flows[t] * DF(t)``, linear within the year.
    Unit: years. Undefined as `payback` is. Raises `ValueError` as `discount_factor` does.
    Source: Brealey, Myers and Allen, Principles of Corporate Finance, 10th ed. (2011), section 5.2.

    >>> discounted_payback([Decimal(-100), Decimal(75), Decimal(100)], flat(Decimal("0.25")))
    Decimal('1.625')
    """
    return payback([PRECISE.multiply(flow, discount_factor(schedule, year)) for year, flow in enumerate(flows)])
