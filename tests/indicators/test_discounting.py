"""Discounting: the published tables, and what holds for every schedule."""

from decimal import Decimal
from itertools import accumulate, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxeny.indicators.discounting import GREEN_BOOK, Schedule, Step, discount_factor, flat, present_value

# HM Treasury, Discounting: Green Book supplementary guidance (2026), table A.1: 3.5 %, years 0 to 30.
TABLE_A1 = """
    1 0.9662 0.9335 0.9019 0.8714 0.8420 0.8135 0.7860 0.7594 0.7337 0.7089 0.6849 0.6618 0.6394 0.6178 0.5969
    0.5767 0.5572 0.5384 0.5202 0.5026 0.4856 0.4692 0.4533 0.4380 0.4231 0.4088 0.3950 0.3817 0.3687 0.3563
"""
RATES = st.decimals(Decimal("0.0001"), 1, places=4)
SPANS = st.lists(st.tuples(st.integers(1, 40), RATES), min_size=1, max_size=4)
FLOWS = st.lists(st.decimals(Decimal("-1e12"), Decimal("1e12"), places=2), min_size=1, max_size=60)


def test_the_factors_at_3_5_percent_are_those_of_the_green_book() -> None:
    factors = [discount_factor(flat(Decimal("0.035")), year) for year in range(31)]

    assert [round(factor, 4) for factor in factors] == [Decimal(factor) for factor in TABLE_A1.split()]


@pytest.mark.parametrize(
    ("rate", "last_year", "expected"),
    [("0.035", 20, "15.212"), ("0.015", 20, "18.169"), ("0.035", 26, "17.890"), ("0.015", 26, "22.399")],
)
def test_a_flat_stream_is_worth_what_a_public_model_says(rate: str, last_year: int, expected: str) -> None:
    """IMPACTncd, workHORSE: its test of discounting; one unit a year from year 0 on."""
    worth = present_value([Decimal(1)] * (last_year + 1), flat(Decimal(rate)))

    assert round(worth, 3) == Decimal(expected)


def test_the_factor_of_year_31_is_that_of_the_green_book() -> None:
    """HM Treasury, The Green Book (2022), A6: 3.5 % for 30 years, then 3.0 %."""
    assert round(discount_factor(GREEN_BOOK, 31), 4) == Decimal("0.3459")


@pytest.mark.parametrize(
    ("year", "rate"), [(1, "0.035"), (30, "0.035"), (31, "0.03"), (75, "0.03"), (76, "0.025"), (125, "0.025")]
)
def test_each_year_is_discounted_at_its_own_rate(year: int, rate: str) -> None:
    chained = discount_factor(GREEN_BOOK, year - 1) / (1 + Decimal(rate))

    assert discount_factor(GREEN_BOOK, year) == pytest.approx(chained, rel=Decimal("1e-25"))


@pytest.mark.parametrize(("first_index", "expected"), [(1, "5732.185217599498"), (0, "5932.81170021548")])
def test_a_stream_with_drop_off_is_worth_the_same_as_by_hand(first_index: int, expected: str) -> None:
    """Derived from the exact formulae of the SROI Guide (first benefit discounted once) and the Green Book (year 0)."""
    first_year = Decimal(90) * 19 * Decimal("0.9")
    stream = [first_year * Decimal("0.9") ** year for year in range(5)]

    worth = present_value([Decimal(0)] * first_index + stream, flat(Decimal("0.035")))

    assert worth == pytest.approx(Decimal(expected), rel=Decimal("1e-12"))


def test_at_no_rate_money_keeps_its_worth_to_the_cent() -> None:
    assert present_value([Decimal("0.10"), Decimal("0.20"), Decimal("-0.30")], flat(Decimal(0))) == 0
    assert str(present_value([Decimal("1234.56"), Decimal("0.44")], flat(Decimal(0)))) == "1235.00"


def test_no_flows_are_worth_nothing() -> None:
    assert present_value([], GREEN_BOOK) == 0


@given(SPANS)
def test_factors_are_chained_and_fall_from_year_to_year(spans: list[tuple[int, Decimal]]) -> None:
    schedule = schedule_of(spans)
    rates = [rate for years, rate in spans for _ in range(years)]
    factors = [discount_factor(schedule, year) for year in range(len(rates) + 1)]

    assert factors[0] == 1
    for rate, (before, after) in zip(rates, pairwise(factors), strict=True):
        assert abs(after * (1 + rate) - before) < Decimal("1e-25")
        assert 0 < after < before


@given(FLOWS, FLOWS, RATES, st.integers(-9, 9))
def test_present_value_is_linear(one: list[Decimal], other: list[Decimal], rate: Decimal, times: int) -> None:
    years = min(len(one), len(other))
    both = [one[year] + times * other[year] for year in range(years)]

    apart = present_value(one[:years], flat(rate)) + times * present_value(other[:years], flat(rate))

    assert abs(present_value(both, flat(rate)) - apart) < Decimal("1e-10")


@given(FLOWS, RATES)
def test_a_year_later_is_worth_exactly_one_years_factor_less(flows: list[Decimal], rate: Decimal) -> None:
    later = present_value([Decimal(0), *flows], flat(rate))

    assert abs(later * (1 + rate) - present_value(flows, flat(rate))) < Decimal("1e-10")


@pytest.mark.parametrize(
    ("schedule", "year", "message"),
    [
        (GREEN_BOOK, -1, "Year -1 lies before year 0"),
        (GREEN_BOOK, 126, "The schedule ends with year 125; it has no rate for year 126"),
        ((), 1, "The schedule ends with year 0"),
        (flat(Decimal(-1)), 0, "A rate must be above -1; -1 is not"),
        ((Step(30, Decimal("0.03")), Step(None, Decimal("-1.5"))), 1, "A rate must be above -1; -1.5 is not"),
        (
            (Step(30, Decimal("0.03")), Step(20, Decimal("0.02"))),
            1,
            "through year 20 cannot follow one through year 30",
        ),
        ((Step(0, Decimal("0.03")),), 0, "through year 0 cannot follow one through year 0"),
        ((*flat(Decimal("0.03")), Step(30, Decimal("0.02"))), 1, "cannot follow one through year None"),
    ],
)
def test_what_no_schedule_says_is_refused(schedule: Schedule, year: int, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        discount_factor(schedule, year)


def test_a_flow_past_the_last_step_is_refused_even_if_it_is_nought() -> None:
    with pytest.raises(ValueError, match="no rate for year 126"):
        present_value([Decimal(0)] * 127, GREEN_BOOK)


def schedule_of(spans: list[tuple[int, Decimal]]) -> Schedule:
    ends = accumulate(years for years, _ in spans)
    return tuple(Step(end, rate) for end, (_, rate) in zip(ends, spans, strict=True))
