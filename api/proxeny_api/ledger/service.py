"""Append to a chain: lock its head, then write entries in the transaction that changes the rows."""

from collections.abc import Awaitable, Callable, Collection, Iterable
from datetime import datetime
from hashlib import sha256
from typing import NamedTuple
from uuid import UUID

import asyncpg

from proxeny_api.ledger.chain import GENESIS, Entry, entry_hash
from proxeny_api.principals import Principal, actor

OPEN_HEAD = "INSERT INTO ledger_head (city_id, seq, hash) VALUES ($1, 0, $2) ON CONFLICT (city_id) DO NOTHING"
# Whoever writes to a chain, or waits to, says so to those who ask for figures as of an instant just past.
WRITING = 7
LOCK_HEAD = f"""
WITH writing AS MATERIALIZED (SELECT pg_try_advisory_xact_lock_shared({WRITING}, hashtext($1::uuid::text)))
SELECT h.seq, h.hash, clock_timestamp() AS at FROM ledger_head h, writing WHERE h.city_id = $1 FOR UPDATE OF h
"""
MOVE_HEAD = "UPDATE ledger_head SET seq = $2, hash = $3 WHERE city_id = $1"
APPEND = """
INSERT INTO ledger_entry (city_id, seq, at, actor, request_id, action, resource, resource_id, visibility, network_ids,
                          body, body_hash, previous, hash)
SELECT $1, e.seq, $2, $3, $4, e.action, e.resource, e.resource_id::uuid, e.visibility, e.network_ids::uuid[],
       e.body, e.body_hash, e.previous, e.hash
FROM unnest($5::bigint[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[], $11::text[], $12::bytea[],
            $13::bytea[], $14::bytea[])
     AS e(seq, action, resource, resource_id, visibility, network_ids, body, body_hash, previous, hash) RETURNING 1
"""
WITHDRAW = """
INSERT INTO withdrawal (city_id, at, seq, network_id, resource, resource_id)
SELECT $1, $2, w.seq, w.network_id, w.resource, w.resource_id
FROM unnest($3::bigint[], $4::text[]::uuid[], $5::text[], $6::text[]::uuid[])
     AS w(seq, network_id, resource, resource_id) RETURNING 1
"""


class Change(NamedTuple):
    """One change to one record, as the ledger keeps it.

    `body` is the record after the change, or as it last was when deleted; `lost` are the networks that saw it before
    and do not any more.
    """

    action: str
    resource: str
    resource_id: UUID | str
    visibility: str
    network_ids: Collection[UUID | str]
    body: bytes
    lost: frozenset[UUID] = frozenset()


class Linked(NamedTuple):
    """Rows of entries, and of what networks lost sight of, that are to be written."""

    entries: list[tuple[object, ...]]
    withdrawn: list[tuple[object, ...]]


class Chain:
    """A subject's chain, its head locked until the transaction ends.

    Whoever holds it is the only writer of that city: entries are gapless, and in the order of their commits.
    """

    def __init__(
        self,
        connection: asyncpg.Connection,
        subject: UUID,
        principal: Principal,
        request_id: str,
        seq: int,
        head: bytes,
        at: datetime,
    ) -> None:
        self.connection = connection
        self.subject = subject
        self.actor = actor(principal)
        self.request_id = request_id
        self.at = at
        self.seq = seq
        self.head = head

    @classmethod
    async def lock(
        cls, connection: asyncpg.Connection, subject: UUID, principal: Principal, request_id: str
    ) -> "Chain":
        """Wait for the subject's head and hold it; a subject's first writer makes it.

        The instant is the database's, taken once the head is held: entries are in the order of time however the
        clocks of those who write differ.
        """
        found = await connection.fetch(LOCK_HEAD, subject)
        if not found:
            await connection.execute(OPEN_HEAD, subject, GENESIS)
            found = await connection.fetch(LOCK_HEAD, subject)
        (head,) = found
        return cls(connection, subject, principal, request_id, head["seq"], head["hash"], head["at"])

    @property
    def position(self) -> str:
        """Where the chain is: its subject and the number of its last entry."""
        return f"{self.subject}:{self.seq}"

    async def append(self, changes: Iterable[Change]) -> None:
        """Write an entry for each change, in order, and move the head."""
        await self.write(self.link(changes))

    def link(self, changes: Iterable[Change]) -> Linked:
        """Return the rows of the next entries, hashed and chained, but not written yet."""
        linked = Linked([], [])
        for change in changes:
            linked.entries.append(self._link(change))
            linked.withdrawn.extend(
                (self.seq, str(network), change.resource, str(change.resource_id)) for network in change.lost
            )
        return linked

    async def write(self, linked: Linked) -> None:
        """Write entries that have been linked, in the order in which they were."""
        if not linked.entries:
            return
        columns = [list(column) for column in zip(*linked.entries, strict=True)]
        await self.connection.execute(APPEND, self.subject, self.at, self.actor, self.request_id, *columns)
        if linked.withdrawn:
            columns = [list(column) for column in zip(*linked.withdrawn, strict=True)]
            await self.connection.execute(WITHDRAW, self.subject, self.at, *columns)
        await self.connection.execute(MOVE_HEAD, self.subject, self.seq, self.head)

    def _link(self, change: Change) -> tuple[object, ...]:
        """Return the row of the next entry, and become its successor."""
        previous, self.seq = self.head, self.seq + 1
        body_hash = sha256(change.body).digest()
        resource_id, networks = str(change.resource_id), sorted(map(str, change.network_ids))
        self.head = entry_hash(
            Entry(
                self.subject,
                self.seq,
                self.at,
                self.actor,
                self.request_id,
                change.action,
                change.resource,
                resource_id,
                change.visibility,
                networks,
                body_hash,
                previous,
            )
        )
        return (
            self.seq,
            change.action,
            change.resource,
            resource_id,
            change.visibility,
            "{" + ",".join(networks) + "}",
            change.body.decode(),
            body_hash,
            previous,
            self.head,
        )


Locking = Callable[[UUID], Awaitable[Chain]]
"""Locks the chain of a subject for whoever asks."""
