"""Where a request reads: at a replica that shows what is demanded, or at the primary; what the answer says of it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

import asyncpg
from fastapi import Request

from proxeny_api.ledger.chain import instant
from proxeny_api.principals import Principal
from proxeny_api.replicas.again import AT_PRIMARY
from proxeny_api.replicas.demands import HEADER, chains_of
from proxeny_api.replicas.reads import reading

READ_AS_OF = "Proxeny-Read-As-Of"


def said_of(request: Request) -> dict[str, str]:
    """Return the headers that the answer will have, whatever it is."""
    said: dict[str, str] = request.scope["state"]["said"]
    return said


def may_lag(request: Request) -> bool:
    """Tell whether the answer may come from a replica: not where the instant asked for may have writes under way."""
    if request.app.state.replicas is None:
        return False
    fresh = "no-cache" in request.headers.get("cache-control", "").lower()
    return not fresh and "as_of" not in request.query_params


@asynccontextmanager
async def placed(request: Request, principal: Principal, key: UUID | None) -> AsyncIterator[asyncpg.Connection]:
    """Open a reading transaction at a replica that shows what is demanded, or else at the primary.

    Raises Unauthorized where a key is named that has ended, and BadRequest for a demand that cannot be read.
    """
    state = request.app.state
    lagging = None
    if AT_PRIMARY not in request.scope["state"]:
        demanded = chains_of(request.headers.get(HEADER))
        lagging = await state.replicas.chosen(principal, key, demanded)
    if lagging is None:
        opening = state.database.transaction(principal, writes=False, key=key)
    else:
        said_of(request)[READ_AS_OF] = instant(lagging.at)
        opening = reading(lagging, principal)
    async with opening as connection:
        yield connection
