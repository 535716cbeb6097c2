"""Figures as the digits that people and programs read."""

from decimal import Decimal
from typing import NamedTuple

from proxeny.indicators.figure import Figure, Unit
from proxeny.indicators.rounding import EXACT, half_up, shown

MILLIONTH = Decimal("0.000001")
WHOLE = ("count", "h", "people", "days", "years")


class Displayed(NamedTuple):
    """The value and the bound of a figure as digits, `None` where there is none."""

    value: str | None
    bound: str | None


def display(figure: Figure, minor_digits: int) -> Displayed:
    """Return the value and the bound of a figure as they are shown, rounded half up.

    Money has the minor digits of its currency (ISO 4217), ratios, shares, rates and indices have six decimals; counts,
    hours, days, years and people have the decimals they need, six at most.

    >>> display(Figure("cost.total", Decimal("1234.565"), "money", "ok", None, None, 3), minor_digits=2)
    Displayed(value='1234.57', bound=None)
    >>> display(Figure("outcomes.count", Decimal("1.50"), "count", "ok", None, None, 2), minor_digits=2)
    Displayed(value='1.5', bound=None)
    """
    return Displayed(
        digits(figure.value, figure.unit, minor_digits),
        digits(figure.bound, figure.unit, minor_digits),
    )


def digits(value: Decimal | None, unit: Unit, minor_digits: int) -> str | None:
    """Return one value as it is shown in its unit.

    >>> digits(Decimal(2) / 3, "ratio", minor_digits=2)
    '0.666667'
    """
    if value is None:
        return None
    rounded = half_up(value, quantum_of(unit, minor_digits))
    return shown(rounded.normalize(EXACT) if unit in WHOLE else rounded)


def quantum_of(unit: Unit, minor_digits: int) -> Decimal:
    """Return the smallest step in which a unit is shown; yen have no minor digits, so theirs is 1.

    >>> quantum_of("money", 0), quantum_of("money", 3)
    (Decimal('1'), Decimal('0.001'))
    """
    return Decimal(1).scaleb(-minor_digits) if unit == "money" else MILLIONTH
