"""Keys: shown once, within the scopes of their maker, refused once they have ended."""

from typing import Any

import asyncpg
import httpx

from proxeny_api.keys import secret
from tests.conftest import PEPPER
from tests.make import Holder, World, engagement, with_key

RANDOM_ID = "01939c1e-7f6a-7000-8000-3d1f5b8a2c4e"


async def issue(holder: Holder, **wanted: Any) -> dict[str, Any]:
    """Issue a key and return the answer's body."""
    made = await holder.http.post("/v1/keys", json={"name": "a key", **wanted})
    assert made.status_code == 201, made.text
    body: dict[str, Any] = made.json()
    return body


async def test_a_secret_is_shown_once_and_stored_nowhere(city: Holder, admin: asyncpg.Connection) -> None:
    made = await issue(city, days=7)

    read = (await city.http.get("/v1/keys")).json()["items"]
    [row] = await admin.fetch("SELECT api_key::text AS text, mac FROM api_key WHERE id = $1", made["id"])
    told = await admin.fetchval("SELECT string_agg(body, '') FROM ledger_entry WHERE city_id = $1", city.id)

    assert made["secret"].startswith("pxk_city_test_")
    assert [name for each in read for name in each if name == "secret"] == []
    assert made["secret"] not in row["text"] + told
    assert row["mac"] == secret.mac(made["secret"], PEPPER.encode())
    assert (made["owner"], made["kind"], made["scopes"], made["revoked_at"]) == (
        city.code,
        "city",
        ["read", "write"],
        None,
    )


async def test_me_tells_whose_key_it_is(world: World, city: Holder, network: Holder) -> None:
    for client, kind, owner, identity in [
        (city.http, "city", city.code, city.id),
        (network.http, "network", network.code, network.id),
        (world.operator, "operator", None, None),
    ]:
        me = (await client.get("/v1/me")).json()

        assert (me["kind"], me["owner"], me["owner_id"], me["scopes"]) == (
            kind,
            owner,
            identity,
            ["keys", "read", "write"],
        )


async def test_every_bad_key_gets_the_same_answer(world: World, city: Holder, admin: asyncpg.Connection) -> None:
    expired, revoked = await issue(city), await issue(city)
    await admin.execute("UPDATE api_key SET expires_at = now() WHERE id = $1", expired["id"])
    await city.http.delete(f"/v1/keys/{revoked['id']}")
    good = city.key
    headers = [
        None, "", "Bearer", "Bearer ", f"Basic {good}", good, f"Bearer {good}x", f"Bearer {good[:-1]}",
        f"Bearer {secret.mint('city', 'test')}", f"Bearer {good[:-1]}{'0' if good[-1] != '0' else '1'}",
        f"Bearer {expired['secret']}", f"Bearer {revoked['secret']}", "Bearer \u00e9",
    ]  # fmt: skip

    answers = [
        await world.anonymous.get(city.path, headers={b"Authorization": each.encode()} if each is not None else {})
        for each in headers
    ]

    def shown(answer: httpx.Response) -> tuple[int, str | None, dict[str, Any]]:
        body = {name: value for name, value in answer.json().items() if name != "request_id"}
        return answer.status_code, answer.headers.get("WWW-Authenticate"), body

    assert [shown(answer) for answer in answers] == [shown(answers[0])] * len(answers)
    assert shown(answers[0])[:2] == (401, 'Bearer realm="proxeny"')


async def test_a_key_may_do_what_its_scopes_say(world: World, city: Holder) -> None:
    reader = with_key(world.anonymous, (await issue(city, scopes=["read"]))["secret"])
    writer = with_key(world.anonymous, (await issue(city, scopes=["write"]))["secret"])

    reads = [await client.get(f"{city.path}/engagements") for client in (reader, writer)]
    writes = [await client.post(f"{city.path}/engagements", json=engagement()) for client in (reader, writer)]
    batch = await reader.post(f"{city.path}/engagements/batch", json=[])
    keys = [await reader.get("/v1/keys"), await writer.post("/v1/keys", json={"name": "x"})]

    assert [answer.status_code for answer in reads] == [200, 403]
    assert [answer.status_code for answer in writes] == [403, 201]
    assert [answer.status_code for answer in [batch, *keys]] == [403, 403, 403]
    assert "write" in writes[0].json()["detail"]
    assert "keys" in keys[0].json()["detail"]


async def test_a_key_makes_no_key_that_may_do_more(world: World, city: Holder) -> None:
    maker = with_key(world.anonymous, (await issue(city, scopes=["write", "keys"]))["secret"])

    beyond = await maker.post("/v1/keys", json={"name": "x", "scopes": ["read"]})
    within = await maker.post("/v1/keys", json={"name": "x", "scopes": ["write"]})

    assert (beyond.status_code, within.status_code) == (403, 201)


async def test_a_key_is_made_for_oneself_only(world: World, city: Holder, neighbour: Holder, network: Holder) -> None:
    async def status(client: httpx.AsyncClient, **wanted: str) -> int:
        return (await client.post("/v1/keys", json={"name": "x", **wanted})).status_code

    assert await status(city.http, city=city.code) == await status(city.http, city=city.id) == 201
    assert await status(city.http, city=neighbour.code) == await status(city.http, city="no-such") == 404
    assert await status(city.http, network=network.code) == await status(network.http, city=city.code) == 404
    assert await status(network.http) == await status(network.http, network=network.code) == 201
    assert await status(world.operator) == 403
    assert await status(world.operator, city=city.code, network=network.code) == 422
    assert await status(world.operator, city="no-such") == 404


async def test_a_revoked_key_is_refused_from_the_next_request(world: World, city: Holder) -> None:
    made = await issue(city)
    client = with_key(world.anonymous, made["secret"])
    before = await client.get("/v1/me")

    revoked = await city.http.delete(f"/v1/keys/{made['id']}")
    again = await city.http.delete(f"/v1/keys/{made['id']}")
    after = await client.get("/v1/me")

    assert (before.status_code, revoked.status_code, again.status_code, after.status_code) == (200, 204, 204, 401)


async def test_a_rotated_key_goes_on_for_the_overlap(world: World, city: Holder) -> None:
    made = await issue(city, days=30)

    short = await city.http.post(f"/v1/keys/{made['id']}/rotate", json={"overlap_hours": 1})
    old_still = await with_key(world.anonymous, made["secret"]).get("/v1/me")
    at_once = await city.http.post(f"/v1/keys/{short.json()['id']}/rotate", json={"overlap_hours": 0})
    ended = await with_key(world.anonymous, short.json()["secret"]).get("/v1/me")
    twice = await city.http.post(f"/v1/keys/{short.json()['id']}/rotate", json={})

    assert (short.status_code, old_still.status_code, at_once.status_code, ended.status_code) == (201, 200, 201, 401)
    assert twice.status_code == 403
    assert short.json()["scopes"] == made["scopes"]


async def test_keys_of_others_are_not_there(world: World, city: Holder, neighbour: Holder, network: Holder) -> None:
    made = await issue(neighbour)

    for holder in (city, network):
        listed = (await holder.http.get("/v1/keys")).json()["items"]
        answers = [
            await holder.http.delete(f"/v1/keys/{made['id']}"),
            await holder.http.delete(f"/v1/keys/{RANDOM_ID}"),
            await holder.http.post(f"/v1/keys/{made['id']}/rotate", json={}),
            await holder.http.post(f"/v1/keys/{RANDOM_ID}/rotate", json={}),
        ]

        assert {each["owner"] for each in listed} == {holder.code}
        assert [answer.status_code for answer in answers] == [404] * 4
    assert (await world.operator.delete(f"/v1/keys/{made['id']}")).status_code == 204
