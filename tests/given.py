"""The PostgreSQL that PROXENY_TEST_DATABASE_URL names, if any: what it is, and which tests do not run on it and why."""

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from functools import cache
from typing import NamedTuple
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest

from proxeny_api.boot import OLDEST_SERVER

VARIABLE = "PROXENY_TEST_DATABASE_URL"
FACTS = """
SELECT current_setting('server_version_num')::int / 10000,
       EXISTS (SELECT FROM pg_available_extensions WHERE name = 'citus'),
       EXISTS (SELECT FROM pg_extension WHERE extname = 'citus')
"""


class Given(NamedTuple):
    """A server: its major version, whether it has Citus, and whether the URL's own database uses it."""

    major: int
    has_citus: bool
    is_coordinator: bool


@cache
def given() -> Given | None:
    """Return what is known of the server that is given; None where tests start the bundled one."""
    url = os.environ.get(VARIABLE)
    return asyncio.run(_asked(url)) if url else None


async def _asked(url: str) -> Given:
    try:
        connection = await asyncpg.connect(url)
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise pytest.UsageError(f"{VARIABLE}: the database cannot be reached: {error}") from error
    try:
        row = await connection.fetchrow(FACTS)
    finally:
        await connection.close()
    found = Given(*(row or ()))
    if found.major < OLDEST_SERVER:
        raise pytest.UsageError(f"{VARIABLE}: it is PostgreSQL {found.major}, not {OLDEST_SERVER} or newer.")
    return found


def left_out() -> dict[str, str]:
    """Return the markers whose tests do not run here, and why."""
    server = given()
    where = "the bundled PostgreSQL" if server is None else "this server"
    reasons = {} if server is not None and server.has_citus else {"citus": f"there is no Citus on {where}"}
    if server is not None:
        reasons["bundled"] = f"they start, kill or restart a server of their own, and {VARIABLE} names another"
    return reasons


def sorted_out(items: list[pytest.Item]) -> tuple[list[pytest.Item], list[pytest.Item]]:
    """Return the tests that run here, and those that do not."""
    markers = left_out()
    away = [item for item in items if any(item.get_closest_marker(name) for name in markers)]
    return [item for item in items if item not in away], away


def told() -> Iterator[str]:
    """Yield what a reader of the results must know: on what they were made, and what was left out."""
    server = given()
    if server is not None:
        spread = ", every table spread by its Citus" if server.is_coordinator else ""
        yield f"Run on PostgreSQL {server.major} of {VARIABLE}{spread}."
    for name, reason in left_out().items():
        yield f"Left out: tests marked {name}, for {reason}."


@asynccontextmanager
async def plain_database(server_url: str, name: str) -> AsyncIterator[str]:
    """Lend a new database of a server; it and its login are gone afterwards."""
    connection = await asyncpg.connect(server_url)
    try:
        await connection.execute(f"CREATE DATABASE {name}")
        yield urlunsplit(urlsplit(server_url)._replace(path=f"/{name}"))
    finally:
        await connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        await connection.execute(f"DROP ROLE IF EXISTS {name}_login")
        await connection.close()
