"""Three processes behind nginx are one service: what one does, all of them know at once."""

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import asyncpg
import httpx

from proxeny_api.changes.verify import verify
from tests.make import Holder, cost, engagement, outcome
from tests.many import cluster
from tests.many.cluster import Cluster

T = TypeVar("T")
ROWS = 120


def at_once(*calls: Callable[[], T]) -> list[T]:
    """Make all calls at the same time."""
    together = threading.Barrier(len(calls))

    def made(call: Callable[[], T]) -> T:
        together.wait()
        return call()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(made, calls))


def rows(title: str = "Visit (made up)") -> list[dict[str, Any]]:
    """Return rows of external ids, each with a cost and an outcome."""
    return [
        engagement(
            external_id=f"row-{number}",
            title=title,
            costs=[cost(external_id=f"cost-{number}")],
            outcomes=[outcome(external_id=f"outcome-{number}")],
        )
        for number in range(ROWS)
    ]


async def numbers(admin: asyncpg.Connection, city: Holder) -> list[int]:
    """Return the numbers of all entries of a city's chain."""
    found = await admin.fetch("SELECT seq FROM ledger_entry WHERE city_id = $1 ORDER BY seq", city.id)
    return [row["seq"] for row in found]


async def test_a_key_revoked_on_one_is_refused_by_all_from_the_next_request(three: Cluster, city: Holder) -> None:
    made = [three.client(three.servers[0], city.key).post("/v1/keys", json={"name": "x"}).json() for _ in range(3)]
    clients = [three.client(address, key["secret"]) for key in made for address in three.everywhere]
    doors: list[Callable[[httpx.Client], httpx.Response]] = [
        lambda asker: asker.get(f"{city.path}/engagements"),
        lambda asker: asker.get("/v1/me"),
        lambda asker: asker.post(f"{city.path}/engagements", json=engagement()),
        lambda asker: asker.post(f"{city.path}/engagements/batch", json=[engagement()]),
        lambda asker: asker.get(f"{city.path}/changes"),
        lambda asker: asker.get(f"{city.path}/engagements", params={"no": "such"}),
    ]
    # Every process has each key in mind, read from the database a moment ago.
    before = [asker.get(f"{city.path}/engagements").status_code for asker in clients for _ in range(4)]

    for key in made:
        ended = three.client(three.servers[1], city.key).delete(f"/v1/keys/{key['id']}")
        assert ended.status_code == 204
    after = [door(asker).status_code for asker in clients for door in doors]

    assert set(before) == {200}
    assert set(after) == {401}


async def test_a_key_rotated_without_overlap_is_refused_by_all(three: Cluster, city: Holder) -> None:
    key = three.client(three.servers[0], city.key).post("/v1/keys", json={"name": "x"}).json()
    clients = three.clients(key["secret"])
    before = [asker.get(f"{city.path}/costs").status_code for asker in clients]

    three.client(three.servers[2], city.key).post(f"/v1/keys/{key['id']}/rotate", json={"overlap_hours": 0})
    after = [asker.get(f"{city.path}/costs").status_code for asker in clients]

    assert (before, after) == ([200] * 3, [401] * 3)


async def test_one_idempotency_key_at_all_at_once_is_done_once(
    three: Cluster, city: Holder, admin: asyncpg.Connection
) -> None:
    headers = {"Idempotency-Key": "the-same"}
    clients = three.clients(city.key) * 3

    def post(asker: httpx.Client) -> httpx.Response:
        return asker.post(f"{city.path}/engagements", json=engagement(), headers=headers)

    answers = at_once(*(lambda asker=asker: post(asker) for asker in clients))
    later = [post(asker) for asker in clients]

    assert {answer.status_code for answer in answers} <= {201, 409}
    assert {answer.status_code for answer in later} == {201}
    assert len({answer.content for answer in [*answers, *later] if answer.status_code == 201}) == 1
    assert len({answer.headers["Proxeny-Position"] for answer in later}) == 1
    assert [answer.headers["Idempotent-Replayed"] for answer in later] == ["true"] * len(later)
    assert await admin.fetchval("SELECT count(*) FROM engagement WHERE city_id = $1", city.id) == 1


async def test_the_same_rows_at_all_at_once_are_created_once(
    three: Cluster, city: Holder, admin: asyncpg.Connection
) -> None:
    posts = [
        lambda asker=asker: asker.post(f"{city.path}/engagements/batch", json=rows())
        for asker in three.clients(city.key)
    ]

    answers = [answer.json() for answer in at_once(*posts)]

    for place in range(ROWS):
        became = Counter(answer["results"][place]["status"] for answer in answers)
        assert became == {"created": 1, "unchanged": 2}
    assert len({result["id"] for answer in answers for result in answer["results"]}) == ROWS
    found = await numbers(admin, city)
    assert found == list(range(1, len(found) + 1))


async def test_other_content_of_the_same_rows_is_an_update_and_the_ledger_stays_whole(
    three: Cluster, city: Holder, admin: asyncpg.Connection
) -> None:
    posts = [
        lambda asker=asker, title=title: asker.post(f"{city.path}/engagements/batch", json=rows(title))
        for asker, title in zip(three.clients(city.key), ("One", "Two", "Three"), strict=True)
    ]

    answers = [answer.json() for answer in at_once(*posts)]

    for place in range(ROWS):
        became = Counter(answer["results"][place]["status"] for answer in answers)
        assert became == {"created": 1, "updated": 2}
    found = await numbers(admin, city)
    assert found == list(range(1, len(found) + 1))
    assert (await verify(admin, city.code)).sound


async def test_entries_of_all_are_in_the_order_of_time(three: Cluster, city: Holder, admin: asyncpg.Connection) -> None:
    posts = [
        lambda asker=asker: [asker.post(f"{city.path}/costs", json=cost()).status_code for _ in range(15)]
        for asker in three.clients(city.key)
    ]

    made = at_once(*posts)

    assert [status for each in made for status in each] == [201] * 45
    instants = await admin.fetch("SELECT at FROM ledger_entry WHERE city_id = $1 ORDER BY seq", city.id)
    assert [row["at"] for row in instants] == sorted(row["at"] for row in instants)


async def test_a_figure_after_a_write_to_one_is_the_same_new_one_on_all(three: Cluster, city: Holder) -> None:
    path = f"{city.path}/impact"
    clients = [three.client(address, city.key) for address in three.everywhere]
    clients[0].post(f"{city.path}/engagements", json=engagement(costs=[cost("100.00")]))
    first = [asker.get(path) for asker in clients * 2]

    written = clients[1].post(f"{city.path}/engagements", json=engagement(costs=[cost("11.00")]))
    second = [asker.get(path) for asker in clients * 2]
    known = [asker.get(path, headers={"If-None-Match": second[0].headers["ETag"]}) for asker in clients]

    assert written.status_code == 201
    for answers in (first, second):
        assert len({(answer.content, answer.headers["ETag"]) for answer in answers}) == 1
    assert first[0].headers["ETag"] != second[0].headers["ETag"]
    assert spent(first[0]) == "100.00"
    assert spent(second[0]) == "111.00"
    assert [answer.status_code for answer in known] == [304] * len(clients)


def spent(answer: httpx.Response) -> str:
    """Return what a city spent in all."""
    figures = {figure["indicator"]: figure for figure in answer.json()["total"]["figures"]}
    value: str = figures["cost.total"]["value"]
    return value


async def test_a_cursor_of_one_goes_on_at_another(three: Cluster, city: Holder) -> None:
    clients = three.clients(city.key)
    clients[0].post(f"{city.path}/engagements/batch", json=rows())
    found: list[str] = []
    params = {"limit": "25"}

    for turn in range(ROWS):
        page = clients[turn % 3].get(f"{city.path}/engagements", params=params).json()
        found += [item["external_id"] for item in page["items"]]
        if page["next_cursor"] is None:
            break
        params["cursor"] = page["next_cursor"]

    assert sorted(found) == sorted(row["external_id"] for row in rows())


async def test_a_limit_holds_for_all_together(admin_url: str, login_url: str, city: Holder) -> None:
    quota = 90

    with cluster.running(admin_url, PROXENY_KEY_RATE=str(quota), PROXENY_RATE_WINDOW="120") as limited:
        askers = [limited.client(limited.front, city.key) for _ in range(4)]
        calls = [lambda asker=asker: [asker.get(city.path) for _ in range(40)] for asker in askers]
        answers = [answer for each in at_once(*calls) for answer in each]
        straight = [asker.get(city.path).status_code for asker in limited.clients(city.key)]

    found = Counter(answer.status_code for answer in answers)
    assert found.keys() == {200, 429}
    assert quota * 0.9 <= found[200] <= quota
    assert 429 in straight
    assert {answer.headers["RateLimit-Policy"] for answer in answers} == {f'"key";q={quota};w=120'}


def test_a_forwarded_address_is_counted_and_not_the_proxys(admin_url: str, login_url: str) -> None:
    with cluster.running(admin_url, PROXENY_ADDRESS_RATE="5", PROXENY_RATE_WINDOW="120") as limited:
        # nginx appends its own peer, which is trusted here as 127.0.0.1 is: what stands before it counts.
        first = [httpx.get(f"{limited.front}/v1/indicators", headers=via("203.0.113.1")) for _ in range(9)]
        other = [httpx.get(f"{limited.front}/v1/indicators", headers=via("203.0.113.2")) for _ in range(5)]

    assert Counter(answer.status_code for answer in first) == {200: 5, 429: 4}
    assert {answer.status_code for answer in other} == {200}


def via(address: str) -> dict[str, str]:
    return {"X-Forwarded-For": address}
