"""Where a server's database comes from: the bundled one or one of the settings, migrated, and its login's URL."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

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
    with embedded.start(data_dir) as bundled:
        yield Place(bundled.url, data_dir, settings.pepper_bytes(data_dir))


def prepare(place: Place) -> str:
    """Check the server, migrate if needed, and return the URL that requests run under."""
    return asyncio.run(_prepare(place))


async def _prepare(place: Place) -> str:
    connection = await asyncpg.connect(place.admin_url)
    try:
        await embedded.check_server(connection, OLDEST_SERVER)
    finally:
        await connection.close()
    return await migrate.upgrade(place.admin_url, login_password(place.pepper))


def join(settings: Settings, login_url: str) -> tuple[Place, str]:
    """Return a place for serving alone, reached by the login only: somebody else has migrated its database.

    Raises ValueError where that has not happened yet.
    """
    data_dir = data_dir_of(settings)
    pepper = settings.pepper_bytes(data_dir)
    url = with_password(login_url, pepper)
    asyncio.run(_check_migrated(url))
    return Place(url, data_dir, pepper), url


def with_password(login_url: str, pepper: bytes) -> str:
    """Return a login's URL with the password made of the pepper, unless it brings one."""
    parts = urlsplit(login_url)
    if parts.password is not None or parts.username is None or "password=" in parts.query:
        return login_url
    return with_login(login_url, unquote(parts.username), login_password(pepper))


async def _check_migrated(url: str) -> None:
    """Check the server and its schema, in one transaction and with no statement kept: a pooler may lie between."""
    connection = await asyncpg.connect(url, statement_cache_size=0)
    try:
        async with connection.transaction():
            await embedded.check_server(connection, OLDEST_SERVER)
            await migrate.check_current(connection)
    finally:
        await connection.close()
