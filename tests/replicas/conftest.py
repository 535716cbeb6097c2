"""A primary with a streaming replica for each file of tests, and a city of their own for each test."""

from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import httpx
import pytest

from proxeny_api import migrate
from proxeny_api.boot import Place
from proxeny_api.keys.secret import login_password
from proxeny_api.main import create_app, serving
from proxeny_api.settings import Settings
from tests.conftest import PEPPER
from tests.make import Holder, World
from tests.replicas import pairing
from tests.replicas.pairing import Pair
from tests.replicas.staging import Stage


@pytest.fixture(scope="module")
def servers() -> Iterator[Pair]:
    with pairing.pair() as made:
        yield made


@pytest.fixture(scope="module")
async def stage(servers: Pair, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    login_url = await migrate.upgrade(servers.primary, login_password(PEPPER.encode()))
    settings = Settings(
        database_url=servers.primary, replica_url=servers.replica, pepper=PEPPER, environment="test", replica_wait=1.0
    )
    async with AsyncExitStack() as stack:
        app = create_app(settings, login_url, PEPPER.encode())
        await stack.enter_async_context(app.router.lifespan_context(app))
        transport = httpx.ASGITransport(serving(app), raise_app_exceptions=False)
        anonymous = httpx.AsyncClient(transport=transport, base_url="http://proxeny.test", timeout=60)
        place = Place(servers.primary, Path(tmp_path_factory.mktemp("data")), PEPPER.encode())
        yield Stage(servers, settings, login_url, await World.create(anonymous, place))


@pytest.fixture
async def city(stage: Stage) -> Holder:
    """A city that the replica knows of."""
    made = await stage.world.city()
    await stage.caught_up()
    return made


@pytest.fixture
async def paused(stage: Stage, city: Holder) -> AsyncIterator[None]:
    """Have the replica stand still, once a read has shown where it stands."""
    await city.http.get(city.path)
    await stage.pair.pause()
    yield
    await stage.pair.resume()
    await stage.caught_up()
