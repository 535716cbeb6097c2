"""Bring a database to the schema of this version: roles first, then Alembic, then the login's password.

Alembic and SQLAlchemy are a third of what a server holds in memory, and needed only where there is something to do.
"""

import asyncio
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import asyncpg

from proxeny_api import roles

if TYPE_CHECKING:
    from alembic.config import Config
    from sqlalchemy import Connection

# Alembic keeps the migration that it runs in globals.
ONE_AT_A_TIME = asyncio.Lock()
UNREADABLE = (asyncpg.UndefinedTableError, asyncpg.InsufficientPrivilegeError, asyncpg.InvalidParameterValueError)
REVISION = re.compile(r"(\d{4})_")
STANDS_AT = "SELECT version_num FROM alembic_version"


def migrations_folder() -> Path:
    """Return the folder of migrations: inside an installed wheel, or beside the sources."""
    here = Path(__file__).resolve().parent
    inside = here / "migrations"
    return inside if inside.is_dir() else here.parent.parent / "migrations"


def revisions() -> list[str]:
    """Return the revisions that this version knows, in their order: the numbers that their files begin with."""
    names = (REVISION.match(path.name) for path in (migrations_folder() / "versions").glob("*.py"))
    return sorted(name[1] for name in names if name)


def config_for(connection: "Connection") -> "Config":
    """Return Alembic's configuration on an open connection."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(migrations_folder()).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


async def run(admin_url: str, step: "Callable[[Config], None]") -> None:
    """Run one Alembic command on the database of an administrative URL; raises ValueError where it cannot be run."""
    from alembic.util import CommandError
    from sqlalchemy.exc import SQLAlchemyError
    from sqlalchemy.ext.asyncio import create_async_engine
    from sqlalchemy.pool import NullPool

    engine = create_async_engine(
        "postgresql+asyncpg://", async_creator=lambda: asyncpg.connect(admin_url), poolclass=NullPool
    )
    try:
        async with ONE_AT_A_TIME, engine.begin() as connection:
            await connection.run_sync(lambda sync: step(config_for(sync)))
    except (CommandError, SQLAlchemyError) as error:
        raise ValueError(str(error)) from error
    finally:
        await engine.dispose()


async def upgrade(admin_url: str, login_password: str) -> str:
    """Create the roles, upgrade to the newest schema and return the URL of the login that owns nothing."""
    connection = await asyncpg.connect(admin_url)
    try:
        await roles.wait_for_turn(connection)
        await roles.ensure_actors(connection)
        if await _stands_at(connection) != revisions()[-1]:
            from alembic import command

            await run(admin_url, lambda config: command.upgrade(config, "head"))
        await roles.shut_out_temporary(connection)
        return await roles.ensure_login(connection, admin_url, login_password)
    finally:
        await connection.close()


async def _stands_at(connection: asyncpg.Connection) -> str | None:
    """Return the revision that a database is at; None where it has none yet, or the asker may not see it."""
    try:
        revision: str | None = await connection.fetchval(STANDS_AT)
    except UNREADABLE:
        return None
    return revision


async def check_current(connection: asyncpg.Connection) -> None:
    """Raise ValueError unless the database has this version's schema or a newer one, asked by the login.

    A schema that this version does not know is a newer one: an upgrade migrates before it replaces what runs.
    """
    try:
        await connection.execute("SET LOCAL ROLE operator_actor")
    except UNREADABLE:
        found = None
    else:
        found = await _stands_at(connection)
    if found is None or found in revisions()[:-1]:
        raise ValueError("The database has not the schema of this version yet: run proxeny-api migrate first.")
