"""Records for the tests of figures, each with what the test does not care about filled in."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from proxeny.indicators import SHIPPED, Budget, Cost, Engagement, Figure, Frame, Items, Levers, Outcome, assess, figures

ONE = Decimal(1)
YEAR = 2025
GREEN_BOOK = SHIPPED["green-book@1"]
OBSERVED = date(2026, 6, 30)
NO_LEVERS = Levers(Decimal(0), Decimal(0), Decimal(0), Decimal(0), 1)

shares = st.integers(0, 100).map(lambda hundredths: Decimal(hundredths).scaleb(-2))
weights = st.integers(1, 10**6).map(lambda millionths: Decimal(millionths).scaleb(-6))
amounts = st.integers(0, 10**9).map(lambda cents: Decimal(cents).scaleb(-2))
maybe_shares = st.none() | shares
levers = st.builds(Levers, maybe_shares, maybe_shares, maybe_shares, maybe_shares, st.none() | st.integers(1, 12))


def engagement(record: str = "e", **known: Any) -> Engagement:
    """Return an engagement that took place a year and a half before it was looked at."""
    whole = Engagement(record, 1, ONE, "mission", "completed", date(2025, 1, 1), Decimal(0), Decimal(0))
    return whole._replace(**known)


def cost(amount: Decimal | int = 0, **known: Any) -> Cost:
    """Return a journey that the city paid in the base year."""
    whole = Cost("c", 1, ONE, "travel", "city", False, date(YEAR, 5, 1), Decimal(amount), "EUR", ONE)
    return whole._replace(**known)


def outcome(amount: Decimal | int | None = None, **known: Any) -> Outcome:
    """Return an outcome of the base year to which no lever applies."""
    value = None if amount is None else Decimal(amount)
    day = date(YEAR, 7, 1)
    whole = Outcome("o", 1, ONE, "policy_change", None, "reported", day, None, value, "EUR", ONE, levers=NO_LEVERS)
    return whole._replace(**known)


def with_lever(outcome: Outcome, lever: str, share: Decimal) -> Outcome:
    """Return the outcome with a share in the place of one of its levers."""
    known: dict[str, Any] = {lever: share}
    return outcome._replace(levers=outcome.levers._replace(**known))


def frame(method: str = "green-book@1", base_year: int = YEAR, **choices: Any) -> Frame:
    """Return the frame of a shipped method, with some of its choices made otherwise."""
    return Frame(replace(SHIPPED[method], **choices), base_year, OBSERVED)


def figure(id: str, items: Items, framed: Frame | None = None) -> Figure:
    """Return one figure of some records."""
    [found] = figures(assess(items, framed or frame()), [id])
    return found


def value(id: str, items: Items, framed: Frame | None = None) -> Decimal:
    """Return the value of a figure that has one."""
    found = figure(id, items, framed).value
    assert found is not None, (id, figure(id, items, framed))
    return found


def budget(amount: Decimal | int, **known: Any) -> Budget:
    """Return the city's budget of the base year."""
    return Budget("b", 1, ONE, YEAR, Decimal(amount), "EUR", ONE)._replace(**known)


@st.composite
def outcomes(draw: st.DrawFn) -> Outcome:
    """Draw an outcome of any kind, counted or not, valued or not."""
    kind = draw(st.sampled_from(["policy_change", "pilot", "funding", "investment_or_trade", "negative_effect"]))
    has_amount = draw(st.booleans())
    return outcome(
        draw(amounts) if has_amount else None,
        record=draw(st.uuids()).hex,
        kind=kind,
        weight=draw(weights),
        level=draw(st.sampled_from([None, "local", "national"])),
        status=draw(st.sampled_from(["expected", "reported", "verified", "rejected"])),
        funding_stage=draw(st.sampled_from(["pledged", "committed", "disbursed"])) if kind == "funding" else None,
        occurred_on=draw(st.dates(date(2019, 1, 1), date(2027, 12, 31))),
        factor=draw(st.integers(1, 10**20).map(lambda units: Decimal(units).scaleb(-19))),
        quantity=draw(st.none() | amounts),
        unit=draw(st.sampled_from([None, "people", "hours", "tonnes"])),
        unit_value=draw(st.none() | amounts),
        levers=draw(levers),
        evidence_level=draw(st.none() | st.integers(0, 5)),
        engagement=draw(st.sampled_from([None, "e", "f"])),
    )


@st.composite
def costs(draw: st.DrawFn) -> Cost:
    """Draw a cost of any category and year."""
    return cost(
        draw(amounts),
        record=draw(st.uuids()).hex,
        weight=draw(weights),
        category=draw(st.sampled_from(["travel", "event", "staff_time", "in_kind"])),
        funded_by=draw(st.sampled_from(["city", "network", "external_grant"])),
        incurred_on=draw(st.dates(date(2019, 1, 1), date(2027, 12, 31))),
        networks=draw(st.sampled_from([(), (("c40", Decimal("0.4")), ("iclei", Decimal("0.6")))])),
    )
