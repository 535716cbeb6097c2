"""Record, read, change and remove engagements."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg

from proxeny_api import consent
from proxeny_api.errors import StaleVersion
from proxeny_api.fields import as_day
from proxeny_api.ledger.service import Chain
from proxeny_api.listing import Filter, Listed, walk
from proxeny_api.principals import Principal
from proxeny_api.records import content, write
from proxeny_api.records.plan import Row, refusal
from proxeny_api.records.read import ENGAGEMENT, built
from proxeny_api.records.state import CityKnown
from proxeny_api.stored import Stored, found

READ = f"SELECT e.id, {built(ENGAGEMENT)} AS body, e.version FROM engagement e WHERE e.city_id = $1 AND "


class Wanted(NamedTuple):
    """What a list of engagements is filtered by; None is no filter."""

    network: str | None = None
    kind: str | None = None
    theme: str | None = None
    sdg: str | None = None
    first: str | None = None
    last: str | None = None
    status: str | None = None
    visibility: str | None = None
    text: str | None = None


async def read(connection: asyncpg.Connection, city: CityKnown, identity: UUID) -> Stored:
    """Return an engagement as the asker's role sees it; raises NotFound."""
    return await found(connection, READ + "e.id = $2", city.id, identity, otherwise=f"No engagement {identity}.")


async def read_by_external_id(connection: asyncpg.Connection, city: CityKnown, external_id: str) -> Stored:
    """Return an engagement by its id in the city's own system; raises NotFound."""
    query, otherwise = READ + "e.external_id = $2", "No engagement with this external_id."
    return await found(connection, query, city.id, external_id, otherwise=otherwise)


async def version_by_external_id(connection: asyncpg.Connection, city: CityKnown, external_id: str) -> int:
    """Return the version of an engagement that is about to be replaced; raises StaleVersion where there is none."""
    query = "SELECT version FROM engagement WHERE city_id = $1 AND external_id = $2"
    version: int | None = await connection.fetchval(query, city.id, external_id)
    if version is None:
        raise StaleVersion("There is no engagement with this external_id.")
    return version


async def create(chain: Chain, city: CityKnown, new: Mapping[str, Any]) -> Stored:
    """Record an engagement with its costs and outcomes.

    Raises NotFound for an unknown network, Conflict for an external id that is taken, Invalid for a broken rule.
    """
    return await _store(chain, city, Row(0, content.engagement(new)), creates_only=True)


async def change(chain: Chain, city: CityKnown, stored: Stored, new: Mapping[str, Any]) -> Stored:
    """Put new content in the place of an engagement's; costs or outcomes that it does not name stay as they are."""
    return await _store(chain, city, Row(0, content.engagement(new), str(stored.id)))


async def put(chain: Chain, city: CityKnown, external_id: str, new: Mapping[str, Any]) -> tuple[str, Stored]:
    """Create or replace the engagement of an external id; return also what became of it."""
    row = Row(0, content.engagement({**new, "external_id": external_id}))
    _, results = await write.store_engagements(chain, city, [row])
    if results[0].errors:
        raise refusal(results[0].errors)
    return results[0].status, await read(chain.connection, city, UUID(results[0].id))


async def remove(chain: Chain, city: CityKnown, stored: Stored) -> None:
    """Remove an engagement, its costs, and the outcomes that only it may claim."""
    await write.drop_engagement(chain, city, stored.id)


async def page(
    connection: asyncpg.Connection,
    principal: Principal,
    city: CityKnown,
    wanted: Wanted,
    after: Sequence[Any] | None,
    limit: int,
) -> Listed:
    """Return a page of engagements as the asker's role sees them, in the order of their making."""
    filters = Filter(city.id)
    filters.always("e.city_id = $1")
    consent.only_seen(filters, principal, "e")
    filters.add(
        "EXISTS (SELECT 1 FROM network n WHERE {0} IN (n.code, n.id::text) AND n.id = ANY(e.network_ids))",
        wanted.network,
    )
    filters.add("e.kind = {}", wanted.kind)
    filters.add("e.themes @> ARRAY[{}]", wanted.theme)
    filters.add("EXISTS (SELECT 1 FROM unnest(e.sdgs) s WHERE s = {0} OR s LIKE {0} || '.%')", wanted.sdg)
    filters.add("e.starts_on >= {}", as_day(wanted.first))
    filters.add("e.starts_on <= {}", as_day(wanted.last))
    filters.add("e.status = {}", wanted.status)
    filters.add("e.visibility = {}", wanted.visibility)
    filters.add("position(lower({0}) IN lower(e.title || ' ' || coalesce(e.description, ''))) > 0", wanted.text)
    return await walk(connection, built(ENGAGEMENT), "engagement e", "e.id", "uuid", filters, after, limit)


def sayable(stored: Stored) -> dict[str, Any]:
    """Return what was said of an engagement, for a merge patch: costs and outcomes stay as they are unless named."""
    doc: dict[str, Any] = json.loads(stored.body)
    doc["networks"] = [{"network": share["network"], "share": share["share"]} for share in doc["networks"]]
    del doc["costs"], doc["outcomes"]
    return doc


async def _store(chain: Chain, city: CityKnown, row: Row, *, creates_only: bool = False) -> Stored:
    _, results = await write.store_engagements(chain, city, [row], creates_only=creates_only)
    if results[0].errors:
        raise refusal(results[0].errors)
    return await read(chain.connection, city, UUID(results[0].id))
