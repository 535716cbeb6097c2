"""Erase what the ledger says of a record: bodies go, their hashes stay, and who is still there is told anew."""

from collections.abc import AsyncIterator, Sequence
from typing import NamedTuple
from uuid import UUID

import asyncpg
import orjson

from proxeny_api.budgets.service import BUDGET
from proxeny_api.errors import NotFound
from proxeny_api.ledger.chain import instant
from proxeny_api.ledger.service import Chain, Change
from proxeny_api.proxies.service import PROXY
from proxeny_api.records.read import COST, ENGAGEMENT, MEMBERSHIP, OUTCOME, built
from proxeny_api.records.state import CityKnown

NESTED = """
SELECT DISTINCT k.kind, (n ->> 'id')::uuid AS id FROM ledger_entry e
CROSS JOIN (VALUES ('cost', 'costs'), ('outcome', 'outcomes')) AS k(kind, member)
CROSS JOIN LATERAL json_array_elements(e.body::json -> k.member) AS n
WHERE e.city_id = $1 AND e.resource = 'engagement' AND e.resource_id = $2 AND e.body IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM credit c WHERE c.city_id = $1 AND c.outcome_id = (n ->> 'id')::uuid
                  AND c.engagement_id <> $2)
"""
OWN = """
SELECT e.seq, e.resource, e.resource_id AS id, e.visibility, e.network_ids FROM ledger_entry e
JOIN unnest($2::text[], $3::uuid[]) AS r(resource, id) ON r.resource = e.resource AND r.id = e.resource_id
WHERE e.city_id = $1 AND e.body IS NOT NULL AND e.action <> 'erased'
"""
SHOWING = """
SELECT e.seq, e.resource, e.resource_id AS id, e.visibility, e.network_ids FROM ledger_entry e
WHERE e.city_id = $1 AND e.resource = 'engagement' AND position($2::uuid::text IN e.body) > 0
"""
# Engagements are told last: what they show of costs and outcomes is then the newest word on those.
LIVE = {
    "cost": f"SELECT c.id, {built(COST)} AS body, c.visibility, c.network_ids FROM cost c",
    "outcome": f"SELECT o.id, {built(OUTCOME)} AS body, o.visibility, o.network_ids FROM outcome o",
    "membership": f"SELECT m.id, {built(MEMBERSHIP)} AS body, CASE m.sharing WHEN 'none' THEN 'private' ELSE 'network'"
    " END AS visibility, ARRAY[m.network_id] AS network_ids FROM membership m",
    "proxy": f"SELECT p.id, {built(PROXY)} AS body, p.visibility, p.network_ids FROM proxy p",
    "budget": f"SELECT b.id, {built(BUDGET)} AS body, 'private' AS visibility, '{{}}'::uuid[] AS network_ids"
    " FROM budget b",
    "engagement": f"SELECT e.id, {built(ENGAGEMENT)} AS body, e.visibility, e.network_ids FROM engagement e",
}
ERASE = "SELECT erase_entries($1, $2)"
FORGET = """
DELETE FROM idempotent_answer a WHERE a.city_id = $1 AND a.status = 201
  AND EXISTS (SELECT 1 FROM unnest($2::uuid[]) AS gone(id)
              WHERE position(convert_to(gone.id::text, 'UTF8') IN a.body) > 0)
"""


class Record(NamedTuple):
    """A record that the ledger tells of: its kind and its id."""

    resource: str
    id: UUID


async def erase(chain: Chain, city: CityKnown, named: Record) -> bytes:
    """Erase what every entry says of a record, and say so in one; raises NotFound where nothing is said of it.

    With an engagement go the entries of its costs, and of outcomes that it alone may claim; with a cost or an outcome
    those of engagements that showed it. Records that are still there are told anew as they are now. Answers that were
    kept to be repeated, and show any of it, are forgotten.
    """
    records = await _concerned(chain.connection, city, named)
    rows = await _entries(chain.connection, city, named, records)
    if not rows:
        raise NotFound(f"Nothing is said of a {named.resource} {named.id}.")
    told = [_erased(named, rows), *[change async for change in _living(chain.connection, city, rows)]]
    seq = chain.seq + 1
    await chain.append(told)
    count = await chain.connection.fetchval(ERASE, [row["seq"] for row in rows], chain.at)
    await chain.connection.execute(FORGET, city.id, [record.id for record in records])
    answer = {"resource": named.resource, "id": str(named.id), "entries": count, "seq": seq}
    return orjson.dumps({**answer, "erased_at": instant(chain.at)})


async def _concerned(connection: asyncpg.Connection, city: CityKnown, named: Record) -> list[Record]:
    """Return the record, and of an engagement what is its alone."""
    nested = await connection.fetch(NESTED, city.id, named.id) if named.resource == "engagement" else []
    return [named, *(Record(row["kind"], row["id"]) for row in nested)]


async def _entries(
    connection: asyncpg.Connection, city: CityKnown, named: Record, records: Sequence[Record]
) -> list[asyncpg.Record]:
    """Return the entries that say anything of the records."""
    kinds, identities = zip(*records, strict=True)
    rows = await connection.fetch(OWN, city.id, list(kinds), list(identities))
    if named.resource in {"cost", "outcome"}:
        rows += await connection.fetch(SHOWING, city.id, named.id)
    return list(rows)


def _erased(named: Record, rows: Sequence[asyncpg.Record]) -> Change:
    """Return the entry that says what was erased; whoever may have seen any of it may see that."""
    networks = {network for row in rows if row["visibility"] != "private" for network in row["network_ids"]}
    body = {"id": str(named.id), "entries": sorted(row["seq"] for row in rows)}
    visibility = "network" if networks else "private"
    return Change("erased", named.resource, named.id, visibility, networks, orjson.dumps(body))


async def _living(
    connection: asyncpg.Connection, city: CityKnown, rows: Sequence[asyncpg.Record]
) -> AsyncIterator[Change]:
    """Yield each record that entries told of and that is still there, as it is now."""
    for resource, query in LIVE.items():
        asked = sorted({row["id"] for row in rows if row["resource"] == resource})
        alias = query.rpartition(" ")[2]
        where = f" WHERE {alias}.city_id = $1 AND {alias}.id = ANY($2) ORDER BY {alias}.id"
        for row in await connection.fetch(query + where, city.id, asked) if asked else []:
            networks = row["network_ids"]
            yield Change("updated", resource, row["id"], row["visibility"], networks, row["body"].encode())
