"""Rules that give the credits of one outcome to those who claim it; what they give sums exactly to one."""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from decimal import Decimal, localcontext
from fractions import Fraction
from itertools import combinations
from math import factorial
from typing import TypeVar

from proxeny.indicators.rounding import EXACT, reconcile

Claimant = TypeVar("Claimant", bound=Hashable)
# All coalitions of ten are a thousand, of twenty a million.
MOST_PLAYERS = 10
CREDIT = Decimal("1E-20")


def equal(claimants: Iterable[Claimant]) -> dict[Claimant, Decimal]:
    """Return the same credit for each claimant.

    Formula: ``1 / n``, rounded to 20 decimals so that the credits sum to 1: the first get the last digits over.
    Unit: share. Without claimants there is nothing to share: `ValueError`.
    Source: definition.

    >>> [str(credit) for credit in equal(["Eurocities", "ICLEI", "C40"]).values()]
    ['0.33333333333333333334', '0.33333333333333333333', '0.33333333333333333333']
    """
    return in_proportion(dict.fromkeys(claimants, Decimal(1)), "claimants")


def by_hours(hours: Mapping[Claimant, Decimal]) -> dict[Claimant, Decimal]:
    """Return credits in proportion to the hours that went into each claimant's engagement.

    Formula: ``hours / sum(hours)``, rounded to 20 decimals so that the credits sum to 1.
    Unit: share. Convention: where nobody gave an hour the rule knows no difference, and the credits are equal.
    Without claimants, or with negative hours, there is nothing to share: `ValueError`.
    Source: definition.

    >>> by_hours({"Eurocities": Decimal(6), "ICLEI": Decimal(2)})["Eurocities"]
    Decimal('0.75000000000000000000')
    """
    return in_proportion(hours, "hours")


def by_cost(costs: Mapping[Claimant, Decimal]) -> dict[Claimant, Decimal]:
    """Return credits in proportion to what each claimant's engagement cost.

    Formula: ``cost / sum(costs)``, rounded to 20 decimals so that the credits sum to 1.
    Unit: share. Convention: where nothing was spent the rule knows no difference, and the credits are equal.
    Without claimants, or with a negative cost, there is nothing to share: `ValueError`.
    Source: definition.

    >>> by_cost({"Eurocities": Decimal("900.00"), "ICLEI": Decimal("600.00")})["ICLEI"]
    Decimal('0.40000000000000000000')
    """
    return in_proportion(costs, "costs")


def shapley(players: Sequence[Claimant], worth: Callable[[frozenset[Claimant]], Decimal]) -> dict[Claimant, Decimal]:
    """Return what each player adds to those before it, as the mean over all orders of coming.

    Formula: ``sum over coalitions S without i of |S|! (n - |S| - 1)! / n! · (worth(S + i) - worth(S))``.
    Unit: that of the worth; credits when all together are worth 1. Convention: rounded to 20 decimals so that they sum
    to what all are worth beyond nobody; players that add the same get the same, but for the last digit.
    Exact, and therefore for at most 10 players: more, or none, or one twice, raises `ValueError`.
    Source: Shapley, A Value for n-Person Games (1953), in Contributions to the Theory of Games II, pp. 307-317.

    >>> glove = lambda some: Decimal(len(some) > 1 and "right" in some)
    >>> [str(share) for share in shapley(["left", "other left", "right"], glove).values()]
    ['0.16666666666666666667', '0.16666666666666666667', '0.66666666666666666666']
    """
    count = len(players)
    if not 1 <= count <= MOST_PLAYERS or len(set(players)) < count:
        message = f"players: from 1 to {MOST_PLAYERS} different ones have a Shapley value, not {list(players)}."
        raise ValueError(message)
    worths = {some: Fraction(worth(some)) for size in range(count + 1) for some in coalitions(players, size)}
    values = dict.fromkeys(players, Fraction(0))
    for some, value in worths.items():
        for player in players:
            if player not in some:
                orders = Fraction(factorial(len(some)) * factorial(count - len(some) - 1), factorial(count))
                values[player] += orders * (worths[some | {player}] - value)
    return settled(values)


def coalitions(players: Sequence[Claimant], size: int) -> Iterable[frozenset[Claimant]]:
    """Return every choice of so many players.

    >>> [sorted(some) for some in coalitions("abc", 2)]
    [['a', 'b'], ['a', 'c'], ['b', 'c']]
    """
    return map(frozenset, combinations(players, size))


def in_proportion(amounts: Mapping[Claimant, Decimal], what: str) -> dict[Claimant, Decimal]:
    """Return one shared out in proportion to the amounts, equally where all are nought.

    >>> in_proportion({"a": Decimal(0)}, "hours")
    {'a': Decimal('1.00000000000000000000')}
    """
    if not amounts or min(amounts.values()) < 0:
        message = f"{what}: one cannot be shared in proportion to {[str(amount) for amount in amounts.values()]}."
        raise ValueError(message)
    exact = {claimant: Fraction(amount) for claimant, amount in amounts.items()}
    total = sum(exact.values())
    return settled({key: part / total if total else Fraction(1, len(exact)) for key, part in exact.items()})


def settled(parts: Mapping[Claimant, Fraction]) -> dict[Claimant, Decimal]:
    """Return exact parts at 20 decimals, which still sum to their total.

    >>> settled({"a": Fraction(1, 4), "b": Fraction(3, 4)})["b"]
    Decimal('0.75000000000000000000')
    """
    rounded = reconcile([decimal(part) for part in parts.values()], decimal(sum(parts.values(), Fraction(0))), CREDIT)
    return dict(zip(parts, rounded, strict=True))


def decimal(part: Fraction) -> Decimal:
    """Return a fraction at 200 digits.

    >>> decimal(Fraction(1, 8))
    Decimal('0.125')
    """
    with localcontext(EXACT):
        return Decimal(part.numerator) / part.denominator
