"""Storing what is loaded: rows are added and never changed, and each load is an entry of the operator's chain."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import asyncpg
import orjson

from proxeny_api.ledger.chain import instant
from proxeny_api.ledger.service import Chain, Change
from proxeny_api.references.rules import Standing
from proxeny_api.references.schemas import PriceIndexRow, RateRow
from proxeny_api.stored import new_id

# What says the same as the row that counts now is left out. All rows of a load count from one instant, and that lies
# after those of every load before it, whatever the clocks of several servers say.
ADD = """
WITH said AS (
    SELECT s.currency, s.at::{kind} AS {at}, s.value::numeric AS {value}
    FROM unnest($1::text[], $2::text[], $3::text[]) AS s(currency, at, value)
), i AS (
    SELECT greatest($4::timestamptz, (SELECT max(loaded_at) FROM {table}) + interval '1 microsecond') AS loaded_at
)
INSERT INTO {table} (currency, {at}, {value}, {told}, loaded_at)
SELECT s.currency, s.{at}, s.{value}, {parameters}, i.loaded_at
FROM said s CROSS JOIN i LEFT JOIN LATERAL (
    SELECT {value}, {told} FROM {table} l WHERE l.currency = s.currency AND l.{at} = s.{at}
    ORDER BY l.loaded_at DESC LIMIT 1
) AS l ON true
WHERE ROW(s.{value}, {parameters}) IS DISTINCT FROM ROW(l.{value}, {told})
RETURNING currency, {at}, {value}::text, loaded_at
"""
ADD_RATES = ADD.format(
    table="loaded_rate", at="day", kind="date", value="per_eur", told="source", parameters="$5::text"
)
ADD_INDICES = ADD.format(
    table="price_index", at="year", kind="int", value="value", told="source, base", parameters="$5::text, $6::text"
)
STANDING = """
SELECT DISTINCT ON (currency, year) currency, year, coalesce(base, source) AS series FROM price_index
WHERE currency = ANY($1) ORDER BY currency, year, loaded_at DESC
"""


class Stored(NamedTuple):
    """What became of a load: how many rows were new, how many were not, and from when on the new ones count."""

    loaded: int
    unchanged: int
    loaded_at: datetime | None


async def rates(chain: Chain, source: str, rows: Sequence[RateRow]) -> Stored:
    """Add rates, each of which keeps the rules, by the holder of the operator's chain."""
    columns = [row.currency for row in rows], [row.day for row in rows], [row.per_eur for row in rows]
    added = await chain.connection.fetch(ADD_RATES, *columns, chain.at, source)
    return await _noted(chain, "loaded_rates", {"source": source}, len(rows), added)


async def indices(chain: Chain, source: str, base: str | None, rows: Sequence[PriceIndexRow]) -> Stored:
    """Add price indices, each of which keeps the rules, by the holder of the operator's chain."""
    columns = [row.currency for row in rows], [str(row.year) for row in rows], [row.value for row in rows]
    added = await chain.connection.fetch(ADD_INDICES, *columns, chain.at, source, base)
    return await _noted(chain, "price_indices", {"source": source, "base": base}, len(rows), added)


async def standing(connection: asyncpg.Connection, rows: Sequence[PriceIndexRow]) -> Standing:
    """Return the series of each year that there is of the rows' currencies."""
    found: defaultdict[str, dict[int, str]] = defaultdict(dict)
    for currency, year, series in await connection.fetch(STANDING, sorted({row.currency for row in rows})):
        found[currency][year] = series
    return found


async def _noted(
    chain: Chain, resource: str, told: dict[str, str | None], said: int, added: Sequence[asyncpg.Record]
) -> Stored:
    """Write what was added into the chain, as one entry, and return what became of the load."""
    if not added:
        return Stored(0, said, None)
    loaded_at: datetime = added[0]["loaded_at"]
    rows = [[currency, at, value] for currency, at, value, _ in added]
    body = orjson.dumps({**told, "loaded_at": instant(loaded_at), "rows": rows})
    await chain.append([Change("created", resource, new_id(), "private", [], body)])
    return Stored(len(added), said - len(added), loaded_at)
