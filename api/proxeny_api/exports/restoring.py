"""Restore an export in another deployment: all of it, verified, in one transaction, or nothing."""

import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby, islice
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg
import orjson

from proxeny_api.changes import telling
from proxeny_api.changes.verify import judge
from proxeny_api.errors import Conflict
from proxeny_api.exports.content import OWNED, by_name, inserting
from proxeny_api.exports.reading import TABLES, Row, checked, rows_of
from proxeny_api.keys.command import COMMAND
from proxeny_api.ledger.service import Chain, Change
from proxeny_api.records.renaming import renamed
from proxeny_api.rollups import service as rollups
from proxeny_api.stored import new_id

ROWS = 500
# What happened stays as it was written, with the networks' ids of then: the hashes cover them.
AS_IT_WAS = {"ledger_entry", "ledger_head", "withdrawal"}
THERE = "SELECT code FROM city WHERE code = $1 OR id = $2"
KNOWN = "SELECT code, id::text FROM network WHERE code = ANY($1)"
TAKEN = "SELECT id::text FROM network WHERE id = ANY($1::text[]::uuid[])"


class Restored(NamedTuple):
    """What was restored: the city's code, how many rows, and which networks have another id here."""

    city: str
    rows: int
    networks: dict[str, str]


async def restore(admin_url: str, path: Path) -> Restored:
    """Restore a file; raises ValueError for one that is not sound, and Conflict where the city is there already."""
    said = checked(path)
    connection = await asyncpg.connect(admin_url, server_settings={"timezone": "UTC"})
    try:
        async with connection.transaction():
            if await connection.fetchval(THERE, said.city, UUID(said.id)):
                raise Conflict(f"The city {said.city} is there already.")
            ids = await _networks(connection, [row for row in rows_of(path) if row.table == "network"])
            count = await _rows(connection, path, ids)
            await _say(connection, UUID(said.id), ids)
            report = await judge(connection, said.city)
            if not report.sound:
                raise ValueError(f"What {path} holds is not sound. {telling.as_text(report)}")
    finally:
        await connection.close()
    return Restored(said.city, count, ids)


async def _networks(connection: asyncpg.Connection, rows: Iterable[Row]) -> dict[str, str]:
    """Find the networks by their codes, make those that are not there, and return the ids that are others here."""
    told: dict[str, dict[str, Any]] = {row["code"]: row for row in (json.loads(row.text) for row in rows)}
    known = {row["code"]: row["id"] for row in await connection.fetch(KNOWN, list(told))}
    taken = {row["id"] for row in await connection.fetch(TAKEN, [row["id"] for row in told.values()])}
    new = [row for code, row in told.items() if code not in known]
    made = [row | {"id": str(new_id()) if row["id"] in taken else row["id"]} for row in new]
    await connection.execute(inserting(TABLES["network"]), json.dumps(made))
    known |= {row["code"]: row["id"] for row in made}
    for row in made:
        chain = await Chain.lock(connection, UUID(row["id"]), COMMAND, "import")
        await chain.append([Change("created", "network", row["id"], "private", [], orjson.dumps(row))])
    return {row["id"]: known[code] for code, row in told.items() if known[code] != row["id"]}


async def _rows(connection: asyncpg.Connection, path: Path, ids: Mapping[str, str]) -> int:
    """Store the rows, some at a time, and make the sums of them; return how many there are."""
    count, city = 0, None
    wanted = {"city", *by_name(OWNED)}
    for table, rows in groupby((row for row in rows_of(path) if row.table in wanted), key=lambda row: row.table):
        statement = inserting(TABLES[table])
        for some in _some(row.text for row in rows):
            texts = some if table in AS_IT_WAS else [renamed(text, ids) for text in some]
            await connection.execute(statement, f"[{','.join(texts)}]")
            count += len(texts)
            city = UUID(json.loads(texts[0])["id"]) if table == "city" else city
    if city is not None:
        await rollups.rebuild(connection, city)
    return count


def _some(texts: Iterator[str]) -> Iterator[list[str]]:
    while some := list(islice(texts, ROWS)):
        yield some


async def _say(connection: asyncpg.Connection, city: UUID, ids: Mapping[str, str]) -> None:
    """Say in the city's chain that it was restored here, and which networks have other ids since."""
    chain = await Chain.lock(connection, city, COMMAND, "import")
    body = {"id": str(city), "entries": chain.seq, "networks": dict(ids)}
    await chain.append([Change("created", "import", new_id(), "private", [], orjson.dumps(body))])
