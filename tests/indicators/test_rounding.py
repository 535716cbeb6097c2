"""Rounding: half up, reconciled to the cent, in plain digits."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxeny.indicators import half_up, quotient, reconcile, shown

CENT = Decimal("0.01")
QUANTA = st.sampled_from([Decimal(1), Decimal("0.1"), CENT, Decimal("0.001"), Decimal("0.000001")])
AMOUNTS = st.decimals(Decimal("-1e13"), Decimal("1e13"), places=20)


@pytest.mark.parametrize(
    ("value", "expected"),
    [("0.005", "0.01"), ("-0.005", "-0.01"), ("0.004999", "0.00"), ("2.675", "2.68"), ("1e15", "1000000000000000.00")],
)
def test_a_half_is_rounded_away_from_nought(value: str, expected: str) -> None:
    assert shown(half_up(Decimal(value), CENT)) == expected


def test_more_digits_than_the_default_context_holds_are_rounded_too() -> None:
    assert half_up(Decimal("12345678901234567890123456789012345.675"), CENT) == Decimal(
        "12345678901234567890123456789012345.68"
    )


def test_a_quotient_has_28_digits() -> None:
    assert quotient(Decimal(1), Decimal(3)) == Decimal("0.3333333333333333333333333333")


@given(st.lists(AMOUNTS, min_size=1, max_size=30), QUANTA)
def test_the_rounded_parts_add_up_to_the_rounded_total(parts: list[Decimal], quantum: Decimal) -> None:
    total = exact_sum(parts)

    rounded = reconcile(parts, total, quantum)

    assert exact_sum(rounded) == half_up(total, quantum)


@given(st.lists(AMOUNTS, min_size=1, max_size=30), QUANTA)
def test_each_rounded_part_is_whole_and_within_one_quantum_of_its_exact_value(
    parts: list[Decimal], quantum: Decimal
) -> None:
    rounded = reconcile(parts, exact_sum(parts), quantum)

    assert all(gap < Fraction(quantum) for gap in gaps(parts, rounded))
    assert [half_up(part, quantum) for part in rounded] == rounded


@given(st.lists(AMOUNTS, min_size=1, max_size=12), QUANTA, st.decimals("-0.49", "0.49", places=6))
def test_a_total_that_the_parts_miss_by_less_than_half_a_quantum_is_met(
    parts: list[Decimal], quantum: Decimal, missed_by: Decimal
) -> None:
    total = exact_sum([*parts, missed_by * quantum])

    rounded = reconcile(parts, total, quantum)

    assert exact_sum(rounded) == half_up(total, quantum)
    assert all(gap < Fraction(quantum) for gap in gaps(parts, rounded))


@given(st.decimals("0.01", "1e13", places=2), st.integers(1, 17))
def test_shares_of_20_digits_add_up_to_what_was_shared(amount: Decimal, into: int) -> None:
    share = (Decimal(1) / into).quantize(Decimal("1e-20"))

    rounded = reconcile([amount * share] * into, amount, CENT)

    assert exact_sum(rounded) == amount
    assert rounded == sorted(rounded, reverse=True)


@given(st.lists(st.integers(-(10**15), 10**15).map(lambda cents: Decimal(cents) * CENT), max_size=20))
def test_parts_in_whole_cents_stay_as_they_are(parts: list[Decimal]) -> None:
    assert reconcile(parts, exact_sum(parts), CENT) == parts


def test_of_equal_remainders_the_first_is_raised() -> None:
    assert reconcile([Decimal("0.005")] * 4, Decimal("0.02"), CENT) == [CENT, CENT, 0, 0]


def test_the_largest_remainder_is_raised_wherever_it_stands() -> None:
    parts = [Decimal("1.001"), Decimal("-2.001"), Decimal("3.003")]

    assert reconcile(parts, Decimal("2.003"), CENT) == [Decimal("1.00"), Decimal("-2.00"), Decimal("3.00")]


def test_parts_of_something_else_are_refused() -> None:
    with pytest.raises(ValueError, match=r"Parts that add up to 3 are not the parts of 4\."):
        reconcile([Decimal(1), Decimal(2)], Decimal(4), CENT)


def test_no_parts_have_no_total() -> None:
    assert reconcile([], Decimal(0), CENT) == []


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=Decimal("-1e40"), max_value=Decimal("1e40")))
def test_what_is_shown_is_plain_and_exact(value: Decimal) -> None:
    text = shown(value)

    assert Decimal(text) == value
    assert "E" not in text.upper()
    assert value or not text.startswith("-")


def exact_sum(values: list[Decimal]) -> Decimal:
    """Return the sum by way of fractions, which no context rounds."""
    return Decimal(f"{int(sum((Fraction(value) for value in values), Fraction(0)) * 10**40)}E-40")


def gaps(parts: list[Decimal], rounded: list[Decimal]) -> list[Fraction]:
    return [abs(Fraction(after) - Fraction(before)) for before, after in zip(parts, rounded, strict=True)]
