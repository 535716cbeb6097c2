"""Record, read, change and remove costs that stand on their own."""

import json
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import asyncpg

from proxeny_api import consent
from proxeny_api.errors import Conflict
from proxeny_api.fields import as_day
from proxeny_api.ledger.service import Chain
from proxeny_api.listing import Filter, Listed, walk
from proxeny_api.principals import Principal
from proxeny_api.records import write
from proxeny_api.records.read import COST, built
from proxeny_api.records.state import CityKnown, Doc
from proxeny_api.stored import Stored, found

READ = f"SELECT c.id, {built(COST)} AS body, c.version FROM cost c WHERE c.city_id = $1 AND c.id = $2"
TAKEN = "SELECT true FROM cost WHERE city_id = $1 AND external_id = $2 AND id IS DISTINCT FROM $3"


async def read(connection: asyncpg.Connection, city: CityKnown, identity: UUID) -> Stored:
    """Return a cost as the asker's role sees it; raises NotFound."""
    return await found(connection, READ, city.id, identity, otherwise=f"No cost {identity}.")


async def create(chain: Chain, city: CityKnown, new: Mapping[str, Any]) -> Stored:
    """Record a cost.

    Raises NotFound for an engagement or membership that is not there, Conflict for an external id that is taken.
    """
    return await _store(chain, city, new, None)


async def change(chain: Chain, city: CityKnown, stored: Stored, content: Mapping[str, Any]) -> Stored:
    """Put new content in a cost's place; raises as `create` does."""
    return await _store(chain, city, content, stored)


async def _store(chain: Chain, city: CityKnown, said: Mapping[str, Any], before: Stored | None) -> Stored:
    identity = before.id if before else None
    external_id = said["external_id"]
    if external_id is not None and await chain.connection.fetchval(TAKEN, city.id, external_id, identity):
        raise Conflict("A cost with this external_id is there already.")
    parent = await write.parent_of(chain, city, said["engagement"], said["membership"])
    stored: Doc | None = json.loads(before.body) if before else None
    doc = await write.store_cost(chain, city, dict(said), parent, stored)
    return await read(chain.connection, city, UUID(doc["id"]))


async def remove(chain: Chain, city: CityKnown, stored: Stored) -> None:
    """Remove a cost."""
    await write.drop_cost(chain, city, json.loads(stored.body))


async def page(
    connection: asyncpg.Connection,
    principal: Principal,
    filters: Filter,
    after: Sequence[Any] | None,
    limit: int,
) -> Listed:
    """Return a page of costs as the asker's role sees them, in the order of their making."""
    consent.only_seen(filters, principal, "c")
    return await walk(connection, built(COST), "cost c", "c.id", "uuid", filters, after, limit)


def wanted(
    city: CityKnown, category: str | None, engagement: str | None, first: str | None, last: str | None
) -> Filter:
    """Return what a list of costs is filtered by; None is no filter."""
    filters = Filter(city.id)
    filters.always("c.city_id = $1")
    filters.add("c.category = {}", category)
    filters.add("c.engagement_id = {}::text::uuid", engagement)
    filters.add("c.incurred_on >= {}", as_day(first))
    filters.add("c.incurred_on <= {}", as_day(last))
    return filters
