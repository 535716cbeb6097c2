"""A city, its neighbour, a network and a currency, new for each test that names them."""

from collections.abc import AsyncIterator

import asyncpg
import pytest

from tests.api.loads import OWN
from tests.make import Holder, World


@pytest.fixture
async def city(world: World) -> Holder:
    """A city with a key that may do all."""
    return await world.city()


@pytest.fixture
async def neighbour(world: World) -> Holder:
    """Another city."""
    return await world.city()


@pytest.fixture
async def network(world: World) -> Holder:
    """A network with a key that may do all."""
    return await world.network()


@pytest.fixture
def currency() -> str:
    """A currency that no other test loads."""
    return next(OWN)


@pytest.fixture
async def tampering(admin: asyncpg.Connection) -> AsyncIterator[asyncpg.Connection]:
    """A connection as superuser in a transaction that nobody else sees, and that is undone afterwards."""
    transaction = admin.transaction()
    await transaction.start()
    yield admin
    await transaction.rollback()
