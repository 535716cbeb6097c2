"""Instants just past: a write that began before one may still be under way, and would change what is told of it."""

import asyncio
from datetime import datetime

from proxeny_api.db import Database
from proxeny_api.errors import Unavailable
from proxeny_api.ledger.service import WRITING
from proxeny_api.principals import Principal

PATIENCE, PAUSE = 3.0, 0.05
OF_CITY = "SELECT $1::uuid AS city_id"
OF_MEMBERS = "SELECT m.city_id FROM membership m WHERE m.network_id = $1"
UNDER_WAY = """
SELECT EXISTS (SELECT 1 FROM pg_locks l JOIN ({cities}) AS c ON l.objid = hashtext(c.city_id::text)::oid
               WHERE l.locktype = 'advisory' AND l.classid = {writing} AND l.granted)
"""


async def until_settled(database: Database, principal: Principal, as_of: datetime | None) -> None:
    """Wait until no write is under way that could still be of an instant past; raises Unavailable after a while.

    To be called before the asker's transaction reads anything: what is committed by then is in its snapshot.
    """
    if as_of is None or principal.kind not in {"city", "network"}:
        return
    cities = OF_CITY if principal.kind == "city" else OF_MEMBERS
    query = UNDER_WAY.format(cities=cities, writing=WRITING)
    for _ in range(int(PATIENCE / PAUSE)):
        async with database.transaction(principal, writes=False) as connection:
            if not await connection.fetchval(query, principal.owner_id):
                return
        await asyncio.sleep(PAUSE)
    raise Unavailable("A write that may be of this instant is still under way; ask again when it has ended.")
