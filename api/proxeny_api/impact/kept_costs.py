"""Costs by group and year from the kept sums: where none is estimated, returns need no more of them than that."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal, localcontext
from uuid import UUID

import asyncpg

from proxeny.indicators import items
from proxeny.indicators.rounding import EXACT
from proxeny.indicators.sums import COST_CATEGORIES
from proxeny_api.impact.asked import Asked
from proxeny_api.impact.queries import OF_CITY, OF_NETWORK

ONE = Decimal(1)
ESTIMATED = """
SELECT EXISTS (SELECT 1 FROM cost c WHERE c.city_id = ANY($1) AND c.estimated
               AND ($2::uuid IS NULL OR c.visibility <> 'private' AND c.network_ids @> ARRAY[$2]))
"""
TOTAL = " + ".join(f"r.cost_{category}_eur" for category in COST_CATEGORIES)
KEPT = """
SELECT {key} AS key, r.year, sum({total}) AS total, sum(r.cost_external_eur) AS external, sum(r.cost_n)::int AS n,
       sum(r.missing_eur) AS missing
FROM rollup r
WHERE r.city_id = ANY($1) AND r.dimension = $2 AND ($3::uuid IS NULL OR r.shared AND r.network_id = $3)
  AND ($4::int IS NULL OR r.year >= $4) AND ($5::int IS NULL OR r.year <= $5) AND r.cost_n + r.missing_eur > 0
GROUP BY 1, 2 ORDER BY 1, 2
"""


async def read(
    connection: asyncpg.Connection, cities: list[UUID], network_id: UUID | None, asked: Asked
) -> list[tuple[str, items.Cost]] | None:
    """Return costs by group, two a year: the city's own and others'; None where the kept sums cannot tell them."""
    dimensions = OF_CITY if network_id is None else OF_NETWORK
    is_kept = asked.currency == "EUR" and asked.policy == "last_known" and asked.price_year is None
    if not is_kept or not asked.period.is_whole_years() or asked.group_by not in dimensions:
        return None
    if await connection.fetchval(ESTIMATED, cities, network_id):
        return None
    dimension, key = dimensions[asked.group_by]
    query = KEPT.format(key=key, total=TOTAL)
    rows = await connection.fetch(query, cities, dimension, network_id, *asked.period.years())
    return None if any(row["missing"] for row in rows) else list(_items(rows))


def _items(rows: Iterable[asyncpg.Record]) -> Iterable[tuple[str, items.Cost]]:
    with localcontext(EXACT):
        for key, year, total, external, many, _ in rows:
            day = date(year, 1, 1)
            for payer, amount, number in (("city", total - external, many), ("other", external, 0)):
                name = f"{year} {payer}"
                yield (
                    key,
                    items.Cost(name, 1, ONE, "other", payer, False, day, amount, "EUR", ONE, many=number),
                )
