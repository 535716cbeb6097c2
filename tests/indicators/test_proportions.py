"""Proportions: Wilson's interval and the whole percents of a survey."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxeny.indicators.proportions import percentages, two_sided_z, wilson

LEVELS = st.decimals("0.01", "0.999", places=3)
CASES = st.integers(1, 10**6).flatmap(lambda trials: st.tuples(st.integers(0, trials), st.just(trials)))
NINETY_FIVE = Decimal("0.95")


def test_thirteen_of_sixteen_have_the_interval_that_is_printed() -> None:
    # Fagerland, Lydersen and Laake (2017), ch. 2, on Ligarden (2010), as in ocbe-uio/contingencytables test-ch2.R.
    low, high = wilson(13, 16, NINETY_FIVE)

    assert (float(low), float(high)) == pytest.approx((0.5699, 0.9341), abs=5.01e-5)


def test_the_shares_of_the_survey_are_those_of_its_second_exhibit() -> None:
    # Seed study, Exhibit 2: 69, 19, 8 and 4 % of the 26 cities that answered.
    assert percentages([18, 5, 2, 1]) == [69, 19, 8, 4]


@pytest.mark.parametrize(
    ("level", "expected"), [("0.90", "1.644853627"), ("0.95", "1.959963985"), ("0.99", "2.575829304")]
)
def test_the_normal_quantiles_are_those_of_r(level: str, expected: str) -> None:
    # R: qnorm(0.95), qnorm(0.975), qnorm(0.995).
    assert two_sided_z(Decimal(level)).quantize(Decimal("1E-9")) == Decimal(expected)


@given(CASES, LEVELS)
def test_the_interval_holds_the_share_and_stays_between_0_and_1(case: tuple[int, int], level: Decimal) -> None:
    low, high = wilson(*case, level)

    assert 0 <= low <= Decimal(case[0]) / case[1] + Decimal("1E-12")
    assert Decimal(case[0]) / case[1] - Decimal("1E-12") <= high <= 1


@given(CASES, LEVELS)
def test_what_failed_has_the_mirrored_interval(case: tuple[int, int], level: Decimal) -> None:
    low, high = wilson(*case, level)
    mirrored_low, mirrored_high = wilson(case[1] - case[0], case[1], level)

    assert abs(low - (1 - mirrored_high)) <= Decimal("1E-12")
    assert abs(high - (1 - mirrored_low)) <= Decimal("1E-12")


@given(CASES)
def test_a_higher_level_has_a_wider_interval(case: tuple[int, int]) -> None:
    narrow, wide = wilson(*case, Decimal("0.80")), wilson(*case, Decimal("0.95"))

    assert wide[0] <= narrow[0]
    assert narrow[1] <= wide[1]


@pytest.mark.parametrize(("successes", "trials"), [(0, 0), (-1, 5), (6, 5)])
def test_what_is_no_proportion_is_refused(successes: int, trials: int) -> None:
    with pytest.raises(ValueError, match="successes"):
        wilson(successes, trials, NINETY_FIVE)


@pytest.mark.parametrize("level", ["0", "1", "-0.5", "95"])
def test_a_level_outside_0_and_1_is_refused(level: str) -> None:
    with pytest.raises(ValueError, match="level"):
        wilson(13, 16, Decimal(level))


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=20).filter(any))
def test_each_percentage_is_within_half_a_percent(counts: list[int]) -> None:
    answers = sum(counts)

    assert all(
        abs(100 * count - share * answers) * 2 <= answers
        for count, share in zip(counts, percentages(counts), strict=True)
    )


def test_a_half_percent_is_rounded_up() -> None:
    assert percentages([1, 199]) == [1, 100]


@pytest.mark.parametrize("counts", [[], [0, 0], [3, -1]])
def test_no_answers_have_no_percentages(counts: list[int]) -> None:
    with pytest.raises(ValueError, match="counts"):
        percentages(counts)
