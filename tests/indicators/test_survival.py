"""Kaplan-Meier: published curves, their standard errors, and the interval of the median."""

from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxeny.indicators import Undefined
from proxeny.indicators.survival import greenwood, kaplan_meier, median_interval, median_time

NINETY_FIVE = Decimal("0.95")
# Gehan (1965), from Freireich et al. (1963): weeks of remission under 6-MP and under a placebo.
TREATED = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35]
RELAPSED = [bool(int(digit)) for digit in "111010100110001100000"]
PLACEBO = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]
# Klein and Moeschberger, Survival Analysis, table 4.1A: product-limit estimator and standard error under 6-MP.
KLEIN_MOESCHBERGER = [
    (6, 0.8571, 0.0764),
    (7, 0.8067, 0.0869),
    (10, 0.7529, 0.0963),
    (13, 0.6902, 0.1068),
    (16, 0.6275, 0.1141),
    (22, 0.5378, 0.1282),
    (23, 0.4482, 0.1346),
]
WATCHED = st.lists(st.tuples(st.integers(0, 60), st.booleans()), max_size=60)
Watched = list[tuple[int, bool]]


def parted(watched: Watched) -> tuple[list[int], list[bool]]:
    return [time for time, _ in watched], [event for _, event in watched]


def test_the_curve_under_6_mp_is_the_published_one() -> None:
    points = kaplan_meier(TREATED, RELAPSED)

    assert [point.time for point in points] == [time for time, _, _ in KLEIN_MOESCHBERGER]
    assert [float(point.survival) for point in points] == pytest.approx(
        [survival for _, survival, _ in KLEIN_MOESCHBERGER], abs=5.1e-5
    )
    assert [point.at_risk for point in points] == [21, 17, 15, 12, 11, 7, 6]


def test_its_standard_errors_are_the_published_ones() -> None:
    variances = greenwood(kaplan_meier(TREATED, RELAPSED))

    assert [float(variance or 0) ** 0.5 for variance in variances] == pytest.approx(
        [error for _, _, error in KLEIN_MOESCHBERGER], abs=5.1e-5
    )


def test_the_medians_are_the_published_ones() -> None:
    # The mean of the relapses alone would say 12.1 weeks: those still in remission must not be left out.
    assert median_time(TREATED, RELAPSED) == 23
    assert median_time(PLACEBO, [True] * 21) == 8


def test_the_intervals_of_the_medians_are_those_of_lifelines() -> None:
    # lifelines 0.30.3, median_survival_times of KaplanMeierFitter's (log-log) confidence interval.
    assert median_interval(TREATED, RELAPSED, NINETY_FIVE) == (13, None)
    assert median_interval(PLACEBO, [True] * 21, NINETY_FIVE) == (4, 11)


def test_a_median_is_not_reached_while_more_than_half_are_open() -> None:
    assert median_time([10, 20, 30], [True, False, False]) == Undefined("not_reached")
    assert median_time([], []) == Undefined("not_reached")


def test_exactly_one_half_reaches_the_median() -> None:
    # 6/7 · 5/6 · 4/5 · 7/8 of eight, the second of them censored: no factor of it is exact in decimals.
    times, events = [1, 2, 3, 4, 5, 6, 7], [True, True, True, False, False, False, False]
    shares = [point.survival for point in kaplan_meier([*times, 8], [*events[:3], True, *events[4:], False])]

    assert shares[-1] == Decimal("0.5")
    assert median_time([*times, 8], [*events[:3], True, *events[4:], False]) == 4


def test_a_curve_that_ends_at_nought_has_no_variance_there() -> None:
    assert greenwood(kaplan_meier([5], [True])) == [None]
    assert median_interval([5], [True], NINETY_FIVE) == (5, None)


def test_a_time_before_the_start_is_refused() -> None:
    with pytest.raises(ValueError, match="times"):
        kaplan_meier([-1, 4], [True, True])


def test_each_time_needs_its_event() -> None:
    with pytest.raises(ValueError, match="shorter"):
        kaplan_meier([1, 4], [True])


@given(WATCHED)
def test_the_curve_falls_from_1_towards_0(watched: Watched) -> None:
    shares = [Decimal(1), *(point.survival for point in kaplan_meier(*parted(watched)))]

    assert all(later < earlier for earlier, later in pairwise(shares))
    assert shares[-1] >= 0


@given(WATCHED)
def test_the_order_of_the_records_does_not_matter(watched: Watched) -> None:
    assert kaplan_meier(*parted(watched)) == kaplan_meier(*parted(watched[::-1]))


@given(st.lists(st.integers(0, 60), min_size=1, max_size=60))
def test_without_censoring_the_curve_is_the_share_that_is_left(times: list[int]) -> None:
    for point in kaplan_meier(times, [True] * len(times)):
        left = Decimal(sum(time > point.time for time in times)) / len(times)
        assert abs(point.survival - left) < Decimal("1E-26")


@given(WATCHED, st.sampled_from([Decimal("0.5"), NINETY_FIVE]))
def test_the_interval_holds_the_median(watched: Watched, level: Decimal) -> None:
    median = median_time(*parted(watched))
    low, high = median_interval(*parted(watched), level)

    assert isinstance(median, Undefined) or (low is not None and low <= median)
    assert high is None or (isinstance(median, int) and median <= high)
