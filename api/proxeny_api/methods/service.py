"""The methods there are: those that are shipped, and the versions that a city adds to its own."""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg

from proxeny.indicators.methods import SHIPPED, Method
from proxeny_api.errors import Conflict, NotFound
from proxeny_api.ledger.service import Chain, Change
from proxeny_api.listing import Filter, Listed, walk
from proxeny_api.methods.schemas import NAMING, MethodRead, chosen
from proxeny_api.records.read import CITY_CODE, built, instant, named
from proxeny_api.records.state import CityKnown
from proxeny_api.stored import new_id

ID = "m.name || '@' || m.version"
METHOD = {
    "id": ID,
    **named("m", *NAMING),
    "parameters": "m.parameters::json",
    "city": CITY_CODE.format("m"),
    "created_at": instant("m.created_at"),
}
INSERT = """
INSERT INTO method (city_id, id, name, version, title, note, source, parameters, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
"""
LATEST = "SELECT coalesce(max(version), 0) FROM method WHERE city_id = $1 AND name = $2"
READ = f"SELECT {built(METHOD)} AS body, m.version FROM method m WHERE m.city_id = $1 AND {ID} = $2"
CHOSEN = f"SELECT {', '.join(NAMING)}, parameters FROM method m WHERE m.city_id = $1 AND {ID} = $2"


class Stored(NamedTuple):
    """A method as it is answered, and by what name and version."""

    id: str
    body: bytes
    version: int


@cache
def shipped() -> Mapping[str, str]:
    """Return every shipped method as JSON, by name and version."""
    return {identity: _shipped(method).model_dump_json() for identity, method in SHIPPED.items()}


def _shipped(method: Method) -> MethodRead:
    naming = {name: getattr(method, name) for name in NAMING}
    return MethodRead.model_validate(
        {"id": method.id, **naming, "parameters": chosen(method), "city": None, "created_at": None}
    )


async def method_named(connection: asyncpg.Connection, city_id: UUID | None, identity: str) -> Method:
    """Return a shipped method, or one of a city's own; raises NotFound."""
    if identity in SHIPPED:
        return SHIPPED[identity]
    row = await connection.fetchrow(CHOSEN, city_id, identity) if city_id is not None else None
    if row is None:
        raise NotFound(f"No method {identity}.")
    return Method.of({**json.loads(row["parameters"]), **{name: row[name] for name in NAMING}})


async def create(chain: Chain, city: CityKnown, new: Mapping[str, Any]) -> Stored:
    """Record the next version of a city's method; raises Conflict for the name of one that is shipped.

    All that it has chosen is kept, also what was left to be chosen by default: what is default may change.
    """
    if new["name"] in {method.name for method in SHIPPED.values()}:
        raise Conflict(f"{new['name']} is the name of a method that is shipped.")
    version = 1 + await chain.connection.fetchval(LATEST, city.id, new["name"])
    naming = {**{name: new[name] for name in NAMING if name in new}, "version": version}
    method = Method.of({**new["parameters"], **naming})
    written = json.dumps(chosen(method))
    identity, values = new_id(), [naming[name] for name in NAMING]
    await chain.connection.execute(INSERT, city.id, identity, *values, written, chain.at)
    stored = await read(chain.connection, city, method.id)
    await chain.append([Change("created", "method", identity, "private", [], stored.body)])
    return stored


async def read(connection: asyncpg.Connection, city: CityKnown, identity: str) -> Stored:
    """Return one of a city's own methods by name and version; raises NotFound."""
    row = await connection.fetchrow(READ, city.id, identity)
    if row is None:
        raise NotFound(f"No method {identity}.")
    return Stored(identity, row["body"].encode(), row["version"])


async def page(
    connection: asyncpg.Connection, city: CityKnown, name: str | None, after: Sequence[Any] | None, limit: int
) -> Listed:
    """Return a page of a city's own methods, all their versions, in the order of their making."""
    filters = Filter(city.id)
    filters.always("m.city_id = $1")
    filters.add("m.name = {}", name)
    return await walk(connection, built(METHOD), "method m", "m.id", "uuid", filters, after, limit)
