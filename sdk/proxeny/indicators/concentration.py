"""How much lies with few, how alike two memberships are, and how often the same was claimed."""

from collections.abc import Hashable, Sequence
from collections.abc import Set as AbstractSet
from decimal import Decimal, localcontext

from proxeny.indicators.rounding import EXACT, quotient


def herfindahl(amounts: Sequence[Decimal]) -> Decimal | None:
    """Return how concentrated amounts are: 1 when one has all, 1/n when n have the same.

    Formula: ``sum(amount²) / sum(amounts)²``.
    Unit: index from 1/n to 1. `None` when the amounts sum to nought. A negative amount raises `ValueError`.
    Source: Hirschman, The Paternity of an Index, American Economic Review 54 (1964), p. 761.

    >>> herfindahl([Decimal(50), Decimal(30), Decimal(20)])
    Decimal('0.38')
    """
    if min(amounts, default=Decimal(0)) < 0:
        message = f"amounts: {min(amounts)} is below nought, and has no share of a whole."
        raise ValueError(message)
    with localcontext(EXACT):
        total = sum(amounts, Decimal(0))
        squares = sum((amount * amount for amount in amounts), Decimal(0))
        return quotient(squares, total * total) if total else None


def jaccard(a: AbstractSet[Hashable], b: AbstractSet[Hashable]) -> Decimal | None:
    """Return what part of all that either has both have: themes of two networks, or their members.

    Formula: ``|a & b| / |a | b|``.
    Unit: share. `None` when both are empty.
    Source: Jaccard, The Distribution of the Flora in the Alpine Zone, New Phytologist 11 (1912), pp. 37-50.

    >>> jaccard({"climate", "mobility", "housing"}, {"climate", "housing", "culture"})
    Decimal('0.5')
    """
    either = len(a | b)
    return quotient(Decimal(len(a & b)), Decimal(either)) if either else None


def double_count_factor(claimed: Decimal, unique: Decimal) -> Decimal | None:
    """Return how often the same thing was claimed on average: 1 when nothing was claimed twice.

    Formula: ``sum of what each claims / sum of what there is``.
    Unit: ratio. `None` when there is nothing.
    Source: definition.

    >>> double_count_factor(Decimal("1500000"), Decimal("1000000"))
    Decimal('1.5')
    """
    return quotient(claimed, unique) if unique > 0 else None
