"""Issue, list, rotate and revoke keys; each event in the ledger of the key's owner."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

import asyncpg
from pydantic_core import to_json
from uuid_utils import uuid7

from proxeny_api.db import meant
from proxeny_api.errors import FieldError, Forbidden, Invalid, NotFound
from proxeny_api.ledger.service import Chain, Change
from proxeny_api.listing import Filter, Listed, walk
from proxeny_api.principals import NOBODY, Principal
from proxeny_api.records.read import built, instant, named

KEY = {
    **named("k", "id", "kind"),
    "owner": "(SELECT code FROM city WHERE id = k.owner_id UNION ALL SELECT code FROM network WHERE id = k.owner_id)",
    **named("k", "name", "scopes"),
    **{name: instant(f"k.{name}") for name in ("created_at", "expires_at", "revoked_at", "last_used_at")},
}
INSERT = """
INSERT INTO api_key (id, mac, kind, owner_id, name, scopes, created_at, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
"""


class Owner(NamedTuple):
    """Whom a key is issued to."""

    kind: str
    id: UUID


class Wanted(NamedTuple):
    """A key to be issued: its hash, what it is for, what it may do and until when."""

    mac: bytes
    name: str
    scopes: Sequence[str]
    expires_at: datetime


async def owner_named(
    connection: asyncpg.Connection, principal: Principal, city: str | None, network: str | None
) -> Owner:
    """Return whom a new key is for.

    Raises Invalid for both at once, NotFound for one that is not there or not the asker's, and Forbidden where the
    operator names none: the operator's own keys are made by the command alone.
    """
    if city is not None and network is not None:
        message = "A key belongs to a city or to a network, not to both."
        raise Invalid(message, errors=[FieldError(pointer="/network", code="one_owner", message=message)])
    ref, kind = (city, "city") if city is not None else (network, "network")
    if principal.kind != "operator":
        own = ref is None or (kind == principal.kind and ref in (principal.code, str(principal.owner_id)))
        if not own:
            raise NotFound(f"No {kind} {ref}.")
        return Owner(principal.kind, principal.owner_id)
    if ref is None:
        raise Forbidden("The operator's own keys are made by the command `proxeny-api key create --operator`.")
    query = f"SELECT id FROM {kind} WHERE {meant('$1')}"
    identity = await connection.fetchval(query, ref)
    if identity is None:
        raise NotFound(f"No {kind} {ref}.")
    return Owner(kind, identity)


async def issue(chain: Chain, owner: Owner, wanted: Wanted) -> bytes:
    """Store a new key's hash, and return the key as it is listed."""
    identity = UUID(str(uuid7()))
    await chain.connection.execute(
        INSERT,
        identity,
        wanted.mac,
        owner.kind,
        owner.id,
        wanted.name,
        list(wanted.scopes),
        chain.at,
        wanted.expires_at,
    )
    return await _tell(chain, "created", identity)


async def find(connection: asyncpg.Connection, identity: UUID) -> asyncpg.Record:
    """Return and lock a key that the asker's role sees; raises NotFound."""
    columns = "id, kind, owner_id, name, scopes, created_at, expires_at, revoked_at"
    row = await connection.fetchrow(f"SELECT {columns} FROM api_key WHERE id = $1 FOR UPDATE", identity)
    if row is None:
        raise NotFound(f"No key {identity}.")
    return row


async def expire(chain: Chain, identity: UUID, at: datetime) -> None:
    """Have a key end at an instant, unless it ends before."""
    query = "UPDATE api_key SET expires_at = least(expires_at, $2) WHERE id = $1"
    await chain.connection.execute(query, identity, at)
    await _tell(chain, "updated", identity)


async def revoke(chain: Chain, identity: UUID) -> None:
    """End a key now; one that has ended stays as it is."""
    query = "UPDATE api_key SET revoked_at = coalesce(revoked_at, $2) WHERE id = $1"
    await chain.connection.execute(query, identity, chain.at)
    await _tell(chain, "updated", identity)


async def page(connection: asyncpg.Connection, after: Sequence[str] | None, limit: int) -> Listed:
    """Return a page of the keys that the asker's role sees, in the order of their making."""
    return await walk(connection, built(KEY), "api_key k", "k.id", "uuid", Filter(), after, limit)


async def _tell(chain: Chain, action: str, identity: UUID) -> bytes:
    query = f"SELECT {built(KEY)} FROM api_key k WHERE k.id = $1"
    body: bytes = (await chain.connection.fetchval(query, identity)).encode()
    await chain.append([Change(action, "key", identity, "private", [], body)])
    return body


def me(principal: Principal) -> bytes:
    """Return who a principal is."""
    owner_id = None if principal.owner_id == NOBODY else str(principal.owner_id)
    return to_json(
        {
            "kind": principal.kind,
            "owner": principal.code,
            "owner_id": owner_id,
            "key_id": str(principal.key_id),
            "scopes": sorted(principal.scopes),
        }
    )


def lasting(start: datetime, days: int) -> datetime:
    """Return when a key of so many days ends."""
    return start + timedelta(days=days)
