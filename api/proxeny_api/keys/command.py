"""Make a key from the command line, whether or not a server is running: the only way to an operator's key."""

from collections.abc import Sequence
from uuid import UUID

import asyncpg

from proxeny_api.db import meant
from proxeny_api.errors import NotFound
from proxeny_api.fields import now
from proxeny_api.keys import secret, service
from proxeny_api.keys.service import Owner, Wanted
from proxeny_api.ledger.service import Chain
from proxeny_api.principals import NOBODY, SCOPES, Principal

COMMAND = Principal("operator", NOBODY, None, None, NOBODY, frozenset(SCOPES["operator"]))


async def create_key(
    admin_url: str,
    pepper: bytes,
    *,
    kind: str,
    owner: str | None,
    scopes: Sequence[str] | None,
    days: int,
    environment: str,
    name: str,
) -> str:
    """Issue a key and return it; raises NotFound for an owner that is not there."""
    connection = await asyncpg.connect(admin_url)
    try:
        async with connection.transaction():
            identity = await _owner_id(connection, kind, owner)
            chain = await Chain.lock(connection, identity, COMMAND, "command")
            key = secret.mint(kind, environment)
            allowed = sorted(set(scopes or ("read", "write", "keys")))
            wanted = Wanted(secret.mac(key, pepper), name, allowed, service.lasting(now(), days))
            await service.issue(chain, Owner(kind, identity), wanted)
    finally:
        await connection.close()
    return key


async def _owner_id(connection: asyncpg.Connection, kind: str, owner: str | None) -> UUID:
    if owner is None:
        return NOBODY
    query = f"SELECT id FROM {kind} WHERE {meant('$1')}"
    identity: UUID | None = await connection.fetchval(query, owner)
    if identity is None:
        raise NotFound(f"No {kind} {owner}.")
    return identity
