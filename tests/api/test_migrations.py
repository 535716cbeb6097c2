"""The migrations go up and down on a database of their own, and say what the tables say."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest
from alembic import autogenerate, command
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from proxeny_api import migrate
from proxeny_api.tables import metadata

PASSWORD = "a password that tests know"
TABLES = "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') ORDER BY 1"
REST = """
SELECT (SELECT count(*) FROM pg_policies WHERE schemaname = 'public')
     + (SELECT count(*) FROM pg_proc WHERE pronamespace = 'public'::regnamespace)
     + (SELECT count(*) FROM pg_type WHERE typnamespace = 'public'::regnamespace AND typrelid = 0 AND typelem = 0)
"""


@pytest.fixture
async def fresh_url(server_url: str) -> AsyncIterator[str]:
    """An empty database, dropped afterwards."""
    name = f"proxeny_test_{secrets.token_hex(6)}"
    connection = await asyncpg.connect(server_url)
    await connection.execute(f"CREATE DATABASE {name}")
    yield urlunsplit(urlsplit(server_url)._replace(path=f"/{name}"))
    await connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await connection.execute(f"DROP ROLE IF EXISTS {name}_login")
    await connection.close()


async def tables(url: str) -> list[str]:
    """Return the tables that there are, but for Alembic's own."""
    connection = await asyncpg.connect(url)
    found = [row[0] for row in await connection.fetch(TABLES)]
    await connection.close()
    return [name for name in found if name != "alembic_version"]


async def ask(url: str, query: str) -> object:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval(query)
    finally:
        await connection.close()


def difference(connection: Connection) -> list[object]:
    """Return what `alembic check` would find."""
    context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
    return list(autogenerate.compare_metadata(context, metadata))


async def test_up_down_and_up_again_leaves_what_up_alone_leaves(fresh_url: str) -> None:
    await migrate.upgrade(fresh_url, PASSWORD)
    first = await tables(fresh_url)

    await migrate.run(fresh_url, lambda config: command.downgrade(config, "base"))
    between = await tables(fresh_url), await ask(fresh_url, REST)
    await migrate.upgrade(fresh_url, PASSWORD)

    assert first == sorted(metadata.tables)
    assert between == ([], 0)
    assert await tables(fresh_url) == first


async def test_the_newest_schema_is_that_of_the_tables(fresh_url: str) -> None:
    found: list[object] = []

    await migrate.upgrade(fresh_url, PASSWORD)
    await migrate.run(fresh_url, lambda config: found.extend(difference(config.attributes["connection"])))
    await migrate.run(fresh_url, command.check)

    assert found == []


async def test_upgrading_twice_is_upgrading_once(fresh_url: str) -> None:
    first = await migrate.upgrade(fresh_url, PASSWORD)
    await ask(fresh_url, "INSERT INTO ledger_head VALUES ('00000000-0000-0000-0000-000000000000', 0, '')")

    again = await migrate.upgrade(fresh_url, PASSWORD)

    assert again == first
    assert await ask(fresh_url, "SELECT count(*) FROM ledger_head") == 1
    assert await ask(again, "SELECT session_user") == await ask(fresh_url, "SELECT current_database() || '_login'")


async def test_two_upgrades_at_once_both_succeed(fresh_url: str, server_url: str) -> None:
    other = f"proxeny_test_{secrets.token_hex(6)}"
    await ask(server_url, f"CREATE DATABASE {other}")
    other_url = urlunsplit(urlsplit(server_url)._replace(path=f"/{other}"))
    try:
        await asyncio.gather(
            migrate.upgrade(fresh_url, PASSWORD),
            migrate.upgrade(fresh_url, PASSWORD),
            migrate.upgrade(other_url, PASSWORD),
        )
        found = await tables(fresh_url), await tables(other_url)
    finally:
        await ask(server_url, f"DROP DATABASE {other} WITH (FORCE)")
        await ask(server_url, f"DROP ROLE IF EXISTS {other}_login")

    assert found == (sorted(metadata.tables), sorted(metadata.tables))


def test_revisions_are_known_by_the_names_of_their_files() -> None:
    walked = ScriptDirectory(str(migrate.migrations_folder())).walk_revisions()

    assert [step.revision for step in walked] == migrate.revisions()[::-1]


def test_no_migration_waits_long_for_a_lock() -> None:
    files = sorted((migrate.migrations_folder() / "versions").glob("*.py"))

    assert files
    for file in files:
        _, up, down = file.read_text(encoding="utf-8").replace("def downgrade", "def upgrade").split("def upgrade")
        assert "SET LOCAL lock_timeout" in up, file.name
        assert "SET LOCAL lock_timeout" in down, file.name
