"""What a network may see of a city: the one place where a membership's consent is asked for."""

from uuid import UUID

import asyncpg

from proxeny_api.db import meant
from proxeny_api.errors import Forbidden, NotFound
from proxeny_api.listing import Filter
from proxeny_api.principals import Principal
from proxeny_api.records.state import CityKnown

LEVELS = ("none", "totals", "indicators", "records")


def holds(level: str, membership: str) -> str:
    """Return the SQL condition that a membership lasts and shares at least so much."""
    enough = ", ".join(f"'{name}'" for name in LEVELS[LEVELS.index(level) :])
    return (
        f"{membership}.sharing IN ({enough}) AND ({membership}.left_on IS NULL OR {membership}.left_on >= current_date)"
    )


def sharing(level: str, city: str, network: str) -> str:
    """Return the SQL condition that a city is in a network now and shares at least so much with it."""
    return (
        f"EXISTS (SELECT 1 FROM membership consent WHERE consent.city_id = {city} AND consent.network_id = {network}"
        f" AND {holds(level, 'consent')})"
    )


def sharers(level: str, network: str) -> str:
    """Return the SQL query of the cities that are in a network now and share at least so much with it.

    For conditions on a table that no city owns: over many machines such a table cannot be compared row by row with
    one that is distributed by cities, but with a list that was made beforehand it can.
    """
    return (
        f"(SELECT consent.city_id FROM membership consent WHERE consent.network_id = {network}"
        f" AND {holds(level, 'consent')})"
    )


async def shares(connection: asyncpg.Connection, city_id: UUID, network_id: UUID, level: str) -> bool:
    """Tell whether a city is in a network now and shares at least so much with it."""
    return bool(await connection.fetchval(f"SELECT {sharing(level, '$1', '$2')}", city_id, network_id))


def only_seen(filters: Filter, principal: Principal, record: str) -> None:
    """Leave a network the records on which it stands, of cities that share their records; a city has all its own."""
    if principal.kind == "network":
        filters.always(sharing("records", f"{record}.city_id", f"ANY({record}.network_ids)"))
        filters.add(f"{record}.network_ids @> ARRAY[{{}}::uuid]", principal.owner_id)


def own_city(principal: Principal, ref: str) -> CityKnown:
    """Return the asker's own city; raises NotFound for every other one, and Forbidden for keys of no city."""
    if principal.kind != "city":
        raise Forbidden("This door is for keys of a city.")
    if ref not in (principal.code, str(principal.owner_id)):
        raise NotFound(f"No city {ref}.")
    return CityKnown(principal.owner_id, str(principal.code), str(principal.currency))


def own_network(principal: Principal, ref: str) -> UUID:
    """Return the asker's own network; raises NotFound for every other one."""
    if principal.kind != "network":
        raise Forbidden("This door is for keys of a network.")
    if ref not in (principal.code, str(principal.owner_id)):
        raise NotFound(f"No network {ref}.")
    return principal.owner_id


async def shared_city(connection: asyncpg.Connection, principal: Principal, ref: str, level: str) -> CityKnown:
    """Return the asker's own city, or a member that shares at least so much with the asking network.

    Raises NotFound for every other city, there or not.
    """
    if principal.kind != "network":
        return own_city(principal, ref)
    query = f"SELECT c.id, c.code, c.currency FROM city c WHERE {meant('$1', 'c')} AND c.id IN {sharers(level, '$2')}"
    row = await connection.fetchrow(query, ref, principal.owner_id)
    if row is None:
        raise NotFound(f"No city {ref}.")
    return CityKnown(row["id"], row["code"], row["currency"])
