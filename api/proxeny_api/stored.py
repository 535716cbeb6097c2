"""One record as it is answered: its JSON and its version, as its table has them."""

from typing import Any, NamedTuple
from uuid import UUID

import asyncpg

from proxeny_api.errors import NotFound


class Stored(NamedTuple):
    """A record as JSON, and its version."""

    id: UUID
    body: bytes
    version: int


async def found(connection: asyncpg.Connection, query: str, *values: Any, otherwise: str) -> Stored:
    """Return the record whose id, body and version a query selects; raises NotFound with a sentence where none is."""
    row = await connection.fetchrow(query, *values)
    if row is None:
        raise NotFound(otherwise)
    return Stored(row["id"], row["body"].encode(), row["version"])
