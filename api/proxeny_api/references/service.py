"""Reading rates of exchange and price indices."""

from bisect import bisect_left, bisect_right
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import asyncpg
import orjson

from proxeny_api.errors import BadRequest, FieldError, NotFound
from proxeny_api.fields import as_day, minor_digits
from proxeny_api.ledger.chain import instant
from proxeny_api.listing import Listed
from proxeny_api.rates import book, lookup
from proxeny_api.rates.book import SOURCE, Column, Policy
from proxeny_api.rates.lookup import Leg

# The dollar has had a rate on every day on which any currency had one.
WHOLE_COLUMN = "USD"
LOADED_RATES = """
SELECT DISTINCT ON (day) day, per_eur, source, loaded_at FROM loaded_rate
WHERE currency = $1 AND ($2::date IS NULL OR day >= $2) AND ($3::date IS NULL OR day <= $3)
  AND ($4::date IS NULL OR day < $4)
ORDER BY day DESC, loaded_at DESC LIMIT $5
"""
INDICES = """
SELECT DISTINCT ON (year) year, value::text, base, source, loaded_at FROM price_index
WHERE currency = $1 AND ($2::int IS NULL OR year < $2) ORDER BY year DESC, loaded_at DESC LIMIT $3
"""


async def rates(
    connection: asyncpg.Connection, currency: str, first: str | None, last: str | None, before: str | None, limit: int
) -> Listed:
    """Return a currency's rates, the newest first, those before a day; raises BadRequest for no currency.

    On a day that the bank has a rate of, that one alone is told.
    """
    check_currency(currency)
    period = as_day(first), as_day(last), as_day(before)
    rows = await connection.fetch(LOADED_RATES, currency, *period, limit + 1)
    legs = {day: Leg(currency, per_eur, day, source, loaded_at) for day, per_eur, source, loaded_at in rows}
    legs |= {leg.day: leg for leg in _published(currency, *period, limit + 1)}
    days = sorted(legs, reverse=True)
    shown = days[:limit]
    return Listed([_rate(legs[day], day) for day in shown], [shown[-1].isoformat()] if len(days) > limit else None)


def _published(currency: str, first: date | None, last: date | None, before: date | None, most: int) -> list[Leg]:
    """Return the newest of a currency's rates by the bank, within a period and before a day."""
    days, written = _column(currency)
    start = bisect_left(days, first.toordinal()) if first else 0
    end = bisect_right(days, last.toordinal()) if last else len(days)
    if before:
        end = min(end, bisect_left(days, before.toordinal()))
    return [
        Leg(currency, Decimal(written[place]), date.fromordinal(days[place]), SOURCE, None)
        for place in range(max(start, end - most), end)
    ]


def _column(currency: str) -> Column:
    """Return the days and rates that the bank has of a currency: none for most, 1 a day for the euro."""
    columns = book.columns()
    if currency == "EUR":
        days = columns[WHOLE_COLUMN].days
        return Column(days, ["1"] * len(days))
    return columns.get(currency, Column([], []))


def check_currency(currency: str) -> None:
    """Check that a question's currency is one; raises BadRequest."""
    if currency in book.columns() or currency in minor_digits():
        return
    fault = FieldError(pointer="/query/currency", code="currency", message="This is no ISO 4217 currency.")
    raise BadRequest(f"There is no currency {currency}.", errors=[fault])


async def rate(connection: asyncpg.Connection, currency: str, day: str, policy: Policy) -> bytes:
    """Return what one euro was worth on a day; raises NotFound with the code `no_rate`."""
    asked = date.fromisoformat(day)
    earliest = asked - timedelta(days=book.GRACE_DAYS)
    leg = (await lookup.load(connection, [currency], first=earliest, last=asked)).leg(currency, asked, policy)
    if leg is None:
        message = f"{SOURCE}: nothing for this day, and nothing was loaded."
        fault = FieldError(pointer="/path/day", code="no_rate", message=message)
        raise NotFound(f"No rate of {currency} on {day}, by the policy {policy}.", errors=[fault])
    return _rate(leg, asked).encode()


def _rate(leg: Leg, day: date) -> str:
    return _written(
        currency=leg.currency,
        day=day.isoformat(),
        rate=f"{leg.per_eur:f}",
        published_on=leg.day.isoformat(),
        source=leg.source,
        loaded_at=leg.loaded_at and instant(leg.loaded_at),
    )


def _written(**members: Any) -> str:
    return orjson.dumps(members).decode()


async def indices(connection: asyncpg.Connection, currency: str, before: int | None, limit: int) -> Listed:
    """Return a currency's price indices, the newest first, those before a year; raises BadRequest for no currency."""
    check_currency(currency)
    rows = await connection.fetch(INDICES, currency, before, limit + 1)
    items = [
        _written(currency=currency, **{**row, "loaded_at": instant(row["loaded_at"])})
        for row in map(dict, rows[:limit])
    ]
    return Listed(items, [str(rows[limit - 1]["year"])] if len(rows) > limit else None)
