"""Cases of flows of money: discount factors, present values, rates of return, years until they pay back."""

import re
from collections.abc import Sequence
from decimal import Decimal
from math import ceil

from proxeny.indicators import Undefined
from proxeny.indicators.appraisal import (
    discounted_payback,
    irr,
    irr_roots,
    mirr,
    npv,
    payback,
    spreadsheet_npv,
    xirr,
    xnpv,
)
from proxeny.indicators.discounting import Schedule, discount_factor, present_value
from tools.cases.answers import Answer, Found, Make
from tools.cases.given import NULL, NUMBER, TEXT, Given, Shape, is_several
from tools.cases.kinds import kind
from tools.cases.schedules import NOUGHT, TIMING, first_year_of, is_undiscounted, schedule_of

FLOWS = ("flows", "cash_flows", "values", "cashflow", "net_flows", "amounts")
YEARS = ("years", "year", "n", "t", "period", "periods", "nper")
OUTLAY = ("initial", "initial_investment", "investment", "outlay", "cost", "initial_cost")
YEARLY = ("annual", "yearly", "payment", "pmt", "annual_benefit", "annual_saving", "annual_flow")


@kind("discount_factor", "discount_factors", "df", each=("rate", "discount_rate"))
def discount_factors(given: Given) -> Answer:
    """Solve for the worth in year 0 of one unit in each year."""
    schedule = schedule_of(given)

    def main() -> Found:
        factors = [discount_factor(schedule, year) for year in given.wholes(*YEARS)]
        return factors if is_several(given.find(*YEARS)) else factors[0]

    return Answer({"factor factors df": main}, lambda name: discount_factor(schedule, year_in(name)))


def year_in(name: str) -> int:
    """Return the year that a name ends with.

    >>> year_in("DF(31)"), year_in("75")
    (31, 75)
    """
    found = re.search(r"(\d+)\)?$", name)
    if found is None:
        raise LookupError(name)
    return int(found[1])


@kind("present_value", "pv", each=("rate", "discount_rate"), conventions=TIMING)
def present_values(given: Given) -> Answer:
    """Solve for the present value of flows, of the same sum every year, or of one sum in one year."""
    schedule = NOUGHT if is_undiscounted(given) else schedule_of(given)
    flows = laid_out(given)

    def discounted() -> Found:
        return [flow * discount_factor(schedule, year) for year, flow in enumerate(flows)]

    return Answer(
        {
            "pv present_value value total sum": lambda: present_value(flows, schedule),
            "discounted discounted_flows flows": discounted,
            "factors discount_factors": lambda: [discount_factor(schedule, year) for year in range(len(flows))],
        }
    )


def laid_out(given: Given) -> list[Decimal]:
    """Return the flows of all years from year 0."""
    if given.has(*FLOWS, "benefits", "payments"):
        flows = given.numbers(*FLOWS, "benefits", "payments")
        if given.has("years", "periods") and is_several(given.find("years", "periods")):
            return placed(flows, given.wholes("years", "periods"))
        return [*[Decimal(0)] * first_year_of(given), *flows]
    names = ("amount", "flow", "value", "future_value", "fv", "benefit", *YEARLY)
    amount = given.number(*names, default=1)
    years = given.wholes(*YEARS)
    if not is_several(given.find(*YEARS)) and not given.has("year", "t", "future_value", "fv"):
        first = 0 if given.says(r"\bdue\b|advance|year.?0|begin") else 1
        years = list(range(first, first + years[0]))
    return placed([amount] * len(years), years)


def placed(flows: Sequence[Decimal], years: Sequence[int]) -> list[Decimal]:
    """Return flows of some years as flows of all years from year 0.

    >>> placed([Decimal(5), Decimal(7)], [1, 3])
    [Decimal('0'), Decimal('5'), Decimal('0'), Decimal('7')]
    """
    laid = [Decimal(0)] * (max(years) + 1)
    for flow, year in zip(flows, years, strict=True):
        laid[year] += flow
    return laid


def flows_of(given: Given) -> list[Decimal]:
    """Return flows from year 0: as given, or what was laid out at first and what comes every year after."""
    if given.has("benefits") and given.has("costs"):
        gains, costs = given.numbers("benefits"), given.numbers("costs")
        years = range(max(len(gains), len(costs)))
        return [sum(gains[year : year + 1], Decimal(0)) - sum(costs[year : year + 1], Decimal(0)) for year in years]
    later = given.numbers(*FLOWS, "benefits") if given.has(*FLOWS, "benefits") else yearly(given)
    return [-abs(given.number(*OUTLAY)), *later] if given.has(*OUTLAY) else later


def yearly(given: Given) -> list[Decimal]:
    """Return the same sum every year, for as long as said, or else until what was laid out is there again."""
    amount = given.number(*YEARLY)
    enough = 0 if given.has(*YEARS) or amount <= 0 else ceil(abs(given.number(*OUTLAY)) / amount) + 1
    return [amount] * (given.whole(*YEARS) if given.has(*YEARS) else enough)


@kind("npv", "net_present_value", each=("rate", "discount_rate"), conventions=TIMING)
def net_present_values(given: Given) -> Answer:
    """Solve for the net present value: from year 0, or as spreadsheets have it."""
    schedule = NOUGHT if is_undiscounted(given) else schedule_of(given)
    flows = flows_of(given)

    def main() -> Found:
        later = 0 if given.has(*OUTLAY) else first_year_of(given)
        if later == 1 and len(schedule) == 1 and schedule[0].through is None:
            return spreadsheet_npv(flows, schedule[0].rate)
        return npv([*[Decimal(0)] * later, *flows], schedule)

    return Answer({"npv net_present_value value": main, **returns(flows, schedule, given)})


def returns(flows: Sequence[Decimal], schedule: Schedule, given: Given) -> dict[str, Make]:
    """Return what else may be asked of the same flows."""
    return {
        "irr": lambda: rate_of_return(flows, given.wanted),
        "payback payback_period": lambda: payback(flows),
        "discounted_payback": lambda: discounted_payback(flows, schedule),
    }


@kind("xnpv_xirr", "xnpv", each=("rate",))
def dated(given: Given) -> Answer:
    """Solve for the present value and the rate of return of dated flows."""
    flows, dates = given.numbers(*FLOWS), given.dates("dates", "days")
    parts: dict[str, Make] = {
        "xnpv npv": lambda: xnpv(flows, dates, given.number("rate", "discount_rate")),
        "xirr irr": lambda: xirr(flows, dates),
    }
    return Answer(parts if given.has("rate", "discount_rate") else dict(reversed(parts.items())))


@kind("xirr")
def dated_rate(given: Given) -> Answer:
    """Solve for the rate of return of dated flows."""
    return Answer({"xirr irr rate": lambda: xirr(given.numbers(*FLOWS), given.dates("dates", "days"))})


@kind("irr", "internal_rate_of_return")
def rates_of_return(given: Given) -> Answer:
    """Solve for the internal rate of return, with all its roots."""
    flows = flows_of(given)
    return Answer(
        {
            "irr rate": lambda: rate_of_return(flows, given.wanted),
            "roots all_roots irr_roots rates": lambda: irr_roots(flows),
            "count number_of_roots n_roots": lambda: len(irr_roots(flows)),
            "npv": lambda: npv(flows, schedule_of(given)),
        }
    )


def rate_of_return(flows: Sequence[Decimal], wanted: Shape) -> Found:
    """Return the rate of return; of several, those that the shape of the expected answer has room for.

    A list has room for all, null and a reason for none. A single number has room for one: that of the published
    implementation of numpy-financial, nought or more before less, and then the one nearest to nought.
    """
    only = irr(flows)
    if isinstance(wanted, dict):
        wanted = next((wanted[name] for name in ("irr", "rate", "value") if name in wanted), NUMBER)
    if isinstance(wanted, list):
        return irr_roots(flows)
    if wanted in {NULL, TEXT} or not (isinstance(only, Undefined) and only.reason == "multiple_roots"):
        return only
    return min(irr_roots(flows), key=lambda root: (root < 0, abs(root)))


@kind("mirr", "modified_irr", each=("finance_rate", "reinvest_rate"))
def modified(given: Given) -> Answer:
    """Solve for the modified internal rate of return."""
    both = given.number("rate") if given.has("rate") else None
    finance = given.number("finance_rate", "borrowing_rate", "cost_of_capital", default=both)
    reinvest = given.number("reinvest_rate", "reinvestment_rate", "reinvest", default=both)
    return Answer({"mirr rate": lambda: mirr(flows_of(given), finance, reinvest)})


@kind("payback", "payback_period", "simple_payback")
def paid_back(given: Given) -> Answer:
    """Solve for the years until flows pay back."""
    flows = flows_of(given)
    return Answer({"payback years": lambda: payback(flows), "discounted": lambda: found_discounted(given, flows)})


@kind("discounted_payback", "payback_discounted", each=("rate", "discount_rate"))
def paid_back_discounted(given: Given) -> Answer:
    """Solve for the years until discounted flows pay back."""
    flows = flows_of(given)
    return Answer({"discounted_payback payback years": lambda: found_discounted(given, flows)})


def found_discounted(given: Given, flows: Sequence[Decimal]) -> Found:
    return discounted_payback(flows, schedule_of(given))
