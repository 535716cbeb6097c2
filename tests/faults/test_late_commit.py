"""A transaction that begins early and commits late: no reader of a network's feed may ever miss it."""

import asyncio
import random
from typing import Any
from uuid import UUID

from fastapi import FastAPI

from proxeny_api.consent import own_city
from proxeny_api.engagements import service
from proxeny_api.ledger.service import Chain
from proxeny_api.principals import Principal
from tests.make import Holder, World, engagement

WRITERS = 12


def principal_of(city: Holder) -> Principal:
    scopes = frozenset({"read", "write"})
    return Principal("city", UUID(city.id), city.code, "EUR", UUID(int=1), scopes)


async def write_slowly(app: FastAPI, city: Holder, network: Holder, begun: asyncio.Event, go: asyncio.Event) -> str:
    """Take a transaction id at once, write an engagement when told to, commit, and return its id."""
    principal = principal_of(city)
    async with app.state.database.transaction(principal, writes=True) as connection:
        await connection.fetchval("SELECT pg_current_xact_id()")
        begun.set()
        await go.wait()
        chain = await Chain.lock(connection, principal.owner_id, principal, "late")
        said = engagement(networks=[{"network": network.code, "share": "1"}])
        stored = await service.create(chain, own_city(principal, city.code), said)
        return str(stored.id)


async def read(network: Holder, after: str | None, **query: Any) -> tuple[list[str], str]:
    """Return the engagements in one answer of a network's feed, and the cursor after them."""
    params = {"limit": 1000, **query} | ({"after": after} if after else {})
    answer = await network.http.get(f"/v1/networks/{network.code}/changes", params=params)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    return [item["resource_id"] for item in body["items"] if item["resource"] == "engagement"], body["next_cursor"]


async def test_a_reader_waits_for_an_older_transaction_and_then_sees_both(app: FastAPI, world: World) -> None:
    network, slow, quick = await world.network(), await world.city(), await world.city()
    await world.joins(slow, network)
    await world.joins(quick, network)
    _, after = await read(network, None)
    begun, go = asyncio.Event(), asyncio.Event()
    writing = asyncio.create_task(write_slowly(app, slow, network, begun, go))
    await begun.wait()
    shares = [{"network": network.code, "share": "1"}]
    early = await quick.http.post(f"{quick.path}/engagements", json=engagement(networks=shares))
    assert early.status_code == 201, early.text

    before, after = await read(network, after)
    go.set()
    late = await writing
    seen: list[str] = []
    async with asyncio.timeout(30):
        while len(seen) < 2:
            found, after = await read(network, after, wait=1)
            seen += found

    assert early.json()["id"] not in before
    assert seen == [late, early.json()["id"]]


async def test_a_reader_polling_meanwhile_misses_and_doubles_nothing(app: FastAPI, world: World) -> None:
    network = await world.network()
    cities = [await world.city() for _ in range(4)]
    for city in cities:
        await world.joins(city, network)
    chance = random.Random(2)

    async def write(city: Holder) -> str:
        await asyncio.sleep(chance.random() / 2)
        begun, go = asyncio.Event(), asyncio.Event()
        writing = asyncio.create_task(write_slowly(app, city, network, begun, go))
        await begun.wait()
        await asyncio.sleep(chance.random() / 4)
        go.set()
        return await writing

    writers = asyncio.gather(*(write(cities[number % 4]) for number in range(WRITERS)))
    seen: list[str] = []
    after: str | None = None
    async with asyncio.timeout(30):
        while not writers.done() or len(seen) < WRITERS:
            found, after = await read(network, after)
            seen += found

    assert sorted(seen) == sorted(await writers)
