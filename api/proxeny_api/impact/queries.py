"""The sums behind figures: from the rollup where it has them, from the records where it does not."""

from datetime import date
from typing import Any, Literal, NamedTuple
from uuid import UUID

import asyncpg

from proxeny_api import consent
from proxeny_api.rollups.measures import COUNTS, MONEY

GroupBy = Literal["none", "network", "kind", "theme", "sdg", "year"]
MEMBERS = f"""
SELECT m.city_id, bool_and(m.sharing = 'totals') AS only_totals FROM membership m
WHERE m.network_id = $1 AND {consent.holds("totals", "m")}
GROUP BY m.city_id
"""
OF_CITY: dict[str, tuple[str, str]] = {
    "none": ("kind", "''"),
    "year": ("kind", "r.year::text"),
    "network": ("network", "r.network_id::text"),
    "kind": ("kind", "r.value"),
    "theme": ("theme", "r.value"),
    "sdg": ("sdg", "r.value"),
}
OF_NETWORK: dict[str, tuple[str, str]] = {
    "none": ("network", "''"),
    "year": ("network", "r.year::text"),
    "network": ("network", "r.network_id::text"),
    "kind": ("network_kind", "r.value"),
    "city": ("network", "r.city_id::text"),
}
CLAIMS = """
SELECT EXISTS (SELECT 1 FROM outcome o WHERE o.city_id = ANY($2) AND o.claim_key IS NOT NULL
               AND o.visibility <> 'private' AND o.network_ids @> ARRAY[$1::uuid])
"""
LIVE = "r.engagement_n + r.cost_n + r.outcome_n > 0"


class Period(NamedTuple):
    """The days that count, both included; None is no bound."""

    first: date | None
    last: date | None

    def is_whole_years(self) -> bool:
        """Tell whether the rollup, which is kept by year, can answer for this period."""
        begins = self.first is None or (self.first.month, self.first.day) == (1, 1)
        ends = self.last is None or (self.last.month, self.last.day) == (12, 31)
        return begins and ends

    def years(self) -> tuple[int | None, int | None]:
        """Return the first and last year."""
        return (self.first.year if self.first else None), (self.last.year if self.last else None)


class Summed(NamedTuple):
    """The sums of one group: by measure, in one currency, with how many flows had no rate for it."""

    key: str
    values: dict[str, Any]
    missing: int
    only_totals: bool = False
    members: int = 0


def selected(kept: str) -> str:
    """Return the select list of the rollup's sums in one of the currencies it is kept in."""
    money = ", ".join(f"sum(r.{name}_{kept}) AS {name}" for name in MONEY)
    counts = ", ".join(f"sum(r.{name}) AS {name}" for name in COUNTS)
    return f"{counts}, {money}, sum(r.missing_{kept}) AS missing"


async def city_sums(
    connection: asyncpg.Connection, city_id: UUID, group_by: str, period: Period, kept: str, network_id: UUID | None
) -> list[Summed]:
    """Return a city's sums by group, from the rollup; one network's part of them where one is asking."""
    dimension, key = (OF_CITY if network_id is None else OF_NETWORK)[group_by]
    seen = "" if network_id is None else "AND r.network_id = $5 AND r.shared"
    query = f"""
SELECT {key} AS key, {selected(kept)} FROM rollup r
WHERE r.city_id = $1 AND r.dimension = $2 AND ($3::int IS NULL OR r.year >= $3) AND ($4::int IS NULL OR r.year <= $4)
  {seen} AND {LIVE} GROUP BY 1
"""
    arguments = [city_id, dimension, *period.years(), *([] if network_id is None else [network_id])]
    return [_summed(row) for row in await connection.fetch(query, *arguments)]


async def network_sums(connection: asyncpg.Connection, network_id: UUID, group_by: str, period: Period) -> list[Summed]:
    """Return a network's sums over consenting members in euro, by group and by whether a member shares only totals."""
    dimension, key = OF_NETWORK[group_by]
    query = f"""
SELECT {key} AS key, t.only_totals, count(DISTINCT r.city_id) AS members, {selected("eur")}
FROM ({MEMBERS}) AS t JOIN rollup r ON r.city_id = t.city_id
WHERE r.network_id = $1 AND r.dimension = $2 AND r.shared AND ($3::int IS NULL OR r.year >= $3)
  AND ($4::int IS NULL OR r.year <= $4) AND {LIVE} GROUP BY 1, 2
"""
    rows = await connection.fetch(query, network_id, dimension, *period.years())
    return [_summed(row)._replace(only_totals=row["only_totals"], members=row["members"]) for row in rows]


async def members(connection: asyncpg.Connection, network_id: UUID) -> dict[UUID, bool]:
    """Return the cities that share anything with a network now, and whether it is totals only."""
    return {row["city_id"]: row["only_totals"] for row in await connection.fetch(MEMBERS, network_id)}


async def member_page(
    connection: asyncpg.Connection, network_id: UUID, after: str | None, limit: int
) -> list[asyncpg.Record]:
    """Return the members that share their own indicators, by code."""
    query = f"""
SELECT c.id, c.code, c.name FROM city c
WHERE c.code > $2 AND c.id IN {consent.sharers("indicators", "$1")} ORDER BY c.code LIMIT $3
"""
    return list(await connection.fetch(query, network_id, after or "", limit))


async def member_sums(
    connection: asyncpg.Connection, network_id: UUID, cities: list[UUID], period: Period
) -> dict[str, Summed]:
    """Return the sums of some members in euro, by city id."""
    query = f"""
SELECT r.city_id::text AS key, {selected("eur")} FROM rollup r
WHERE r.city_id = ANY($5) AND r.network_id = $1 AND r.dimension = $2 AND r.shared
  AND ($3::int IS NULL OR r.year >= $3) AND ($4::int IS NULL OR r.year <= $4) GROUP BY 1
"""
    rows = await connection.fetch(query, network_id, "network", *period.years(), cities)
    return {row["key"]: _summed(row) for row in rows}


def _summed(row: asyncpg.Record) -> Summed:
    values = {name: row[name] for name in (*COUNTS, *MONEY)}
    return Summed(row["key"], values, int(row["missing"]))


async def has_claims(connection: asyncpg.Connection, network_id: UUID, cities: list[UUID]) -> bool:
    """Tell whether outcomes of some members, as far as the network sees them, carry a key that others may carry too."""
    return bool(await connection.fetchval(CLAIMS, network_id, cities))


async def is_spread(connection: asyncpg.Connection, network_id: UUID, group_by: str, fewest: int) -> bool:
    """Tell whether of each sum of each group, of members that share totals only, as many have a part, or none has."""
    dimension, key = OF_NETWORK[group_by]
    names = (*COUNTS, *MONEY)
    parts = ", ".join(f"count(*) FILTER (WHERE p.{name} <> 0) AS {name}" for name in names)
    query = f"""
SELECT {parts} FROM (
    SELECT {key} AS key, r.city_id, {selected("eur")} FROM ({MEMBERS}) AS t JOIN rollup r ON r.city_id = t.city_id
    WHERE t.only_totals AND r.network_id = $1 AND r.dimension = $2 AND r.shared AND {LIVE} GROUP BY 1, 2) AS p
GROUP BY p.key
"""
    rows = await connection.fetch(query, network_id, dimension)
    return all(number == 0 or number >= fewest for row in rows for number in row.values())
