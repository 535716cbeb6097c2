"""A city, its neighbour, a network and a currency, new for each test that names them."""

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
