"""Made-up records that are uncertain, for the tests of intervals and swings."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from proxeny.indicators import figures
from proxeny.indicators.items import Cost, Items, Outcome
from proxeny.indicators.levers import Levers
from proxeny.indicators.methods import SHIPPED, SPREADS, Method
from proxeny.indicators.valuation import assess
from proxeny.indicators.worth import Frame

NOUGHT = Decimal(0)
ONE = Decimal(1)
GREEN_BOOK = SHIPPED["green-book@1"]
CERTAIN = replace(GREEN_BOOK, spreads=dict.fromkeys(SPREADS, Decimal(0)))
RECORDED = Levers(Decimal("0.2"), Decimal("0.1"), Decimal("0.05"), Decimal("0.1"), 4)
NO_LEVERS = Levers(NOUGHT, NOUGHT, NOUGHT, NOUGHT, 1)
DRAWS = 4_000


def framed(method: Method) -> Frame:
    return Frame(method, 2024, date(2026, 1, 1))


FRAME = framed(GREEN_BOOK)


def an_outcome(number: int = 0, **changes: Any) -> Outcome:
    made = Outcome(
        f"o-{number:06}", 1, ONE, "pilot", None, "verified", date(2024, 3, 1), amount=Decimal(1000 + number),
        currency="EUR", factor=ONE, levers=RECORDED, evidence_level=3,
    )  # fmt: skip
    return made._replace(**changes)


def a_cost(number: int = 0, *, estimated: bool = False) -> Cost:
    return Cost(f"c-{number}", 1, ONE, "travel", "city", estimated, date(2024, 2, 1), Decimal(500), "EUR", ONE)


def items(*outcomes: Outcome, estimated: bool = False) -> Items:
    return Items(costs=[a_cost(estimated=estimated)], outcomes=outcomes)


def value_of(subject: Items, indicator: str, method: Method = GREEN_BOOK) -> Decimal:
    [figure] = figures(assess(subject, framed(method)), [indicator])
    assert figure.value is not None
    return figure.value
