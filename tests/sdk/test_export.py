"""An export comes into a file piece by piece; what refuses it, or fails on the way, is raised as ever."""

from io import BytesIO

import httpx
import pytest

from proxeny import AsyncProxeny, Proxeny, errors
from tests.make import Holder, World


@pytest.fixture
async def city(world: World) -> Holder:
    """A city."""
    return await world.city()


def test_an_export_is_the_bytes_that_were_answered(live: str, city: Holder) -> None:
    file = BytesIO()
    with Proxeny(base_url=live, api_key=city.key) as client:
        client.cities.export(city.code, file)

    first, *_, last = file.getvalue().splitlines()
    assert first.startswith(b'{"export":')
    assert last.startswith(b'{"end":')


async def test_a_refused_export_is_raised_and_writes_nothing(live: str, city: Holder) -> None:
    file = BytesIO()
    async with AsyncProxeny(base_url=live, api_key=city.key) as client:
        with pytest.raises(errors.NotFound, match="No city elsewhere"):
            await client.cities.export("elsewhere", file)

    assert file.getvalue() == b""


async def test_a_server_that_is_not_there_is_a_failed_connection() -> None:
    async with AsyncProxeny(base_url="http://127.0.0.1:1", api_key="k") as client:
        with pytest.raises(errors.ConnectionFailed):
            await client.cities.export("athens", BytesIO())


class Full(BytesIO):
    """A file on a full disk."""

    def write(self, _piece: object) -> int:
        """Refuse."""
        raise OSError(28, "No space left on device")


async def test_a_full_disk_is_told_as_such(live: str, city: Holder) -> None:
    async with httpx.AsyncClient() as http, AsyncProxeny(base_url=live, api_key=city.key, http_client=http) as client:
        with pytest.raises(OSError, match="No space left"):
            await client.cities.export(city.code, Full())
