"""What somebody who may do all in a database does to a ledger: alter, remove, swap, cut off, and make it all anew."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from hashlib import sha256
from uuid import UUID

import asyncpg

from proxeny_api.ledger.chain import GENESIS, Entry, entry_hash
from tests.make import Holder, World, cost, engagement, outcome

COVERED = ", ".join(Entry._fields)
ENTRIES = f"SELECT {COVERED}, body FROM ledger_entry WHERE city_id = $1 ORDER BY seq"
ANEW = "UPDATE ledger_entry SET body = $3, body_hash = $4, previous = $5, hash = $6 WHERE city_id = $1 AND seq = $2"
ALTER = "UPDATE ledger_entry SET body = replace(body, 'Number 1', 'Number 9') WHERE city_id = $1 AND seq = 4"
REMOVE = "DELETE FROM ledger_entry WHERE city_id = $1 AND seq = 4"
CUT_OFF = "DELETE FROM ledger_entry WHERE city_id = $1 AND seq > 4"
HEAD_TO = "UPDATE ledger_head h SET seq = e.seq, hash = e.hash FROM ledger_entry e WHERE e.city_id = h.city_id"
SET_BACK = f"{HEAD_TO} AND h.city_id = $1 AND e.seq = 4"


async def chain_of_seven(world: World) -> Holder:
    """Make a city whose chain has seven entries."""
    made = await world.city()
    nested = {"costs": [cost()], "outcomes": [outcome()]}
    for number in range(5):
        body = engagement(title=f"Number {number} (made up)", themes=["health", "energy", "migration"], **nested)
        stored = await made.http.post(f"{made.path}/engagements", json=body)
        assert stored.status_code == 201, stored.text
    return made


async def alter(connection: asyncpg.Connection, city: Holder) -> None:
    """Alter the body of an entry."""
    await connection.execute(ALTER, UUID(city.id))


async def remove(connection: asyncpg.Connection, city: Holder) -> None:
    """Remove an entry."""
    await connection.execute(REMOVE, UUID(city.id))


async def swap(connection: asyncpg.Connection, city: Holder) -> None:
    """Let two entries change places."""
    for seq, place in ((4, 1_000), (5, 4), (1_000, 5)):
        query = "UPDATE ledger_entry SET seq = $3 WHERE city_id = $1 AND seq = $2"
        await connection.execute(query, UUID(city.id), seq, place)


async def cut_off(connection: asyncpg.Connection, city: Holder) -> None:
    """Remove the last entries, and set the head back so that nothing inside shows it."""
    await connection.execute(CUT_OFF, UUID(city.id))
    await connection.execute(SET_BACK, UUID(city.id))


async def make_anew(connection: asyncpg.Connection, city: Holder) -> None:
    """Alter an entry and make every hash after it anew, the head's too: the chain is as sound as any."""
    previous = GENESIS
    for row in await connection.fetch(ENTRIES, UUID(city.id)):
        *covered, body = row.values()
        said = body.replace("Number 1", "Number 9")
        entry = Entry(*covered)._replace(body_hash=sha256(said.encode()).digest(), previous=previous)
        written = entry_hash(entry)
        await connection.execute(ANEW, entry.city_id, entry.seq, said, entry.body_hash, previous, written)
        previous = written
    await connection.execute(f"{HEAD_TO} AND h.city_id = $1 AND e.seq = 7", UUID(city.id))


WAYS = {"alter": alter, "remove": remove, "swap": swap, "cut off": cut_off, "make anew": make_anew}


@asynccontextmanager
async def undone(connection: asyncpg.Connection, city: Holder) -> AsyncIterator[None]:
    """Have what is done to a city's chain undone afterwards, for others verify the whole database."""
    identity, tables = UUID(city.id), ("ledger_entry", "ledger_head")
    kept = {table: await connection.fetch(f"SELECT * FROM {table} WHERE city_id = $1", identity) for table in tables}
    try:
        yield
    finally:
        for table, rows in kept.items():
            await connection.execute(f"DELETE FROM {table} WHERE city_id = $1", identity)
            await connection.copy_records_to_table(table, records=[tuple(row.values()) for row in rows])
