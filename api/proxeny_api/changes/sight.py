"""What a network sees in the body of an entry: what it could read now, and of it no other network's part."""

import json
from collections.abc import Collection, Iterator, Sequence
from typing import Any
from uuid import UUID

import asyncpg

READABLE = """
SELECT r.id::text FROM unnest($1::uuid[], $2::uuid[]) AS wanted(city_id, id) JOIN {} r USING (city_id, id)
"""
VISIBLE = " UNION ALL ".join(
    READABLE.format(table) for table in ("engagement", "outcome", "cost", "membership", "proxy")
)
OF_NETWORKS = ("network", "key")


async def readable(connection: asyncpg.Connection, rows: Sequence[asyncpg.Record]) -> frozenset[str]:
    """Return the ids, of the rows' records and of what their bodies name, that the asker's role may read now."""
    wanted = {(row["city_id"], identity) for row in rows if row["body"] for identity in _named(row)}
    if not wanted:
        return frozenset()
    cities, identities = zip(*wanted, strict=True)
    found = await connection.fetch(VISIBLE, list(cities), [UUID(identity) for identity in identities])
    return frozenset(row["id"] for row in found)


def _named(row: asyncpg.Record) -> Iterator[str]:
    """Yield the ids of a row's record, of the outcomes in it, and of the engagements that have credit in those."""
    doc = json.loads(row["body"])
    yield str(row["resource_id"])
    for outcome in (doc, *doc.get("outcomes", ())):
        yield outcome["id"]
        yield from (credit["engagement"] for credit in outcome.get("credits", ()))


def seen(row: asyncpg.Record, network_id: UUID, visible: Collection[str]) -> str | None:
    """Return the body of an entry as a network may see it, or None where its record is not to be read any more."""
    if row["body"] is None or row["resource"] in OF_NETWORKS:
        body: str | None = row["body"]
        return body
    if str(row["resource_id"]) not in visible:
        return None
    return json.dumps(cut(json.loads(row["body"]), network_id, visible), ensure_ascii=False, separators=(",", ":"))


def cut(doc: dict[str, Any], network_id: UUID, visible: Collection[str]) -> dict[str, Any]:
    """Return a record without other networks' shares, and without outcomes and credits that are not visible."""
    doc = dict(doc)
    if "networks" in doc:
        doc["networks"] = [share for share in doc["networks"] if share["network_id"] == str(network_id)]
    if "outcomes" in doc:
        doc["outcomes"] = [cut(outcome, network_id, visible) for outcome in doc["outcomes"] if outcome["id"] in visible]
    if "credits" in doc:
        doc["credits"] = [credit for credit in doc["credits"] if credit["engagement"] in visible]
    return doc
