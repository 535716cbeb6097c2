"""Posteriors: published intervals and probabilities, exact sums, and what is refused."""

import subprocess
import sys
from decimal import Decimal
from fractions import Fraction
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxeny.indicators.posterior import (
    beta_interval,
    beta_summary,
    gamma_poisson_interval,
    poisson_interval,
    probability_better,
)

NINETY_FIVE = Decimal("0.95")
EIGHTY = Decimal("0.80")
PARAMETERS = st.floats(0.1, 1e6)
PAIRS = st.tuples(PARAMETERS, PARAMETERS)
SMALL = st.tuples(st.integers(1, 30), st.integers(1, 30))
WITHOUT_ARRAYS = "import sys, proxeny, proxeny.indicators; sys.exit(bool({'numpy', 'scipy'} & sys.modules.keys()))"


def exact(a: tuple[int, int], b: tuple[int, int]) -> Fraction:
    """Return P[B > A] of whole parameters: of all orders of the cases, those in which B's share lies above A's."""
    (alpha, against), (beta, failures) = a, b
    orders = comb(alpha + against + beta + failures - 2, alpha + against - 1)
    ways = sum(
        comb(place + beta - 1, place) * comb(alpha + against - 1 - place + failures - 1, failures - 1)
        for place in range(alpha, alpha + against)
    )
    return Fraction(ways, orders)


def test_the_core_of_the_sdk_is_imported_without_arrays() -> None:
    assert subprocess.run([sys.executable, "-c", WITHOUT_ARRAYS], check=False).returncode == 0


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ((10, 50), (60, 250), 0.70889192),
        ((600, 550), (52, 60), 0.1223144258),
        ((1000, 900), (1200, 1000), 0.8898254504),
        ((1000, 900), (1200, 800), 0.9999982656),
        ((100, 90), (100, 90), 0.5),
    ],
)
def test_the_better_of_two_is_as_likely_as_published(a: tuple[int, int], b: tuple[int, int], expected: float) -> None:
    # guillermo-navas-palencia/cprior, tests/test_beta.py.
    assert probability_better(a, b) == pytest.approx(expected, rel=1e-8)


def test_the_posterior_of_four_for_and_six_against_is_as_published() -> None:
    # guillermo-navas-palencia/cprior, tests/test_beta.py.
    summary = beta_summary(4, 6)

    assert summary.mean == pytest.approx(0.4, abs=2e-6)
    assert summary.variance == pytest.approx(0.02181818181818, abs=2e-6)
    assert summary.median == pytest.approx(0.3930848, abs=2e-6)
    assert (summary.p10, summary.p90) == pytest.approx((0.2103962, 0.59942), abs=2e-6)
    assert beta_interval(4, 6, EIGHTY) == (summary.p10, summary.p90)


@pytest.mark.parametrize(("x", "expected"), [(0, (0, 3.689)), (10, (4.8, 18.39))])
def test_counts_have_the_limits_of_garwood(x: int, expected: tuple[float, float]) -> None:
    # epitools::pois.exact, documentation, for 0; published Poisson confidence limits for 10.
    assert poisson_interval(x, NINETY_FIVE) == pytest.approx(expected, abs=0.00501)


def test_the_bound_where_nothing_came_about_is_that_of_the_cost_of_an_outcome() -> None:
    # epitools::pois.exact, documentation: one-sided 95 %, x = 0: 2.996.
    assert poisson_interval(0, Decimal("0.90"))[1] == pytest.approx(2.996, abs=0.0005)


def test_the_posterior_rate_of_a_rare_death_is_that_of_the_textbook() -> None:
    # Gelman et al., Bayesian Data Analysis, 3rd ed. (2013), 2.6: prior Gamma(3, 5), 30 deaths in ten years of 200,000
    # people, so 20 units of exposure: posterior Gamma(33, 25). Its limits are those of chi-square tables: with 66
    # degrees of freedom 45.43 and 90.35, over 2 · 25.
    limits = gamma_poisson_interval(30, 20.0, 3.0, 5.0, NINETY_FIVE)

    assert limits == pytest.approx((45.43 / 50, 90.35 / 50), abs=1.1e-4)


@given(SMALL, SMALL)
def test_the_better_of_two_is_as_likely_as_counted_out(a: tuple[int, int], b: tuple[int, int]) -> None:
    assert probability_better(a, b) == pytest.approx(float(exact(a, b)), abs=1e-12)


@given(PAIRS, PAIRS)
def test_one_of_two_is_the_better(a: tuple[float, float], b: tuple[float, float]) -> None:
    assert probability_better(a, b) + probability_better(b, a) == pytest.approx(1, abs=1e-9)


@given(PAIRS)
def test_equals_are_better_half_the_time(a: tuple[float, float]) -> None:
    assert probability_better(a, a) == pytest.approx(0.5, abs=1e-9)


@given(PAIRS, PAIRS)
def test_one_more_success_makes_it_likelier_to_be_the_better(a: tuple[float, float], b: tuple[float, float]) -> None:
    assert probability_better(a, (b[0] + 1, b[1])) >= probability_better(a, b) - 1e-12


@given(PAIRS)
def test_the_interval_lies_around_the_median(shares: tuple[float, float]) -> None:
    low, high = beta_interval(*shares, NINETY_FIVE)

    assert 0 <= low <= beta_summary(*shares).median <= high <= 1


@given(st.integers(0, 10**6))
def test_the_limits_of_a_count_lie_around_it(x: int) -> None:
    low, high = poisson_interval(x, NINETY_FIVE)

    assert low <= x < high


@given(st.integers(0, 1000), st.floats(0.01, 1e4), PAIRS)
def test_the_limits_of_a_rate_fall_with_the_exposure(x: int, exposure: float, prior: tuple[float, float]) -> None:
    low, high = gamma_poisson_interval(x, exposure, *prior, NINETY_FIVE)
    longer_low, longer_high = gamma_poisson_interval(x, exposure + 1, *prior, NINETY_FIVE)

    assert 0 <= longer_low <= low <= high
    assert longer_high <= high


@pytest.mark.parametrize("wrong", [0.0, -1.0, float("nan"), float("inf")])
def test_parameters_not_above_nought_are_refused(wrong: float) -> None:
    with pytest.raises(ValueError, match="alpha"):
        beta_interval(wrong, 1, NINETY_FIVE)
    with pytest.raises(ValueError, match="beta_b"):
        probability_better((1, 1), (1, wrong))
    with pytest.raises(ValueError, match="rate"):
        gamma_poisson_interval(1, 1, 1, wrong, NINETY_FIVE)


def test_what_cannot_have_been_is_refused() -> None:
    with pytest.raises(ValueError, match="count"):
        poisson_interval(-1, NINETY_FIVE)
    with pytest.raises(ValueError, match="exposure"):
        gamma_poisson_interval(1, -2, 1, 1, NINETY_FIVE)
    with pytest.raises(ValueError, match="level"):
        poisson_interval(1, Decimal(95))
    with pytest.raises(ValueError, match=r"below 0\.1"):
        probability_better((1, 1), (1, 0.09))
