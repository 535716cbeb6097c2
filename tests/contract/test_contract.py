"""Schemathesis finds nothing in which the server and its document differ, whoever asks."""

import asyncio

import httpx
import pytest

from tests.contract.campaign import PHASES, Asker, Size, Told, run
from tests.make import Holder, World

ASKERS = ("city", "network", "operator", "nobody")
AT_ONCE = 2
PATIENCE = 300 if Size.chosen().is_usual else 7200


def words(city: Holder, network: Holder) -> dict[str, list[str]]:
    """Return real words for parameters that a made-up one would seldom hit."""
    return {
        "path.city": [city.code, city.id],
        "path.network": [network.code, network.id],
        "path.method": ["cash@1"],
        "path.vocabulary": ["theme", "outcome_kind"],
        "path.indicator": ["roi"],
        "query.network": [network.code, network.id],
        "query.currency": ["EUR", "JPY", "USD"],
        "header.If-Match": ["*", '"1"'],
        "body.network": [network.code, network.id],
        "body.networks[*].network": [network.code],
        "body.currency": ["EUR", "JPY", "USD"],
        "body.costs[*].currency": ["EUR", "JPY", "USD"],
    }


async def askers(world: World) -> list[Asker]:
    """Return a city, a network of which it is a member, the operator, and somebody without a key."""
    city, network = await world.city(), await world.network()
    await world.joins(city, network)
    keys = {"city": city.key, "network": network.key, "operator": bearer(world.operator)}
    others = {"city": (await world.city()).key, "network": (await world.network()).key}
    return [Asker(name, keys.get(name), others.get(name), words(city, network)) for name in ASKERS]


def bearer(client: httpx.AsyncClient) -> str:
    return client.headers["Authorization"].removeprefix("Bearer ")


async def keys_in_use(world: World) -> list[str]:
    """Return the ids of all keys that there are before anything is tried."""
    listed = await world.operator.get("/v1/keys", params={"limit": 1000})
    return [key["id"] for key in listed.json()["items"]]


@pytest.fixture(scope="module")
async def told(world: World, live: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Told]:
    """Return what Schemathesis said of each asker, two of them at a time."""
    all_of_them, free = await askers(world), asyncio.Semaphore(AT_ONCE)
    endless, folder = await keys_in_use(world), tmp_path_factory.mktemp("schemathesis")

    async def ask(asker: Asker) -> tuple[str, Told]:
        async with free:
            return asker.name, await asyncio.to_thread(run, live, asker, Size.chosen(), endless, folder)

    return dict(await asyncio.gather(*map(ask, all_of_them)))


@pytest.mark.timeout(PATIENCE)
@pytest.mark.parametrize("asker", ASKERS)
async def test_the_server_keeps_to_its_document(told: dict[str, Told], asker: str) -> None:
    status, text, report = told[asker]

    assert status == 0, text
    assert report["operations"]["tested"] == report["operations"]["total"] > 50
    assert {phase: report["phases"][phase]["status"] for phase in PHASES} == dict.fromkeys(PHASES, "success")
