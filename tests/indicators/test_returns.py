"""Returns of records: known answers, what moves them and what does not, and when there is none."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxeny.indicators import (
    LEVERS,
    Cost,
    Counterfactual,
    Items,
    Levers,
    Outcome,
    Scenario,
    assess,
    catalogue,
    display,
    figures,
)
from proxeny.indicators.appraisal import npv as npv_of_flows
from proxeny.indicators.streams import EVIDENCE_LEVELS
from proxeny.indicators.valuation import of_flows
from tests.indicators import given as make

FEW = Levers(Decimal("0.1"), Decimal("0.2"), Decimal("0.3"), Decimal("0.4"), 2)
RATIOS = ("sroi", "bcr", "irr", "payback", "evidence.floor.2", "break_even.deadweight", "concentration", "budget.share")
METHODS = ("cash@1", "sroi-guide@1", "green-book@1")
some_outcomes = st.lists(make.outcomes(), min_size=1, max_size=6)
some_costs = st.lists(make.costs(), min_size=1, max_size=4)


@pytest.mark.parametrize(
    ("id", "shown"),
    [
        ("value.gross", "3000.00"),
        ("value.net", "3000.00"),
        ("value.present", "2801.64"),
        ("sroi", "1.400818"),
        ("sroi.net", "0.400818"),
        ("bcr", "1.400818"),
        ("npv", "801.64"),
        ("irr", "0.233752"),
        ("mirr", "0.158069"),
        ("payback", "2"),
        ("payback.discounted", "2.111211"),
        ("evidence.floor.0", "1.400818"),
        ("evidence.floor.3", "0.450971"),
        ("break_even.deadweight", "0.286132"),
    ],
)
def test_three_years_worked_out_by_hand(id: str, shown: str) -> None:
    """2000 now for 1000 in each of three years from the next: 966.18 + 933.51 + 901.94 = 2801.64 at 3.5 %."""
    outcomes = [
        make.outcome(1000, occurred_on=make.OBSERVED.replace(year=make.YEAR + year), evidence_level=year)
        for year in (1, 2, 3)
    ]
    items = Items(costs=[make.cost(2000)], outcomes=outcomes)

    assert display(make.figure(id, items), 2).value == shown


def test_flows_are_those_of_the_library() -> None:
    flows = [Decimal(-1000), Decimal(400), Decimal(400), Decimal(400)]
    sums = of_flows("green-book@1", benefits=[0, 400, 400, 400], costs=[1000])

    by_id = {figure.indicator: figure.value for figure in figures(sums)}

    assert by_id["payback"] == Decimal("2.5")
    npv = by_id["npv"]
    assert npv is not None
    assert npv.quantize(Decimal("1E-20")) == npv_of_flows(flows, make.GREEN_BOOK.schedule).quantize(Decimal("1E-20"))


def test_harm_lowers_the_return_and_is_no_cost() -> None:
    good = [make.outcome(3000)]
    items = Items(costs=[make.cost(1000)], outcomes=good)
    harmed = items._replace(outcomes=[*good, make.outcome(500, kind="negative_effect")])

    assert (make.value("sroi", items), make.value("sroi", harmed)) == (Decimal(3), Decimal("2.5"))


def test_inputs_are_all_that_was_put_in_by_whomever() -> None:
    items = Items(costs=[make.cost(600), make.cost(400, funded_by="external_grant")], outcomes=[make.outcome(2000)])

    assert make.value("sroi", items) == 2
    assert make.value("npv", items) == 1000


@pytest.mark.parametrize(
    ("items", "reasons"),
    [
        (Items(), {"sroi": "zero_cost", "irr": "no_sign_change", "payback": "zero_cost"}),
        (Items(outcomes=[make.outcome(5)]), {"bcr": "zero_cost", "npv": "zero_cost", "evidence.floor.0": "zero_cost"}),
        (
            Items(costs=[make.cost(5)], outcomes=[make.outcome()]),
            {"sroi": "no_outcomes", "npv": "no_outcomes", "value.present": "no_outcomes", "payback": "not_reached"},
        ),
        (
            Items(costs=[make.cost(5)], outcomes=[make.outcome(2, evidence_level=1)]),
            {"evidence.floor.2": "no_outcomes", "break_even.deadweight": "not_reached"},
        ),
        (Items(costs=[make.cost(5)], outcomes=[make.outcome(9)]), {"break_even.drop_off": "not_reached"}),
    ],
)
def test_a_return_that_there_is_not_says_why(items: Items, reasons: dict[str, str]) -> None:
    found = {id: make.figure(id, items) for id in reasons}

    assert {id: figure.reason for id, figure in found.items()} == reasons
    assert all(figure.value is None and figure.status == "undefined" for figure in found.values())


def test_several_rates_of_return_are_none() -> None:
    sums = of_flows("green-book@1", benefits=[0, 6000, 0, 6000], costs=[1000, 0, 11000])

    [found] = figures(sums, ["irr"])

    assert found.reason == "multiple_roots"


@given(some_outcomes, some_costs, st.integers(1, 10**6).map(lambda units: Decimal(units).scaleb(-3)))
def test_another_currency_leaves_ratios_and_rates_as_they_are(
    outcomes: list[Outcome], costs: list[Cost], rate: Decimal
) -> None:
    items = Items(costs=costs, outcomes=outcomes, budgets=[make.budget(10**6)])
    scaled = Items(
        costs=[cost._replace(factor=rate) for cost in costs],
        outcomes=[one._replace(factor=(one.factor or Decimal(1)) * rate) for one in outcomes],
        budgets=[make.budget(10**6, factor=rate)],
    )

    for id in RATIOS:
        before, after = make.figure(id, items), make.figure(id, scaled)
        assert (before.status, before.reason) == (after.status, after.reason)
        assert display(before, 2) == display(after, 2)


@given(some_outcomes, some_costs)
def test_the_return_on_all_evidence_is_the_return_and_less_evidence_is_never_less_of_what_is_good(
    outcomes: list[Outcome], costs: list[Cost]
) -> None:
    good = [one._replace(kind="pilot", funding_stage=None) for one in outcomes]
    floors = [make.figure(f"evidence.floor.{level}", Items(costs=costs, outcomes=good)) for level in EVIDENCE_LEVELS]

    assert floors[0].value == make.figure("sroi", Items(costs=costs, outcomes=good)).value
    known = [floor.value for floor in floors if floor.value is not None]
    assert known == sorted(known, reverse=True)


@given(some_outcomes, st.sampled_from(LEVERS), st.integers(0, 99).map(lambda share: Decimal(share).scaleb(-2)))
def test_the_break_even_value_put_in_gives_a_ratio_of_one(outcomes: list[Outcome], lever: str, share: Decimal) -> None:
    """What is gained with a share in the place of a lever is taken for the cost: that share is then found again."""
    valued = [
        one._replace(amount=(one.amount or Decimal(0)) + 1, factor=Decimal("1.1"), kind="pilot") for one in outcomes
    ]
    lasting = [
        one._replace(status="reported", levers=FEW._replace(duration_years=2 + n)) for n, one in enumerate(valued)
    ]
    put_in = [make.with_lever(one, lever, share) for one in lasting]
    covering = make.cost(make.value("value.present", Items(outcomes=put_in)))

    assert abs(make.value(f"break_even.{lever}", Items(costs=[covering], outcomes=lasting)) - share) < Decimal("1E-20")
    assert make.value("bcr", Items(costs=[covering], outcomes=put_in)) == 1


@pytest.mark.parametrize("worth", ["931.07", "2.000003", "77777.77", "0.000000001"])
def test_what_just_pays_with_no_drop_off_breaks_even_at_none(worth: str) -> None:
    lasting = [
        make.outcome(Decimal(worth), levers=FEW._replace(drop_off=Decimal(0), duration_years=years))._replace(
            record=f"o-{years}"
        )
        for years in range(2, 12)
    ]
    covering = make.cost(make.value("value.present", Items(outcomes=lasting)))

    assert make.value("break_even.drop_off", Items(costs=[covering], outcomes=lasting)) == 0


def test_harm_is_lessened_by_the_lever_that_breaks_even_as_well() -> None:
    outcomes = [make.outcome(3000), make.outcome(1000, kind="negative_effect")]

    assert make.value("break_even.deadweight", Items(costs=[make.cost(500)], outcomes=outcomes)) == Decimal("0.75")


def test_a_scenario_is_not_lessened_by_the_deadweight_that_breaks_even() -> None:
    scenarios = Counterfactual(Scenario(Decimal(900)), Scenario(Decimal(500)))
    outcomes = [make.outcome(900, counterfactual=scenarios), make.outcome(1200)]
    items = Items(costs=[make.cost(1000)], outcomes=outcomes)

    assert make.value("break_even.deadweight", items) == Decimal("0.5")
    assert make.value("break_even.attribution_to_others", items) == Decimal("0.375")


def test_the_drop_off_that_breaks_even_on_two_equal_years_is_what_the_second_may_lose() -> None:
    levers = Levers(Decimal(0), Decimal(0), Decimal(0), None, 2)
    items = Items(costs=[make.cost(150)], outcomes=[make.outcome(100, levers=levers)])
    framed = make.frame("cash@1", models=True, spreads=make.GREEN_BOOK.spreads)

    assert make.value("break_even.drop_off", items, framed) == Decimal("0.5")
    assert make.figure("break_even.drop_off", items, framed).status == "ok"


@given(
    st.lists(make.outcomes(), max_size=4),
    st.lists(make.costs(), max_size=3),
    st.sampled_from(["cash@1", "sroi-guide@1"]),
)
def test_every_figure_of_any_records_has_a_value_or_a_reason(
    outcomes: list[Outcome], costs: list[Cost], method: str
) -> None:
    found = figures(assess(Items([make.engagement()], costs, outcomes), make.frame(method)))

    assert [figure.indicator for figure in found] == [definition.id for definition in catalogue()]
    for figure in found:
        assert (figure.value is None) == (figure.reason is not None)
        assert figure.value is None or figure.value.is_finite()
        assert figure.assumed == () or (figure.status == "assumption_based" and method != "cash@1")
