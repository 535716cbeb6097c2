"""One record as its table has it: its id, its JSON as it is answered, its version."""

from typing import Any, NamedTuple
from uuid import UUID

import asyncpg
from uuid_utils import uuid7

from proxeny_api.errors import NotFound


class Stored(NamedTuple):
    """A record as JSON, and its version."""

    id: UUID
    body: bytes
    version: int


def new_id() -> UUID:
    """Return the id of a new record: a UUIDv7, so that ids are in the order of their making."""
    return UUID(str(uuid7()))


async def found(connection: asyncpg.Connection, query: str, *values: Any, otherwise: str) -> Stored:
    """Return the record whose id, body and version a query selects; raises NotFound with a sentence where none is."""
    row = await connection.fetchrow(query, *values)
    if row is None:
        raise NotFound(otherwise)
    return Stored(row["id"], row["body"].encode(), row["version"])
