"""Load a file from the command line, whether or not a server is running: good rows are kept, bad ones are told."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, NamedTuple

import asyncpg
from pydantic import TypeAdapter, ValidationError

from proxeny_api.fields import Line
from proxeny_api.keys.command import COMMAND
from proxeny_api.ledger.service import Chain
from proxeny_api.principals import NOBODY
from proxeny_api.references import loading, rules
from proxeny_api.references.files import Refused, Row, read
from proxeny_api.references.loading import Stored
from proxeny_api.references.rules import Fault
from proxeny_api.references.schemas import PriceIndexRow, RateRow

NOTHING = Stored(0, 0, None)


class Report(NamedTuple):
    """What became of a file: what was stored, and the rows that were refused, in the order of its lines."""

    stored: Stored
    refused: list[Refused]

    def as_data(self) -> dict[str, Any]:
        """Return it for programs."""
        refused = [row._asdict() for row in self.refused]
        return {"loaded": self.stored.loaded, "unchanged": self.stored.unchanged, "refused": refused}

    def as_text(self) -> str:
        """Return it for people, in one line."""
        return f"{self.stored.loaded} loaded, {self.stored.unchanged} unchanged, {len(self.refused)} refused."


async def load_rates(admin_url: str, path: Path, source: str) -> Report:
    """Load the rates of a file with the columns currency, day and per_eur."""
    check_line("--source", source)
    good, refused = read(path, RateRow)
    kept, broken = _sifted(good, rules.of_rates(list(good.values())))
    async with _chain(admin_url) as chain:
        stored = await loading.rates(chain, source, kept) if kept else NOTHING
    return Report(stored, sorted([*refused, *broken]))


async def load_indices(admin_url: str, path: Path, source: str, base: str | None) -> Report:
    """Load the price indices of a file with the columns currency, year and value."""
    check_line("--source", source)
    if base is not None:
        check_line("--base", base)
    good, refused = read(path, PriceIndexRow)
    async with _chain(admin_url) as chain:
        rows = list(good.values())
        standing = await loading.standing(chain.connection, rows)
        kept, broken = _sifted(good, rules.of_indices(rows, base or source, standing))
        stored = await loading.indices(chain, source, base, kept) if kept else NOTHING
    return Report(stored, sorted([*refused, *broken]))


def check_line(name: str, text: str) -> None:
    """Check what is told of a file as the API would; raises ValueError."""
    try:
        TypeAdapter(Line).validate_python(text)
    except ValidationError as error:
        raise ValueError(f"{name} takes one line of 1 to 300 characters.") from error


def _sifted(good: dict[int, Row], faults: Sequence[Fault]) -> tuple[list[Row], list[Refused]]:
    """Return the rows that keep the rules, and what is wrong with the others."""
    lines = list(good)
    broken = {lines[fault.place]: fault for fault in faults}
    kept = [row for line, row in good.items() if line not in broken]
    return kept, [Refused(line, fault.code, f"{fault.member}: {fault.message}") for line, fault in broken.items()]


@asynccontextmanager
async def _chain(admin_url: str) -> AsyncIterator[Chain]:
    """Hold the operator's chain in a transaction of the database's owner."""
    connection = await asyncpg.connect(admin_url)
    try:
        async with connection.transaction():
            yield await Chain.lock(connection, NOBODY, COMMAND, "command")
    finally:
        await connection.close()
