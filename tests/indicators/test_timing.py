"""How often and how soon something comes of engagements, and how they are spread: known answers and edges."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxeny.indicators import Items, Network, Outcome, assess, together
from proxeny.indicators.timing import adoptions, conversions
from tests.indicators import given as make

TIMES = (6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35)
CAME = (1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0)
C40 = Network("c40", 1, frozenset({"climate_change", "energy"}), frozenset({"athens", "bilbao", "vienna"}))
EUROCITIES = Network("eurocities", 1, frozenset({"climate_change", "culture"}), frozenset({"bilbao", "vienna"}))
TWINS = Network("twins", 1, frozenset({"culture"}), frozenset())


def test_the_median_is_that_of_the_6_mp_remissions() -> None:
    """Freireich et al. (1963), as in MASS::gehan of R: the median is 23, open ones censored."""
    engagements = [
        make.engagement(
            str(nth),
            starts_on=make.OBSERVED - timedelta(days=days),
            first_outcome_on=make.OBSERVED if came else None,
        )
        for nth, (days, came) in enumerate(zip(TIMES, CAME, strict=True))
    ]

    found = make.figure("time_to_outcome", Items(engagements))

    assert (found.value, found.unit, found.n) == (Decimal(23), "days", 21)


def test_what_is_planned_cancelled_or_to_come_is_not_waited_for() -> None:
    engagements = [
        make.engagement("a", status="planned"),
        make.engagement("b", status="cancelled"),
        make.engagement("c", starts_on=make.OBSERVED + timedelta(days=1)),
    ]

    assert make.figure("time_to_outcome", Items(engagements)).reason == "no_engagements"


def test_an_outcome_before_the_start_came_at_once_and_one_after_the_last_look_not_yet() -> None:
    early = make.engagement("a", first_outcome_on=date(2024, 1, 1))
    late = make.engagement("b", first_outcome_on=make.OBSERVED + timedelta(days=1))

    assert make.value("time_to_outcome", Items([early])) == 0
    assert make.figure("time_to_outcome", Items([late])).reason == "not_reached"


def test_only_what_is_old_enough_counts_in_the_rate_of_conversion() -> None:
    year_ago = make.OBSERVED - timedelta(days=365)
    engagements = [
        make.engagement("a", starts_on=year_ago, first_outcome_on=year_ago, weight=Decimal("0.1")),
        make.engagement("b", starts_on=year_ago),
        make.engagement("c", starts_on=year_ago),
        make.engagement("d", starts_on=year_ago + timedelta(days=1), first_outcome_on=make.OBSERVED),
    ]
    found = make.figure("conversion.rate", Items(engagements))

    assert conversions(assess(Items(engagements), make.frame())) == (1, 3)
    assert (found.value, found.n) == (Decimal("0.3333333333333333333333333333"), 3)
    assert make.value("conversion.rate", Items(engagements), make.frame(mature_days=300)) == Decimal("0.5")


def test_a_share_of_two_is_not_told() -> None:
    found = make.figure("conversion.rate", Items([make.engagement("a"), make.engagement("b")]))

    assert (found.value, found.status, found.reason, found.n) == (None, "insufficient_data", "too_few", 2)


@pytest.mark.parametrize(
    ("policy", "is_adopted"),
    [
        (make.outcome(kind="policy_change", engagement="e", occurred_on=date(2025, 7, 1)), True),
        (make.outcome(kind="joint_policy", engagement="f", occurred_on=date(2026, 1, 1)), True),
        (make.outcome(kind="policy_change", engagement="e", occurred_on=date(2025, 6, 30)), False),
        (make.outcome(kind="policy_change", engagement="g", occurred_on=date(2026, 1, 1)), False),
        (make.outcome(kind="policy_change", engagement="e", occurred_on=date(2026, 1, 1), status="expected"), False),
        (make.outcome(kind="pilot", engagement="e", record="q", occurred_on=date(2026, 1, 1)), False),
    ],
)
def test_a_pilot_is_adopted_by_a_later_policy_of_one_of_its_engagements(policy: Outcome, is_adopted: bool) -> None:
    pilot = [make.outcome(kind="pilot", record="p", engagement=each) for each in ("e", "f")]

    found = assess(Items(outcomes=[*pilot, policy]), make.frame())

    assert found.assessed.pilots["p"] == is_adopted
    assert adoptions(found).successes == int(is_adopted)


def test_the_rate_of_adoption_counts_each_pilot_once() -> None:
    pilots = [make.outcome(kind="pilot", record=record, engagement=record) for record in "abcd"]
    policy = make.outcome(kind="policy_change", engagement="a")

    found = make.figure("pilot.adoption_rate", Items(outcomes=[*pilots, pilots[0], policy]))

    assert (found.value, found.n) == (Decimal("0.25"), 4)


def test_an_engagement_in_two_groups_is_waited_for_once() -> None:
    items = Items([make.engagement(record) for record in "abc"])
    sums = assess(items, make.frame())

    assert conversions(together([sums, sums])) == (0, 3)


def test_the_share_of_the_budget_is_what_the_city_paid_in_the_years_with_a_budget() -> None:
    costs = [
        make.cost(300),
        make.cost(200, funded_by="network"),
        make.cost(900, incurred_on=date(make.YEAR - 1, 1, 1)),
    ]

    assert make.value("budget.share", Items(costs=costs, budgets=[make.budget(6000)])) == Decimal("0.05")
    assert make.figure("budget.share", Items(costs=costs)).reason == "no_budget"
    assert make.figure("budget.share", Items(costs=costs, budgets=[make.budget(1, factor=None)])).reason == "no_rate"


def test_concentration_is_that_of_what_was_spent_through_each_network() -> None:
    costs = [
        make.cost(60, networks=(("c40", Decimal("0.5")), ("iclei", Decimal("0.5")))),
        make.cost(20, networks=(("c40", Decimal(1)),)),
        make.cost(20, networks=(("eurocities", Decimal(1)),)),
        make.cost(999),
    ]

    assert make.value("concentration", Items(costs=costs)) == Decimal("0.38")
    assert make.figure("concentration", Items(costs=costs[3:])).reason == "zero_cost"


def test_overlap_is_the_mean_over_pairs_of_what_they_share() -> None:
    """Themes 1/3 and members 2/3 make 1/2; with no members of the third known, its themes count alone: 0 and 1/2."""
    assert make.value("overlap", Items(networks=[C40, EUROCITIES])) == Decimal("0.5")
    assert display(make.value("overlap", Items(networks=[C40, EUROCITIES, TWINS]))) == "0.250000"
    assert make.figure("overlap", Items(networks=[C40])).reason == "too_few"


def test_what_several_claim_is_told_by_how_often() -> None:
    outcomes = [
        make.outcome(weight=Decimal("0.5"), claimed=Decimal(1)),
        make.outcome(weight=Decimal("0.5"), claimed=Decimal(1)),
        make.outcome(),
        make.outcome(status="expected", claimed=Decimal(9)),
    ]

    assert make.value("double_count.factor", Items(outcomes=outcomes)) == Decimal("1.5")
    assert make.figure("double_count.factor", Items()).reason == "no_outcomes"


@given(st.lists(st.tuples(st.integers(0, 900), st.booleans()), min_size=3, max_size=30))
def test_more_outcomes_never_take_longer(waited: list[tuple[int, bool]]) -> None:
    engagements = [
        make.engagement(
            str(nth),
            starts_on=make.OBSERVED - timedelta(days=days),
            first_outcome_on=make.OBSERVED if came else None,
        )
        for nth, (days, came) in enumerate(waited)
    ]
    sooner = [engagement._replace(first_outcome_on=engagement.starts_on) for engagement in engagements]

    assert make.value("time_to_outcome", Items(sooner)) == 0
    assert conversions(assess(Items(sooner), make.frame())).successes >= (
        conversions(assess(Items(engagements), make.frame())).successes
    )


def display(value: Decimal) -> str:
    """Return an index as it is shown."""
    return f"{value:.6f}"
