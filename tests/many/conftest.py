"""Three servers behind nginx, and a city of their own for each test."""

from collections.abc import Iterator

import pytest

from tests.make import Holder, World
from tests.many import cluster
from tests.many.cluster import Cluster


@pytest.fixture(scope="module")
def three(admin_url: str, login_url: str) -> Iterator[Cluster]:
    """Three servers on the database of this process's tests."""
    with cluster.running(admin_url) as made:
        yield made


@pytest.fixture
async def city(world: World) -> Holder:
    """A city with a key that may do all; its own client asks yet another worker, that of the tests."""
    return await world.city()
