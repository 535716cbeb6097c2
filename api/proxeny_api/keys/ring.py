"""The keys that this process has seen lately: who they belong to, which never changes, and when they were last used."""

import logging
import time
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from proxeny_api.db import Database
from proxeny_api.errors import Unauthorized, Unavailable
from proxeny_api.fields import now
from proxeny_api.keys.secret import is_whole, mac
from proxeny_api.principals import Principal

FIND = "SELECT *, revoked_at IS NOT NULL OR expires_at <= clock_timestamp() AS has_ended FROM key_by_mac($1)"
TOUCH = "SELECT touch_keys($1, $2)"
MOST_REMEMBERED = 10_000
logger = logging.getLogger(__name__)


class Keyring:
    """Tells who a key belongs to.

    Whose a key is and what it may do never changes, and is remembered. Whether it has ended is asked of the database
    each time: here where nothing is remembered, else by the message that opens the request's transaction.
    """

    def __init__(self, database: Database, pepper: bytes, memory: float) -> None:
        self._database = database
        self._pepper = pepper
        self._memory = memory
        self._known: dict[bytes, tuple[float, Principal]] = {}
        self._used: dict[UUID, datetime] = {}

    async def principal(self, authorization: str | None) -> Principal:
        """Return whose the key in an Authorization header is; raises Unauthorized for every other header alike."""
        return self._noted(await self._find(self._digest(authorization)))

    async def remembered(self, authorization: str | None) -> Principal:
        """Do the same from memory where that has it; the key may have ended meanwhile, which is yet to be asked."""
        digest = self._digest(authorization)
        known = self._known.get(digest)
        if known is None or known[0] < time.monotonic():
            return self._noted(await self._find(digest))
        return self._noted(known[1])

    def _digest(self, authorization: str | None) -> bytes:
        scheme, _, key = (authorization or "").partition(" ")
        if scheme.lower() != "bearer" or not is_whole(key):
            raise Unauthorized
        return mac(key, self._pepper)

    def _noted(self, principal: Principal) -> Principal:
        self._used[principal.key_id] = now()
        return principal

    async def flush(self) -> None:
        """Write down when each key was last used, if any was; where the database is away, the next time."""
        used, self._used = self._used, {}
        if not used:
            return
        try:
            async with self._database.connection() as connection:
                await connection.execute(TOUCH, *zip(*sorted(used.items()), strict=True))
        except (Unavailable, asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as error:
            self._used = used | self._used
            logger.warning("The last uses of %d keys wait to be written: %s", len(used), type(error).__name__)

    async def _find(self, digest: bytes) -> Principal:
        """Look a key up and remember it; raises Unauthorized where it is unknown or has ended."""
        async with self._database.connection() as connection:
            row = await connection.fetchrow(FIND, digest)
        if row is None or row["has_ended"]:
            self._known.pop(digest, None)
            raise Unauthorized
        if len(self._known) >= MOST_REMEMBERED:
            self._known.clear()
        principal = as_principal(row)
        self._known[digest] = (time.monotonic() + self._memory, principal)
        return principal


def as_principal(row: Any) -> Principal:  # noqa: ANN401 - asyncpg's records are untyped
    """Return the principal that a row of `key_by_mac` describes."""
    return Principal(row["kind"], row["owner_id"], row["code"], row["currency"], row["id"], frozenset(row["scopes"]))
