"""Another deployment, empty, on the same server."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import httpx

from proxeny_api import migrate
from proxeny_api.boot import Place
from proxeny_api.keys.command import create_key
from proxeny_api.keys.secret import login_password
from proxeny_api.main import create_app, serving
from proxeny_api.settings import Settings
from tests.conftest import PEPPER
from tests.make import World, with_key


class Elsewhere(NamedTuple):
    """Another deployment: a database of its own, and whoever asks there."""

    url: str
    world: World

    async def key_of(self, city: str) -> httpx.AsyncClient:
        """Return a client with a new key of a city."""
        key = await create_key(
            self.url, PEPPER.encode(), kind="city", owner=city, scopes=None, days=1, environment="test", name="again"
        )
        return with_key(self.world.anonymous, key)


@asynccontextmanager
async def deployment(server_url: str, settings: Settings, name: str) -> AsyncIterator[Elsewhere]:
    """Lend an empty deployment on the same server."""
    connection = await asyncpg.connect(server_url)
    await connection.execute(f"CREATE DATABASE {name}")
    url = urlunsplit(urlsplit(server_url)._replace(path=f"/{name}"))
    login = await migrate.upgrade(url, login_password(PEPPER.encode()))
    app = create_app(settings.model_copy(update={"database_url": url}), login, PEPPER.encode())
    try:
        async with app.router.lifespan_context(app):
            transport = httpx.ASGITransport(serving(app), raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport, base_url="http://elsewhere.test", timeout=60) as client:
                yield Elsewhere(url, await World.create(client, Place(url, Path(), PEPPER.encode())))
    finally:
        await connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
        await connection.execute(f"DROP ROLE IF EXISTS {name}_login")
        await connection.close()
