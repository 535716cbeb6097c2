"""Recompute the chains: whether any entry was altered, removed, inserted or swapped since it was written."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from hashlib import sha256
from typing import NamedTuple
from uuid import UUID

import asyncpg

from proxeny_api.errors import NotFound
from proxeny_api.ledger.chain import GENESIS, Entry, entry_hash
from proxeny_api.rollups.check import Difference, differences

BATCH = 2_000
COVERED = ", ".join(f"e.{name}" for name in Entry._fields)
ENTRIES = f"""
SELECT {COVERED}, e.hash, e.body FROM ledger_entry e WHERE $1::uuid IS NULL OR e.city_id = $1 ORDER BY e.city_id, e.seq
"""
HEADS = """
SELECT coalesce(h.city_id, e.city_id) AS id, coalesce(c.code, n.code, 'operator') AS code, h.seq, h.hash
FROM ledger_head h FULL JOIN (SELECT DISTINCT city_id FROM ledger_entry) e USING (city_id)
LEFT JOIN city c ON c.id = coalesce(h.city_id, e.city_id) LEFT JOIN network n ON n.id = coalesce(h.city_id, e.city_id)
WHERE $1::uuid IS NULL OR coalesce(h.city_id, e.city_id) = $1 ORDER BY code
"""
SUBJECT = "SELECT id FROM city WHERE code = $1 OR id::text = $1"
FOREIGN = """
SELECT (SELECT max(txid) FROM ledger_entry) >= pg_snapshot_xmax(pg_current_snapshot())::text::bigint
"""
FOREIGN_HINT = (
    "Entries carry transaction ids that are yet to come: this database was restored into another cluster. Networks'"
    " feeds would hold them back; renumber them first (proxeny_api.changes.verify.renumber)."
)
RENUMBER = """
WITH last AS (SELECT max(txid) AS txid FROM ledger_entry),
     w AS (UPDATE withdrawal SET txid = withdrawal.txid - last.txid FROM last)
UPDATE ledger_entry SET txid = ledger_entry.txid - last.txid FROM last
"""


class Stored(NamedTuple):
    """An entry as it stands: what its hash covers, the hash, and the body unless it was erased."""

    entry: Entry
    hash: bytes
    body: str | None


class Head(NamedTuple):
    """A subject's chain: its code, and where its head says that it ends; None where it has lost its head."""

    id: UUID
    code: str
    seq: int | None
    hash: bytes | None


@dataclass(frozen=True)
class Broken:
    """Where a chain breaks first: `gap`, `altered body`, `altered entry`, `broken link` or `head`."""

    chain: str
    seq: int
    what: str


@dataclass(frozen=True)
class RollupDifference:
    """A cell of a city's rollup that its records do not add up to."""

    city: str
    difference: Difference


@dataclass
class VerifyReport:
    """What was recomputed, and what was found."""

    chains: int = 0
    entries: int = 0
    broken: list[Broken] = field(default_factory=list)
    rollup_differences: list[RollupDifference] = field(default_factory=list)
    hints: list[str] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        """Whether every chain holds and every rollup agrees with its records."""
        return not self.broken and not self.rollup_differences


class Walk:
    """A chain read from its first entry on; it stops judging at the first that is broken."""

    def __init__(self, head: Head) -> None:
        self.head = head
        self.seq = 0
        self.hash = GENESIS
        self.broken: Broken | None = None

    def step(self, stored: Stored) -> None:
        """Judge the next entry there is."""
        if self.broken is not None:
            return
        what = fault(stored, self.seq + 1, self.hash)
        if what is not None:
            self.broken = Broken(self.head.code, self.seq + 1 if what == "gap" else stored.entry.seq, what)
        self.seq, self.hash = stored.entry.seq, stored.hash

    def end(self) -> Broken | None:
        """Return the first thing broken, the head's disagreement with the last entry being the last to be found."""
        if self.broken is None and (self.head.seq, self.head.hash) != (self.seq, self.hash):
            return Broken(self.head.code, self.seq + 1 if (self.head.seq or 0) > self.seq else self.seq, "head")
        return self.broken


def fault(stored: Stored, seq: int, previous: bytes) -> str | None:
    """Return what is wrong with the entry that should have this number and follow this hash, or None.

    An erased body leaves its hash behind, which is all that the entry's own hash covers.
    """
    if stored.entry.seq != seq:
        return "gap"
    if stored.body is not None and sha256(stored.body.encode()).digest() != stored.entry.body_hash:
        return "altered body"
    if entry_hash(stored.entry) != stored.hash:
        return "altered entry"
    return None if stored.entry.previous == previous else "broken link"


async def verify_all(admin_url: str, city: str | None = None) -> VerifyReport:
    """Recompute every chain and rollup of a database, or those of one city; raises NotFound for one not there.

    Needs a login that row-level security does not bind, and fails rather than pass what it cannot see.
    """
    connection = await asyncpg.connect(admin_url)
    try:
        return await verify(connection, city)
    finally:
        await connection.close()


async def verify(connection: asyncpg.Connection, city: str | None = None) -> VerifyReport:
    """Do the same on an open connection, in one snapshot, so that writers may go on."""
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        return await judge(connection, city)


async def judge(connection: asyncpg.Connection, city: str | None = None) -> VerifyReport:
    """Do the same in the transaction that is open."""
    await connection.execute("SET LOCAL row_security = off")
    subject = await _subject(connection, city)
    report = VerifyReport()
    walks = {row["id"]: Walk(Head(*row.values())) for row in await connection.fetch(HEADS, subject)}
    async for stored in _entries(connection, subject):
        walks[stored.entry.city_id].step(stored)
        report.entries += 1
    report.chains = len(walks)
    report.broken = [broken for broken in (walk.end() for walk in walks.values()) if broken is not None]
    await _compare_rollups(connection, subject, report)
    if await connection.fetchval(FOREIGN):
        report.hints.append(FOREIGN_HINT)
    return report


async def renumber(connection: asyncpg.Connection) -> None:
    """Put every transaction id before those of this cluster, in the order they had; for a restored dump, once.

    No hash covers them, so the chains stay valid; cursors of networks were of another history and begin again.
    """
    await connection.execute(RENUMBER)


async def _subject(connection: asyncpg.Connection, city: str | None) -> UUID | None:
    if city is None:
        return None
    subject: UUID | None = await connection.fetchval(SUBJECT, city)
    if subject is None:
        raise NotFound(f"No city {city}.")
    return subject


async def _entries(connection: asyncpg.Connection, subject: UUID | None) -> AsyncIterator[Stored]:
    """Yield the entries chain by chain, a batch in memory at a time."""
    width = len(Entry._fields)
    async for row in connection.cursor(ENTRIES, subject, prefetch=BATCH):
        values = tuple(row.values())
        yield Stored(Entry(*values[:width]), values[width], values[width + 1])


async def _compare_rollups(connection: asyncpg.Connection, subject: UUID | None, report: VerifyReport) -> None:
    """Compare the rollup of each city with its records."""
    query = "SELECT id, code FROM city WHERE $1::uuid IS NULL OR id = $1 ORDER BY code"
    for row in await connection.fetch(query, subject):
        found = await differences(connection, row["id"])
        report.rollup_differences.extend(RollupDifference(row["code"], difference) for difference in found)
