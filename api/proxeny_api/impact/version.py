"""What figures rest on, as one short text that changes with any of it; and the answers that were made of it."""

from datetime import date, datetime
from hashlib import sha256
from threading import Lock
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg
from cachetools import LRUCache

from proxeny_api.principals import Principal
from proxeny_api.rates.book import published_to

AROUND = """
(SELECT max(loaded_at) FROM loaded_rate), (SELECT max(loaded_at) FROM price_index),
(SELECT count(*) || ':' || sum(version) FROM network), current_date
"""
SINCE = """
greatest(date_trunc('day', now(), 'UTC'), (SELECT max(updated_at) FROM network),
         (SELECT max(loaded_at) FROM loaded_rate), (SELECT max(loaded_at) FROM price_index),
         (SELECT e.at FROM ledger_head h JOIN ledger_entry e USING (city_id, seq) WHERE h.city_id = $1))
"""
OF_CITY = f"SELECT {SINCE}, (SELECT seq FROM ledger_head WHERE city_id = $1), {AROUND}"
# Asked alone: beside tables that no city owns, a function that reads cities' records could run on any machine of many.
OF_MEMBERS = "SELECT members_version()"
BESIDE_MEMBERS = f"SELECT {AROUND}"


class Standing(NamedTuple):
    """What figures rest on, as one short text; and since when it stands so, None where that is not told who asks.

    `today` is the database's, as the version's is: at midnight the clocks of those who ask it need not agree.

    An answer that says since when is the same, byte for byte, whenever and wherever it is made.
    """

    version: str = ""
    since: datetime | None = None
    today: date | None = None


async def of_records(connection: asyncpg.Connection, principal: Principal, city_id: UUID | None) -> Standing:
    """Return how a city's records stand, or for a network all its members', with all that is around them.

    Moves with every change, with loaded rates and price indices, with networks' names, and at the end of a day: who
    still waits for an outcome waits a day longer then.
    """
    since: datetime | None = None
    if principal.kind == "network":
        members = await connection.fetchval(OF_MEMBERS)
        parts = [members, principal.owner_id, *(await connection.fetchrow(BESIDE_MEMBERS) or ())]
    else:
        since, *parts = await connection.fetchrow(OF_CITY, city_id) or (None, None)
    return Standing(" ".join(map(str, (*parts, published_to()))), since, parts[-1])


def tag(version: str, *question: object) -> str:
    """Return the weak ETag of an answer that is known by what it rests on and what was asked."""
    return f'W/"{sha256(repr((version, question)).encode()).hexdigest()[:32]}"'


class Answers:
    """Answers made before, by version and question; the oldest go when they take more than so many bytes."""

    def __init__(self, size: int) -> None:
        self._kept: LRUCache[Any, bytes] = LRUCache(size, getsizeof=len)
        self._lock = Lock()

    def get(self, key: object) -> bytes | None:
        """Return an answer that was made before."""
        with self._lock:
            return self._kept.get(key)

    def put(self, key: object, body: bytes) -> None:
        """Keep an answer, unless it is larger than all that is kept."""
        with self._lock:
            if len(body) <= self._kept.maxsize:
                self._kept[key] = body
