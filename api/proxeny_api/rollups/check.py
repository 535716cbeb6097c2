"""Check that a city's rollup is what its records add up to."""

from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

import asyncpg

from proxeny_api.rollups.measures import COLUMNS
from proxeny_api.rollups.service import EVERYTHING
from proxeny_api.rollups.sql import contributions

KEY = ("dimension", "network_id", "value", "year", "shared")


class Difference(NamedTuple):
    """One cell and column: what the rollup has, and what the records add up to."""

    dimension: str
    network_id: UUID
    value: str
    year: int
    shared: bool
    column: str
    kept: Decimal
    due: Decimal


def _sums(alias: str) -> str:
    """Return an array of a source's columns, nought where it has no such cell."""
    return f"ARRAY[{', '.join(f'coalesce({alias}.{name}, 0)' for name in COLUMNS)}]::numeric[]"


COMPARE = f"""
SELECT * FROM (
    SELECT {", ".join(KEY)}, {_sums("kept")} AS kept, {_sums("due")} AS due
    FROM (SELECT * FROM rollup WHERE city_id = $1) AS kept FULL JOIN ({contributions()}) AS due USING ({", ".join(KEY)})
) AS cell WHERE kept <> due ORDER BY {", ".join(KEY)}
"""


async def differences(connection: asyncpg.Connection, city_id: UUID) -> list[Difference]:
    """Return every sum of a city's rollup that its records do not add up to; cells of nought count as absent.

    The connection must see the whole city, and rollup and records of one snapshot.
    """
    (everything,) = await connection.fetch(EVERYTHING, city_id)
    rows = await connection.fetch(COMPARE, city_id, *everything, everything[1])
    return [
        _difference(row, column, kept, due)
        for row in rows
        for column, kept, due in zip(COLUMNS, row["kept"], row["due"], strict=True)
        if kept != due
    ]


def _difference(row: asyncpg.Record, column: str, kept: Decimal, due: Decimal) -> Difference:
    return Difference(row["dimension"], row["network_id"], row["value"], row["year"], row["shared"], column, kept, due)
