"""A server may be told the login alone: it then needs no owner, migrates nothing, and waits for who does."""

import asyncio
import json
import signal
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import asyncpg
import pytest
from typer.testing import CliRunner

from proxeny_api import boot, cli, migrate
from proxeny_api.keys.secret import login_password
from proxeny_api.settings import Settings
from tests.conftest import PEPPER


@pytest.fixture
async def version(admin: asyncpg.Connection, login_url: str) -> AsyncIterator[str]:
    """The version of the schema, which is as it was again afterwards."""
    before: str = await admin.fetchval("SELECT version_num FROM alembic_version")
    yield before
    await admin.execute("UPDATE alembic_version SET version_num = $1", before)
    await admin.execute("GRANT SELECT ON alembic_version TO operator_actor")


async def joined(login_url: str) -> str:
    """Return what a server that is told this URL alone connects by."""
    return (await asyncio.to_thread(boot.join, Settings(login_url=login_url, pepper=PEPPER), login_url))[1]


def without_password(url: str) -> str:
    """Return a URL that says who, but not by what."""
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.replace(f":{parts.password}@", "@")).geturl()


async def test_the_password_is_made_of_the_pepper_where_none_is_told(version: str, login_url: str) -> None:
    assert await joined(without_password(login_url)) == await joined(login_url) == login_url


def test_a_password_that_is_told_is_kept() -> None:
    assert boot.with_password("postgresql://a:b@c/d", b"pepper") == "postgresql://a:b@c/d"
    assert boot.with_password("postgresql://a@c/d?password=b", b"pepper") == "postgresql://a@c/d?password=b"
    assert boot.with_password("postgresql://a@c/d", b"pepper") == f"postgresql://a:{login_password(b'pepper')}@c/d"


async def test_a_schema_older_than_the_server_is_waited_for(
    admin: asyncpg.Connection, version: str, login_url: str
) -> None:
    await admin.execute("UPDATE alembic_version SET version_num = '0001'")

    with pytest.raises(ValueError, match=r"run proxeny-api migrate first\.$"):
        await joined(login_url)


async def test_a_schema_newer_than_the_server_is_served(
    admin: asyncpg.Connection, version: str, login_url: str
) -> None:
    await admin.execute("UPDATE alembic_version SET version_num = '9999'")

    assert await joined(login_url) == login_url


async def test_a_schema_that_the_login_may_not_see_is_waited_for(
    admin: asyncpg.Connection, version: str, login_url: str
) -> None:
    await admin.execute("REVOKE SELECT ON alembic_version FROM operator_actor")

    with pytest.raises(ValueError, match="run proxeny-api migrate first"):
        await joined(login_url)


async def test_migrating_again_gives_the_login_back_what_it_looks_at(
    admin: asyncpg.Connection, admin_url: str, version: str, login_url: str
) -> None:
    await admin.execute("REVOKE SELECT ON alembic_version FROM operator_actor")
    await migrate.upgrade(admin_url, login_password(PEPPER.encode()))

    assert await joined(login_url) == login_url


def test_the_command_tells_the_login_for_people_programs_and_pgbouncer(admin_url: str, login_url: str) -> None:
    told = {"PROXENY_DATABASE_URL": admin_url, "PROXENY_PEPPER": PEPPER}
    before = signal.getsignal(signal.SIGTERM)  # commands put one of their own in its place
    plain, as_json, line = (
        CliRunner().invoke(cli.app, ["login-url", *words], env=told) for words in ([], ["--json"], ["--pgbouncer"])
    )
    signal.signal(signal.SIGTERM, before)
    parts = urlsplit(login_url)

    assert plain.stdout == f"{login_url}\n"
    assert json.loads(as_json.stdout) == {"login_url": login_url}
    assert line.stdout == f'"{parts.username}" "{parts.password}"\n'
