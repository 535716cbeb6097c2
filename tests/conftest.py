"""A real PostgreSQL and the real app, once for each process of a test run."""

import os
import secrets
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg
import httpx
import pytest
from fastapi import FastAPI

from proxeny_api import embedded, migrate
from proxeny_api.boot import Place
from proxeny_api.keys.secret import login_password
from proxeny_api.main import create_app, serving
from proxeny_api.settings import Settings
from tests.citus import cluster
from tests.given import VARIABLE, given, plain_database, sorted_out, told
from tests.live import running
from tests.make import World

PEPPER = "a pepper that tests know"
SIGNING_KEYS = f"secret:{'5e' * 32} public:{'3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c'}"


def pytest_configure() -> None:
    """Ask the server that is given what it is, before anything is run on it."""
    given()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what cannot run on the server there is."""
    items[:], away = sorted_out(items)
    config.hook.pytest_deselected(items=away)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say on what the tests ran, and what was left out."""
    for line in told():
        terminalreporter.write_line(line)


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Run async tests of a process on one loop, so that they may share the pool."""
    return "asyncio"


@pytest.fixture(scope="session")
def server_url() -> Iterator[str]:
    """An administrative URL of a PostgreSQL: that of PROXENY_TEST_DATABASE_URL, or a bundled one in a new folder."""
    if url := os.environ.get(VARIABLE):
        yield url
        return
    folder = Path(tempfile.mkdtemp(prefix="proxeny-test-"))
    try:
        with embedded.start(folder) as bundled:
            yield bundled.url
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
async def admin_url(server_url: str) -> AsyncIterator[str]:
    """A database of this process's own, on every node where it is one of a cluster; dropped afterwards."""
    name = f"proxeny_test_{secrets.token_hex(6)}"
    lent = cluster.database if is_spread() else plain_database
    async with lent(server_url, name) as url:
        yield url


def is_spread() -> bool:
    """Tell whether all tests run on tables that are spread over a cluster."""
    server = given()
    return server is not None and server.is_coordinator


@pytest.fixture(scope="session")
def settings(admin_url: str) -> Settings:
    """The settings that the app under test runs with."""
    return Settings(database_url=admin_url, pepper=PEPPER, environment="test", signing_keys=SIGNING_KEYS)


@pytest.fixture(scope="session")
async def login_url(admin_url: str) -> str:
    """The URL of the login that owns nothing, once the database is migrated."""
    made = await migrate.upgrade(admin_url, login_password(PEPPER.encode()))
    if is_spread():
        await cluster.spread(admin_url)
    return made


@pytest.fixture(scope="session")
def place(admin_url: str, tmp_path_factory: pytest.TempPathFactory) -> Place:
    """The database as commands reach it."""
    return Place(admin_url, tmp_path_factory.mktemp("data"), PEPPER.encode())


@pytest.fixture(scope="session")
async def app(settings: Settings, login_url: str) -> AsyncIterator[FastAPI]:
    """The real app on the real database."""
    made = create_app(settings, login_url, PEPPER.encode())
    async with made.router.lifespan_context(made):
        yield made


@pytest.fixture(scope="session")
async def anonymous(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """A client without a key."""
    transport = httpx.ASGITransport(serving(app), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://proxeny.test", timeout=60) as client:
        yield client


@pytest.fixture(scope="session")
async def world(anonymous: httpx.AsyncClient, place: Place) -> World:
    """What tests make cities, networks and keys with."""
    return await World.create(anonymous, place)


@pytest.fixture(scope="session")
def live(settings: Settings, login_url: str, anyio_backend: str) -> Iterator[str]:
    """The address of a real server on the same database, for what asks over HTTP."""
    with running(settings, login_url, PEPPER) as address:
        yield address


@pytest.fixture
async def admin(admin_url: str) -> AsyncIterator[asyncpg.Connection]:
    """A connection as the database's owner."""
    connection = await asyncpg.connect(admin_url)
    yield connection
    await connection.close()
