"""The keys that this process has seen lately: who they belong to, and when they were last used."""

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

# By the database's clock, for ours may be set back.
FIND = "SELECT *, expires_at <= now() AS ended FROM key_by_mac($1)"
TOUCH = "SELECT touch_keys($1, $2)"
MOST_REMEMBERED = 10_000
logger = logging.getLogger(__name__)


class Keyring:
    """Tells who a key belongs to; remembers it for a moment, so that a revocation holds within a second."""

    def __init__(self, database: Database, pepper: bytes, memory: float) -> None:
        self._database = database
        self._pepper = pepper
        self._memory = memory
        self._known: dict[bytes, tuple[float, Principal, datetime]] = {}
        self._used: dict[UUID, datetime] = {}

    async def principal(self, authorization: str | None) -> Principal:
        """Return whose the key in an Authorization header is; raises Unauthorized for every other header alike."""
        scheme, _, key = (authorization or "").partition(" ")
        if scheme.lower() != "bearer" or not is_whole(key):
            raise Unauthorized
        digest = mac(key, self._pepper)
        known = self._known.get(digest)
        if known is None or known[0] < time.monotonic():
            known = await self._find(digest)
        at = now()
        if known[2] <= at:
            raise Unauthorized
        self._used[known[1].key_id] = at
        return known[1]

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

    async def _find(self, digest: bytes) -> tuple[float, Principal, datetime]:
        """Look a key up and remember it; raises Unauthorized where it is unknown, revoked or ended."""
        async with self._database.connection() as connection:
            row = await connection.fetchrow(FIND, digest)
        if row is None or row["revoked_at"] is not None or row["ended"]:
            self._known.pop(digest, None)
            raise Unauthorized
        if len(self._known) >= MOST_REMEMBERED:
            self._known.clear()
        known = (time.monotonic() + self._memory, as_principal(row), row["expires_at"])
        self._known[digest] = known
        return known


def as_principal(row: Any) -> Principal:  # noqa: ANN401 - asyncpg's records are untyped
    """Return the principal that a row of `key_by_mac` describes."""
    return Principal(row["kind"], row["owner_id"], row["code"], row["currency"], row["id"], frozenset(row["scopes"]))
