"""Counting requests: each process takes blocks of a quota from PostgreSQL and counts them down in memory."""

import asyncio
import hmac
import logging
import math
import time
from collections.abc import Awaitable
from dataclasses import dataclass, field
from hashlib import sha256
from uuid import UUID

from proxeny_api.db import AWAY, Database
from proxeny_api.errors import TooManyRequests

TAKE = "SELECT granted, remaining, ends_in FROM take_requests($1, $2, $3)"
FORGET = "SELECT forget_requests()"
MOST_REMEMBERED = 10_000
SUBJECT_BYTES = 16
# Where the database cannot count, requests are let through so long before it is asked again.
BLIND_SECONDS = 1.0
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Quota:
    """How many requests one key or address may make in a window of so many seconds; nought is no limit."""

    name: str
    requests: int
    seconds: int
    policy: str = field(init=False)
    """What `RateLimit-Policy` says of it."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "policy", f'"{self.name}";q={self.requests};w={self.seconds}')


class Lease:
    """The part of one subject's quota that this process may still give, and what was left for others."""

    __slots__ = ("elsewhere", "ends", "left", "lock")

    def __init__(self) -> None:
        self.left = 0
        self.elsewhere = 0
        self.ends = 0.0
        self.lock = asyncio.Lock()

    def takes(self, now: float) -> bool:
        """Give one request of what is here, if there is one."""
        if self.left <= 0 or now >= self.ends:
            return False
        self.left -= 1
        return True

    def is_spent(self, now: float) -> bool:
        """Tell whether nobody has anything left before the window ends."""
        return now < self.ends and self.left <= 0 and self.elsewhere <= 0


class Limiter:
    """Counts the requests of keys and addresses; what all processes give together is never above the quota."""

    def __init__(self, database: Database, pepper: bytes, key: Quota, address: Quota) -> None:
        self._database = database
        self._pepper = pepper
        self._key = key
        self._address = address
        self._leases: dict[UUID | str, Lease] = {}

    def of_key(self, key_id: UUID, said: dict[str, str]) -> Awaitable[None]:
        """Count a request of a key, and say in the answer's headers how many are left; raises TooManyRequests."""
        return self._count(self._key, key_id, said)

    def of_address(self, address: str, said: dict[str, str]) -> Awaitable[None]:
        """Count a request without a good key, as of_key does."""
        return self._count(self._address, address, said)

    async def forget(self) -> None:
        """Drop what is kept of windows that have ended, here and in the database."""
        self._drop_ended(time.monotonic())
        try:
            async with self._database.connection() as connection:
                await connection.execute(FORGET)
        except AWAY as error:
            logger.warning("Windows of requests wait to be dropped: %s", type(error).__name__)

    async def _count(self, quota: Quota, subject: UUID | str, said: dict[str, str]) -> None:
        if not quota.requests:
            return
        lease = self._leases.get(subject) or self._begun(subject)
        now = time.monotonic()
        is_given = lease.takes(now)
        if not is_given:
            is_given = await self._taken(quota, subject, lease)
            now = time.monotonic()
        seconds = max(1, math.ceil(lease.ends - now))
        said["ratelimit-policy"] = quota.policy
        said["ratelimit"] = f'"{quota.name}";r={lease.left + lease.elsewhere};t={seconds}'
        if not is_given:
            detail = f"This {quota.name} may make {quota.requests:,} requests in {quota.seconds} seconds."
            raise TooManyRequests(detail, headers={"Retry-After": str(seconds)})

    def _begun(self, subject: UUID | str) -> Lease:
        if len(self._leases) >= MOST_REMEMBERED:
            self._drop_ended(time.monotonic())
        if len(self._leases) >= MOST_REMEMBERED:
            self._leases.clear()
        return self._leases.setdefault(subject, Lease())

    def _drop_ended(self, now: float) -> None:
        self._leases = {subject: lease for subject, lease in self._leases.items() if lease.ends > now}

    async def _taken(self, quota: Quota, subject: UUID | str, lease: Lease) -> bool:
        """Take the next block of a quota, one at a time; tell whether a request could be given of it."""
        async with lease.lock:
            now = time.monotonic()
            if lease.takes(now):
                return True
            if lease.is_spent(now):
                return False
            try:
                async with self._database.connection() as connection:
                    row = await connection.fetchrow(TAKE, self._hidden(quota, subject), quota.requests, quota.seconds)
            except AWAY as error:
                logger.warning("Requests are not counted just now: %s", type(error).__name__)
                lease.left, lease.elsewhere, lease.ends = quota.requests, 0, now + BLIND_SECONDS
                return lease.takes(now)
            assert row is not None  # noqa: S101 - the function returns one row
            lease.left, lease.elsewhere, lease.ends = row["granted"], row["remaining"], now + row["ends_in"]
            return lease.takes(now)

    def _hidden(self, quota: Quota, subject: UUID | str) -> bytes:
        """Return what the database knows a subject by: no address is stored."""
        return hmac.new(self._pepper, f"{quota.name}:{subject}".encode(), sha256).digest()[:SUBJECT_BYTES]
