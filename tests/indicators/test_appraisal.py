"""Appraisal: the published answers, and what holds for all flows."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import ROUND_CEILING, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxeny.indicators.appraisal import (
    discounted_payback,
    irr,
    irr_roots,
    mirr,
    npv,
    payback,
    spreadsheet_npv,
    xirr,
    xnpv,
)
from proxeny.indicators.discounting import GREEN_BOOK, flat
from proxeny.indicators.figure import Reason, Undefined

# Microsoft's documentation of XNPV and XIRR.
DATED = (
    [Decimal(flow) for flow in (-10000, 2750, 4250, 3250, 2750)],
    [date(2008, 1, 1), date(2008, 3, 1), date(2008, 10, 30), date(2009, 2, 15), date(2009, 4, 1)],
)
LONG_FLOWS = st.lists(st.decimals(Decimal("-1e9"), Decimal("1e9"), places=2), min_size=2, max_size=24)
INVESTMENTS = st.builds(
    lambda outlay, returns: [-outlay, *returns],
    st.decimals(1, Decimal("1e9"), places=2),
    st.lists(st.decimals(0, Decimal("1e8"), places=2), min_size=1, max_size=40),
)
SCALES = st.sampled_from([Decimal("0.0001"), Decimal("1.0994"), Decimal("114.46"), Decimal(10**6)])


def flows_of(*amounts: int | str) -> list[Decimal]:
    return [Decimal(amount) for amount in amounts]


def test_npv_to_the_digits_of_numpy_financial() -> None:
    """numpy-financial, TestFinancial.test_npv_decimal; its last digit is lost in rounding."""
    worth = npv(flows_of(-15000, 1500, 2500, 3500, 4500, 6000), flat(Decimal("0.05")))

    assert abs(worth - Decimal("122.894854950942692161628715")) < Decimal("1e-23")


def test_npv_of_spreadsheets_discounts_the_first_flow_once() -> None:
    """Microsoft's documentation of NPV."""
    worth = spreadsheet_npv(flows_of(-10000, 3000, 4200, 6800), Decimal("0.1"))

    assert round(worth, 2) == Decimal("1188.44")


def test_npv_takes_rates_that_change_with_time() -> None:
    assert round(npv([Decimal(0)] * 31 + [Decimal(10000)], GREEN_BOOK), 0) == 3459


def test_dated_flows_are_worth_what_spreadsheets_say() -> None:
    rate = xirr(*DATED)

    assert round(xnpv(*DATED, Decimal("0.09")), 6) == Decimal("2086.647602")
    assert isinstance(rate, Decimal)
    assert abs(rate - Decimal("0.373362535")) < Decimal("1e-8")


@pytest.mark.parametrize(
    ("flows", "expected"),
    [
        ((-150000, 15000, 25000, 35000, 45000, 60000), "0.0524"),
        ((-100, 0, 0, 74), "-0.0955"),
        ((-100, 39, 59, 55, 20), "0.28095"),
        ((-100, 100, 0, -7), "-0.0833"),
        ((-100, 100, 0, 7), "0.06206"),
        ((-5, "10.5", 1, -8, 1), "0.0886"),
        ((-5, "10.5", 1, -8, 1, 0, 0, 0), "0.0886"),
        (("-1678.87", "771.96", "1814.05", "3520.3", "3552.95", "3584.99", "4789.91", -1), "1.00426"),
    ],
)
def test_the_rates_of_numpy_financial_are_among_the_roots(flows: Sequence[int | str], expected: str) -> None:
    """numpy-financial, TestIrr: to one percent, since its own figures have few digits."""
    roots = irr_roots(flows_of(*flows))

    assert min(abs(root / Decimal(expected) - 1) for root in roots) < Decimal("0.01")
    assert irr(flows_of(*flows)) == (roots[0] if len(roots) == 1 else Undefined("multiple_roots"))


@pytest.mark.parametrize("flows", [(1, 2, 3), (-1, -2, -3), (40000, 5000, 8000, 12000, 30000), (), (0, 0), (5,)])
def test_flows_of_one_sign_have_no_rate(flows: Sequence[int]) -> None:
    """numpy-financial, TestIrr, the first three: where it has NaN or raises NoRealSolutionError."""
    assert irr(flows_of(*flows)) == Undefined("no_sign_change")
    assert irr_roots(flows_of(*flows)) == []


@pytest.mark.parametrize(
    ("flows", "expected"),
    [
        ((-1000, 6000, -11000, 6000), "0 1 2"),
        ((-100, 200, -75), "-0.5 0.5"),
        ((100, -220, 121), "0.1"),
        (("-10", "33", "-36.3", "13.31"), "0.1"),
        ((0, 0, -100, 125, 0), "0.25"),
        ((-1, 10**15), "999999999999999"),
        ((-(10**15), 1), "-0.999999999999999"),
        ((-7, 7), "0"),
    ],
)
def test_roots_are_exact_where_they_have_few_digits(flows: Sequence[int | str], expected: str) -> None:
    assert irr_roots(flows_of(*flows)) == [Decimal(root) for root in expected.split()]


@pytest.mark.parametrize(
    ("flows", "reason"),
    [((-1, 1, -1), "rate_out_of_range"), ((-1000, 2500, -1540), "multiple_roots"), ((3, 3, 1), "no_sign_change")],
)
def test_a_rate_that_is_not_there_says_why(flows: Sequence[int], reason: Reason) -> None:
    assert irr(flows_of(*flows)) == Undefined(reason)


@given(LONG_FLOWS)
def test_npv_at_each_root_is_nought(flows: list[Decimal]) -> None:
    for root in irr_roots(flows):
        size = npv([abs(flow) for flow in flows], flat(root))

        assert abs(npv(flows, flat(root))) <= size * Decimal("1e-30")


@given(LONG_FLOWS, SCALES)
def test_another_currency_leaves_rates_and_years_as_they_are(flows: list[Decimal], scale: Decimal) -> None:
    scaled = [flow * scale for flow in flows]

    assert [round(root, 15) for root in irr_roots(scaled)] == [round(root, 15) for root in irr_roots(flows)]
    assert payback(scaled) == payback(flows)


@given(INVESTMENTS, st.integers(-5, 5))
def test_an_investment_has_one_rate_and_it_tells_when_npv_is_positive(flows: list[Decimal], percent: int) -> None:
    rate = irr(flows)
    hurdle = Decimal(percent) / 100

    if isinstance(rate, Decimal):
        assert (npv(flows, flat(hurdle)) > 0) == (rate > hurdle)
    else:
        assert rate == Undefined("no_sign_change")
        assert not any(flows[1:])


@given(LONG_FLOWS)
def test_dates_a_year_apart_have_the_rate_of_yearly_flows(flows: list[Decimal]) -> None:
    dates = [date(2024, 1, 1) + timedelta(days=365 * year) for year in range(len(flows))]
    yearly, dated = irr(flows), xirr(flows, dates)

    if isinstance(yearly, Decimal) and isinstance(dated, Decimal):
        assert abs(dated - yearly) <= (1 + yearly) * Decimal("1e-35")
    else:
        assert dated == yearly


@given(INVESTMENTS, st.lists(st.integers(1, 9000), min_size=41, max_size=41))
def test_xnpv_at_xirr_is_nought(flows: list[Decimal], days: list[int]) -> None:
    dates = [date(2000, 1, 1), *(date(2000, 1, 1) + timedelta(days=day) for day in days[: len(flows) - 1])]
    rate = xirr(flows, dates)

    if isinstance(rate, Decimal):
        size = xnpv([abs(flow) for flow in flows], dates, rate)
        assert abs(xnpv(flows, dates, rate)) < size * Decimal("1e-30")


def test_flows_of_one_day_count_as_one() -> None:
    day, later = date(2025, 3, 1), date(2026, 3, 1)

    assert xirr(flows_of(-60, -40, 125), [day, day, later]) == Decimal("0.25")
    assert xirr(flows_of(-60, 125, -65), [day, day, later]) == 0
    assert xirr(flows_of(-60, 60), [day, day]) == Undefined("no_sign_change")
    assert xirr([], []) == Undefined("no_sign_change")


def test_the_rate_of_half_lost_in_a_day_is_not_told_from_a_total_loss() -> None:
    flows = flows_of(-1000, 500)

    assert xirr(flows, [date(2025, 3, 1), date(2025, 3, 2)]) == Undefined("rate_out_of_range")


def test_dates_that_cannot_be_are_refused() -> None:
    with pytest.raises(ValueError, match="2024-12-31 lies before the first date, 2025-01-01"):
        xirr(flows_of(-1, 2), [date(2025, 1, 1), date(2024, 12, 31)])
    with pytest.raises(ValueError, match="shorter"):
        xnpv(flows_of(-1, 2), [date(2025, 1, 1)], Decimal("0.1"))
    with pytest.raises(ValueError, match="A rate must be above -1; -1 is not"):
        xnpv(*DATED, Decimal(-1))


@pytest.mark.parametrize(
    ("flows", "finance_rate", "reinvest_rate", "expected"),
    [
        ((-4500, -800, 800, 800, 600, 600, 800, 800, 700, 3000), "0.08", "0.055", "0.066597175031553548874239618"),
        ((-120000, 39000, 30000, 21000, 37000, 46000), "0.10", "0.12", "0.126094130365905145828421880"),
        ((100, 200, -50, 300, -200), "0.05", "0.06", "0.342823387842176663647819868"),
    ],
)
def test_mirr_to_the_digits_of_numpy_financial(
    flows: Sequence[int], finance_rate: str, reinvest_rate: str, expected: str
) -> None:
    """numpy-financial, TestFinancial.test_mirr_decimal; its last three digits are lost in rounding."""
    rate = mirr(flows_of(*flows), Decimal(finance_rate), Decimal(reinvest_rate))

    assert isinstance(rate, Decimal)
    assert abs(rate - Decimal(expected)) < Decimal("1e-24")


def test_mirr_of_flows_of_one_sign_is_undefined() -> None:
    """numpy-financial, TestFinancial.test_mirr: NaN."""
    flows = flows_of(39000, 30000, 21000, 37000, 46000)

    assert mirr(flows, Decimal("0.10"), Decimal("0.12")) == Undefined("no_sign_change")


@given(INVESTMENTS)
def test_mirr_at_the_irr_is_the_irr(flows: list[Decimal]) -> None:
    rate = irr(flows)

    if isinstance(rate, Decimal):
        modified = mirr(flows, rate, rate)
        assert isinstance(modified, Decimal)
        assert abs(modified - rate) < Decimal("1e-25")


@pytest.mark.parametrize(
    ("flows", "expected"),
    [
        ((-1000, 400, 400, 400), "2.5"),
        ((-1000, 400, 600), "2"),
        ((-1000, 1000), "1"),
        ((0, -100, 50, 100), "2.5"),
        ((-100, 150, -100, 200), "0.6666666666666666666666666667"),
        ((50, -100, 30, 30), "2.666666666666666666666666667"),
        ((100, -50, 20), "0"),
    ],
)
def test_payback_is_linear_within_the_year(flows: Sequence[int], expected: str) -> None:
    """The first: a public test's derivation by hand; the rest by hand here."""
    assert payback(flows_of(*flows)) == Decimal(expected)


def test_discounted_payback_by_hand() -> None:
    """A public test's derivation by hand, at 10 %: three years are not enough, the fourth is."""
    rate = flat(Decimal("0.1"))
    reached = discounted_payback(flows_of(-1000, 400, 400, 400, 400), rate)

    assert discounted_payback(flows_of(-1000, 400, 400, 400), rate) == Undefined("not_reached")
    assert isinstance(reached, Decimal)
    assert abs(reached - Decimal("3.01925")) < Decimal("1e-9")


@pytest.mark.parametrize(
    ("flows", "reason"),
    [((-100, 50, 49), "not_reached"), ((-1,), "not_reached"), ((0, 5), "zero_cost"), ((), "zero_cost")],
)
def test_what_is_not_paid_back_has_no_years(flows: Sequence[int], reason: Reason) -> None:
    assert payback(flows_of(*flows)) == Undefined(reason)


@given(INVESTMENTS, st.decimals(0, Decimal("0.3"), places=3))
def test_payback_lies_within_the_flows_and_discounting_defers_it(flows: list[Decimal], rate: Decimal) -> None:
    plain, discounted = payback(flows), discounted_payback(flows, flat(rate))

    if isinstance(plain, Decimal):
        year = int(plain.to_integral_value(ROUND_CEILING))
        assert 0 < plain <= len(flows) - 1
        assert sum(flows[: year + 1]) >= 0
        assert sum(flows[:year]) < 0
    else:
        assert sum(flows) < 0
    if isinstance(discounted, Decimal):
        assert isinstance(plain, Decimal)
        assert plain <= discounted <= len(flows) - 1
