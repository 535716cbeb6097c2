"""Read an export that somebody brings: whole and untouched, or refused before anything is written."""

import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from proxeny_api.exports.content import EXPORTED, by_name
from proxeny_api.exports.form import FORMAT

TABLES = by_name(EXPORTED)


class Said(NamedTuple):
    """What an export says of itself: the city's code and id, and where its ledger ended."""

    city: str
    id: str
    seq: int


class Row(NamedTuple):
    """A row of a table, as JSON."""

    table: str
    text: str


def checked(path: Path) -> Said:
    """Read a whole export; raises ValueError unless it is one, unabridged and with its own hash."""
    digest, rows, last = sha256(), dict[str, int](), b""
    with path.open("rb") as file:
        first = _object(file.readline())
        file.seek(0)
        for line in file:
            digest.update(last)
            if last.startswith(b'{"table":'):
                table = _row(last).table
                rows[table] = rows.get(table, 0) + 1
            last = line
    if first.get("export", {}).get("format") != FORMAT:
        raise ValueError(f"{path} is no export of the format {FORMAT}.")
    if _object(last) != {"end": {"rows": rows, "sha256": digest.hexdigest()}}:
        raise ValueError(f"{path} is not whole, or was changed.")
    told = first["export"]
    return Said(told["city"], told["id"], told["ledger"]["seq"])


def rows_of(path: Path) -> Iterator[Row]:
    """Yield the rows of an export that has been checked."""
    with path.open("rb") as file:
        for line in file:
            if line.startswith(b'{"table":'):
                yield _row(line)


def _row(line: bytes) -> Row:
    """Take a row's own text out of its line, for a number read and written again might not be the same."""
    head, _, rest = line.decode().rstrip("\n").partition(',"row":')
    table = head.removeprefix('{"table":"').removesuffix('"')
    if table not in TABLES or not rest.endswith("}"):
        raise ValueError("There is a row of a table that this version does not know.")
    return Row(table, rest[:-1])


def _object(line: bytes) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except ValueError:
        found = None
    return found if isinstance(found, dict) else {}
