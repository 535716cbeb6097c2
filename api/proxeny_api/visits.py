"""One request's visit to the database: who is asking, the transaction it runs in, and how it is answered."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Annotated, Any
from uuid import UUID

import asyncpg
from fastapi import Depends, Header, Request
from fastapi.responses import Response

from proxeny_api import contacts, idempotency
from proxeny_api.db import Database
from proxeny_api.errors import BadRequest, Forbidden, PreconditionRequired, StaleVersion, Unauthorized
from proxeny_api.http.query import check_query
from proxeny_api.ledger.service import Chain
from proxeny_api.placing import may_lag, placed, said_of
from proxeny_api.principals import PUBLIC, Principal
from proxeny_api.quotas.addresses import address_of

JSON = "application/json"
POSITION = "Proxeny-Position"
NUMBER = "SELECT seq FROM ledger_head WHERE city_id = $1"
# RFC 9110, sections 5.6.1 and 8.8.3: a list may have empty members, and a tag may hold commas.
TAG = r'(?:W/)?"[!#-~\x80-\xff]*"'
TAGS = rf"[ \t,]*{TAG}(?:[ \t]*,[ \t,]*{TAG})*[ \t,]*"


IdempotencyKey = Annotated[
    str | None,
    Header(
        description="Any text of yours: the same key and body get the first answer again, for seven days"
        " unless the operator says otherwise.",
        min_length=1,
        max_length=255,
        pattern="^[!-~]+$",
        examples=["7f0c2f9e-6a1b-4f1e-9c36-3e1f6f0f1c11"],
    ),
]


@dataclass(slots=True)
class Visit:
    """What an endpoint hands to its service: nothing of HTTP but the request's own id."""

    principal: Principal
    connection: asyncpg.Connection
    request_id: str
    claim: idempotency.Claim | None = None
    chains: list[Chain] = field(default_factory=list)

    def must_be(self, *kinds: str) -> None:
        """Raise Forbidden unless the key belongs to one of these kinds."""
        if self.principal.kind not in kinds:
            raise Forbidden(f"This door is for keys of a {' or a '.join(kinds)}.")

    async def chain_of(self, subject: UUID) -> Chain:
        """Lock the chain of a subject, before any of its rows: whoever writes takes them in this order."""
        chain = await Chain.lock(self.connection, subject, self.principal, self.request_id)
        self.chains.append(chain)
        return chain

    async def chain(self) -> Chain:
        """Lock the chain of whoever asks; the operator and those without a chain of their own must name one."""
        return await self.chain_of(self.principal.owner_id)

    async def hold(self, request: Request, key: str | None, body: bytes) -> None:
        """Hold an idempotency key, if there is one; raises Replayed where that and the body have been answered."""
        if key is not None:
            mark = idempotency.fingerprint(request.method, request.url.path, request.url.query, body)
            days = request.app.state.settings.keep_answers
            self.claim = await idempotency.claim(self.connection, self.principal.owner_id, key, mark, days)

    def position(self) -> dict[str, str]:
        """Return the header that says where the ledger is after what was written, none where nothing was."""
        return {POSITION: ", ".join(chain.position for chain in self.chains)} if self.chains else {}


async def asking(request: Request) -> Principal:
    """Return whose key the request carries, looked up now; raises Unauthorized, and TooManyRequests."""
    principal = await _counted(request, request.app.state.keyring.principal)
    await check_query(request)
    return principal


async def anybody(request: Request) -> None:
    """Count a request that needs no key; raises TooManyRequests."""
    await _count_address(request)
    await check_query(request)


async def _counted(request: Request, whose: Callable[[str | None], Awaitable[Principal]]) -> Principal:
    """Return whose key the request carries, the request counted with the key's, or with its address's without one."""
    try:
        principal = await whose(request.headers.get("authorization"))
    except Unauthorized:
        await _count_address(request)
        raise
    await request.app.state.limiter.of_key(principal.key_id, said_of(request))
    return principal


async def _remembered(request: Request) -> Principal:
    """Return whose key the request carries, maybe from memory: whether it has ended, the transaction will ask."""
    return await _counted(request, request.app.state.keyring.remembered)


async def _count_address(request: Request) -> None:
    state = request.app.state
    await state.limiter.of_address(address_of(request, state.trusted_proxies), said_of(request))


def scoped(principal: Principal, scope: str) -> Principal:
    """Return the principal; raises Forbidden, naming the scope, where the key lacks it."""
    if scope not in principal.scopes:
        raise Forbidden(f"This key lacks the scope {scope}.")
    return principal


def request_id_of(request: Request) -> str:
    """Return the request's id, taken or made at the door."""
    return str(request.scope["state"]["request_id"])


def database_of(request: Request) -> Database:
    """Return the app's database."""
    database: Database = request.app.state.database
    return database


async def open_reading(request: Request) -> AsyncIterator[Visit]:
    """Open a reading transaction for a key with the scope `read`, at a replica where there is one that will do."""
    principal = await _remembered(request)
    if may_lag(request):
        async with placed(request, principal, principal.key_id) as connection:
            await check_query(request)
            visit = Visit(scoped(principal, "read"), connection, request_id_of(request))
            number = await connection.fetchval(NUMBER, principal.owner_id)
            said_of(request)[POSITION] = f"{principal.owner_id}:{number or 0}"
            yield visit
        return
    async with database_of(request).transaction(principal, writes=False, key=principal.key_id) as connection:
        await check_query(request)
        yield Visit(scoped(principal, "read"), connection, request_id_of(request))


async def open_public(request: Request) -> AsyncIterator[Visit]:
    """Open a reading transaction for anybody, with a key or without, where `open_reading` would."""
    await anybody(request)
    lagging = may_lag(request)
    opening = placed(request, PUBLIC, None) if lagging else database_of(request).transaction(PUBLIC, writes=False)
    async with opening as connection:
        yield Visit(PUBLIC, connection, request_id_of(request))


async def open_writing(
    request: Request,
    idempotency_key: IdempotencyKey = None,
) -> AsyncIterator[Visit]:
    """Open a writing transaction for a key with the scope `write`; a repeated request is answered from memory."""
    principal = await _remembered(request)
    async with database_of(request).transaction(principal, writes=True, key=principal.key_id) as connection:
        await check_query(request)
        visit = Visit(scoped(principal, "write"), connection, request_id_of(request))
        await visit.hold(request, idempotency_key, await request.body())
        yield visit
    said_of(request).update(visit.position())


async def open_changing(request: Request) -> AsyncIterator[Visit]:
    """Open a writing transaction for PATCH, PUT and DELETE, which are safe to repeat by themselves."""
    principal = await _remembered(request)
    async with database_of(request).transaction(principal, writes=True, key=principal.key_id) as connection:
        await check_query(request)
        visit = Visit(scoped(principal, "write"), connection, request_id_of(request))
        yield visit
    said_of(request).update(visit.position())


@asynccontextmanager
async def writing(request: Request, principal: Principal, key: str | None, body: bytes) -> AsyncIterator[Visit]:
    """Open a writing transaction; raises Replayed where the key and body have been answered already."""
    async with database_of(request).transaction(principal, writes=True, key=principal.key_id) as connection:
        visit = Visit(principal, connection, request_id_of(request))
        await visit.hold(request, key, body)
        yield visit
    said_of(request).update(visit.position())


Asking = Annotated[Principal, Depends(asking)]
Reading = Annotated[Visit, Depends(open_reading, scope="function")]
OpenToAll = Annotated[Visit, Depends(open_public, scope="function")]
Writing = Annotated[Visit, Depends(open_writing, scope="function")]
Changing = Annotated[Visit, Depends(open_changing, scope="function")]
IfMatch = Annotated[
    str | None,
    Header(description="The ETag that the change is meant for.", examples=['"7"']),
]
IfNoneMatch = Annotated[
    str | None,
    Header(description="An ETag that is here already: 304 where nothing is newer.", examples=['"7"']),
]


def etag(version: int) -> str:
    """Return the strong ETag of a record's version."""
    return f'"{version}"'


def check_version(if_match: str | None, version: int, *, needed: bool = True) -> None:
    """Check that a change is meant for the version there is.

    Raises PreconditionRequired without If-Match where it is needed, and StaleVersion where another version is there.
    """
    if if_match is None:
        if needed:
            raise PreconditionRequired("Say with If-Match which version this is meant for.")
        return
    if if_match.strip() != "*" and etag(version) not in tags(if_match):
        raise StaleVersion(f"The record is at version {version}.")


def tags(header: str) -> list[str]:
    """Return the ETags of an If-Match or If-None-Match header; raises BadRequest for one that holds none."""
    if re.fullmatch(TAGS, header) is None:
        raise BadRequest("If-Match and If-None-Match hold ETags in quotation marks.")
    return re.findall(TAG, header)


def matches(if_none_match: str | None, tag: str) -> bool:
    """Tell by weak comparison whether the asker has what an ETag stands for."""
    if if_none_match is None:
        return False
    if if_none_match.strip() == "*":
        return True
    return tag.removeprefix("W/") in [known.removeprefix("W/") for known in tags(if_none_match)]


def record(body: bytes, version: int, if_none_match: str | None = None) -> Response:
    """Answer one record, or 304 where the asker has this version."""
    tag = etag(version)
    if matches(if_none_match, tag):
        return Response(status_code=304, headers={"ETag": tag})
    return Response(body, media_type=JSON, headers={"ETag": tag})


def stored(body: bytes, version: int, said: object) -> Response:
    """Answer a record as a change left it; the header warns where what was said seems to hold personal details."""
    answer = record(body, version)
    answer.headers.update(contacts.header(said))
    return answer


def figure(body: bytes, tag: str, if_none_match: str | None = None) -> Response:
    """Answer a collection or figure under a weak ETag, or 304 where the asker has it."""
    if matches(if_none_match, tag):
        return Response(status_code=304, headers={"ETag": tag})
    return Response(body, media_type=JSON, headers={"ETag": tag})


async def created(visit: Visit, body: bytes, version: int, location: str, said: object = None) -> Response:
    """Answer 201 with the record and where it is, and remember the answer where the request may come again.

    What was `said` is looked through for personal details, which the answer warns of in a header.
    """
    headers = {"ETag": etag(version), "Location": location, **contacts.header(said)}
    return await answered(visit, 201, body, headers)


async def answered(visit: Visit, status: int, body: bytes, headers: dict[str, str]) -> Response:
    """Answer a write, and remember the answer in the same transaction."""
    await idempotency.remember(visit.connection, visit.claim, status, headers | visit.position(), body)
    return Response(body, status_code=status, media_type=JSON, headers=headers)


def link(url: Any, cursor: str) -> str:  # noqa: ANN401 - a starlette URL
    """Return the Link header that leads to the next page."""
    following = url.include_query_params(cursor=cursor)
    return f'<{following.path}?{following.query}>; rel="next"'


def weak(body: bytes) -> str:
    """Return the weak ETag of what is answered, made of its bytes."""
    return f'W/"{sha256(body).hexdigest()[:32]}"'
