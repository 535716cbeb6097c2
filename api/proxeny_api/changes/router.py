"""The doors of the change feeds."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Annotated

import asyncpg
from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from proxeny_api import visits
from proxeny_api.changes import feed
from proxeny_api.changes.feed import Feed
from proxeny_api.changes.schemas import ChangePage, CheckpointRead
from proxeny_api.consent import own_city, own_network
from proxeny_api.doors import READS, CityRef, NetworkRef, signer_of
from proxeny_api.fields import now
from proxeny_api.ledger import checkpoints
from proxeny_api.pagination import CursorText, Limit, Question, page, question_of
from proxeny_api.principals import Principal
from proxeny_api.visits import Asking, Reading, scoped

router = APIRouter(tags=["changes"])
POLL_SECONDS = 0.5

After = Annotated[
    CursorText, Query(description="Where to go on: `next_cursor` of the answer before; without it, from the beginning.")
]
Wait = Annotated[
    int,
    Query(ge=0, le=30, description="Seconds to wait for a change where none is there, 0 to 30.", examples=[20]),
]


@router.get("/v1/cities/{city}/changes", response_model=ChangePage, responses=READS)
async def list_city_changes(
    request: Request, city: CityRef, asker: Asking, after: After = None, limit: Limit = 100, wait: Wait = 0
) -> Response:
    """Read what changed in a city, in order, with tombstones; for the city's own key.

    Every change is there once, and none is skipped: go on with `after=next_cursor` for ever, `wait` holding the line.
    An engagement's entry has its costs and outcomes; those have entries of their own where they change alone.
    """
    mine, question = own_city(scoped(asker, "read"), city), question_of(request, asker)
    position = question.open(after, "after") if after else None
    found = await awaited(request, asker, wait, lambda opened: feed.of_city(opened, mine, position, limit))
    return answered(question, found)


@router.get("/v1/networks/{network}/changes", response_model=ChangePage, responses=READS)
async def list_network_changes(
    request: Request, network: NetworkRef, asker: Asking, after: After = None, limit: Limit = 100, wait: Wait = 0
) -> Response:
    """Read what changed for a network, in order: its own record, and what its members share with it now.

    `withdrawn` says that a record, or a membership with all the city's records, is not shown any more: drop it. When a
    city begins to share, its membership's entry says so: read its records once, for the feed tells of later changes.
    A change is told of once every older transaction has ended, so that none is ever skipped.
    """
    mine, question = own_network(scoped(asker, "read"), network), question_of(request, asker)
    position = question.open(after, "after") if after else None
    found = await awaited(request, asker, wait, lambda opened: feed.of_network(opened, mine, position, limit))
    return answered(question, found)


@router.get("/v1/cities/{city}/ledger/checkpoint", response_model=CheckpointRead, responses=READS)
async def get_checkpoint(request: Request, city: CityRef, visit: Reading) -> Response:
    """Read where a city's ledger ends now, signed; for the city's own key.

    Keep it somewhere else. With the changes up to it, `proxeny verify-checkpoint` tells later, offline, whether
    anything that was written by then has been altered, left out or made anew.
    """
    mine = own_city(visit.principal, city)
    standing = await feed.standing(visit.connection, mine)
    return Response(checkpoints.signed(standing, now(), signer_of(request)).written(), media_type=visits.JSON)


def answered(question: Question, found: Feed) -> Response:
    """Answer a feed; there is a cursor at its end too, so that one can come back."""
    body = page(found.items, question.seal(found.position), {"more": found.more})
    return Response(body, media_type=visits.JSON)


async def awaited(
    request: Request, asker: Principal, wait: int, read: Callable[[asyncpg.Connection], Awaitable[Feed]]
) -> Feed:
    """Return a feed once it has something, or as it is when time is up, the client is gone or the app stops.

    Nothing of the database is held between two looks, and a key that is revoked meanwhile is refused.
    """
    deadline = time.monotonic() + wait
    database = visits.database_of(request)
    while True:
        async with database.transaction(asker, writes=False) as connection:
            found = await read(connection)
        left = deadline - time.monotonic()
        if found.items or left <= 0 or request.app.state.stopping or await request.is_disconnected():
            return found
        await asyncio.sleep(min(POLL_SECONDS, left))
        asker = scoped(await visits.asking(request), "read")
