"""How far off figures may be: moments, coherence with the figures, repeatability, and the sum of the many."""

import math
import subprocess
import sys
from dataclasses import replace
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from proxeny.indicators import figures
from proxeny.indicators.items import Items, Outcome
from proxeny.indicators.levers import LEVERS, Counterfactual, Levers, Scenario
from proxeny.indicators.methods import SHIPPED, SPREADS, Method
from proxeny.indicators.uncertainty import (
    SIMULATED,
    Interval,
    Subject,
    sampling,
    simulate,
    simulate_groups,
    tornado,
)
from proxeny.indicators.uncertainty.reading import outcomes_of
from proxeny.indicators.valuation import assess
from proxeny.indicators.worth import valued
from tests.indicators.uncertain import (
    CERTAIN,
    DRAWS,
    FRAME,
    GREEN_BOOK,
    NO_LEVERS,
    ONE,
    RECORDED,
    a_cost,
    an_outcome,
    framed,
    items,
    value_of,
)


def interval_of(subject: Items, indicator: str = "sroi", method: Method = GREEN_BOOK, **options: Any) -> Interval:
    return simulate(subject, framed(method), **{"draws": DRAWS, **options}).intervals[indicator]


def width(interval: Interval) -> Decimal:
    return interval.high - interval.low


def sample_of(subject: Items, indicator: str, draws: int = 20_000) -> np.ndarray:
    return simulate(subject, FRAME, draws=draws, keep=[indicator]).samples[indicator]


@pytest.mark.parametrize("indicator", SIMULATED)
def test_without_spreads_the_interval_is_the_figure_to_the_digit(indicator: str) -> None:
    subject = items(an_outcome(), an_outcome(1, quantity=Decimal(7), amount=None, unit_value=Decimal("3.3")))

    found = interval_of(subject, indicator, CERTAIN)

    assert found.low == found.high == value_of(subject, indicator, CERTAIN)
    assert found.standard_error == 0


def test_the_value_is_drawn_with_the_figure_as_its_mean() -> None:
    outcomes = [an_outcome(number, levers=Levers(duration_years=6) if number % 2 else RECORDED) for number in range(40)]
    quantities = [an_outcome(n, amount=None, quantity=Decimal(n), unit_value=Decimal("9.5")) for n in range(50, 60)]
    subject = items(*outcomes, *quantities)

    for indicator in ("value.gross", "value.net", "value.present"):
        drawn = sample_of(subject, indicator)
        expected = float(value_of(subject, indicator))
        assert abs(drawn.mean() - expected) < 4 * drawn.std() / math.sqrt(drawn.size), indicator


AMOUNTS = st.decimals(1, 10**6, places=2)
SHARES = st.none() | st.decimals(0, 1, places=3)


@st.composite
def outcomes_made_up(draw: st.DrawFn) -> list[Outcome]:
    made = []
    for number in range(draw(st.integers(1, 6))):
        amount = draw(AMOUNTS)
        levers = Levers(draw(SHARES), draw(SHARES), draw(SHARES), draw(SHARES), draw(st.none() | st.integers(1, 70)))
        is_ranged = draw(st.booleans())
        made.append(
            an_outcome(
                number,
                kind=draw(st.sampled_from(["pilot", "negative_effect"])),
                amount=amount,
                levers=levers,
                evidence_level=draw(st.none() | st.integers(0, 5)),
                low=amount * draw(st.decimals(0, 1, places=2)) if is_ranged else None,
                high=amount * draw(st.decimals(1, 3, places=2)) if is_ranged else None,
                weight=draw(st.decimals(0, 1, places=2)),
                counterfactual=draw(
                    st.none() | st.just(Counterfactual(Scenario(Decimal(900)), Scenario(Decimal(300))))
                ),
            )
        )
    return made


@given(outcomes_made_up(), st.sampled_from(sorted(SHIPPED)))
@settings(max_examples=60, deadline=None)
def test_the_interval_holds_the_figure(outcomes: list[Outcome], method: str) -> None:
    subject = items(*outcomes, estimated=True)

    found = simulate(subject, framed(SHIPPED[method]), draws=500).intervals

    for figure in figures(assess(subject, framed(SHIPPED[method])), SIMULATED):
        assert (figure.indicator in found) == (figure.value is not None)
        if figure.value is not None:
            assert found[figure.indicator].low <= figure.value <= found[figure.indicator].high


@given(outcomes_made_up(), st.sampled_from(sorted(SHIPPED)))
@settings(max_examples=60, deadline=None)
def test_what_is_recorded_is_read_as_it_is_valued(outcomes: list[Outcome], method: str) -> None:
    frame = framed(SHIPPED[method])
    plain = [outcome._replace(low=None, high=None, weight=ONE) for outcome in outcomes]

    columns = outcomes_of([items(*plain)], frame).columns

    expected = [found for outcome in plain if (found := valued(outcome, frame)) is not None]
    kept = (1 - columns.levers[:3]).prod(axis=0)
    present = columns.sizes.net * columns.sizes.central * kept * columns.courses.worth(columns.levers[3])
    assert (columns.sizes.gross * columns.sizes.central).tolist() == pytest.approx(
        [float(each.gross) for each in expected]
    )
    assert present.tolist() == pytest.approx([float(each.present) for each in expected])
    for place, each in enumerate(expected):
        assert columns.levers[:, place].tolist() == pytest.approx(
            [float(getattr(each.levers, lever)) for lever in LEVERS]
        )
        assert {name for name, is_shared in zip(LEVERS, columns.shared[:, place], strict=True) if is_shared} == set(
            each.levers.assumed
        )


def told(subject: Items, seed: int = 7) -> str:
    return repr(simulate(subject, FRAME, seed=seed, draws=DRAWS)) + repr(
        tornado(subject, FRAME, seed=seed, draws=DRAWS)
    )


def test_the_same_seed_gives_the_same_digits_in_another_process() -> None:
    program = (
        "from tests.indicators.test_uncertainty import told, items, an_outcome as o; print(told(items(o(1), o(2))))"
    )
    answers = {
        subprocess.run(
            [sys.executable, "-c", program], env={"PYTHONHASHSEED": seed, "PYTHONPATH": "."},
            capture_output=True, check=True, text=True,
        ).stdout.strip()
        for seed in ("1", "2")
    }  # fmt: skip

    assert answers == {told(items(an_outcome(1), an_outcome(2)))}


def test_another_seed_gives_other_digits() -> None:
    assert told(items(an_outcome()), seed=7) != told(items(an_outcome()), seed=8)


def test_the_order_of_the_items_does_not_matter() -> None:
    outcomes = [an_outcome(number) for number in range(30)]

    assert told(items(*outcomes)) == told(items(*reversed(outcomes)))


def test_credits_of_one_record_are_drawn_as_one() -> None:
    parts = [an_outcome(weight=Decimal("0.25"), engagement=name) for name in ("a", "b", "c", "d")]

    assert interval_of(items(*parts)) == interval_of(items(an_outcome()))


def test_a_higher_spread_widens_the_interval() -> None:
    wider = replace(GREEN_BOOK, spreads={name: spread * 2 for name, spread in SPREADS.items()})

    assert width(interval_of(items(an_outcome()), method=wider)) > width(interval_of(items(an_outcome())))


def test_better_evidence_narrows_the_interval() -> None:
    widths = [
        width(interval_of(items(an_outcome(evidence_level=level)), "value.gross")) for level in (None, 1, 2, 3, 4, 5)
    ]

    assert widths == sorted(widths, reverse=True)
    assert len(set(widths)) == len(widths)


def test_a_higher_level_widens_the_interval() -> None:
    narrow, wide = (
        simulate(items(an_outcome()), FRAME, draws=DRAWS, level=Decimal(level)).intervals["sroi"]
        for level in ("0.5", "0.95")
    )

    assert wide.low < narrow.low < narrow.high < wide.high


def test_an_assumed_lever_does_not_become_certain_by_being_assumed_often() -> None:
    recorded = [an_outcome(number) for number in range(400)]
    assumed = [outcome._replace(levers=RECORDED._replace(deadweight=None)) for outcome in recorded]

    assert width(interval_of(items(*assumed))) > 5 * width(interval_of(items(*recorded)))


def test_estimated_costs_spread_and_recorded_ones_do_not() -> None:
    gift = an_outcome(low=Decimal(1000), high=Decimal(1000), levers=NO_LEVERS)

    assert width(interval_of(items(gift))) == 0
    assert width(interval_of(items(gift, estimated=True))) > 0


def test_harm_alone_gives_an_interval_below_nought() -> None:
    found = interval_of(items(an_outcome(kind="negative_effect")))

    assert found.low < found.high < 0


def test_an_undefined_figure_has_no_interval() -> None:
    without_costs = Items(outcomes=[an_outcome()])
    without_rate = items(an_outcome(factor=None))

    assert "sroi" not in simulate(without_costs, FRAME, draws=DRAWS).intervals
    assert simulate(without_rate, FRAME, draws=DRAWS).intervals == {}
    assert simulate(Items(), FRAME, draws=DRAWS).intervals.keys() <= {"npv"}
    assert tornado(without_costs, FRAME, draws=DRAWS) == []


def test_the_sum_of_the_many_agrees_with_drawing_them_all(monkeypatch: pytest.MonkeyPatch) -> None:
    outcomes = [
        an_outcome(
            number, levers=RECORDED if number % 3 else Levers(duration_years=number % 5 + 1), evidence_level=number % 6
        )
        for number in range(900)
    ]
    subject = Items(costs=[a_cost(number, estimated=True) for number in range(50)], outcomes=outcomes)

    in_full = simulate(subject, FRAME)
    monkeypatch.setattr(sampling, "BUDGET", 20_000 * 80)
    summed = simulate(subject, FRAME)

    assert (in_full.drawn, in_full.summed) == (950, 0)
    assert (summed.drawn, summed.summed) == (20 + 50, 880)
    for indicator, interval in in_full.intervals.items():
        other = summed.intervals[indicator]
        assert abs(interval.low - other.low) < Decimal("0.04") * width(interval), indicator
        assert abs(interval.high - other.high) < Decimal("0.04") * width(interval), indicator


def test_groups_have_the_intervals_that_they_have_alone_but_for_chance() -> None:
    outcomes = [an_outcome(number) for number in range(60)]
    groups = {"few": items(*outcomes[:10]), "all": items(*outcomes)}

    found = simulate_groups({name: Subject(group) for name, group in groups.items()}, FRAME)

    assert list(found) == ["few", "all"]
    for name, group in groups.items():
        alone = simulate(group, FRAME).intervals["sroi"]
        assert abs(found[name].intervals["sroi"].low - alone.low) < Decimal("0.04") * width(alone)


def test_a_record_in_two_groups_is_drawn_once() -> None:
    whole, half = items(an_outcome()), items(an_outcome(weight=Decimal("0.5")))

    found = simulate_groups({"a": Subject(whole), "b": Subject(half)}, FRAME, draws=DRAWS, keep=["value.net"])

    assert found["a"].samples["value.net"] == pytest.approx(2 * found["b"].samples["value.net"])


def test_known_sums_change_nothing() -> None:
    subject = items(an_outcome(), estimated=True)

    assert simulate(subject, FRAME, sums=assess(subject, FRAME), draws=DRAWS) == simulate(subject, FRAME, draws=DRAWS)


@pytest.mark.parametrize(("options", "parameter"), [({"draws": 1}, "draws"), ({"level": ONE}, "level")])
def test_what_makes_no_interval_is_refused(options: dict[str, Any], parameter: str) -> None:
    with pytest.raises(ValueError, match=f"^{parameter}:"):
        simulate(items(an_outcome()), FRAME, **options)
