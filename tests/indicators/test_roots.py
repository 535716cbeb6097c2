"""Rates of return: every one is found, no other is, and soon."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxeny.indicators.appraisal import irr_roots, npv
from proxeny.indicators.discounting import flat

SMALL_FLOWS = st.lists(st.integers(-12, 12).map(Decimal), max_size=8)
RATES = st.decimals(Decimal("-0.9"), 9, places=2)


@given(SMALL_FLOWS)
def test_every_root_is_found_and_no_other(flows: list[Decimal]) -> None:
    """Sturm's theorem, in fractions, counts the roots without looking for them."""
    assert len(irr_roots(flows)) == positive_roots_counted(flows)


@given(st.lists(RATES, min_size=1, max_size=6), st.integers(0, 3), st.integers(0, 3))
def test_the_rates_that_flows_are_made_of_are_found(rates: list[Decimal], idle: int, after: int) -> None:
    flows = [Decimal(-1)]
    for rate in rates:
        flows = [
            ahead - (1 + rate) * behind
            for ahead, behind in zip([*flows, Decimal(0)], [Decimal(0), *flows], strict=True)
        ]

    roots = irr_roots([Decimal(0)] * idle + flows + [Decimal(0)] * after)

    assert [round(root, 15) for root in roots] == sorted(set(rates))


@pytest.mark.parametrize("closing", [50, -9000])
def test_130_years_take_less_than_a_twentieth_of_a_second(closing: int) -> None:
    flows = [Decimal(-1000), *[Decimal(50)] * 129, Decimal(closing)]
    times = [process_time()]
    for _ in range(3):
        irr_roots(flows)
        times.append(process_time())

    assert min(after - before for before, after in pairwise(times)) < 0.05


def test_130_years_that_change_sign_every_year_have_their_roots_too() -> None:
    flows = [Decimal((year * 7919 % 1000 + 1) * (-1) ** year) for year in range(131)]

    for root in irr_roots(flows):
        assert abs(npv(flows, flat(root))) < npv([abs(flow) for flow in flows], flat(root)) * Decimal("1e-30")


def positive_roots_counted(flows: Sequence[Decimal]) -> int:
    """Return the number of distinct positive roots of the polynomial with these factors, by Sturm's theorem."""
    whole = trimmed([Fraction(flow) for flow in flows])
    while whole and not whole[0]:
        whole = whole[1:]
    chain = [whole, trimmed([power * factor for power, factor in enumerate(whole)][1:])]
    while chain[-1]:
        chain.append([-factor for factor in remainder(chain[-2], chain[-1])])
    links = [link for link in chain if link]
    return changes([link[0] for link in links]) - changes([link[-1] for link in links])


def remainder(dividend: list[Fraction], divisor: list[Fraction]) -> list[Fraction]:
    rest = dividend
    while len(rest) >= len(divisor):
        times, ahead = rest[-1] / divisor[-1], len(rest) - len(divisor)
        taken = [Fraction(0)] * ahead + [times * factor for factor in divisor]
        rest = trimmed([have - take for have, take in zip(rest, taken, strict=True)])
    return rest


def trimmed(factors: list[Fraction]) -> list[Fraction]:
    last = max((place for place, factor in enumerate(factors) if factor), default=-1)
    return factors[: last + 1]


def changes(values: Sequence[Fraction]) -> int:
    signs = [value > 0 for value in values if value]
    return sum(before != after for before, after in pairwise(signs))
