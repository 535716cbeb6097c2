"""Record, read, change and remove a city's valuation proxies, and find those that figures need."""

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg

from proxeny_api import consent
from proxeny_api.errors import Conflict, NotFound
from proxeny_api.ledger.service import Chain, Change
from proxeny_api.listing import Filter, Listed, walk
from proxeny_api.principals import Principal
from proxeny_api.records.read import CITY_CODE, built, named, stamps, written
from proxeny_api.records.state import CityKnown
from proxeny_api.rows import deleting, inserting, updating
from proxeny_api.stored import new_id

MONEY = ("value", "low", "high")
PLAIN = ("title", *MONEY, "currency", "unit", "year", "source", "source_url", "licence", "visibility")
PROXY = {
    **named("p", "id", "code", "title"),
    **written("p", "value"),
    **named("p", "currency", "unit", "year", "source", "source_url"),
    **written("p", "low", "high"),
    **named("p", "licence", "visibility"),
    "city": CITY_CODE.format("p"),
    **stamps("p"),
}
INSERT = inserting("proxy", ("code", "network_ids", *PLAIN))
UPDATE = updating("proxy", PLAIN)
DELETE = deleting("proxy")
DOCUMENT = f"SELECT p.id, {built(PROXY)} AS body, p.version, p.visibility, p.network_ids FROM proxy p"
READ = f"{DOCUMENT} WHERE p.city_id = $1 AND p.id = $2"
USED = """
SELECT true FROM outcome o JOIN proxy p ON p.city_id = o.city_id AND p.code = o.proxy
WHERE o.city_id = $1 AND p.id = $2 LIMIT 1
"""
TAKEN = "SELECT true FROM proxy WHERE city_id = $1 AND code = $2"
NETWORKS = """
SELECT coalesce(array_agg(DISTINCT network_id ORDER BY network_id), '{}') FROM membership WHERE city_id = $1
"""
BEHIND = f"{DOCUMENT} WHERE p.city_id = $1 AND p.network_ids <> $2 AND p.visibility <> 'private' ORDER BY p.id"
FOLLOW = "UPDATE proxy SET network_ids = $2 WHERE city_id = $1 AND network_ids <> $2"
OF_CITIES = """
SELECT city_id, id, version, code, value, low, high, currency, unit, year, source FROM proxy WHERE city_id = ANY($1)
"""


class Stored(NamedTuple):
    """A proxy as it is answered, and what the ledger must know of it."""

    id: UUID
    body: bytes
    version: int
    visibility: str
    network_ids: list[UUID]


class Proxy(NamedTuple):
    """What one of something is worth, as figures need it."""

    city_id: UUID
    id: UUID
    version: int
    code: str
    value: Decimal
    low: Decimal | None
    high: Decimal | None
    currency: str
    unit: str
    year: int
    source: str


async def create(chain: Chain, city: CityKnown, new: Mapping[str, Any]) -> Stored:
    """Record a proxy; raises Conflict for a code that is taken."""
    if await chain.connection.fetchval(TAKEN, city.id, new["code"]):
        raise Conflict(f"A proxy {new['code']} is there already.")
    identity = new_id()
    networks = await chain.connection.fetchval(NETWORKS, city.id)
    await chain.connection.execute(INSERT, city.id, identity, chain.at, new["code"], networks, *_values(new))
    stored = await read(chain.connection, city, identity)
    await chain.append([_told("created", stored)])
    return stored


async def read(connection: asyncpg.Connection, city: CityKnown, identity: UUID) -> Stored:
    """Return a proxy as far as the asker's role sees it; raises NotFound."""
    row = await connection.fetchrow(READ, city.id, identity)
    if row is None:
        raise NotFound(f"No proxy {identity}.")
    return _stored(row)


async def change(chain: Chain, city: CityKnown, stored: Stored, content: Mapping[str, Any]) -> Stored:
    """Write a proxy's new content; networks that are shown it no longer are told that it is gone."""
    await chain.connection.execute(UPDATE, city.id, stored.id, chain.at, *_values(content))
    after = await read(chain.connection, city, stored.id)
    await chain.append([_told("updated", after)._replace(lost=_seeing(stored) - _seeing(after))])
    return after


async def remove(chain: Chain, city: CityKnown, stored: Stored) -> None:
    """Remove a proxy; raises Conflict while outcomes are valued by it."""
    if await chain.connection.fetchval(USED, city.id, stored.id):
        raise Conflict("Outcomes are valued by this proxy; change or remove them first.")
    await chain.connection.execute(DELETE, city.id, stored.id)
    await chain.append([_told("deleted", stored)])


async def page(
    connection: asyncpg.Connection,
    principal: Principal,
    city: CityKnown,
    code: str | None,
    after: Sequence[Any] | None,
    limit: int,
) -> Listed:
    """Return a page of a city's proxies, as far as the asker's role sees them, in the order of their making."""
    filters = Filter(city.id)
    filters.always("p.city_id = $1")
    filters.add("p.code = {}", code)
    if principal.kind == "network":
        condition = consent.sharing("records", "p.city_id", "{0}") + " AND p.network_ids @> ARRAY[{0}::uuid]"
        filters.add(condition, principal.owner_id)
    return await walk(connection, built(PROXY), "proxy p", "p.id", "uuid", filters, after, limit)


async def follow_memberships(chain: Chain, city: CityKnown) -> None:
    """Put the networks that the city belongs to on its proxies, by which a network's role knows whose they are.

    Those that networks may see are told of anew, so that the ledger alone says who might see them since.
    """
    networks = await chain.connection.fetchval(NETWORKS, city.id)
    behind = [_stored(row) for row in await chain.connection.fetch(BEHIND, city.id, networks)]
    await chain.connection.execute(FOLLOW, city.id, networks)
    told = [(stored, stored._replace(network_ids=networks)) for stored in behind]
    await chain.append(
        _told("updated", after)._replace(lost=_seeing(before) - _seeing(after)) for before, after in told
    )


async def proxies_of(connection: asyncpg.Connection, city_ids: Collection[UUID]) -> dict[tuple[UUID, str], Proxy]:
    """Return the proxies of some cities, as far as the asker's role sees them, by city and code.

    For a network's role these are those that are not private, of any city that it has a membership with: what those
    consent to is the caller's to ask, as for all records.
    """
    rows = await connection.fetch(OF_CITIES, list(city_ids))
    return {(row["city_id"], row["code"]): Proxy(*row) for row in rows}


def _stored(row: asyncpg.Record) -> Stored:
    return Stored(row["id"], row["body"].encode(), row["version"], row["visibility"], row["network_ids"])


def _seeing(stored: Stored) -> frozenset[UUID]:
    """Return the networks that may see a proxy, as far as the city shares with them."""
    return frozenset() if stored.visibility == "private" else frozenset(stored.network_ids)


def _told(action: str, stored: Stored) -> Change:
    return Change(action, "proxy", stored.id, stored.visibility, stored.network_ids, stored.body)


def _values(content: Mapping[str, Any]) -> list[object]:
    """Return a proxy's content as PostgreSQL takes it."""
    money = {name: Decimal(content[name]) for name in MONEY if content[name] is not None}
    return [{**content, **money}[name] for name in PLAIN]
