"""The limit of W1: COPY of the rows that the API stored, into the same tables without ledger and rollup."""

import asyncio
import time
from collections.abc import Sequence
from typing import Any

import asyncpg

from benchmarks.stage import empty

TABLES = ("engagement", "engagement_network", "cost", "outcome", "credit")

Rows = dict[str, tuple[list[str], list[Any]]]


async def stored(admin_url: str, city: str) -> Rows:
    """Return what a city has, as COPY takes it."""
    connection = await asyncpg.connect(admin_url)
    rows = {}
    for table in TABLES:
        found = await connection.fetch(
            f"SELECT t.* FROM {table} t JOIN city c ON c.id = t.city_id WHERE c.code = $1", city
        )
        rows[table] = (list(found[0].keys()), [tuple(row) for row in found])
    await connection.close()
    return rows


def seconds(admin_url: str, *parts: Rows) -> float:
    """Return the seconds in which COPY stores rows into the emptied tables: each part on a connection of its own."""
    return asyncio.run(_seconds(admin_url, parts))


async def _seconds(admin_url: str, parts: Sequence[Rows]) -> float:
    await empty(admin_url)
    connections = [await asyncpg.connect(admin_url) for _ in parts]
    start = time.perf_counter()
    await asyncio.gather(*map(_copy, connections, parts))
    taken = time.perf_counter() - start
    for connection in connections:
        await connection.close()
    return taken


async def _copy(connection: asyncpg.Connection, rows: Rows) -> None:
    async with connection.transaction():
        for table, (columns, records) in rows.items():
            await connection.copy_records_to_table(table, records=records, columns=columns)
