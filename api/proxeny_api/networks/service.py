"""Create, read and change networks."""

from collections.abc import Mapping, Sequence
from typing import Any

import asyncpg

from proxeny_api.db import meant
from proxeny_api.errors import Conflict
from proxeny_api.ledger.service import Chain, Change, Locking
from proxeny_api.listing import Filter, Listed, walk
from proxeny_api.records.read import NETWORK, built
from proxeny_api.stored import Stored, found, new_id

INSERT = """
INSERT INTO network (id, code, name, scope, kind, themes, website, version, created_at, updated_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, 1, $8, $8)
"""
UPDATE = """
UPDATE network SET name = $2, scope = $3, kind = $4, themes = $5, website = $6, version = version + 1, updated_at = $7
WHERE id = $1
"""
PLAIN = ("name", "scope", "kind", "themes", "website")


async def create(connection: asyncpg.Connection, lock: Locking, new: Mapping[str, Any]) -> Stored:
    """Create a network and open its chain; raises Conflict for a code that is taken."""
    if await connection.fetchval("SELECT true FROM network WHERE code = $1", new["code"]):
        raise Conflict(f"A network {new['code']} is there already.")
    identity = new_id()
    chain = await lock(identity)
    await connection.execute(INSERT, identity, new["code"], *(new[name] for name in PLAIN), chain.at)
    stored = await read(connection, str(identity))
    await chain.append([Change("created", "network", identity, "private", [], stored.body)])
    return stored


async def read(connection: asyncpg.Connection, ref: str) -> Stored:
    """Return a network by id or code, as far as the asker's role sees it; raises NotFound."""
    query = f"SELECT n.id, {built(NETWORK)} AS body, n.version FROM network n WHERE {meant('$1', 'n')}"
    return await found(connection, query, ref, otherwise=f"No network {ref}.")


async def change(chain: Chain, content: Mapping[str, Any]) -> Stored:
    """Write the new content of the network whose chain is held."""
    await chain.connection.execute(UPDATE, chain.subject, *(content[name] for name in PLAIN), chain.at)
    after = await read(chain.connection, str(chain.subject))
    await chain.append([Change("updated", "network", chain.subject, "private", [], after.body)])
    return after


async def page(
    connection: asyncpg.Connection,
    scope: str | None,
    kind: str | None,
    theme: str | None,
    after: Sequence[Any] | None,
    limit: int,
) -> Listed:
    """Return a page of the networks that the asker's role sees, by code."""
    filters = Filter()
    filters.add("n.scope = {}", scope)
    filters.add("n.kind = {}", kind)
    filters.add("n.themes @> ARRAY[{}]", theme)
    return await walk(connection, built(NETWORK), "network n", "n.code", "text", filters, after, limit)
