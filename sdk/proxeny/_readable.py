"""Numbers as people read them: with separators, in their unit, with no more digits than mean something."""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_HALF_UP, Context, Decimal
from typing import NamedTuple, Protocol


class Interval(Protocol):
    """Between which values a figure lies."""

    @property
    def level(self) -> str:
        """Return how much of what is thought possible lies within."""

    @property
    def low(self) -> Decimal | None:
        """Return the lower end, None where it is open."""

    @property
    def high(self) -> Decimal | None:
        """Return the upper end, None where it is open."""

    @property
    def kind(self) -> str:
        """Return how it was found."""


class Style(NamedTuple):
    """How the numbers of a unit are written: decimals, digits that a small one keeps, and what stands behind."""

    places: int
    significant: int
    suffix: str = ""
    times: int = 1
    keeps_noughts: bool = False


PERCENT = 100
STYLES = {
    "money": Style(2, 1, keeps_noughts=True),
    "ratio": Style(2, 1, keeps_noughts=True),
    "index": Style(2, 1, keeps_noughts=True),
    "share": Style(0, 2, " %", PERCENT),
    "1/y": Style(0, 2, " % a year", PERCENT),
    "1/h": Style(2, 2, " an hour"),
    "count": Style(1, 1),
    "h": Style(1, 1, " h"),
    "people": Style(1, 1, " people"),
    "days": Style(0, 2, " days"),
    "years": Style(1, 1, " years"),
}
OF_CELLS = {"ratio": Style(1, 2, keeps_noughts=True)}
WIDE = Context(prec=80)
LARGEST, SMALLEST = 30, -12
MODELLED_DIGITS = 3


def number(value: Decimal, unit: str, *, modelled: bool = False, in_cell: bool = False) -> str:
    """Return a value without its unit; what was modelled has three digits that mean something, whole ones at least.

    >>> number(Decimal("1234567.89"), "money"), number(Decimal("1234567.89"), "money", modelled=True)
    ('1,234,568', '1,230,000')
    >>> number(Decimal("3.4"), "ratio"), number(Decimal("0.0042"), "ratio"), number(Decimal("-0.3512"), "share")
    ('3.40', '0.004', '−35')
    """
    style = style_of(unit, in_cell=in_cell)
    told = WIDE.multiply(value, Decimal(style.times))
    if told and not SMALLEST <= told.adjusted() <= LARGEST:
        return f"{told:.2e}".replace("-", "−")
    shown = _rounded(told, style, is_money=unit == "money", modelled=modelled)
    return f"{shown:,f}".replace("-", "−")


def style_of(unit: str, *, in_cell: bool = False) -> Style:
    """Return how a unit's numbers are written, also one that is not known yet."""
    found = OF_CELLS.get(unit) if in_cell else None
    return found or STYLES.get(unit) or Style(2, 3, f" {unit}")


def with_unit(text: str, unit: str, currency: str | None) -> str:
    """Return a written number with its unit behind it.

    >>> with_unit("6,700", "money", "EUR"), with_unit("35", "share", None)
    ('6,700 EUR', '35 %')
    """
    suffix = f" {currency}" if unit == "money" and currency else style_of(unit).suffix
    return text + suffix


def span(interval: Interval, unit: str, *, in_cell: bool = False) -> tuple[str | None, str | None]:
    """Return the ends of an interval as numbers, None where they are open; both where it is no wider than a point."""
    ends = interval.low, interval.high
    if ends[0] is not None and ends[0] == ends[1]:
        return None, None
    low, high = (
        number(end, unit, modelled=True, in_cell=in_cell) if end is not None and end.is_finite() else None
        for end in ends
    )
    return low, high


def percent(level: str) -> str:
    """Return a level as a percentage.

    >>> percent("0.90"), percent("0.975"), percent("high")
    ('90 %', '97.5 %', 'high')
    """
    try:
        share = Decimal(level)
    except ArithmeticError:
        return level
    return f"{(share * 100).normalize(WIDE):f} %" if share.is_finite() and abs(share) <= 1 else level


def _rounded(value: Decimal, style: Style, *, is_money: bool, modelled: bool) -> Decimal:
    if not value:
        return Decimal(0)
    if style.times == PERCENT and PERCENT - 1 < abs(value) < PERCENT:
        # What is nearly all is not all.
        return value.quantize(Decimal("0.1"), ROUND_DOWN, WIDE).normalize(WIDE)
    exponent = _exponent(value, style, is_money=is_money, modelled=modelled)
    shown = value.quantize(Decimal(1).scaleb(exponent), ROUND_HALF_UP, WIDE)
    return shown if style.keeps_noughts else shown.normalize(WIDE)


def _exponent(value: Decimal, style: Style, *, is_money: bool, modelled: bool) -> int:
    """Return the place, as a power of ten, to which a value is rounded."""
    magnitude, own = value.adjusted(), value.as_tuple().exponent
    if modelled and magnitude >= MODELLED_DIGITS:
        return magnitude - MODELLED_DIGITS + 1
    if style.keeps_noughts and magnitude >= MODELLED_DIGITS - 1:
        return 0
    places = min(style.places, max(0, -own)) if is_money and isinstance(own, int) else style.places
    return min(-places, magnitude - style.significant + 1)
