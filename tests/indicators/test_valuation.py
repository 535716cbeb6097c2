"""What outcomes are worth by each method: published answers, conventions, and parts that add up to the whole."""

from dataclasses import replace
from datetime import date
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxeny.indicators import (
    LEVERS,
    SHIPPED,
    Cost,
    Counterfactual,
    Frame,
    Items,
    Levers,
    Outcome,
    Scenario,
    assess,
    figures,
    together,
    valued,
)
from proxeny.indicators.discounting import flat
from proxeny.indicators.rounding import EXACT
from tests.indicators import given as make

NOUGHT = Decimal(0)
ONE = make.outcome(
    quantity=Decimal(90),
    unit_value=Decimal(19),
    levers=Levers(NOUGHT, Decimal("0.1"), NOUGHT, Decimal("0.1"), 5),
)
TWO = make.outcome(
    quantity=Decimal(100),
    unit_value=Decimal(50),
    levers=Levers(Decimal("0.3"), Decimal("0.25"), Decimal("0.1"), Decimal("0.2"), 3),
)
UNDISCOUNTED: dict[str, Any] = {"schedule": flat(NOUGHT), "horizon_years": None}
VALUES = ("value.gross", "value.net", "value.present")


@pytest.mark.parametrize(
    ("levers", "ratio"),
    [
        (make.NO_LEVERS, "2.0"),
        (make.NO_LEVERS._replace(deadweight=Decimal("0.2")), "1.6"),
        (make.NO_LEVERS._replace(attribution_to_others=Decimal("0.4")), "1.2"),
        (make.NO_LEVERS._replace(displacement=Decimal("0.1")), "1.8"),
    ],
)
def test_the_return_with_each_lever_is_that_of_spec_044(levers: Levers, ratio: str) -> None:
    """SPEC-044 of the public social_impact_scanner, where the second is written as an own share of 0.6."""
    items = Items(costs=[make.cost(100_000)], outcomes=[make.outcome(200_000, levers=levers)])

    assert make.value("sroi", items) == Decimal(ratio)


def test_the_drop_off_is_that_of_spec_044() -> None:
    levers = make.NO_LEVERS._replace(drop_off=Decimal("0.1"), duration_years=5)
    items = Items(costs=[make.cost(100_000)], outcomes=[make.outcome(100_000, levers=levers)])
    framed = make.frame("sroi-guide@1", **UNDISCOUNTED)

    assert make.value("value.present", items, framed) == Decimal(409510)
    assert make.value("sroi", items, framed) == Decimal("4.0951")


@pytest.mark.parametrize(
    ("outcome", "method", "choices", "present"),
    [
        (ONE, "sroi-guide@1", {}, 5732.185217599498),
        (ONE, "green-book@1", {}, 5932.81170021548),
        (ONE, "green-book@1", UNDISCOUNTED, 6302.358900000001),
        (TWO, "sroi-guide@1", {}, 5410.681290314725),
        (TWO, "green-book@1", {}, 5600.055135475739),
        (TWO, "green-book@1", UNDISCOUNTED, 5764.499999999999),
    ],
)
def test_the_same_outcome_by_several_conventions(
    outcome: Outcome, method: str, choices: dict[str, Any], present: float
) -> None:
    """Worked out for this from the exact formulae; the levers of a public tool that adds them up are not among them."""
    found = make.value("value.present", Items(outcomes=[outcome]), make.frame(method, **choices))

    assert float(found) == pytest.approx(present, rel=1e-12)


def test_a_scenario_stands_in_the_place_of_deadweight_and_displacement() -> None:
    """Net 583.5375 by the formula of the Additionality Guide, at a unit value of 10; half of it is due to others."""
    both = (Decimal("0.1"), Decimal("0.25"), Decimal("0.05"), Decimal("1.3"))
    scenarios = Counterfactual(Scenario(Decimal(1000), *both), Scenario(Decimal(300), *both))
    known: dict[str, Any] = {"quantity": Decimal(1000), "unit_value": Decimal(10), "counterfactual": scenarios}
    alone = make.outcome(levers=Levers(), **known)
    shared = make.outcome(levers=Levers(Decimal("0.9"), Decimal("0.5"), Decimal("0.9")), **known)

    assert make.value("value.gross", Items(outcomes=[alone])) == 10_000
    assert make.value("value.net", Items(outcomes=[alone])) == Decimal("5835.375")
    assert make.figure("value.net", Items(outcomes=[alone])).status == "ok"
    assert make.value("value.net", Items(outcomes=[shared])) == Decimal("2917.6875")


@pytest.mark.parametrize(
    ("outcome", "gross", "moved"),
    [
        (make.outcome(500, kind="funding", funding_stage="committed"), 500, 500),
        (make.outcome(500, kind="funding", funding_stage="disbursed"), 500, 500),
        (make.outcome(500, kind="funding", funding_stage="pledged"), None, None),
        (make.outcome(500, kind="investment_or_trade"), 500, 500),
        (make.outcome(500, kind="negative_effect"), -500, -500),
        (make.outcome(500, kind="policy_change"), 500, None),
        (make.outcome(500, quantity=Decimal(3), unit_value=Decimal(7)), 500, None),
        (make.outcome(quantity=Decimal(3), unit_value=Decimal(7)), 21, None),
        (make.outcome(unit_value=Decimal(7)), 7, None),
        (make.outcome(unit_value=Decimal(7), kind="negative_effect"), -7, None),
        (make.outcome(quantity=Decimal(3)), None, None),
        (make.outcome(500, status="expected"), None, None),
        (make.outcome(500, status="superseded"), None, None),
        (make.outcome(500, factor=None), None, None),
    ],
)
def test_what_an_outcome_is_valued_at(outcome: Outcome, gross: int | None, moved: int | None) -> None:
    modelled, recorded = (valued(outcome, make.frame(method)) for method in ("green-book@1", "cash@1"))

    assert (modelled and modelled.gross) == gross
    assert (recorded and recorded.gross) == moved


def test_cash_is_the_benefit_of_the_return_on_investment_whatever_the_levers() -> None:
    levers = Levers(Decimal("0.5"), Decimal("0.5"), Decimal("0.5"), Decimal("0.5"), 9)
    outcomes = [
        make.outcome(900, kind="funding", funding_stage="committed", levers=levers),
        make.outcome(100, kind="negative_effect", levers=levers),
        make.outcome(70, kind="pilot", levers=levers),
    ]
    items = Items(costs=[make.cost(400)], outcomes=outcomes)

    assert [make.value(id, items, make.frame("cash@1")) for id in VALUES] == [800, 800, 800]
    assert make.value("sroi.net", items, make.frame("cash@1")) == make.value("roi", items, make.frame("cash@1")) == 1


def test_years_are_counted_from_the_start_of_the_value_and_not_beyond_the_horizon() -> None:
    lasting = make.NO_LEVERS._replace(duration_years=4)
    outcome = make.outcome(100, levers=lasting, starts_on=date(make.YEAR + 2, 1, 1))

    found = valued(outcome, make.frame(horizon_years=3))

    assert found is not None
    assert (found.first, list(found.stream)) == (2, [Decimal(100), Decimal(100)])
    assert float(found.present) == pytest.approx(100 / 1.035**2 + 100 / 1.035**3)


def test_what_comes_after_the_horizon_is_worth_nothing_today() -> None:
    late = make.outcome(100, starts_on=date(make.YEAR + 61, 1, 1))

    assert make.value("value.net", Items(outcomes=[late])) == 100
    assert make.value("value.present", Items(outcomes=[late])) == 0


def test_what_came_before_the_base_year_is_worth_more_by_the_same_rate() -> None:
    early = make.outcome(100, occurred_on=date(make.YEAR - 2, 1, 1))

    assert make.value("value.present", Items(outcomes=[early])) == Decimal("107.1225")


def test_a_figure_that_rests_on_priors_says_so_and_names_them() -> None:
    items = Items(
        costs=[make.cost(10)],
        outcomes=[
            make.outcome(100, levers=Levers(Decimal("0.1"), NOUGHT, None, None, 1), evidence_level=2),
            make.outcome(100, levers=Levers(None, NOUGHT, NOUGHT, None, 3)),
        ],
    )

    assert make.figure("value.gross", items).assumed == ()
    assert make.figure("value.net", items).assumed == ("deadweight", "displacement")
    assert make.figure("sroi", items).assumed == ("deadweight", "displacement", "drop_off")
    assert make.figure("sroi", items).status == "assumption_based"
    assert make.figure("evidence.floor.2", items).assumed == ("displacement",)
    assert make.figure("break_even.displacement", items).assumed == ("deadweight", "drop_off")
    assert make.figure("sroi", items, make.frame("sroi-guide@1", priors={})).status == "ok"
    assert make.figure("cost.total", items).status == "ok"


def test_a_value_without_a_rate_leaves_what_rests_on_values_undefined_and_the_rest_alone() -> None:
    items = Items(
        costs=[make.cost(10)],
        outcomes=[make.outcome(100), make.outcome(unit_value=Decimal(5), currency="ARS", factor=None)],
    )

    assert [make.figure(id, items).reason for id in (*VALUES, "sroi", "irr")] == ["no_rate"] * 5
    assert make.value("cost.total", items) == 10
    assert make.value("double_count.factor", items) == 1


@given(make.outcomes(), st.sampled_from(LEVERS), make.shares, make.shares)
def test_more_of_a_lever_never_makes_a_value_larger(outcome: Outcome, lever: str, one: Decimal, other: Decimal) -> None:
    low, high = (valued(make.with_lever(outcome, lever, share), make.frame()) for share in sorted([one, other]))

    assert (low is None) == (high is None)
    if low is not None and high is not None:
        assert abs(high.present) <= abs(low.present)
        assert low.gross == high.gross


@given(make.outcomes())
def test_with_every_lever_nought_the_net_value_is_the_gross_one(outcome: Outcome) -> None:
    found = valued(outcome._replace(levers=make.NO_LEVERS), make.frame())

    with localcontext(EXACT):
        assert found is None or found.net == found.gross == sum(found.stream)


@given(make.outcomes())
def test_the_guide_and_the_green_book_differ_by_just_one_years_factor(outcome: Outcome) -> None:
    """Within the years of the rate of 3.5 %, which is all that twelve years from 2027 reach."""
    guide, book = (valued(outcome, make.frame(method)) for method in ("sroi-guide@1", "green-book@1"))

    assert (guide is None) == (book is None)
    if guide is not None and book is not None:
        assert close_to(Fraction(guide.present) * Fraction("1.035"), book.present)
        later = outcome._replace(starts_on=date((outcome.starts_on or outcome.occurred_on).year + 1, 1, 1))
        shifted = valued(later, make.frame("green-book@1"))
        assert shifted is not None
        assert shifted.present == guide.present


@given(st.lists(make.outcomes(), max_size=8))
def test_what_single_outcomes_are_worth_adds_up_exactly_to_the_figures(outcomes: list[Outcome]) -> None:
    parts = [found for outcome in outcomes if (found := valued(outcome, make.frame())) is not None]

    for id, name in zip(VALUES, ("gross", "net", "present"), strict=True):
        figure = make.figure(id, Items(outcomes=outcomes))
        assert (figure.value if parts else figure.reason) == (
            exact_sum([getattr(part, name) for part in parts]) if parts else "no_outcomes"
        )
        assert figure.n == len(parts)


@given(st.lists(make.outcomes(), min_size=1, max_size=6), st.data())
def test_figures_of_parts_of_records_add_up_exactly_to_those_of_the_whole(
    outcomes: list[Outcome], data: st.DataObject
) -> None:
    credits = [data.draw(make.shares) for _ in outcomes]
    mine = [one._replace(weight=one.weight * credit) for one, credit in zip(outcomes, credits, strict=True)]
    others = [one._replace(weight=one.weight * (1 - credit)) for one, credit in zip(outcomes, credits, strict=True)]

    for id in VALUES:
        whole, *parts = (make.figure(id, Items(outcomes=each)) for each in (outcomes, mine, others))
        assert whole.value == (None if whole.value is None else exact_sum([part.value or NOUGHT for part in parts]))


@given(st.lists(make.outcomes(), max_size=5), st.lists(make.outcomes(), max_size=5), st.lists(make.costs(), max_size=4))
def test_sums_of_parts_together_are_the_sums_of_all(
    left: list[Outcome], right: list[Outcome], costs: list[Cost]
) -> None:
    framed = make.frame()
    apart = [assess(Items(outcomes=left, costs=costs), framed), assess(Items(outcomes=right), framed)]
    whole = assess(Items(outcomes=[*left, *right], costs=costs), framed)

    joined = together(apart)

    assert figures(joined) == figures(whole)


def test_parts_by_several_methods_are_not_put_together() -> None:
    parts = [assess(Items(), make.frame(method)) for method in ("cash@1", "green-book@1")]

    with pytest.raises(ValueError, match="Streams of one method and base year can be joined, not of 2"):
        together(parts)


def test_priors_of_nought_are_named_all_the_same() -> None:
    framed = make.frame("green-book@1", priors=dict.fromkeys(LEVERS, NOUGHT))
    found = make.figure("value.net", Items(outcomes=[make.outcome(9, levers=Levers())]), framed)

    assert (found.value, found.status) == (Decimal(9), "assumption_based")


def test_a_method_of_ones_own_discounts_by_its_own_rate() -> None:
    ours = replace(SHIPPED["sroi-guide@1"], name="ours", schedule=flat(Decimal("0.25")))
    framed = Frame(ours, make.YEAR, make.OBSERVED)

    assert make.value("value.present", Items(outcomes=[make.outcome(100)]), framed) == 80


def exact_sum(values: list[Decimal]) -> Decimal:
    """Return the sum of values without rounding any."""
    with localcontext(EXACT):
        return sum(values, NOUGHT)


def close_to(one: Fraction, other: Decimal) -> bool:
    """Tell whether two values agree in 45 digits."""
    return abs(one - Fraction(other)) <= abs(Fraction(other)) / 10**45
