"""Intervals that need no draws: of counts, shares and waiting times."""

from decimal import Decimal

import pytest

from proxeny.indicators import Sums
from proxeny.indicators.intervals import worked_out
from proxeny.indicators.methods import SHIPPED
from proxeny.indicators.streams import Streams, Wait

LEVEL = Decimal("0.95")


def waited(ended: int, of: int) -> Sums:
    """Return the sums of a subject whose engagements are all old enough, so many of them with an outcome."""
    waits = {str(number): Wait(30 + number, number < ended, True) for number in range(of)}
    return Sums({}, streams=Streams(SHIPPED["cash@1"], 2024, waits=waits))


@pytest.mark.parametrize(
    ("shares", "low", "high"),
    # Wilson: Fagerland, Lydersen and Laake, chapter 2 (13 of 16). Beta: quantiles of Beta(13.5, 3.5) by scipy.stats.
    [("wilson", "0.5699", "0.9341"), ("beta", "0.5792", "0.9442")],
)
def test_a_share_has_the_interval_that_is_asked_for(shares: str, low: str, high: str) -> None:
    found = worked_out("conversion.rate", waited(13, 16), LEVEL, shares)  # type: ignore[arg-type]

    assert found is not None
    assert [round(end, 4) for end in (found.low, found.high) if end is not None] == [Decimal(low), Decimal(high)]
    assert found.kind == shares


def test_the_cost_of_an_outcome_follows_the_count() -> None:
    sums = Sums({"cost_travel": 1000, "outcomes_pilot": 10})

    count, cost = (worked_out(id, sums, LEVEL) for id in ("outcomes.count", "cost.per_outcome"))

    assert count is not None
    assert cost is not None
    assert cost.low is not None
    assert count.high is not None
    assert round(cost.low * count.high, 6) == 1000
    assert worked_out("cost.total", sums, LEVEL) is None


def test_the_share_that_is_verified_counts_harm_too() -> None:
    harm = Sums({"outcomes_negative_effect": 2, "outcomes_verified": 2})

    found = worked_out("outcomes.verified_share", harm, LEVEL)

    assert found is not None
    assert found.high == 1
