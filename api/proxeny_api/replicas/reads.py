"""Where a read goes: to a replica that is fresh enough for it, or to the primary."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import NamedTuple
from urllib.parse import unquote, urlsplit
from uuid import UUID

import asyncpg

from proxeny_api.db import AWAY, Database
from proxeny_api.errors import Unauthorized
from proxeny_api.principals import Principal
from proxeny_api.replicas.ages import Ages, Moment
from proxeny_api.replicas.demands import Demand
from proxeny_api.roles import with_login

# The instant first: what is committed by then stands before the place to which the log is on disk after it.
NOW = "SELECT clock_timestamp() AS at, (pg_current_wal_flush_lsn() - '0/0')::bigint AS log"
NOW_AND_KEY = f"{NOW}, key_stands($1) AS stands"
STATE = """
SELECT r.replayed, p.subject, p.seq
FROM (SELECT CASE WHEN pg_is_in_recovery() THEN (pg_last_wal_replay_lsn() - '0/0')::bigint END AS replayed) AS r
     LEFT JOIN chain_positions($1) AS p ON true
"""
LOOK_SECONDS = 1.0
# A replica that failed is left alone so long; one that did not come in time is not waited for so long.
AVOID_SECONDS = 3.0
BEHIND_SECONDS = 1.0
PAUSE = 0.01
logger = logging.getLogger(__name__)


class Seen(NamedTuple):
    """How far a replica is: the place in the log that it has replayed, and numbers of chains."""

    replayed: int
    chains: Mapping[UUID, int]

    def meets(self, demand: Demand) -> bool:
        """Tell whether it shows all that is demanded."""
        return self.replayed >= demand.log and all(
            self.chains.get(subject, 0) >= number for subject, number in demand.chains.items()
        )


class Replica:
    """One replica, until when it is left alone, and until when it is not waited for."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.avoided_until = 0.0
        self.behind_until = 0.0

    def avoid(self, error: BaseException) -> None:
        """Leave it alone for a while."""
        self.avoided_until = time.monotonic() + AVOID_SECONDS
        logger.warning("A replica is left alone for %.0f s: %s", AVOID_SECONDS, type(error).__name__)

    async def look(self, subjects: Sequence[UUID]) -> Seen | None:
        """Return how far it is; None where it is a replica no longer."""
        async with self.database.connection() as connection:
            rows = await connection.fetch(STATE, subjects, timeout=LOOK_SECONDS)
        replayed = rows[0]["replayed"]
        chains = {row["subject"]: row["seq"] for row in rows if row["subject"] is not None}
        return None if replayed is None else Seen(replayed, chains)


class Lagging(NamedTuple):
    """A replica that a read may go to, and the instant of which it shows everything."""

    replica: Replica
    at: datetime


class Replicas:
    """All replicas of one primary, as one process knows them."""

    def __init__(self, primary: Database, replicas: Sequence[Database], *, wait: float, max_lag: float) -> None:
        self._primary = primary
        self._replicas = [Replica(database) for database in replicas]
        self._wait = wait
        self._max_lag = timedelta(seconds=max_lag)
        self._ages = Ages()
        self._turn = 0

    async def close(self) -> None:
        """Close the connections to all of them."""
        for replica in self._replicas:
            await replica.database.close()

    async def chosen(self, principal: Principal, key: UUID | None, chains: Mapping[UUID, int]) -> Lagging | None:
        """Return where a read may go; None for the primary.

        The key is checked at the primary, which says by the way how far its log is: raises Unauthorized for one that
        has ended. A network reads what is shared with it now, so what it reads from has replayed all there was.
        """
        now = await self._ask_primary(key)
        self._ages.add(now)
        demand = Demand(chains, now.log if principal.kind == "network" else 0)
        self._turn += 1
        number = len(self._replicas)
        for place in range(number):
            replica = self._replicas[(self._turn + place) % number]
            if replica.avoided_until <= time.monotonic():
                found = await self._fit(replica, demand, now)
                if found is not None:
                    return found
        return None

    async def _ask_primary(self, key: UUID | None) -> Moment:
        async with self._primary.connection() as connection:
            asked = connection.fetchrow(NOW) if key is None else connection.fetchrow(NOW_AND_KEY, key)
            row = await asked
        assert row is not None  # noqa: S101 - the question has one answer
        if key is not None and not row["stands"]:
            raise Unauthorized
        return Moment(row["log"], row["at"])

    async def _fit(self, replica: Replica, demand: Demand, now: Moment) -> Lagging | None:
        """Return a replica once it shows what is demanded and is not too old; None where it does not in time."""
        now_here = time.monotonic()
        deadline = now_here + (self._wait if replica.behind_until <= now_here else 0)
        while True:
            try:
                seen = await replica.look(list(demand.chains))
            except AWAY as error:
                replica.avoid(error)
                return None
            if seen is None:
                replica.avoid(LookupError("It is a replica no longer."))
                return None
            at = self._ages.of(seen.replayed)
            if seen.meets(demand) and at is not None and now.at - at <= self._max_lag:
                return Lagging(replica, at)
            left = deadline - time.monotonic()
            if left <= 0 or (not demand.log and not demand.chains):
                replica.behind_until = max(replica.behind_until, deadline + BEHIND_SECONDS)
                return None
            await asyncio.sleep(min(PAUSE, left))


@asynccontextmanager
async def reading(lagging: Lagging, principal: Principal) -> AsyncIterator[asyncpg.Connection]:
    """Open a transaction on a replica; one that fails there is left alone, and Failed is raised in its place."""
    try:
        async with lagging.replica.database.transaction(principal, writes=False) as connection:
            yield connection
    except asyncpg.QueryCanceledError:
        raise
    except AWAY as error:
        if not isinstance(error, asyncpg.SerializationError):
            lagging.replica.avoid(error)
        raise Failed from error


class Failed(Exception):
    """A replica failed in the middle of a read, which the primary can answer."""


def url_of(replica_url: str, login_url: str) -> str:
    """Return the URL of a replica for the login that requests run under."""
    login = urlsplit(login_url)
    return with_login(replica_url, unquote(login.username or ""), unquote(login.password or ""))
