"""Every operation of the committed document is reached through the client, both ways, on the real app."""

import json
import re
import secrets
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import cast

import httpx
import pytest
from fastapi import FastAPI

from proxeny import AsyncProxeny, Proxeny
from proxeny_api.main import serving
from tests.make import World
from tests.sdk import tour

DOCUMENT = Path(__file__).parents[2] / "openapi" / "openapi.json"
Made = Callable[[str | None], AsyncProxeny]


def documented() -> set[tuple[str, str]]:
    """Return the method and path of every operation of the document."""
    paths = json.loads(DOCUMENT.read_text(encoding="utf-8"))["paths"]
    verbs = {"get", "put", "post", "patch", "delete"}
    return {(verb.upper(), path) for path, operations in paths.items() for verb in operations.keys() & verbs}


def reached(asked: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
    """Return the operations that requests were for: of several that fit, that with the fewest open parts."""
    operations = sorted(documented(), key=lambda operation: operation[1].count("{"))
    fitting = {path: re.compile(re.sub(r"\{\w+\}", "[^/]+", path)) for _, path in operations}
    return {
        next(one for one in operations if one[0] == method and fitting[one[1]].fullmatch(target))
        for method, target in asked
    }


async def walk(operator_key: str, client_with: Made) -> None:
    """Walk the whole tour."""
    name = secrets.token_hex(5)
    city, network = f"tour-{name}", f"tour-net-{name}"
    city_key, network_key = await tour.by_operator(client_with(operator_key), city, network)
    await tour.by_city(client_with(city_key), city, network)
    await client_with(city_key).memberships.create(city, network=network, sharing="records")
    await tour.by_network(client_with(network_key), city, network)
    await tour.by_anybody(client_with(None))


@pytest.fixture
def operator_key(world: World) -> str:
    return str(world.operator.headers["authorization"].removeprefix("Bearer "))


async def test_the_asynchronous_client_reaches_every_operation(app: FastAPI, operator_key: str) -> None:
    transport = httpx.ASGITransport(serving(app))
    async with httpx.AsyncClient(transport=transport) as http:
        recorder = tour.Recorder(http)

        await walk(operator_key, lambda key: AsyncProxeny(key or "", "http://proxeny.test", http_client=recorder))

    assert documented() - reached(recorder.asked) == set()


async def test_the_synchronous_client_reaches_every_operation(live: str, operator_key: str) -> None:
    with httpx.Client() as http:
        recorder = tour.Recorder(http)

        def client_with(key: str | None) -> AsyncProxeny:
            return cast("AsyncProxeny", tour.Awaited(Proxeny(key or "", live, http_client=recorder)))

        await walk(operator_key, client_with)

    assert documented() - reached(recorder.asked) == set()
