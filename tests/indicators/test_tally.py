"""The named sums of records; that the kept sums of the server are the same is tests/api/test_rollups_are_exact.py."""

from decimal import Decimal

from proxeny.indicators import Items, assess
from tests.indicators import given as make


def test_what_is_planned_took_no_hours_and_what_was_cancelled_was_no_engagement() -> None:
    hours = {"leader_hours": Decimal(2), "staff_hours": Decimal(8), "weight": Decimal("0.5")}
    statuses = ("planned", "ongoing", "completed", "cancelled")

    sums = assess(Items([make.engagement(status, status=status, **hours) for status in statuses]), make.frame())

    assert sums.values == {"engagements": 1, "leader_hours": 3, "staff_hours": 12, "engagement_n": 4} | {
        "cost_n": 0,
        "outcome_n": 0,
    }


def test_units_that_are_no_capacity_are_in_no_sum_of_people_or_hours() -> None:
    sums = assess(Items(outcomes=[make.outcome(quantity=Decimal(9), unit="tonnes")]), make.frame())

    assert sums.values == {"outcomes_policy_change": 1, "outcome_n": 1, "engagement_n": 0, "cost_n": 0}
