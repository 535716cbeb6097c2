"""Record, read, change and remove outcomes that stand on their own."""

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
from proxeny_api.records import content, write
from proxeny_api.records.read import OUTCOME, built
from proxeny_api.records.state import CityKnown
from proxeny_api.stored import Stored, found

READ = f"SELECT o.id, {built(OUTCOME)} AS body, o.version FROM outcome o WHERE o.city_id = $1 AND o.id = $2"


async def read(connection: asyncpg.Connection, city: CityKnown, identity: UUID) -> Stored:
    """Return an outcome as the asker's role sees it; raises NotFound."""
    return await found(connection, READ, city.id, identity, otherwise=f"No outcome {identity}.")


async def create(chain: Chain, city: CityKnown, new: Mapping[str, Any]) -> Stored:
    """Record an outcome with its credits.

    Raises NotFound for an engagement that is not there, Conflict for an external id that is taken.
    """
    return await _store(chain, city, new, None)


async def change(chain: Chain, city: CityKnown, stored: Stored, said: Mapping[str, Any]) -> Stored:
    """Put new content and credits in an outcome's place; raises as `create` does."""
    return await _store(chain, city, said, stored)


async def _store(chain: Chain, city: CityKnown, said: Mapping[str, Any], before: Stored | None) -> Stored:
    form = content.outcome({name: value for name, value in said.items() if name != "credits"})
    identity = before.id if before else None
    state = await write.outcome_state(chain, city, identity=identity, external_id=form["external_id"])
    taken = state.outcome_ids.get(form["external_id"]) if form["external_id"] is not None else None
    if taken is not None and taken != str(identity):
        raise Conflict("An outcome with this external_id is there already.")
    known = state.outcomes[str(identity)] if before else None
    doc = await write.store_outcome(chain, city, form, said["credits"], state, known)
    return await read(chain.connection, city, UUID(doc["id"]))


async def remove(chain: Chain, city: CityKnown, stored: Stored) -> None:
    """Remove an outcome and every credit in it."""
    state = await write.outcome_state(chain, city, identity=stored.id, external_id=None)
    await write.drop_outcome(chain, city, state, state.outcomes[str(stored.id)])


async def page(
    connection: asyncpg.Connection,
    principal: Principal,
    filters: Filter,
    after: Sequence[Any] | None,
    limit: int,
) -> Listed:
    """Return a page of outcomes as the asker's role sees them, in the order of their making."""
    consent.only_seen(filters, principal, "o")
    return await walk(connection, built(OUTCOME), "outcome o", "o.id", "uuid", filters, after, limit)


def wanted(
    city: CityKnown, kind: str | None, status: str | None, engagement: str | None, first: str | None, last: str | None
) -> Filter:
    """Return what a list of outcomes is filtered by; None is no filter."""
    filters = Filter(city.id)
    filters.always("o.city_id = $1")
    filters.add("o.kind = {}", kind)
    filters.add("o.status = {}", status)
    filters.add(
        "EXISTS (SELECT 1 FROM credit k WHERE k.city_id = o.city_id AND k.outcome_id = o.id"
        " AND k.engagement_id = {}::text::uuid)",
        engagement,
    )
    filters.add("o.occurred_on >= {}", as_day(first))
    filters.add("o.occurred_on <= {}", as_day(last))
    return filters
