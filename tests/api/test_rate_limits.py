"""Requests are counted by key, and by address without one; several workers together give no more than the quota."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from ipaddress import ip_network

import asyncpg
import httpx
import pytest
from starlette.requests import HTTPConnection

from proxeny_api.main import create_app, serving
from proxeny_api.quotas.addresses import address_of, networks
from proxeny_api.settings import Settings
from tests.conftest import PEPPER
from tests.make import Holder, World, with_key

WINDOW = 30


@asynccontextmanager
async def workers(settings: Settings, login_url: str, number: int = 1) -> AsyncIterator[list[httpx.AsyncClient]]:
    """Lend clients of so many workers on one database, each with an app of its own."""
    async with AsyncExitStack() as stack:
        clients = []
        for _ in range(number):
            app = create_app(settings, login_url, PEPPER.encode())
            await stack.enter_async_context(app.router.lifespan_context(app))
            transport = httpx.ASGITransport(serving(app), client=("203.0.113.7", 4711))
            clients.append(httpx.AsyncClient(transport=transport, base_url="http://proxeny.test", timeout=60))
        yield clients


def limited(settings: Settings, **limits: object) -> Settings:
    """Return the settings with limits."""
    return settings.model_copy(update={"rate_window": WINDOW, **limits})


async def statuses(clients: list[httpx.AsyncClient], path: str, times: int, **headers: str) -> list[int]:
    """Ask each client in turn, all at once, and return the statuses."""
    asked = [clients[turn % len(clients)].get(path, headers=headers) for turn in range(times)]
    return [answer.status_code for answer in await asyncio.gather(*asked)]


def keyed(holder: Holder) -> dict[str, str]:
    return {"Authorization": f"Bearer {holder.key}"}


@pytest.mark.parametrize("quota", [1, 7, 100, 400])
async def test_workers_together_give_a_key_its_quota_and_no_more(
    settings: Settings, login_url: str, city: Holder, quota: int
) -> None:
    async with workers(limited(settings, key_rate=quota), login_url, 3) as clients:
        found = await statuses(clients, city.path, quota + 60, **keyed(city))

    assert set(found) == {200, 429}
    # What one worker holds and another would need is little: blocks grow smaller towards the end.
    assert quota * 0.9 <= found.count(200) <= quota


async def test_a_refusal_says_when_to_come_again(settings: Settings, login_url: str, city: Holder) -> None:
    async with workers(limited(settings, key_rate=2), login_url) as [client]:
        answers = [await client.get(city.path, headers=keyed(city)) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert [answer.headers["RateLimit"].partition(";t=")[0] for answer in answers] == [
        '"key";r=1',
        '"key";r=0',
        '"key";r=0',
    ]
    assert {answer.headers["RateLimit-Policy"] for answer in answers} == {f'"key";q=2;w={WINDOW}'}
    assert 1 <= int(answers[2].headers["Retry-After"]) <= WINDOW
    assert answers[2].json()["type"] == "/problems/too-many-requests"
    assert answers[2].json()["detail"] == f"This key may make 2 requests in {WINDOW} seconds."


async def test_the_next_window_begins_anew(settings: Settings, login_url: str, city: Holder) -> None:
    found: list[int] = []
    async with workers(limited(settings, key_rate=1, rate_window=1), login_url, 2) as clients:
        while found.count(200) < 2:
            found += await statuses(clients[len(found) % 2 :], city.path, 1, **keyed(city))
            await asyncio.sleep(0.05)

    # In the first window one request is given, and then no more until it has ended.
    assert found[0] == 200
    assert found[1:-1].count(429) == len(found) - 2 > 5


async def test_one_key_takes_nothing_from_another(
    settings: Settings, login_url: str, city: Holder, neighbour: Holder
) -> None:
    async with workers(limited(settings, key_rate=2, address_rate=1), login_url) as [client]:
        mine = await statuses([client], city.path, 5, **keyed(city))
        others = await statuses([client], neighbour.path, 2, **keyed(neighbour))

    assert (mine.count(200), others) == (2, [200, 200])


async def test_without_a_good_key_the_address_is_counted(settings: Settings, login_url: str, city: Holder) -> None:
    async with workers(limited(settings, address_rate=6), login_url, 2) as clients:
        guesses = await statuses(clients, city.path, 3, Authorization="Bearer pxk_wrong")
        public = await statuses(clients, "/v1/indicators", 2)
        rates = await statuses(clients, "/v1/rates?currency=USD", 3)
        health = await statuses(clients, "/healthz", 4)
        good = await statuses(clients, city.path, 4, **keyed(city))

    assert guesses == [401] * 3
    assert sorted(public + rates) == [200, 200, 200, 429, 429]
    assert (health, good) == ([200] * 4, [200] * 4)


async def test_nought_is_no_limit(settings: Settings, login_url: str, city: Holder) -> None:
    async with workers(limited(settings, key_rate=0, address_rate=0), login_url) as [client]:
        answers = [await client.get(city.path, headers=keyed(city)), await client.get("/v1/indicators")]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert not any("RateLimit" in answer.headers for answer in answers)


async def test_every_keyed_answer_says_what_is_left(world: World, city: Holder) -> None:
    lacking = await city.http.post("/v1/keys", json={"name": "x", "scopes": ["read"]})
    reader = with_key(world.anonymous, lacking.json()["secret"])

    answers = [
        await city.http.get(city.path),
        await city.http.get(f"{city.path}/engagements/nowhere"),
        await city.http.post(f"{city.path}/engagements", json={}),
        await reader.post(f"{city.path}/engagements", json={}),
        await city.http.get(city.path, params={"no": "such"}),
    ]

    assert [answer.status_code for answer in answers] == [200, 404, 422, 403, 400]
    assert all(answer.headers["RateLimit"].startswith('"key";r=') for answer in answers)


async def test_no_address_is_stored(settings: Settings, login_url: str, admin: asyncpg.Connection) -> None:
    async with workers(limited(settings, address_rate=50), login_url) as [client]:
        await client.get("/v1/indicators")

    stored = await admin.fetch("SELECT subject FROM request_window")
    assert stored
    assert all(len(row["subject"]) == 16 and b"203" not in row["subject"] for row in stored)


async def test_a_block_is_taken_once_for_many_requests(
    settings: Settings, login_url: str, city: Holder, admin: asyncpg.Connection
) -> None:
    written = "SELECT n_tup_ins + n_tup_upd FROM pg_stat_user_tables WHERE relname = 'request_window'"
    await admin.execute("SELECT pg_stat_force_next_flush()")
    before = await admin.fetchval(written)

    async with workers(limited(settings, key_rate=50_000), login_url) as [client]:
        found = await statuses([client], city.path, 200, **keyed(city))
    await asyncio.sleep(0.1)

    assert found == [200] * 200
    assert 0 <= await admin.fetchval(written) - before <= 3


# A peer, its X-Forwarded-For headers, and whose address that is.
CONNECTIONS: tuple[tuple[str, list[str], str], ...] = (
    ("198.51.100.1", ["203.0.113.9"], "198.51.100.1"),
    ("127.0.0.1", ["203.0.113.9"], "203.0.113.9"),
    ("127.0.0.1", ["6.6.6.6, 203.0.113.9"], "203.0.113.9"),
    ("127.0.0.1", ["6.6.6.6", "203.0.113.9, 10.1.2.3"], "203.0.113.9"),
    ("127.0.0.1", ["10.1.2.3"], "10.1.2.3"),
    ("127.0.0.1", [], "127.0.0.1"),
    ("127.0.0.1", ["nonsense"], "unknown"),
    ("::ffff:127.0.0.1", ["2001:db8:1:2:3:4:5:6"], "2001:db8:1:2::/64"),
    ("", ["203.0.113.9"], "unknown"),
)


@pytest.mark.parametrize(("peer", "forwarded", "address"), CONNECTIONS)
def test_an_address_is_the_nearest_that_no_trusted_proxy_has(peer: str, forwarded: list[str], address: str) -> None:
    headers = [(b"x-forwarded-for", each.encode()) for each in forwarded]
    connection = HTTPConnection({"type": "http", "headers": headers, "client": (peer, 1) if peer else None})

    assert address_of(connection, networks(["127.0.0.1", "10.0.0.0/8"])) == address
    assert networks(["10.0.0.1/8"]) == (ip_network("10.0.0.0/8"),)
