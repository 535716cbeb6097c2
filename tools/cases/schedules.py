"""The rates that a case discounts by, and the year its flows begin with, from whatever way of writing them."""

import re
from decimal import Decimal

from proxeny.indicators.discounting import GREEN_BOOK, Schedule, Step, flat
from proxeny.indicators.methods import SHIPPED
from tools.cases.given import Given, Json, folded, is_several, number_of

NOUGHT = flat(Decimal(0))
RATES = ("rate", "discount_rate", "r", "social_discount_rate", "interest_rate")
SCHEDULES = ("schedule", "rates", "discount_rates", "steps")
YEAR_NOUGHT = r"year.?0|\bt ?= ?0|time.?0|(?<!dis)at once|numpy|npf|undiscounted first|first \w+ undiscounted|immediate"
YEAR_ONE = (
    r"spreadsheet|excel|end.of.(?:the.)?(?:each.)?(?:period|year)|(?<!un)discounted (?:once|one|a )"
    r"|year.?(?:1|one)\b|arrears|sroi.?guide|\bguide\b|omb"
)
TIMING = f"{YEAR_NOUGHT}|{YEAR_ONE}|green.?book|cash@|undiscounted"
UNDISCOUNTED = r"undiscounted|(?:no|without|not) discount"
OF_THE_FIRST = r"first (?:value|flow|cash|payment|benefit)|undiscounted first|initial|outlay|\bt ?= ?0|year.?0"


def schedule_of(given: Given, default: Schedule | None = None) -> Schedule:
    """Return the rates of a case: one rate, steps, yearly rates, or the name of a shipped method or of its schedule."""
    if given.has(*SCHEDULES):
        return read(given.find(*SCHEDULES))
    if given.has(*RATES) and is_several(given.find(*RATES)):
        return read(given.find(*RATES))
    if given.has(*RATES) or any(given.has(f"{name}_pct", f"{name}_percent") for name in RATES):
        return flat(given.number(*RATES))
    for id, method in SHIPPED.items():
        if given.says(rf"\b{id}|\b{id.split('@')[0].replace('-', '.?')}\b"):
            return method.schedule
    return flat(given.number(*RATES)) if default is None else default


def read(written: Json) -> Schedule:
    """Return a schedule from its name, a rate, a list of steps or of yearly rates, or a table of rates by years.

    >>> read("green-book") == GREEN_BOOK == read({"1-30": "3.5%", "31-75": "3.0%", "76-125": "2.5%"})
    True
    >>> read([["2", "0.03"], [None, "0.02"]])
    (Step(through=2, rate=Decimal('0.03')), Step(through=None, rate=Decimal('0.02')))
    """
    if isinstance(written, dict):
        return tuple(sorted((step_of(years, rate) for years, rate in written.items()), key=last))
    if isinstance(written, list):
        return tuple(step(each, year) for year, each in enumerate(written, start=1))
    if isinstance(written, str):
        for id, method in SHIPPED.items():
            if folded(written) in {folded(id), folded(method.name)}:
                return method.schedule
        if folded(written) in {"greenbookdeclining", "hmtreasury", "greenbookstandard", "hmtgreenbook"}:
            return GREEN_BOOK
    return flat(number_of(written))


def last(step: Step) -> float:
    return float("inf") if step.through is None else step.through


def step_of(years: str, rate: Json) -> Step:
    """Return a step from the years it holds for.

    >>> step_of("31-75", "0.03"), step_of("126+", "0.02").through
    (Step(through=75, rate=Decimal('0.03')), None)
    """
    found = re.findall(r"\d+", years)
    is_open = not found or re.search(r"[+>]|(?:-|–|\.\.|…)\s*$|after|beyond|then|onward|thereafter", years) is not None
    return Step(None if is_open else int(found[-1]), number_of(rate))


def step(written: Json, year: int) -> Step:
    """Return a step of a list: a table, a pair of year and rate, or a rate for the year of its place."""
    if isinstance(written, list):
        through, rate = written
        return Step(None if through is None else int(number_of(through)), number_of(rate))
    if not isinstance(written, dict):
        return Step(year, number_of(written))
    given = Given("", written, "", "")
    ends = ("through", "until", "to", "to_year", "end", "last_year", "end_year", "years")
    if not given.has(*ends):
        return Step(None, given.number(*RATES))
    years = given.find(*ends)
    return step_of(years, given.number(*RATES)) if isinstance(years, str) else Step(
        int(number_of(years)), given.number(*RATES)
    )  # fmt: skip


def is_undiscounted(given: Given) -> bool:
    """Say whether nothing is discounted; that the first flow is not does not mean that."""
    clauses = re.split(r"[;()]", given.convention)
    return any(
        re.search(UNDISCOUNTED, clause, re.IGNORECASE) and not re.search(OF_THE_FIRST, clause, re.IGNORECASE)
        for clause in clauses
    )


def first_year_of(given: Given, default: int = 0) -> int:
    """Return the index of the year of the first flow: as an input says, or as the convention does."""
    if given.has("first_year", "first_benefit_year", "start_year", "first_period"):
        return given.whole("first_year", "first_benefit_year", "start_year", "first_period")
    if given.says(YEAR_NOUGHT) or given.says(r"green.?book"):
        return 0
    return 1 if given.says(YEAR_ONE) else default
