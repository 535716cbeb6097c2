"""Keep the rollup: take away what changed records contributed, add what they contribute now, or rebuild it all."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

import asyncpg
import orjson

from proxeny_api.db import FEW, planned_for_many
from proxeny_api.rollups.cells import Cell
from proxeny_api.rollups.sql import add_listed, fold

EVERYTHING = """
SELECT (SELECT coalesce(array_agg(id::text), '{}') FROM engagement WHERE city_id = $1),
       (SELECT coalesce(array_agg(id::text), '{}') FROM outcome WHERE city_id = $1),
       (SELECT coalesce(array_agg(id::text), '{}') FROM cost WHERE city_id = $1 AND engagement_id IS NULL)
"""
CLAIMED = """
SELECT coalesce(array_agg(k.outcome_id::text), '{}') FROM credit k
WHERE k.city_id = $1 AND k.engagement_id = ANY($2::text[]::uuid[])
"""


class Touched(NamedTuple):
    """The records whose contributions a write changes."""

    engagements: Collection[str] = ()
    outcomes: Collection[str] = ()
    costs: Collection[str] = ()


@dataclass
class Due:
    """Records that a transaction wrote and did not count yet: counted together at its end, or before they change."""

    engagements: set[str] = field(default_factory=set)
    outcomes: set[str] = field(default_factory=set)
    costs: set[str] = field(default_factory=set)

    def owe(self, touched: Touched) -> None:
        """Have records counted later."""
        self.engagements.update(touched.engagements)
        self.outcomes.update(touched.outcomes)
        self.costs.update(touched.costs)

    async def settle(self, connection: asyncpg.Connection, city_id: UUID) -> None:
        """Count what is due."""
        touched = Touched(list(self.engagements), list(self.outcomes), list(self.costs))
        for owed in (self.engagements, self.outcomes, self.costs):
            owed.clear()
        await add(connection, city_id, touched)


async def take_away(connection: asyncpg.Connection, city_id: UUID, touched: Touched) -> None:
    """Take away what the records contribute as they stand; to be called before they change."""
    await _fold(connection, "-", city_id, touched)


async def add(connection: asyncpg.Connection, city_id: UUID, touched: Touched) -> None:
    """Add what the records contribute as they stand; to be called after they changed."""
    await _fold(connection, "+", city_id, touched)


async def add_cells(connection: asyncpg.Connection, city_id: UUID, cells: Mapping[Cell, Mapping[str, Decimal]]) -> None:
    """Add to cells what was worked out beforehand."""
    rows = [
        cell._asdict() | {name: format(amount, "f") for name, amount in sums.items()} for cell, sums in cells.items()
    ]
    if rows:
        await connection.execute(add_listed(), city_id, orjson.dumps(rows).decode())


async def rebuild(connection: asyncpg.Connection, city_id: UUID) -> None:
    """Make a city's rollup anew from its records; its chain must be locked."""
    await connection.execute("DELETE FROM rollup WHERE city_id = $1", city_id)
    (everything,) = await connection.fetch(EVERYTHING, city_id)
    await add(connection, city_id, Touched(*everything))


async def _fold(connection: asyncpg.Connection, sign: str, city_id: UUID, touched: Touched) -> None:
    if not any(touched):
        return
    engagements, outcomes, costs = (list(map(str, part)) for part in touched)
    size = sum(map(len, touched))
    async with planned_for_many(connection, size, "enable_nestloop"):
        # Many outcomes are looked up by a list of ids that the planner can see; few by one statement less.
        claimed = await connection.fetchval(CLAIMED, city_id, engagements) if size > FEW else None
        await connection.execute(fold(sign), city_id, engagements, outcomes, costs, claimed)
