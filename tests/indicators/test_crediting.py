"""Credits by rule: they sum to one exactly, and Shapley's are fair."""

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from proxeny.indicators.crediting import by_cost, by_hours, equal, shapley

AMOUNTS = st.dictionaries(st.integers(), st.decimals(0, Decimal("1e13"), places=6), min_size=1, max_size=40)
PLAYERS = st.integers(1, 6)
WORTHS = st.lists(st.decimals(-1000, 1000, places=4), min_size=64, max_size=64)
LAST_DIGIT = Decimal("1E-20")


def game(worths: list[Decimal]) -> Callable[[frozenset[int]], Decimal]:
    """Return a game in which each coalition of players 0 to 5 is worth whatever the list says, and nobody nought."""
    return lambda some: worths[sum(1 << player for player in some)] if some else Decimal(0)


def test_the_owner_of_the_right_glove_gets_two_thirds() -> None:
    # Shapley value of the glove game, as in the encyclopaedias: 1/6, 1/6, 2/3.
    values = shapley([1, 2, 3], lambda some: Decimal(len(some) > 1 and 3 in some))

    assert [float(value) for value in values.values()] == pytest.approx([1 / 6, 1 / 6, 2 / 3], abs=1e-12)
    assert sum(values.values()) == 1


def test_credits_by_hours_are_in_proportion() -> None:
    assert by_hours({"Eurocities": Decimal("7.5"), "ICLEI": Decimal("2.5"), "C40": Decimal(0)}) == {
        "Eurocities": Decimal("0.75"),
        "ICLEI": Decimal("0.25"),
        "C40": Decimal(0),
    }


def test_credits_by_cost_are_in_proportion() -> None:
    assert by_cost({"Eurocities": Decimal("900.00"), "ICLEI": Decimal("600.00")}) == {
        "Eurocities": Decimal("0.6"),
        "ICLEI": Decimal("0.4"),
    }


@given(st.sets(st.integers(), min_size=1, max_size=60))
def test_equal_credits_sum_to_1_and_differ_by_the_last_digit_at_most(claimants: set[int]) -> None:
    credits = equal(claimants)

    assert credits.keys() == claimants
    assert sum(map(Fraction, credits.values())) == 1
    assert max(credits.values()) - min(credits.values()) <= LAST_DIGIT


@given(AMOUNTS)
def test_credits_in_proportion_sum_to_1_and_to_the_last_digit_are_the_shares(amounts: dict[int, Decimal]) -> None:
    total = sum(map(Fraction, amounts.values()))

    credits = by_cost(amounts)

    assert sum(map(Fraction, credits.values())) == 1
    assert credits == by_hours(amounts)
    for claimant, amount in amounts.items():
        share = Fraction(amount) / total if total else Fraction(1, len(amounts))
        assert abs(Fraction(credits[claimant]) - share) <= Fraction(LAST_DIGIT)


@pytest.mark.parametrize("rule", [by_hours, by_cost])
@pytest.mark.parametrize("amounts", [{}, {"a": Decimal(3), "b": Decimal(-1)}])
def test_what_cannot_be_shared_is_refused(
    rule: Callable[[dict[str, Decimal]], dict[str, Decimal]], amounts: dict[str, Decimal]
) -> None:
    with pytest.raises(ValueError, match="cannot be shared"):
        rule(amounts)


def test_nobody_cannot_share_equally() -> None:
    with pytest.raises(ValueError, match="claimants"):
        equal([])


@settings(max_examples=40)
@given(PLAYERS, WORTHS)
def test_shapley_values_sum_to_what_all_are_worth_together(count: int, worths: list[Decimal]) -> None:
    values = shapley(range(count), game(worths))

    assert sum(map(Fraction, values.values())) == Fraction(game(worths)(frozenset(range(count))))


@settings(max_examples=40)
@given(PLAYERS, WORTHS)
def test_players_that_count_the_same_get_the_same(count: int, by_size: list[Decimal]) -> None:
    values = shapley(range(count), lambda some: by_size[len(some)])

    assert max(values.values()) - min(values.values()) <= LAST_DIGIT


@settings(max_examples=40)
@given(PLAYERS, WORTHS)
def test_who_is_named_first_does_not_matter(count: int, worths: list[Decimal]) -> None:
    forwards, backwards = (shapley(order, game(worths)) for order in (range(count), range(count)[::-1]))

    assert all(abs(forwards[player] - backwards[player]) <= LAST_DIGIT for player in range(count))


@settings(max_examples=40)
@given(PLAYERS, WORTHS)
def test_who_never_adds_anything_gets_nothing(count: int, worths: list[Decimal]) -> None:
    values = shapley(range(count + 1), lambda some: game(worths)(some - {count}))

    assert abs(values[count]) <= LAST_DIGIT


@settings(max_examples=40)
@given(PLAYERS, WORTHS)
def test_each_gets_what_it_brings_where_worths_only_add_up(count: int, brings: list[Decimal]) -> None:
    values = shapley(range(count), lambda some: sum((brings[player] for player in some), Decimal(0)))

    assert values == dict(enumerate(brings[:count]))


def test_ten_players_are_worked_out_exactly() -> None:
    values = shapley(range(10), lambda some: Decimal(len(some) == 10))

    assert set(values.values()) == {Decimal("0.1")}


@pytest.mark.parametrize("players", [[], list(range(11)), ["a", "a"]])
def test_too_many_players_or_none_or_one_twice_are_refused(players: list[object]) -> None:
    with pytest.raises(ValueError, match="players"):
        shapley(players, lambda some: Decimal(len(some)))
