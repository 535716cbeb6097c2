"""Bring a database to the schema of this version: roles first, then Alembic, then the login's password."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import asyncpg
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from proxeny_api import roles

# Alembic keeps the migration that it runs in globals.
ONE_AT_A_TIME = asyncio.Lock()
UNREADABLE = (asyncpg.UndefinedTableError, asyncpg.InsufficientPrivilegeError, asyncpg.InvalidParameterValueError)


def migrations_folder() -> Path:
    """Return the folder of migrations: inside an installed wheel, or beside the sources."""
    here = Path(__file__).resolve().parent
    inside = here / "migrations"
    return inside if inside.is_dir() else here.parent.parent / "migrations"


def config_for(connection: Connection) -> Config:
    """Return Alembic's configuration on an open connection."""
    config = Config()
    config.set_main_option("script_location", str(migrations_folder()).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


async def run(admin_url: str, step: Callable[[Config], None]) -> None:
    """Run one Alembic command on the database of an administrative URL."""
    engine = create_async_engine(
        "postgresql+asyncpg://", async_creator=lambda: asyncpg.connect(admin_url), poolclass=NullPool
    )
    try:
        async with ONE_AT_A_TIME, engine.begin() as connection:
            await connection.run_sync(lambda sync: step(config_for(sync)))
    finally:
        await engine.dispose()


async def upgrade(admin_url: str, login_password: str) -> str:
    """Create the roles, upgrade to the newest schema and return the URL of the login that owns nothing."""
    connection = await asyncpg.connect(admin_url)
    try:
        await roles.wait_for_turn(connection)
        await roles.ensure_actors(connection)
        await run(admin_url, lambda config: command.upgrade(config, "head"))
        await roles.shut_out_temporary(connection)
        return await roles.ensure_login(connection, admin_url, login_password)
    finally:
        await connection.close()


async def check_current(connection: asyncpg.Connection) -> None:
    """Raise ValueError unless the database has this version's schema or a newer one, asked by the login.

    A schema that this version does not know is a newer one: an upgrade migrates before it replaces what runs.
    """
    try:
        await connection.execute("SET LOCAL ROLE operator_actor")
        found = await connection.fetchval("SELECT version_num FROM alembic_version")
    except UNREADABLE:
        found = None
    steps = ScriptDirectory(str(migrations_folder()))
    older = {step.revision for step in steps.walk_revisions()} - {steps.get_current_head()}
    if found is None or found in older:
        raise ValueError("The database has not the schema of this version yet: run proxeny-api migrate first.")
