"""What is drawn from: the moments of each distribution, and of the table that stands for it."""

import math
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from proxeny.indicators.levers import Counterfactual, Scenario
from proxeny.indicators.uncertainty import (
    pert_moments,
    simulate,
    tables,
    triangular,
    triangular_moments,
)
from proxeny.indicators.uncertainty.distributions import lever_deviations
from proxeny.indicators.uncertainty.reading import outcomes_of
from tests.indicators.uncertain import FRAME, NO_LEVERS, RECORDED, an_outcome, items


def test_the_moments_of_the_triangular_are_the_published_ones() -> None:
    found = triangular_moments(0, 2, 7)

    assert found.mean == pytest.approx(3.0, abs=1e-12)
    assert found.variance == pytest.approx(2.1666666666666665, abs=1e-12)


def test_draws_of_the_triangular_have_its_mean_within_four_standard_errors() -> None:
    drawn = triangular(0, 2, 7, draws=20_000, seed=7)

    assert abs(drawn.mean() - 3) < 4 * math.sqrt(2.1666666666666665 / 20_000)
    assert 0 <= drawn.min() <= drawn.max() <= 7


def test_a_range_out_of_order_is_refused() -> None:
    with pytest.raises(ValueError, match="A range goes from its low"):
        triangular_moments(0, 8, 7)


@pytest.mark.parametrize("spread", [0.1, 0.5, 1.0])
@pytest.mark.parametrize("table", [tables.lognormal, tables.gamma])
def test_a_table_has_the_mean_one_and_the_spread(table: object, spread: float) -> None:
    assert callable(table)
    values = table(spread)

    assert values.mean() == pytest.approx(1, abs=1e-12)
    assert values.std() == pytest.approx(spread, rel=0.003)


@pytest.mark.parametrize(("mean", "spread"), [(1, 0.5), (12, 0.3), (199, 0.2), (201, 0.2), (5_000, 0.1), (3, 0.0)])
def test_a_count_varies_by_its_spread_and_by_chance(mean: int, spread: float) -> None:
    values = tables.counted(mean, spread)

    assert values.mean() == pytest.approx(1, abs=1e-12)
    assert values.std() == pytest.approx(math.sqrt(spread**2 + 1 / mean), rel=0.003)


@given(st.floats(0.001, 0.999), st.floats(0.01, 3))
@settings(max_examples=60, deadline=None)
def test_a_lever_keeps_its_mean_whatever_its_spread(lever: float, spread: float) -> None:
    values = tables.kept(lever, spread)

    assert values.mean() == pytest.approx(1 - lever, abs=1e-12)
    assert 0 <= values.min() <= values.max() <= 1


def test_a_lever_of_nothing_or_all_is_fixed_and_a_wide_one_keeps_one_peak() -> None:
    deviations = lever_deviations(np.array([0.0, 1.0, 0.5]), np.array([0.25, 0.25, 9.0]))

    assert deviations.tolist() == pytest.approx([0, 0, math.sqrt(1 / 12)])


def test_draws_of_a_recorded_range_have_the_moments_of_the_pert() -> None:
    ranged = an_outcome(amount=Decimal(200), low=Decimal(0), high=Decimal(1000))

    drawn = simulate(items(ranged), FRAME, keep=["value.gross"]).samples["value.gross"]

    mean, variance = pert_moments(0, 200, 1000)
    assert abs(drawn.mean() - mean) < 4 * math.sqrt(variance / drawn.size)
    assert drawn.var() == pytest.approx(variance, rel=0.05)
    assert 0 <= drawn.min() <= drawn.max() <= 1000


COUNT = {"amount": None, "unit_value": Decimal(9)}
MANY_YEARS = RECORDED._replace(drop_off=Decimal("0.4"), duration_years=9)


@pytest.mark.parametrize(
    "changes",
    [
        {"levers": NO_LEVERS},
        {"levers": MANY_YEARS, "evidence_level": 0},
        {"low": Decimal(100), "high": Decimal(9000), "levers": RECORDED._replace(duration_years=1)},
        {**COUNT, "quantity": Decimal(4)},
        {**COUNT, "quantity": Decimal("4.5"), "kind": "negative_effect"},
        {**COUNT, "quantity": Decimal(0), "low": Decimal(0), "high": Decimal(12)},
        {"counterfactual": Counterfactual(Scenario(Decimal(900)), Scenario(Decimal(1300)))},
    ],
)
def test_the_moments_in_closed_form_are_those_of_the_draws(changes: dict[str, Any]) -> None:
    subject = items(an_outcome(**changes))
    figures = ("value.gross", "value.net", "value.present")

    samples = simulate(subject, FRAME, keep=figures).samples

    means, variances = outcomes_of([subject], FRAME).columns.moments()
    for figure, mean, variance in zip(figures, means[:, 0], variances[:, 0], strict=True):
        assert abs(samples[figure].mean() - mean) < 4 * math.sqrt(variance / samples[figure].size)
        assert samples[figure].var() == pytest.approx(variance, rel=0.06)
