"""Rounding, done only when a figure is shown."""

from collections.abc import Sequence
from decimal import ROUND_FLOOR, ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal, localcontext

# Wide enough that no sum, difference or product of recorded amounts, rates, shares and credits is ever rounded.
EXACT = Context(prec=400, rounding=ROUND_HALF_EVEN)
RATIO = Context(prec=28, rounding=ROUND_HALF_UP)


def quotient(numerator: Decimal, denominator: Decimal) -> Decimal:
    """Return numerator / denominator at 28 significant digits, half up.

    >>> quotient(Decimal(2), Decimal(3))
    Decimal('0.6666666666666666666666666667')
    """
    return RATIO.divide(numerator, denominator)


def half_up(value: Decimal, quantum: Decimal) -> Decimal:
    """Return the value rounded to the quantum, a power of ten; a half goes away from nought.

    >>> half_up(Decimal("2.345"), Decimal("0.01")), half_up(Decimal("-2.345"), Decimal("0.01"))
    (Decimal('2.35'), Decimal('-2.35'))
    """
    return value.quantize(quantum, rounding=ROUND_HALF_UP, context=EXACT)


def reconcile(parts: Sequence[Decimal], total: Decimal, quantum: Decimal) -> list[Decimal]:
    """Return the parts rounded so that they add up exactly to the rounded total.

    Method of largest remainders: each part is rounded down, then those with the largest remainders, the first of
    equal ones, get one quantum more until the sum is right. So each part stays within one quantum (a power of ten)
    of its exact value. The parts may miss the total by less than half a quantum, as thirds of 20 digits do; parts
    that miss it by more are not parts of it, and raise `ValueError`.

    >>> third = Decimal("0.33333333333333333333")
    >>> reconcile([third, third, third], Decimal(1), Decimal("0.01"))
    [Decimal('0.34'), Decimal('0.33'), Decimal('0.33')]

    Source: Balinski and Young, Fair Representation, 2nd ed. (2001): Hamilton's method.
    """
    with localcontext(EXACT):
        floors = [part.quantize(quantum, rounding=ROUND_FLOOR) for part in parts]
        remainders = [part - floor for part, floor in zip(parts, floors, strict=True)]
        if abs(total - sum(parts)) * 2 >= quantum:
            message = f"Parts that add up to {sum(parts):f} are not the parts of {total:f}."
            raise ValueError(message)
        short = int((half_up(total, quantum) - sum(floors)) / quantum)
        raised = set(sorted(range(len(parts)), key=lambda place: (-remainders[place], place))[:short])
        return [floor + quantum if place in raised else floor for place, floor in enumerate(floors)]


def shown(value: Decimal) -> str:
    """Return the value in plain notation with the digits it has: no exponent, no negative nought.

    >>> shown(Decimal("1E+3")), shown(Decimal("-0.00")), shown(Decimal("12.50"))
    ('1000', '0.00', '12.50')
    """
    return format(value or value.copy_abs(), "f")
