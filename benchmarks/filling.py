"""Many engagements in little time: what was posted through the API is copied inside the database, cities kept.

Each copy has ids of its own, later ones for later copies, so that the indexes grow as they do when rows arrive. The
rollup is the sum of all, and so each cell is what one set brings times the number of sets. The ledger's entries are
copied with their bodies; their chain is not made anew, so `verify` would refuse it, and no figure here asks it to.
"""

import asyncio
from typing import NamedTuple

import asyncpg

from proxeny_api.rollups.measures import COLUMNS

IDS = {
    "engagement": ("id",),
    "engagement_network": ("engagement_id",),
    "cost": ("id", "engagement_id"),
    "outcome": ("id",),
    "credit": ("outcome_id", "engagement_id"),
    "ledger_entry": ("resource_id",),
}
ORDER = {
    "engagement": "id",
    "engagement_network": "engagement_id",
    "cost": "id",
    "outcome": "id",
    "credit": "outcome_id",
    "ledger_entry": "seq",
}
TOGETHER = (("engagement", "engagement_network", "outcome", "credit", "cost"), ("ledger_entry",))
"""Tables that are copied one after the other, beside the others."""
# A UUIDv7 begins with the milliseconds since 1970 in twelve hexadecimal digits: a copy is some hours younger.
LATER = """
(lpad(to_hex(('x' || substr(replace({0}::text, '-', ''), 1, 12))::bit(48)::bigint + copy * 3600000), 12, '0')
 || substr(replace({0}::text, '-', ''), 13))::uuid
"""


class Column(NamedTuple):
    """A column of a table that is copied."""

    table: str
    name: str

    def copied(self) -> str:
        """Return what a copy has in it."""
        if self.name in IDS[self.table]:
            return LATER.format(f"t.{self.name}")
        if self.name == "external_id":
            return "t.external_id || '-' || copy"
        if self.name == "body":
            return "t.body || ''"  # Made anew, or it would stay compressed as the temporary table has it.
        if self.name == "seq":
            return "t.seq + copy * (SELECT h.seq FROM ledger_head h WHERE h.city_id = t.city_id)"
        return f"t.{self.name}"


def multiply(admin_url: str, times: int) -> None:
    """Have a database hold so many times what its cities were given; nothing may be posted meanwhile."""
    asyncio.run(_multiply(admin_url, times))


async def _multiply(admin_url: str, times: int) -> None:
    await asyncio.gather(*(_copied(admin_url, tables, times) for tables in TOGETHER))
    connection = await asyncpg.connect(admin_url)
    try:
        cells = ", ".join(f"{name} = {name} * {times:d}" for name in COLUMNS)
        await connection.execute(f"UPDATE rollup SET {cells}")
        await connection.execute("UPDATE ledger_head SET seq = seq * $1 WHERE city_id IN (SELECT id FROM city)", times)
        await connection.execute("VACUUM ANALYZE")
        await connection.execute("CHECKPOINT")
    finally:
        await connection.close()


async def _copied(admin_url: str, tables: tuple[str, ...], times: int) -> None:
    """Copy some tables on a connection of their own, one set of rows after the other."""
    connection = await asyncpg.connect(admin_url)
    try:
        # What was posted keeps its foreign keys, and so does each whole copy of it: there is nothing to check.
        await connection.execute("SET session_replication_role = replica; SET synchronous_commit = off")
        for table in tables:
            posted = f"CREATE TEMP TABLE posted AS SELECT * FROM {table} WHERE city_id IN (SELECT id FROM city)"
            await connection.execute(posted)
            statement = await connection.prepare(await _copying(connection, table))
            await statement.executemany([(number,) for number in range(1, times)])
            await connection.execute("DROP TABLE posted")
    finally:
        await connection.close()


async def _copying(connection: asyncpg.Connection, table: str) -> str:
    """Return the statement that adds copy number `$1` of the rows that were posted."""
    names = await connection.fetchval(
        "SELECT array_agg(attname::text ORDER BY attnum) FROM pg_attribute"
        " WHERE attrelid = $1::text::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''",
        table,
    )
    values = ", ".join(Column(table, name).copied() for name in names)
    return f"""
INSERT INTO {table} ({", ".join(names)})
SELECT {values} FROM posted t, (VALUES ($1::int)) AS v(copy) ORDER BY t.{ORDER[table]}
"""


async def engagements(admin_url: str) -> int:
    """Return how many engagements a database holds."""
    connection = await asyncpg.connect(admin_url)
    try:
        return int(await connection.fetchval("SELECT count(*) FROM engagement"))
    finally:
        await connection.close()
