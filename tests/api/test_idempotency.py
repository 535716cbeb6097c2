"""The same Idempotency-Key and body get the first answer again, whatever has happened since."""

import asyncio
from collections.abc import Awaitable, Callable

import asyncpg
import httpx
import pytest

from tests.make import Holder, World, budget, cost, engagement, method, outcome, proxy

BODIES = {
    "engagements": engagement(),
    "costs": cost(),
    "outcomes": outcome(),
    "memberships": {},
    "proxies": proxy(),
    "budgets": budget(),
    "methods": method(),
}


def keyed(key: str) -> dict[str, str]:
    """Return the header that makes a request safe to repeat."""
    return {"Idempotency-Key": key}


async def test_a_repeated_post_gets_the_same_bytes_and_writes_once(city: Holder) -> None:
    path, said = f"{city.path}/engagements", engagement(costs=[cost()])

    first = await city.http.post(path, json=said, headers=keyed("k"))
    await city.http.patch(first.headers["Location"], json={"title": "Changed since"}, headers={"If-Match": "*"})
    second = await city.http.post(path, json=said, headers=keyed("k"))

    assert (first.status_code, second.status_code, second.content) == (201, 201, first.content)
    assert (first.headers.get("Idempotent-Replayed"), second.headers["Idempotent-Replayed"]) == (None, "true")
    assert [second.headers[name] for name in ("ETag", "Location")] == [
        first.headers[name] for name in ("ETag", "Location")
    ]
    assert len((await city.http.get(path)).json()["items"]) == 1


@pytest.mark.parametrize("path", BODIES)
async def test_every_door_that_creates_takes_a_key(city: Holder, network: Holder, path: str) -> None:
    said = BODIES[path] or {"network": network.code}

    answers = [await city.http.post(f"{city.path}/{path}", json=said, headers=keyed("k")) for _ in range(2)]

    assert answers[0].content == answers[1].content
    assert len((await city.http.get(f"{city.path}/{path}")).json()["items"]) == 1


async def test_the_operator_repeats_itself_too(world: World, city: Holder) -> None:
    said = {"code": f"twin-{city.code}", "name": "x", "country": "GR", "currency": "EUR"}

    answers = [await world.operator.post("/v1/cities", json=said, headers=keyed(city.code)) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].content == answers[1].content


async def test_another_request_under_the_same_key_is_refused(city: Holder) -> None:
    await city.http.post(f"{city.path}/engagements", json=engagement(), headers=keyed("k"))

    body = await city.http.post(f"{city.path}/engagements", json=engagement(title="x"), headers=keyed("k"))
    path = await city.http.post(f"{city.path}/costs", json=cost(), headers=keyed("k"))

    assert (body.status_code, path.status_code) == (422, 422)
    assert len((await city.http.get(f"{city.path}/engagements")).json()["items"]) == 1


async def test_a_key_is_ones_own(city: Holder, neighbour: Holder) -> None:
    first = await city.http.post(f"{city.path}/engagements", json=engagement(), headers=keyed("k"))
    other = await neighbour.http.post(f"{neighbour.path}/engagements", json=engagement(title="x"), headers=keyed("k"))

    assert (first.status_code, other.status_code) == (201, 201)
    assert "Idempotent-Replayed" not in other.headers


async def test_failures_are_not_remembered(city: Holder, world: World) -> None:
    path = f"{city.path}/engagements"
    said = engagement(external_id="one", networks=[{"network": f"later-{city.code}"}])

    missing = await city.http.post(path, json=said, headers=keyed("k"))
    wanted = {"code": f"later-{city.code}", "name": "x", "scope": "regional", "kind": "other"}
    await world.operator.post("/v1/networks", json=wanted)
    made = await city.http.post(path, json=said, headers=keyed("k"))
    taken = await city.http.post(path, json=said, headers=keyed("other"))

    assert (missing.status_code, made.status_code, taken.status_code) == (404, 201, 409)
    assert "Idempotent-Replayed" not in made.headers


async def test_a_repeat_while_the_first_is_under_way_is_a_conflict(city: Holder, admin: asyncpg.Connection) -> None:
    async def post() -> httpx.Response:
        return await city.http.post(f"{city.path}/engagements", json=engagement(), headers=keyed("k"))

    async with admin.transaction():
        await admin.fetchval("SELECT seq FROM ledger_head WHERE city_id = $1 FOR UPDATE", city.id)
        first = asyncio.create_task(post())
        second = await until(409, post, first)
    made = await first
    third = await post()

    assert second.headers["Retry-After"]
    assert (made.status_code, third.content) == (201, made.content)


async def until(
    status: int, post: Callable[[], Awaitable[httpx.Response]], first: asyncio.Task[httpx.Response]
) -> httpx.Response:
    """Post once the first request holds the key, which it does before it waits for the chain."""
    await asyncio.sleep(0.3)
    assert not first.done()
    answer = await post()
    assert answer.status_code == status, answer.text
    return answer


async def test_two_at_once_write_once(city: Holder) -> None:
    answers = await asyncio.gather(
        *(city.http.post(f"{city.path}/engagements", json=engagement(), headers=keyed("k")) for _ in range(6))
    )

    statuses = {answer.status_code for answer in answers}
    assert statuses <= {201, 409}
    assert len({answer.content for answer in answers if answer.status_code == 201}) == 1
    assert len((await city.http.get(f"{city.path}/engagements")).json()["items"]) == 1


async def test_a_repeated_key_creation_does_not_show_the_secret(city: Holder) -> None:
    first = await city.http.post("/v1/keys", json={"name": "x"}, headers=keyed("k"))
    second = await city.http.post("/v1/keys", json={"name": "x"}, headers=keyed("k"))
    rotated = [
        await city.http.post(f"/v1/keys/{first.json()['id']}/rotate", json={}, headers=keyed("r")) for _ in range(2)
    ]

    assert (first.status_code, second.status_code) == (201, 201)
    assert second.json() == {**first.json(), "secret": None}
    assert rotated[1].json() == {**rotated[0].json(), "secret": None}
    assert rotated[0].json()["secret"]


async def test_a_repeated_batch_gets_its_results_again(city: Holder) -> None:
    rows = [engagement(external_id="a"), engagement(external_id="b", kind="party")]
    path = f"{city.path}/engagements/batch"

    first = await city.http.post(path, json=rows, headers=keyed("k"))
    second = await city.http.post(path, json=rows, headers=keyed("k"))
    without = await city.http.post(path, json=rows)
    other = await city.http.post(path, params={"atomic": "true"}, json=rows, headers=keyed("k"))

    assert (first.status_code, second.content) == (200, first.content)
    assert second.headers["Idempotent-Replayed"] == "true"
    assert (first.json()["created"], without.json()["unchanged"], other.status_code) == (1, 1, 422)


@pytest.mark.parametrize("query", [{"mode": "validate"}, {"atomic": "true"}])
async def test_a_batch_that_wrote_nothing_is_not_remembered(city: Holder, query: dict[str, str]) -> None:
    rows = [engagement(external_id="a"), engagement(external_id="b", kind="party")]
    path = f"{city.path}/engagements/batch"
    await city.http.post(path, params=query, json=rows, headers=keyed("k"))

    stored = await city.http.post(path, json=rows, headers=keyed("k"))

    assert (stored.status_code, stored.json()["created"]) == (200, 1)
    assert "Idempotent-Replayed" not in stored.headers
