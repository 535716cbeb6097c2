"""Recompute the chains: whether any entry was altered, removed, inserted or swapped since it was written."""

from collections.abc import AsyncIterator, Mapping, Sequence
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
SELECT {COVERED}, e.hash, e.body FROM ledger_entry e WHERE e.city_id = $1 AND e.seq > $2 ORDER BY e.seq
"""
HEADS = """
SELECT coalesce(h.city_id, e.city_id) AS id, coalesce(c.code, n.code, 'operator') AS code, h.seq, h.hash,
       CASE WHEN c.id IS NOT NULL THEN 'city' WHEN n.id IS NOT NULL THEN 'network' ELSE 'operator' END AS kind
FROM ledger_head h FULL JOIN (SELECT DISTINCT city_id FROM ledger_entry {}) e USING (city_id)
LEFT JOIN city c ON c.id = coalesce(h.city_id, e.city_id) LEFT JOIN network n ON n.id = coalesce(h.city_id, e.city_id)
WHERE $1::uuid IS NULL OR coalesce(h.city_id, e.city_id) = $1 ORDER BY id
"""
# Chains that lost their heads are looked for among all entries only where all are read anyhow.
ALL_HEADS, KNOWN_HEADS = HEADS.format(""), HEADS.format("WHERE false")
ANCHORED = """
SELECT e.city_id, e.seq, e.hash FROM ledger_entry e
JOIN unnest($1::uuid[], $2::bigint[]) AS wanted(city_id, seq) USING (city_id, seq)
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
    kind: str = "city"


class Anchor(NamedTuple):
    """What somebody signed of a chain: its code, and the hash of the entry of a number."""

    id: UUID
    code: str
    seq: int
    hash: bytes


@dataclass(frozen=True)
class Broken:
    """Where a chain breaks first: `gap`, `altered body`, `altered entry`, `broken link` or `head`.

    Held against signed checkpoints it is `rewritten` where the entry is another one, sound as the chain may be, `cut
    off` where it ends before, and `forged checkpoint` where no key of ours signed what is kept.
    """

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
    """What was recomputed, and what was found.

    `before` counts entries that an earlier run read and a checkpoint stands for; `heads` are those of sound chains.
    """

    chains: int = 0
    entries: int = 0
    before: int = 0
    heads: list[Head] = field(default_factory=list)
    broken: list[Broken] = field(default_factory=list)
    rollup_differences: list[RollupDifference] = field(default_factory=list)
    hints: list[str] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        """Whether every chain holds and every rollup agrees with its records."""
        return not self.broken and not self.rollup_differences


class Walk:
    """A chain read from its first entry on, or from a later one; it stops judging at the first that is broken."""

    def __init__(self, head: Head, begun: tuple[int, bytes] = (0, GENESIS)) -> None:
        self.head = head
        self.begun = begun[0]
        self.seq, self.hash = begun
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


async def verify_all(
    admin_url: str, city: str | None = None, anchors: Sequence[Anchor] = (), *, full: bool = True
) -> VerifyReport:
    """Recompute every chain and rollup of a database, or those of one city; raises NotFound for one not there.

    Each chain is held against the anchors that are known of it; unless `full`, it is read from the last of them on.
    Needs a login that row-level security does not bind, and fails rather than pass what it cannot see.
    """
    connection = await asyncpg.connect(admin_url)
    try:
        return await verify(connection, city, anchors, full=full)
    finally:
        await connection.close()


async def verify(
    connection: asyncpg.Connection, city: str | None = None, anchors: Sequence[Anchor] = (), *, full: bool = True
) -> VerifyReport:
    """Do the same on an open connection, in one snapshot, so that writers may go on."""
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        return await judge(connection, city, anchors, full=full)


async def judge(
    connection: asyncpg.Connection, city: str | None = None, anchors: Sequence[Anchor] = (), *, full: bool = True
) -> VerifyReport:
    """Do the same in the transaction that is open."""
    await connection.execute("SET LOCAL row_security = off")
    subject = await _subject(connection, city)
    known = [anchor for anchor in anchors if subject in (None, anchor.id)]
    query = ALL_HEADS if full else KNOWN_HEADS
    heads = {row["id"]: Head(*row.values()) for row in await connection.fetch(query, subject)}
    faults = await _disagreements(connection, heads, known)
    begun = {} if full else {anchor.id: (anchor.seq, anchor.hash) for anchor in known if anchor.id not in faults}
    walks = {head.id: Walk(head, begun.get(head.id, (0, GENESIS))) for head in heads.values()}
    report = VerifyReport(chains=len(walks), before=sum(walk.begun for walk in walks.values()))
    for walk in walks.values():
        async for stored in _entries(connection, walk):
            walk.step(stored)
            report.entries += 1
    broken = faults | {head: found for head, walk in walks.items() if (found := walk.end()) is not None}
    report.broken = sorted(broken.values(), key=lambda found: found.chain)
    report.heads = [head for head in heads.values() if head.id not in broken]
    await _compare_rollups(connection, [walk for walk in walks.values() if full or walk.seq > walk.begun], report)
    if await connection.fetchval(FOREIGN):
        report.hints.append(FOREIGN_HINT)
    return report


async def _disagreements(
    connection: asyncpg.Connection, heads: Mapping[UUID, Head], anchors: Sequence[Anchor]
) -> dict[UUID, Broken]:
    """Return, by chain, the first anchor that the chain does not hold to."""
    rows = await connection.fetch(ANCHORED, [anchor.id for anchor in anchors], [anchor.seq for anchor in anchors])
    found = {(row["city_id"], row["seq"]): row["hash"] for row in rows}
    faults: dict[UUID, Broken] = {}
    for anchor in sorted(anchors, key=lambda anchor: anchor.seq):
        there = found.get((anchor.id, anchor.seq))
        head = heads.get(anchor.id)
        if anchor.id in faults or (head is not None and there == anchor.hash):
            continue
        if there is None:
            what = "gap" if head is not None and (head.seq or 0) >= anchor.seq else "cut off"
        else:
            what = "rewritten" if there != anchor.hash else "head"
        faults[anchor.id] = Broken(anchor.code, anchor.seq, what)
    return faults


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


async def _entries(connection: asyncpg.Connection, walk: Walk) -> AsyncIterator[Stored]:
    """Yield the entries of a chain from where its walk begins, a batch in memory at a time."""
    width = len(Entry._fields)
    async for row in connection.cursor(ENTRIES, walk.head.id, walk.begun, prefetch=BATCH):
        values = tuple(row.values())
        yield Stored(Entry(*values[:width]), values[width], values[width + 1])


async def _compare_rollups(connection: asyncpg.Connection, walks: Sequence[Walk], report: VerifyReport) -> None:
    """Compare the rollups of cities with their records."""
    for head in sorted((walk.head for walk in walks if walk.head.kind == "city"), key=lambda head: head.code):
        found = await differences(connection, head.id)
        report.rollup_differences.extend(RollupDifference(head.code, difference) for difference in found)
