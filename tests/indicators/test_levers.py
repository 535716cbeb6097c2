"""The levers of one outcome: published answers, what is assumed, and that each only ever lessens."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxeny.indicators import LEVERS, Counterfactual, Levers, Scenario
from proxeny.indicators.methods import PRIORS
from tests.indicators.given import shares

UNRECORDED: dict[str, Decimal] = {}


@pytest.mark.parametrize(
    ("levers", "kept"),
    [
        (Levers(), "1"),
        (Levers(deadweight=Decimal("0.2")), "0.8"),
        (Levers(attribution_to_others=Decimal("0.4")), "0.6"),
        (Levers(displacement=Decimal("0.1")), "0.9"),
        (Levers(Decimal("0.3"), Decimal("0.25"), Decimal("0.1")), "0.4725"),
    ],
)
def test_each_lever_leaves_what_spec_044_says_and_all_multiply(levers: Levers, kept: str) -> None:
    """SPEC-044 of the public social_impact_scanner: 2.0, 1.6, 1.2 and 1.8 of 2.0; the last by the SROI Guide."""
    assert levers.settled(UNRECORDED).kept() == Decimal(kept)


def test_a_lever_left_out_takes_the_prior_and_is_named() -> None:
    settled = Levers(deadweight=Decimal("0.5"), duration_years=2).settled(PRIORS)

    assert settled[:5] == (Decimal("0.5"), PRIORS["attribution_to_others"], PRIORS["displacement"], Decimal("0.215"), 2)
    assert settled.assumed == ("attribution_to_others", "displacement", "drop_off")


def test_a_lever_that_was_recorded_as_nought_is_not_assumed() -> None:
    assert Levers(Decimal(0), Decimal(0), Decimal(0), Decimal(0), 5).settled(PRIORS).assumed == ()


def test_nothing_drops_off_in_a_single_year() -> None:
    settled = Levers(duration_years=1).settled(PRIORS)

    assert (settled.drop_off, "drop_off" in settled.assumed) == (Decimal(0), False)


@given(shares, shares, shares, st.sampled_from(LEVERS[:3]), shares)
def test_more_of_a_lever_never_leaves_more(d: Decimal, a: Decimal, x: Decimal, lever: str, other: Decimal) -> None:
    levers = Levers(d, a, x, Decimal(0), 1)
    low, high = sorted([getattr(levers, lever), other])

    less, more = (levers._replace(**{lever: share}).settled(UNRECORDED).kept() for share in (high, low))

    assert 0 <= less <= more <= 1


def test_the_net_additional_impact_is_that_of_the_additionality_guide() -> None:
    """Formula of English Partnerships, Additionality Guide, 3rd ed. (2008); numbers of our own."""
    shares_of_both = (Decimal("0.1"), Decimal("0.25"), Decimal("0.05"), Decimal("1.3"))

    found = Counterfactual(Scenario(Decimal(1000), *shares_of_both), Scenario(Decimal(300), *shares_of_both))

    assert found.net_additional() == Decimal("583.5375")


def test_what_would_have_been_better_without_the_city_is_a_loss() -> None:
    assert Counterfactual(Scenario(Decimal(100)), Scenario(Decimal(300))).net_additional() == -200
