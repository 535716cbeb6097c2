"""A managed PostgreSQL gives no superuser: an owner suffices that creates roles and is not bound by row security."""

import secrets
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import asyncpg
import pytest

from proxeny_api import migrate
from proxeny_api.keys.command import create_key
from proxeny_api.roles import ACTORS, ensure_actors

PEPPER = b"a pepper of a managed database"


@pytest.fixture
async def managed(server_url: str) -> AsyncIterator[str]:
    """The URL of such an owner of an empty database."""
    name, password = f"proxeny_managed_{secrets.token_hex(4)}", secrets.token_hex(8)
    superuser = await asyncpg.connect(server_url)
    # Another database of this server may have made the actors before; whose they are then says who may grant them.
    await ensure_actors(superuser)
    await superuser.execute(f"CREATE ROLE {name} LOGIN CREATEROLE BYPASSRLS PASSWORD '{password}'")
    await superuser.execute(f"GRANT {', '.join(ACTORS)} TO {name} WITH ADMIN TRUE, INHERIT FALSE, SET FALSE")
    await superuser.execute(f"CREATE DATABASE {name} OWNER {name}")
    parts = urlsplit(server_url)
    place = parts.netloc.rpartition("@")[2]
    yield parts._replace(netloc=f"{name}:{password}@{place}", path=f"/{name}").geturl()
    await superuser.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await superuser.execute(f"DROP OWNED BY {name} CASCADE")
    await superuser.execute(f"DROP ROLE IF EXISTS {name}_login")
    await superuser.execute(f"DROP ROLE {name}")
    await superuser.close()


async def test_an_owner_without_a_superuser_migrates_again_and_makes_keys(managed: str) -> None:
    for password in ("the first", "the next"):
        url = await migrate.upgrade(managed, password)
        await (await asyncpg.connect(url)).close()
    key = await create_key(
        managed, PEPPER, kind="operator", owner=None, scopes=None, days=1, environment="test", name="tests"
    )

    assert key.startswith("pxk_operator_test_")


async def test_a_login_that_became_more_is_made_no_more_than_a_login_again(
    admin: asyncpg.Connection, admin_url: str, login_url: str
) -> None:
    login = urlsplit(login_url).username
    before = urlsplit(login_url).password or ""
    await admin.execute(f"ALTER ROLE {login} CREATEDB INHERIT")
    await migrate.upgrade(admin_url, before)
    row = await admin.fetchrow("SELECT rolcreatedb, rolinherit FROM pg_roles WHERE rolname = $1", login)

    assert row is not None
    assert tuple(row) == (False, False)
