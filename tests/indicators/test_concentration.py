"""Concentration and overlap: their bounds, their symmetry, and when there is none."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxeny.indicators import quotient
from proxeny.indicators.concentration import double_count_factor, herfindahl, jaccard

AMOUNTS = st.lists(st.decimals(0, Decimal("1e13"), places=2), min_size=1, max_size=50)
SETS = st.sets(st.integers(0, 20))


def test_four_firms_of_30_30_20_and_20_percent_have_the_index_of_the_guidelines() -> None:
    # U.S. Department of Justice and Federal Trade Commission, Horizontal Merger Guidelines (1992), 1.5: 2,600 points.
    assert herfindahl([Decimal(30), Decimal(30), Decimal(20), Decimal(20)]) == Decimal("0.26")


@given(AMOUNTS.filter(any))
def test_the_index_lies_between_one_over_n_and_one(amounts: list[Decimal]) -> None:
    index = herfindahl(amounts)

    assert index is not None
    assert quotient(Decimal(1), Decimal(len(amounts))) <= index <= 1


@given(AMOUNTS.filter(any), st.decimals("0.01", 1000, places=2))
def test_the_currency_does_not_matter(amounts: list[Decimal], rate: Decimal) -> None:
    converted, as_it_was = herfindahl([amount * rate for amount in amounts]), herfindahl(amounts)

    assert converted is not None
    assert as_it_was is not None
    assert abs(converted - as_it_was) < Decimal("1E-24")


def test_nothing_is_not_concentrated() -> None:
    assert herfindahl([]) is None
    assert herfindahl([Decimal(0), Decimal(0)]) is None


def test_a_negative_amount_has_no_share() -> None:
    with pytest.raises(ValueError, match="amounts"):
        herfindahl([Decimal(3), Decimal(-1)])


@given(SETS, SETS)
def test_the_overlap_is_the_same_from_both_sides_and_at_most_all(a: set[int], b: set[int]) -> None:
    overlap = jaccard(a, b)

    assert overlap == jaccard(b, a)
    assert overlap is None or 0 <= overlap <= 1
    assert (overlap == 1) == (a == b and bool(a))
    assert (overlap is None) == (not a and not b)


def test_three_cities_claiming_half_of_it_each_count_it_one_and_a_half_times() -> None:
    assert double_count_factor(Decimal("1500000.00"), Decimal("1000000.00")) == Decimal("1.5")


def test_nothing_is_not_counted_twice() -> None:
    assert double_count_factor(Decimal(0), Decimal(0)) is None
