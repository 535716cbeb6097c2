"""Create, read and change cities."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import asyncpg

from proxeny_api import consent
from proxeny_api.db import meant
from proxeny_api.errors import Conflict, NotFound
from proxeny_api.ledger.service import Chain, Change, Locking
from proxeny_api.listing import Filter, Listed, walk
from proxeny_api.principals import Principal
from proxeny_api.records.read import CITY, built
from proxeny_api.stored import Stored, found, new_id

INSERT = """
INSERT INTO city AS c (id, code, name, country, currency, population, latitude, longitude, geonames_id, version,
                       created_at, updated_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1, $10, $10)
"""
UPDATE = """
UPDATE city SET name = $2, population = $3, latitude = $4, longitude = $5, geonames_id = $6, version = version + 1,
                updated_at = $7
WHERE id = $1
"""
PLAIN = ("name", "country", "currency", "population", "latitude", "longitude", "geonames_id")


async def create(connection: asyncpg.Connection, lock: Locking, new: Mapping[str, Any]) -> Stored:
    """Create a city and open its chain; raises Conflict for a code that is taken."""
    if await connection.fetchval("SELECT true FROM city WHERE code = $1", new["code"]):
        raise Conflict(f"A city {new['code']} is there already.")
    identity = new_id()
    chain = await lock(identity)
    await connection.execute(INSERT, identity, new["code"], *(new[name] for name in PLAIN), chain.at)
    stored = await read(connection, identity)
    await chain.append([Change("created", "city", identity, "private", [], stored.body)])
    return stored


async def read(connection: asyncpg.Connection, identity: UUID) -> Stored:
    """Return a city by id; raises NotFound."""
    query = f"SELECT c.id, {built(CITY)} AS body, c.version FROM city c WHERE c.id = $1"
    return await found(connection, query, identity, otherwise=f"No city {identity}.")


async def identify(connection: asyncpg.Connection, principal: Principal, ref: str) -> UUID:
    """Return the id of a city that the asker may see: its own, a member that shares, or any for the operator."""
    if principal.kind != "operator":
        return (await consent.shared_city(connection, principal, ref, "totals")).id
    identity: UUID | None = await connection.fetchval(f"SELECT id FROM city WHERE {meant('$1')}", ref)
    if identity is None:
        raise NotFound(f"No city {ref}.")
    return identity


async def change(chain: Chain, content: Mapping[str, Any]) -> Stored:
    """Write the new content of the city whose chain is held."""
    changed = [content[name] for name in PLAIN if name not in {"country", "currency"}]
    await chain.connection.execute(UPDATE, chain.subject, *changed, chain.at)
    stored = await read(chain.connection, chain.subject)
    await chain.append([Change("updated", "city", chain.subject, "private", [], stored.body)])
    return stored


async def page(
    connection: asyncpg.Connection, principal: Principal, country: str | None, after: Sequence[Any] | None, limit: int
) -> Listed:
    """Return a page of the cities that the asker may see, by code."""
    filters = Filter()
    filters.add("c.country = {}", country)
    if principal.kind == "city":
        filters.add("c.id = {}", principal.owner_id)
    if principal.kind == "network":
        filters.add(f"c.id IN {consent.sharers('totals', '{}')}", principal.owner_id)
    return await walk(connection, built(CITY), "city c", "c.code", "text", filters, after, limit)
