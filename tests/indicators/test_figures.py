"""Known answers of the indicators, with where each comes from."""

from decimal import Decimal
from math import exp

import pytest

from proxeny.indicators import Figure, Sums, display, figures
from proxeny.indicators.efficiency import MOST_EXPECTED_OF_NONE

# Made by hand: one city, three engagements, one of them shared half and half with another network.
YEAR: dict[str, Decimal | int] = {
    "engagements": Decimal("2.5"),
    "leader_hours": Decimal("12.5"),
    "staff_hours": Decimal(200),
    "engagement_n": 3,
    "cost_membership_fee": Decimal("1000.00"),
    "cost_travel": Decimal("600.10"),
    "cost_accommodation": Decimal("399.90"),
    "cost_staff_time": Decimal("2500.00"),
    "cost_leader_time": Decimal("1250.00"),
    "cost_in_kind": Decimal("250.00"),
    "cost_external": Decimal("1000.00"),
    "cost_n": 7,
    "outcomes_policy_change": Decimal(1),
    "outcomes_funding": Decimal("1.5"),
    "outcomes_negative_effect": Decimal("0.5"),
    "level_local": Decimal("1.5"),
    "level_national": Decimal(1),
    "outcomes_verified": Decimal("2.25"),
    "outcomes_expected": Decimal(4),
    "capacity_people": Decimal(45),
    "capacity_hours": Decimal("37.5"),
    "funding_pledged": Decimal("9000.00"),
    "funding_committed": Decimal("15000.00"),
    "funding_disbursed": Decimal("5000.00"),
    "funding_cancelled": Decimal("700.00"),
    "benefit": Decimal("19500.00"),
    "benefit_n": 2,
    "outcome_n": 9,
}
BY_HAND = {
    "engagements.count": "2.5",
    "hours.leader": "12.5",
    "hours.staff": "200",
    "cost.total": "6000.00",
    "cost.cash": "2000.00",
    "cost.fees": "1000.00",
    "cost.travel": "1000.00",
    "cost.staff_time": "2500.00",
    "cost.leader_time": "1250.00",
    "cost.in_kind": "250.00",
    "cost.external": "1000.00",
    "cost.own": "5000.00",
    "cost.category.travel": "600.10",
    "cost.category.event": "0.00",
    "outcomes.count": "2.5",
    "outcomes.count.funding": "1.5",
    "outcomes.count.negative_effect": "0.5",
    "outcomes.level.local": "1.5",
    "outcomes.level.regional": "0",
    "outcomes.expected": "4",
    "outcomes.verified_share": "0.750000",
    "outcomes.per_leader_hour": "0.200000",
    "cost.per_engagement": "2400.00",
    "cost.per_outcome": "2400.00",
    "cost.per_policy_change": "6000.00",
    "cost.per_funding": "4000.00",
    "funding.mobilised": "20000.00",
    "funding.pledged": "9000.00",
    "funding.committed": "15000.00",
    "funding.disbursed": "5000.00",
    "funding.leverage": "4.000000",
    "capacity.people_trained": "45",
    "capacity.hours": "37.5",
    "roi": "2.900000",
}


def figure(id: str, values: dict[str, Decimal | int], missing: int = 0) -> Figure:
    [found] = figures(Sums(values, missing), [id])
    return found


@pytest.mark.parametrize(("id", "expected"), BY_HAND.items())
def test_a_year_worked_out_by_hand(id: str, expected: str) -> None:
    found = figure(id, YEAR)

    assert display(found, minor_digits=2).value == expected
    assert (found.status, found.reason, found.bound) == ("ok", None, None)


@pytest.mark.parametrize(
    ("id", "n"),
    [
        ("hours.leader", 3),
        ("cost.total", 7),
        ("outcomes.count", 9),
        ("cost.per_outcome", 16),
        ("cost.per_engagement", 10),
        ("outcomes.per_leader_hour", 12),
        ("funding.leverage", 16),
        ("roi", 16),
    ],
)
def test_n_counts_the_records_a_figure_rests_on(id: str, n: int) -> None:
    assert figure(id, YEAR).n == n


def test_roi_is_the_one_of_roi_basics() -> None:
    """Phillips and Phillips, ROI Basics (ASTD Press, 2005): 60,000 of benefits for 20,000 are 200 %."""
    found = figure("roi", {"benefit": 60_000, "cost_consultancy": 20_000, "benefit_n": 1})

    assert found.value == 2


def test_leverage_of_a_grant_of_85_percent() -> None:
    """A grant that bears 85 % of a budget brings 85/15 = 17/3 of the rest."""
    found = figure("funding.leverage", {"funding_committed": 85, "cost_event": 100, "cost_external": 85})

    assert display(found, 2).value == "5.666667"


@pytest.mark.parametrize("id", ["cost.per_outcome", "cost.per_pilot", "cost.per_policy_change"])
def test_cost_without_outcomes_has_the_exact_poisson_bound(id: str) -> None:
    """epitools::pois.exact (R) gives 2.996 as the one-sided 95 % limit for no events."""
    found = figure(id, {"cost_travel": Decimal("10000.00"), "cost_n": 4})

    assert found == Figure(id, None, "money", "undefined", "no_outcomes", found.bound, 4)
    assert display(found, 2) == (None, "3337.78")


def test_the_bound_is_where_no_outcome_has_a_probability_of_5_percent() -> None:
    assert exp(-float(MOST_EXPECTED_OF_NONE)) == pytest.approx(0.05, abs=2e-5)


def test_nothing_spent_and_nothing_reached_has_no_bound() -> None:
    found = figure("cost.per_outcome", {})

    assert (found.value, found.reason, found.bound) == (None, "no_outcomes", None)


def test_an_outcome_for_nothing_costs_nothing() -> None:
    assert figure("cost.per_outcome", {"outcomes_pilot": 1}).value == 0


def test_harm_is_no_outcome_to_divide_by() -> None:
    found = figure("cost.per_outcome", {"cost_travel": 100, "outcomes_negative_effect": 1})

    assert found.reason == "no_outcomes"


@pytest.mark.parametrize(
    ("id", "values", "reason"),
    [
        ("cost.per_engagement", {"cost_travel": 1}, "no_engagements"),
        ("outcomes.per_leader_hour", {"outcomes_pilot": 1}, "no_hours"),
        ("outcomes.verified_share", {"outcomes_expected": 1}, "no_outcomes"),
        ("funding.leverage", {"funding_committed": 1}, "zero_cost"),
        ("funding.leverage", {"funding_committed": 1, "cost_travel": 5, "cost_external": 5}, "zero_cost"),
        ("roi", {"benefit": 1, "benefit_n": 1}, "zero_cost"),
        ("roi", {"cost_travel": 5, "cost_n": 1, "outcome_n": 3}, "no_outcomes"),
    ],
)
def test_a_ratio_of_nothing_is_undefined_and_says_why(id: str, values: dict[str, Decimal | int], reason: str) -> None:
    found = figure(id, values)

    assert (found.value, found.status, found.reason, found.bound) == (None, "undefined", reason, None)


def test_harm_alone_can_make_the_return_less_than_nothing() -> None:
    assert figure("roi", {"benefit": -50, "cost_travel": 100, "benefit_n": 1}).value == Decimal("-1.5")


def test_a_share_of_verified_counts_verified_harm() -> None:
    assert figure("outcomes.verified_share", {"outcomes_verified": 1, "outcomes_negative_effect": 1}).value == 1


def test_yen_are_shown_without_a_point_and_dinars_with_three_digits() -> None:
    total = figure("cost.total", {"cost_travel": Decimal("1234.5675")})

    assert display(total, 0).value == "1235"
    assert display(total, 3).value == "1234.568"
