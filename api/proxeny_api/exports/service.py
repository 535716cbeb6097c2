"""Write all that a city owns into a file, row by row, so that memory holds a few of them at a time."""

import json
from hashlib import sha256
from typing import IO, Any

import asyncpg

from proxeny_api import __version__
from proxeny_api.exports.form import FORMAT
from proxeny_api.fields import now
from proxeny_api.ledger.chain import instant
from proxeny_api.records.state import CityKnown

ROWS = 200
SCHEMA = "SELECT seq, encode(hash, 'hex') AS hash FROM ledger_head WHERE city_id = $1"


class Writer:
    """A file of lines that counts them and their bytes' hash."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._hash = sha256()
        self.rows: dict[str, int] = {}

    def line(self, text: str) -> None:
        """Write a line."""
        encoded = text.encode() + b"\n"
        self._hash.update(encoded)
        self._file.write(encoded)

    def row(self, table: str, text: str) -> None:
        """Write a row of a table."""
        self.rows[table] = self.rows.get(table, 0) + 1
        self.line(f'{{"table":"{table}","row":{text}}}')

    def end(self) -> None:
        """Write the last line: how many rows there are, and the hash of all before."""
        self.line(json.dumps({"end": {"rows": self.rows, "sha256": self._hash.hexdigest()}}))


async def write(connection: asyncpg.Connection, city: CityKnown, file: IO[bytes]) -> None:
    """Write a city's export, as the asker's role sees it, from one snapshot."""
    from proxeny_api.exports.content import EXPORTED, selecting

    head = await connection.fetchrow(SCHEMA, city.id)
    told: dict[str, Any] = {"format": FORMAT, "city": city.code, "id": str(city.id), "at": instant(now())}
    ledger = {"seq": head["seq"], "hash": head["hash"]} if head else {"seq": 0, "hash": ""}
    writer = Writer(file)
    writer.line(json.dumps({"export": {**told, "version": __version__, "ledger": ledger}}))
    for table in EXPORTED:
        async for row in connection.cursor(selecting(table), city.id, prefetch=ROWS):
            writer.row(table.name, row[0])
    writer.end()
