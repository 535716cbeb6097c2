"""What a record said is erased on request: out of every entry, with the chain sound and no figure silently wrong."""

import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from proxeny_api.changes.verify import VerifyReport, judge
from tests.make import Holder, World, budget, cost, engagement, outcome, proxy

SECRET = "SECRET of somebody"


async def post(city: Holder, path: str, body: dict[str, Any], **headers: str) -> dict[str, Any]:
    """Post a record and return it."""
    made = await city.http.post(f"{city.path}/{path}", json=body, headers=headers)
    assert made.status_code == 201, made.text
    record: dict[str, Any] = made.json()
    return record


async def patch(city: Holder, path: str, changes: dict[str, Any]) -> None:
    changed = await city.http.patch(f"{city.path}/{path}", json=changes, headers={"If-Match": "*"})
    assert changed.status_code == 200, changed.text


async def delete(city: Holder, path: str) -> None:
    gone = await city.http.delete(f"{city.path}/{path}", headers={"If-Match": "*"})
    assert gone.status_code == 204, gone.text


async def erase(city: Holder, resource: str, identity: str) -> dict[str, Any]:
    erased = await city.http.post(f"{city.path}/erasures", json={"resource": resource, "id": identity})
    assert erased.status_code == 200, erased.text
    told: dict[str, Any] = erased.json()
    return told


async def changes(city: Holder) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await city.http.get(f"{city.path}/changes", params={"limit": 1000})).json()["items"]
    return found


async def figures(city: Holder, **asked: str) -> str:
    """Return a city's figures, but for when they were asked for and where they lead."""
    answer = await city.http.get(f"{city.path}/impact", params={"group_by": "theme", **asked})
    assert answer.status_code == 200, answer.text
    told = ("indicator", "value", "status", "reason", "n", "interval", "currency")
    groups = [answer.json()["total"], *answer.json()["groups"]]
    return json.dumps(
        [[group["key"], *([figure[name] for name in told] for figure in group["figures"])] for group in groups]
    )


def now() -> str:
    return datetime.now(UTC).isoformat().replace("+00:00", "Z")


async def everything(admin: asyncpg.Connection, city: Holder) -> str:
    """Return all that the database has of a city, in every table."""
    tables = await admin.fetch(
        "SELECT DISTINCT table_name FROM information_schema.columns WHERE column_name = 'city_id'"
    )
    rows = [
        await admin.fetch(f"SELECT t::text FROM {table['table_name']} t WHERE city_id = $1", UUID(city.id))
        for table in tables
    ]
    answers = await admin.fetch(
        "SELECT convert_from(body, 'UTF8') FROM idempotent_answer WHERE city_id = $1", UUID(city.id)
    )
    return str([*rows, answers])


def secretive() -> dict[str, Any]:
    """Return an engagement that says what it should not, and so do its parts."""
    nested = {"costs": [cost(description=SECRET)], "outcomes": [outcome(title=SECRET)]}
    return engagement(title=SECRET, themes=["health"], **nested)


async def test_a_deleted_engagement_leaves_no_word_of_its_own(city: Holder, admin: asyncpg.Connection) -> None:
    made = await post(city, "engagements", secretive(), **{"Idempotency-Key": "k"})
    await patch(city, f"costs/{made['costs'][0]['id']}", {"amount": "7.00"})
    await patch(city, f"outcomes/{made['outcomes'][0]['id']}", {"status": "verified"})
    await delete(city, f"engagements/{made['id']}")
    assert SECRET in await everything(admin, city)

    await erase(city, "engagement", made["id"])

    assert SECRET not in await everything(admin, city)
    assert (await judge_in_peace(admin, city)).sound


async def judge_in_peace(admin: asyncpg.Connection, city: Holder) -> VerifyReport:
    """Return what verifying a city says."""
    async with admin.transaction():
        return await judge(admin, city.code)


async def test_an_entry_says_what_was_erased_and_by_whose_key(city: Holder) -> None:
    made = await post(city, "engagements", secretive())
    await delete(city, f"engagements/{made['id']}")
    before = await changes(city)
    me = (await city.http.get("/v1/me")).json()

    told = await erase(city, "engagement", made["id"])

    after = await changes(city)
    last = after[-1]
    assert (told["seq"], told["entries"], told["erased_at"]) == (len(before) + 1, 4, last["at"])
    assert (last["action"], last["resource"], last["resource_id"]) == ("erased", "engagement", made["id"])
    assert last["body"] is None
    assert last["actor_key"] == me["key_id"]
    assert [entry["hash"] for entry in after[:-1]] == [entry["hash"] for entry in before]
    gone = [entry for entry in after if entry["erased_at"] is not None]
    assert len(gone) == told["entries"]
    assert {entry["erased_at"] for entry in gone} == {last["at"]}
    assert all(entry["body"] is None and entry["body_hash"] for entry in gone)


@pytest.mark.parametrize("part", ["costs", "outcomes"])
async def test_of_a_part_that_was_removed_no_entry_shows_anything(
    city: Holder, admin: asyncpg.Connection, part: str
) -> None:
    body = (
        engagement(costs=[cost(description=SECRET)])
        if part == "costs"
        else engagement(outcomes=[outcome(title=SECRET)])
    )
    made = await post(city, "engagements", body)
    await delete(city, f"{part}/{made[part][0]['id']}")
    before = await figures(city)

    await erase(city, part.removesuffix("s"), made[part][0]["id"])

    assert SECRET not in await everything(admin, city)
    assert await figures(city) == before
    assert await figures(city, as_of=now()) == before
    assert (await judge_in_peace(admin, city)).sound


async def test_who_is_still_there_keeps_what_it_says_now(city: Holder, admin: asyncpg.Connection) -> None:
    made = await post(city, "engagements", secretive())
    await patch(city, f"engagements/{made['id']}", {"title": "A visit (made up)"})
    await patch(city, f"costs/{made['costs'][0]['id']}", {"description": None})
    await patch(city, f"outcomes/{made['outcomes'][0]['id']}", {"title": "A plan (made up)"})
    now_told = (await city.http.get(f"{city.path}/engagements/{made['id']}")).json()
    before = await figures(city)

    await erase(city, "engagement", made["id"])

    assert SECRET not in await everything(admin, city)
    assert (await city.http.get(f"{city.path}/engagements/{made['id']}")).json() == now_told
    assert (await changes(city))[-1]["body"] == now_told
    assert await figures(city) == before
    assert await figures(city, as_of=now()) == before
    assert (await judge_in_peace(admin, city)).sound


RECORDS: dict[str, tuple[str, dict[str, Any], dict[str, Any]]] = {
    "proxy": ("proxies", proxy(title=SECRET), {"title": "An hour (made up)"}),
    "budget": ("budgets", budget(source=SECRET), {"source": "Council (made up)"}),
    "cost": ("costs", cost(description=SECRET), {"description": None}),
    "outcome": ("outcomes", outcome(title=SECRET), {"title": "A plan (made up)"}),
}


@pytest.mark.parametrize("resource", [*RECORDS, "membership"])
async def test_every_kind_of_record_can_be_erased(
    city: Holder, world: World, admin: asyncpg.Connection, resource: str
) -> None:
    network = await world.network()
    joined = "memberships", {"network": network.code, "function": SECRET}, {"function": None}
    path, body, change = RECORDS.get(resource, joined)
    made = await post(city, path, body)
    await patch(city, f"{path}/{made['id']}", change)

    told = await erase(city, resource, made["id"])

    assert told["entries"] == 2
    assert SECRET not in await everything(admin, city)
    assert [entry["action"] for entry in await changes(city)][-2:] == ["erased", "updated"]
    assert (await judge_in_peace(admin, city)).sound


async def test_figures_of_the_time_that_was_erased_are_refused_and_none_is_wrong(city: Holder) -> None:
    await post(city, "engagements", engagement(themes=["health"], costs=[cost()]))
    untouched, of_then = now(), await figures(city)
    made = await post(city, "engagements", secretive())
    between = now()
    await delete(city, f"engagements/{made['id']}")
    after, of_after = now(), await figures(city)
    await erase(city, "engagement", made["id"])

    assert await figures(city, as_of=untouched) == of_then
    assert await figures(city, as_of=after) == of_after
    for path in ("impact", "impact/cost.total/lineage", "impact/tornado"):
        refused = await city.http.get(f"{city.path}/{path}", params={"as_of": between})
        assert (refused.status_code, refused.json()["type"]) == (410, "/problems/erased"), path
        assert SECRET not in refused.text


async def test_a_network_is_told_to_drop_it_and_gets_no_figure_without_it(
    city: Holder, network: Holder, world: World
) -> None:
    await world.joins(city, network)
    made = await post(city, "engagements", secretive() | {"networks": [{"network": network.code, "share": "1"}]})
    between = now()
    await delete(city, f"engagements/{made['id']}")
    await erase(city, "engagement", made["id"])

    feed = (await network.http.get(f"/v1/networks/{network.code}/changes")).json()["items"]
    refused = await network.http.get(f"/v1/networks/{network.code}/impact", params={"as_of": between})

    assert (feed[-1]["action"], feed[-1]["resource_id"], feed[-1]["body"]) == ("erased", made["id"], None)
    assert SECRET not in json.dumps(feed)
    assert refused.status_code == 410


async def test_what_was_private_is_erased_without_a_word_to_networks(
    city: Holder, network: Holder, world: World
) -> None:
    await world.joins(city, network)
    shared = {"networks": [{"network": network.code, "share": "1"}], "visibility": "private"}
    made = await post(city, "engagements", secretive() | shared)
    await delete(city, f"engagements/{made['id']}")
    await erase(city, "engagement", made["id"])

    assert made["id"] not in (await network.http.get(f"/v1/networks/{network.code}/changes")).text


async def test_a_repeated_request_shows_nothing_that_was_erased(city: Holder) -> None:
    body = secretive()
    made = await post(city, "engagements", body, **{"Idempotency-Key": "once"})
    kept = await post(city, "engagements", engagement(), **{"Idempotency-Key": "other"})
    await delete(city, f"engagements/{made['id']}")
    wanted = {"resource": "engagement", "id": made["id"]}
    first = await city.http.post(f"{city.path}/erasures", json=wanted, headers={"Idempotency-Key": "erasing"})

    again = await city.http.post(f"{city.path}/erasures", json=wanted, headers={"Idempotency-Key": "erasing"})
    other = await city.http.post(f"{city.path}/engagements", json=engagement(), headers={"Idempotency-Key": "other"})

    assert again.content == first.content
    assert other.json() == kept
    assert (await city.http.post(f"{city.path}/erasures", json=wanted)).status_code == 404


async def test_an_outcome_that_others_claim_too_is_erased_by_itself_alone(city: Holder) -> None:
    first = await post(city, "engagements", engagement(outcomes=[outcome(external_id="o", title=SECRET, credit="0.5")]))
    await post(city, "engagements", engagement(outcomes=[outcome(external_id="o", title=SECRET, credit="0.5")]))
    before = [entry for entry in await changes(city) if entry["resource"] == "outcome"]
    await erase(city, "engagement", first["id"])
    after = [entry for entry in await changes(city) if entry["resource"] == "outcome"]

    assert [entry["body"] for entry in before] == [entry["body"] for entry in after]


async def test_only_a_key_that_may_write_erases(city: Holder, world: World) -> None:
    made = await post(city, "engagements", secretive())
    issued = (await city.http.post("/v1/keys", json={"name": "reads", "scopes": ["read"]})).json()["secret"]
    wanted = {"resource": "engagement", "id": made["id"]}

    refused = await world.anonymous.post(
        f"{city.path}/erasures", json=wanted, headers={"Authorization": f"Bearer {issued}"}
    )

    assert refused.status_code == 403


async def test_the_function_of_the_database_erases_the_askers_own_and_alters_nothing(
    city: Holder, neighbour: Holder, admin: asyncpg.Connection
) -> None:
    await post(neighbour, "engagements", secretive())
    before = await admin.fetch("SELECT * FROM ledger_entry WHERE city_id = $1", UUID(neighbour.id))
    async with admin.transaction():
        await admin.execute(f"SET LOCAL ROLE city_actor; SET LOCAL app.city_id = '{city.id}'")
        await admin.fetchval("SELECT erase_entries(ARRAY[1, 2, 3, 4], now())")
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with admin.transaction():
                await admin.execute("UPDATE ledger_entry SET body = '{}'")

    assert await admin.fetch("SELECT * FROM ledger_entry WHERE city_id = $1", UUID(neighbour.id)) == before
    for role in ("network_actor", "operator_actor", "public_actor"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with admin.transaction():
                await admin.execute(f"SET LOCAL ROLE {role}; SELECT erase_entries(ARRAY[1], now())")
