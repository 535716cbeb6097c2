"""Record, read, change and remove a city's yearly budgets."""

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

import asyncpg

from proxeny_api.errors import Conflict
from proxeny_api.ledger.service import Chain, Change
from proxeny_api.listing import Filter, Listed, walk
from proxeny_api.records.read import CITY_CODE, built, named, stamps, written
from proxeny_api.records.state import CityKnown
from proxeny_api.rows import deleting, inserting, updating
from proxeny_api.stored import Stored, found, new_id

PLAIN = ("year", "amount", "currency", "source", "fiscal_year_starts_on")
BUDGET = {
    **named("b", "id", "year"),
    **written("b", "amount"),
    **named("b", "currency", "source", "fiscal_year_starts_on"),
    "city": CITY_CODE.format("b"),
    **stamps("b"),
}
INSERT, UPDATE, DELETE = inserting("budget", PLAIN), updating("budget", PLAIN), deleting("budget")
READ = f"SELECT b.id, {built(BUDGET)} AS body, b.version FROM budget b WHERE b.city_id = $1 AND b.id = $2"
TAKEN = "SELECT true FROM budget WHERE city_id = $1 AND year = $2 AND id <> $3"
# A fiscal year is a year long: it overlaps the next where that begins on an earlier day than it did itself.
OVERLAPPED = """
SELECT year, fiscal_year_starts_on FROM budget
WHERE city_id = $1 AND id <> $3
  AND (year = $2 - 1 AND fiscal_year_starts_on > $4 OR year = $2 + 1 AND fiscal_year_starts_on < $4)
ORDER BY year LIMIT 1
"""


async def create(chain: Chain, city: CityKnown, new: Mapping[str, Any]) -> Stored:
    """Record a budget; raises Conflict for a year that has one, and for days that another one's year has."""
    identity = new_id()
    await _check_year(chain, city, identity, new)
    await _check_days(chain, city, identity, new)
    await chain.connection.execute(INSERT, city.id, identity, chain.at, *_values(new))
    stored = await read(chain.connection, city, identity)
    await chain.append([_told("created", stored)])
    return stored


async def read(connection: asyncpg.Connection, city: CityKnown, identity: UUID) -> Stored:
    """Return a budget; raises NotFound."""
    return await found(connection, READ, city.id, identity, otherwise=f"No budget {identity}.")


async def change(chain: Chain, city: CityKnown, stored: Stored, content: Mapping[str, Any]) -> Stored:
    """Write a budget's new content; raises Conflict for a year, or for days moved to, that has another one."""
    await _check_year(chain, city, stored.id, content)
    if _days(json.loads(stored.body)) != _days(content):
        await _check_days(chain, city, stored.id, content)
    await chain.connection.execute(UPDATE, city.id, stored.id, chain.at, *_values(content))
    after = await read(chain.connection, city, stored.id)
    await chain.append([_told("updated", after)])
    return after


async def remove(chain: Chain, city: CityKnown, stored: Stored) -> None:
    """Remove a budget."""
    await chain.connection.execute(DELETE, city.id, stored.id)
    await chain.append([_told("deleted", stored)])


async def page(
    connection: asyncpg.Connection, city: CityKnown, year: int | None, after: Sequence[Any] | None, limit: int
) -> Listed:
    """Return a page of a city's budgets, in the order of their making."""
    filters = Filter(city.id)
    filters.always("b.city_id = $1")
    filters.add("b.year = {}", year)
    return await walk(connection, built(BUDGET), "budget b", "b.id", "uuid", filters, after, limit)


async def _check_year(chain: Chain, city: CityKnown, identity: UUID, content: Mapping[str, Any]) -> None:
    """Raise Conflict where another budget is of the same year."""
    if await chain.connection.fetchval(TAKEN, city.id, content["year"], identity):
        raise Conflict(f"A budget of {content['year']} is there already.")


async def _check_days(chain: Chain, city: CityKnown, identity: UUID, content: Mapping[str, Any]) -> None:
    """Raise Conflict where some days would be in the fiscal years of two budgets."""
    year, starts_on = _days(content)
    other = await chain.connection.fetchrow(OVERLAPPED, city.id, year, identity, starts_on)
    if other is not None:
        begins = f"{other['year']}-{other['fiscal_year_starts_on']}"
        raise Conflict(f"The fiscal year that begins on {year}-{starts_on} overlaps that which begins on {begins}.")


def _days(content: Mapping[str, Any]) -> tuple[int, str]:
    """Return which days a budget is for: the year and the day of it on which they begin."""
    return content["year"], content["fiscal_year_starts_on"]


def _told(action: str, stored: Stored) -> Change:
    return Change(action, "budget", stored.id, "private", [], stored.body)


def _values(content: Mapping[str, Any]) -> list[object]:
    """Return a budget's content as PostgreSQL takes it."""
    return [Decimal(content[name]) if name == "amount" else content[name] for name in PLAIN]
