"""One request's visit to the database: who is asking, the transaction it runs in, and how it is answered."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from hashlib import sha256
from typing import Annotated, Any, NamedTuple
from uuid import UUID

import asyncpg
from fastapi import Depends, Header, Request
from fastapi.responses import Response

from proxeny_api import contacts, idempotency
from proxeny_api.db import Database
from proxeny_api.errors import BadRequest, Forbidden, PreconditionRequired, StaleVersion
from proxeny_api.http.query import check_query
from proxeny_api.ledger.service import Chain
from proxeny_api.principals import PUBLIC, Principal

JSON = "application/json"
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


class Visit(NamedTuple):
    """What an endpoint hands to its service: nothing of HTTP but the request's own id."""

    principal: Principal
    connection: asyncpg.Connection
    request_id: str
    claim: idempotency.Claim | None = None

    def must_be(self, *kinds: str) -> None:
        """Raise Forbidden unless the key belongs to one of these kinds."""
        if self.principal.kind not in kinds:
            raise Forbidden(f"This door is for keys of a {' or a '.join(kinds)}.")

    async def chain_of(self, subject: UUID) -> Chain:
        """Lock the chain of a subject, before any of its rows: whoever writes takes them in this order."""
        return await Chain.lock(self.connection, subject, self.principal, self.request_id)

    async def chain(self) -> Chain:
        """Lock the chain of whoever asks; the operator and those without a chain of their own must name one."""
        return await Chain.lock(self.connection, self.principal.owner_id, self.principal, self.request_id)


async def asking(request: Request) -> Principal:
    """Return whose key the request carries; raises Unauthorized."""
    principal: Principal = await request.app.state.keyring.principal(request.headers.get("authorization"))
    await check_query(request)
    return principal


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
    """Open a reading transaction for a key with the scope `read`."""
    principal = scoped(await asking(request), "read")
    async with database_of(request).transaction(principal, writes=False) as connection:
        yield Visit(principal, connection, request_id_of(request))


async def open_public(request: Request) -> AsyncIterator[Visit]:
    """Open a reading transaction for anybody, with a key or without."""
    await check_query(request)
    async with database_of(request).transaction(PUBLIC, writes=False) as connection:
        yield Visit(PUBLIC, connection, request_id_of(request))


async def open_writing(
    request: Request,
    idempotency_key: IdempotencyKey = None,
) -> AsyncIterator[Visit]:
    """Open a writing transaction for a key with the scope `write`; a repeated request is answered from memory."""
    principal = scoped(await asking(request), "write")
    async with writing(request, principal, idempotency_key, await request.body()) as visit:
        yield visit


async def open_changing(request: Request) -> AsyncIterator[Visit]:
    """Open a writing transaction for PATCH, PUT and DELETE, which are safe to repeat by themselves."""
    principal = scoped(await asking(request), "write")
    async with database_of(request).transaction(principal, writes=True) as connection:
        yield Visit(principal, connection, request_id_of(request))


@asynccontextmanager
async def writing(request: Request, principal: Principal, key: str | None, body: bytes) -> AsyncIterator[Visit]:
    """Open a writing transaction; raises Replayed where the key and body have been answered already."""
    async with database_of(request).transaction(principal, writes=True) as connection:
        claim = None
        if key is not None:
            mark = idempotency.fingerprint(request.method, request.url.path, request.url.query, body)
            days = request.app.state.settings.keep_answers
            claim = await idempotency.claim(connection, principal.owner_id, key, mark, days)
        yield Visit(principal, connection, request_id_of(request), claim)


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
    await idempotency.remember(visit.connection, visit.claim, status, headers, body)
    return Response(body, status_code=status, media_type=JSON, headers=headers)


def link(url: Any, cursor: str) -> str:  # noqa: ANN401 - a starlette URL
    """Return the Link header that leads to the next page."""
    following = url.include_query_params(cursor=cursor)
    return f'<{following.path}?{following.query}>; rel="next"'


def weak(body: bytes) -> str:
    """Return the weak ETag of what is answered, made of its bytes."""
    return f'W/"{sha256(body).hexdigest()[:32]}"'
