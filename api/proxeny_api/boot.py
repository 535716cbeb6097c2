"""Where a server's database comes from: the bundled one or one of the settings, migrated, and its login's URL."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import asyncpg

from proxeny_api import embedded, migrate
from proxeny_api.keys.secret import login_password
from proxeny_api.roles import with_login
from proxeny_api.settings import Settings

OLDEST_SERVER = 16


class Place(NamedTuple):
    """A database that is running: how to administer it, where its files and secrets are, and the pepper."""

    admin_url: str
    data_dir: Path
    pepper: bytes


def data_dir_of(settings: Settings) -> Path:
    """Return the folder of the settings, or the user's default one."""
    return settings.data_dir or embedded.default_data_dir()


@contextmanager
def database(settings: Settings) -> Iterator[Place]:
    """Lend a running database: that of the settings, or the bundled one for as long as this lasts."""
    data_dir = data_dir_of(settings)
    if settings.database_url is not None:
        yield Place(settings.database_url, data_dir, settings.pepper_bytes(data_dir))
        return
    with embedded.start(data_dir, archive=settings.backup_dir) as bundled:
        yield Place(bundled.url, data_dir, settings.pepper_bytes(data_dir))


def prepare(place: Place, settings: Settings) -> str:
    """Check the server, migrate if needed, and return the URL that requests run under."""
    made = asyncio.run(_prepare(place))
    return settings.login_url or made


async def _prepare(place: Place) -> str:
    connection = await asyncpg.connect(place.admin_url)
    try:
        await embedded.check_server(connection, OLDEST_SERVER)
    finally:
        await connection.close()
    return await migrate.upgrade(place.admin_url, login_password(place.pepper))


async def login_url(place: Place, settings: Settings) -> str:
    """Return the login's URL of a database that has been migrated before."""
    if settings.login_url is not None:
        return settings.login_url
    connection = await asyncpg.connect(place.admin_url)
    try:
        name = await connection.fetchval("SELECT current_database()")
    finally:
        await connection.close()
    return with_login(place.admin_url, f"{name}_login"[:63], login_password(place.pepper))
