"""Record, read, change and remove a city's memberships."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg

from proxeny_api import consent
from proxeny_api.db import meant
from proxeny_api.errors import Conflict, NotFound
from proxeny_api.ledger.service import Chain, Change
from proxeny_api.listing import Filter, Listed, walk
from proxeny_api.principals import Principal
from proxeny_api.proxies.service import follow_memberships
from proxeny_api.records.read import MEMBERSHIP, built
from proxeny_api.records.state import CityKnown
from proxeny_api.rows import deleting, inserting, updating
from proxeny_api.stored import new_id

PLAIN = (
    "role",
    "function",
    "joined_on",
    "left_on",
    "annual_fee",
    "currency",
    "contact_frequency",
    "meeting_regularity",
    "sharing",
)
INSERT = inserting("membership", ("network_id", *PLAIN))
UPDATE = updating("membership", PLAIN)
DELETE = deleting("membership")
READ = f"""
SELECT {built(MEMBERSHIP)} AS body, m.version, m.network_id, m.sharing FROM membership m
WHERE m.city_id = $1 AND m.id = $2
"""
OPEN = """
SELECT true FROM membership WHERE city_id = $1 AND network_id = $2 AND left_on IS NULL AND id IS DISTINCT FROM $3
"""
BOOKED = "SELECT true FROM cost WHERE city_id = $1 AND membership_id = $2 LIMIT 1"


class Membership(NamedTuple):
    """A membership as it is answered, and what the ledger must know of it."""

    id: UUID
    body: bytes
    version: int
    network_id: UUID
    sharing: str

    @property
    def visibility(self) -> str:
        """Whether the network may see this record: with any consent but `none`."""
        return "private" if self.sharing == "none" else "network"


async def create(chain: Chain, city: CityKnown, new: Mapping[str, Any]) -> Membership:
    """Record a membership; raises NotFound for an unknown network, Conflict where one is open already."""
    query = f"SELECT id FROM network WHERE {meant('$1')}"
    network_id = await chain.connection.fetchval(query, new["network"])
    if network_id is None:
        raise NotFound(f"No network {new['network']}.")
    identity = new_id()
    await _check_open(chain, city, network_id, identity, new)
    await chain.connection.execute(INSERT, city.id, identity, chain.at, network_id, *_values(new))
    stored = await read(chain.connection, city, identity)
    await chain.append([_told("created", stored)])
    await follow_memberships(chain, city)
    return stored


async def read(connection: asyncpg.Connection, city: CityKnown, identity: UUID) -> Membership:
    """Return a membership as far as the asker's role sees it; raises NotFound."""
    row = await connection.fetchrow(READ, city.id, identity)
    if row is None:
        raise NotFound(f"No membership {identity}.")
    return Membership(identity, row["body"].encode(), row["version"], row["network_id"], row["sharing"])


async def change(chain: Chain, city: CityKnown, stored: Membership, content: Mapping[str, Any]) -> Membership:
    """Write a membership's new content; a network that is shown nothing any more is told that it is gone."""
    await _check_open(chain, city, stored.network_id, stored.id, content)
    await chain.connection.execute(UPDATE, city.id, stored.id, chain.at, *_values(content))
    after = await read(chain.connection, city, stored.id)
    gone = (
        frozenset({after.network_id})
        if (stored.visibility, after.visibility) == ("network", "private")
        else frozenset()
    )
    await chain.append([_told("updated", after)._replace(lost=gone)])
    return after


async def remove(chain: Chain, city: CityKnown, stored: Membership) -> None:
    """Remove a membership; raises Conflict while costs are booked on it."""
    if await chain.connection.fetchval(BOOKED, city.id, stored.id):
        raise Conflict("Costs are booked on this membership; remove them or move them first.")
    await chain.connection.execute(DELETE, city.id, stored.id)
    await chain.append([_told("deleted", stored)])
    await follow_memberships(chain, city)


async def page(
    connection: asyncpg.Connection,
    principal: Principal,
    city: CityKnown,
    network: str | None,
    after: Sequence[Any] | None,
    limit: int,
) -> Listed:
    """Return a page of a city's memberships, as far as the asker's role sees them, in the order of their making."""
    filters = Filter(city.id)
    filters.always("m.city_id = $1")
    filters.add("m.network_id IN (SELECT id FROM network WHERE {0} IN (code, id::text))", network)
    if principal.kind == "network":
        filters.always(consent.sharing("totals", "m.city_id", "m.network_id"))
    return await walk(connection, built(MEMBERSHIP), "membership m", "m.id", "uuid", filters, after, limit)


async def _check_open(
    chain: Chain, city: CityKnown, network_id: UUID, identity: UUID, content: Mapping[str, Any]
) -> None:
    """Raise Conflict where a second membership of one network would be open at once."""
    if content["left_on"] is None and await chain.connection.fetchval(OPEN, city.id, network_id, identity):
        raise Conflict("The city is a member of this network already.")


def _told(action: str, stored: Membership) -> Change:
    return Change(action, "membership", stored.id, stored.visibility, [stored.network_id], stored.body)


def _values(content: Mapping[str, Any]) -> list[object]:
    """Return a membership's content as PostgreSQL takes it."""
    values = {name: content[name] for name in PLAIN}
    for name in ("joined_on", "left_on"):
        values[name] = date.fromisoformat(values[name]) if values[name] else None
    values["annual_fee"] = Decimal(values["annual_fee"]) if values["annual_fee"] else None
    return list(values.values())
