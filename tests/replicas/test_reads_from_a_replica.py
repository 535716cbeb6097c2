"""Reads come from a replica, say how old they are, and show what the asker demands."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from proxeny_api.replicas.reads import BEHIND_SECONDS
from tests.api.doors import DOORS, Target, attempt, operations
from tests.make import Holder
from tests.replicas.staging import AS_OF, DEMAND, POSITION, Stage, age, listed, post


async def test_a_read_comes_from_the_replica_and_says_how_old_it_is(stage: Stage, city: Holder) -> None:
    written = await post(city)
    await stage.caught_up()

    answer = await listed(city)

    assert [item["id"] for item in answer.json()["items"]] == [written.json()["id"]]
    assert timedelta(0) <= age(answer) < timedelta(seconds=5)
    assert answer.headers[POSITION] == written.headers[POSITION]


async def test_reads_of_every_sort_come_from_the_replica(stage: Stage, city: Holder) -> None:
    network = await stage.world.network()
    await stage.world.joins(city, network)
    made = await post(city)
    await stage.caught_up()
    record = f"{city.path}/engagements/{made.json()['id']}"

    paths = (record, f"{city.path}/impact", f"{city.path}/costs", "/v1/keys", "/v1/rates?currency=USD", "/v1/cities")
    answers = [await city.http.get(path) for path in paths]
    answers.append(await stage.world.operator.get("/v1/cities"))
    answers.append(await network.http.get(f"/v1/networks/{network.code}/impact"))
    answers.append(await city.http.get(f"{city.path}/engagements/{network.id}"))

    assert [answer.status_code for answer in answers] == [200] * 8 + [404]
    assert all(AS_OF in answer.headers for answer in answers)


async def test_every_door_that_is_said_to_lag_does_and_no_other(stage: Stage, city: Holder) -> None:
    document = (await city.http.get("/openapi.json")).json()
    found, told = set(), set()

    for name, (method, path) in operations(document).items():
        if method == "get" and name in DOORS:
            answer = await attempt(city.http, (method, path), name, Target(city=city.code))
            parameters = document["paths"][path][method].get("parameters", ())
            found |= {name} if AS_OF in answer.headers else set()
            told |= {name} if DEMAND in {parameter["name"] for parameter in parameters} else set()

    assert found == told
    assert len(found) > 20


async def test_what_may_not_lag_comes_from_the_primary(stage: Stage, city: Holder, paused: None) -> None:
    now = datetime.now(UTC).isoformat().replace("+00:00", "Z")
    await post(city)

    feed = await city.http.get(f"{city.path}/changes")
    past = await city.http.get(f"{city.path}/impact", params={"as_of": now})
    fresh = await listed(city, Cache_Control="no-cache")

    assert feed.json()["items"][-1]["resource"] == "engagement"
    assert not any(AS_OF in answer.headers for answer in (feed, past, fresh))
    assert len(fresh.json()["items"]) == 1


async def test_a_replica_that_stands_still_says_how_old_its_answer_is(stage: Stage, city: Holder, paused: None) -> None:
    before = datetime.now(UTC)
    await post(city)
    await asyncio.sleep(1.1)

    answer = await listed(city)

    assert answer.json()["items"] == []
    assert age(answer) > timedelta(seconds=1)
    assert datetime.fromisoformat(answer.headers[AS_OF]) <= before
    assert answer.headers[POSITION].startswith(f"{city.id}:")


async def test_a_position_that_is_demanded_is_shown(stage: Stage, city: Holder, paused: None) -> None:
    written = await post(city)

    answer = await listed(city, Proxeny_Min_Position=written.headers[POSITION])
    older = await listed(city, Proxeny_Min_Position=f"{city.id}:1")

    assert (len(answer.json()["items"]), len(older.json()["items"])) == (1, 0)
    assert (AS_OF in answer.headers, AS_OF in older.headers) == (False, True)
    assert answer.headers[POSITION] == written.headers[POSITION]


async def test_a_replica_is_waited_for_a_little(stage: Stage, city: Holder) -> None:
    # One that was late a moment ago is not waited for.
    await asyncio.sleep(BEHIND_SECONDS + 0.2)
    await city.http.get(city.path)
    await stage.pair.pause()
    written = await post(city)

    reading = asyncio.create_task(listed(city, Proxeny_Min_Position=written.headers[POSITION]))
    await asyncio.sleep(0.05)
    await stage.pair.resume()
    answer = await reading

    assert len(answer.json()["items"]) == 1
    assert AS_OF in answer.headers


@pytest.mark.parametrize(
    "written", ["", "x", "1:2", "{city}:", "{city}:-1", "{city}:1;{city}:2", "{city}:1" + "0" * 18]
)
async def test_a_position_that_cannot_be_read_is_refused(stage: Stage, city: Holder, written: str) -> None:
    refused = await city.http.get(city.path, headers={DEMAND: written.format(city=city.id)})

    assert refused.status_code == 400
    assert refused.json()["errors"][0]["pointer"].lower() == f"/header/{DEMAND}".lower()


async def test_a_chain_of_nobody_is_never_reached_and_the_primary_answers(stage: Stage, city: Holder) -> None:
    answer = await listed(city, Proxeny_Min_Position=f"01939c1e-7f6a-7000-8000-3d1f5b8a2c4e:1, {city.id}:1")

    assert AS_OF not in answer.headers


async def test_a_revoked_key_is_refused_while_the_replica_knows_nothing_of_it(
    stage: Stage, city: Holder, paused: None
) -> None:
    revoked = await city.http.delete(f"/v1/keys/{(await city.http.get('/v1/me')).json()['key_id']}")

    answer = await city.http.get(f"{city.path}/engagements")

    assert (revoked.status_code, answer.status_code) == (204, 401)


async def test_a_withdrawn_consent_holds_while_the_replica_knows_nothing_of_it(stage: Stage, city: Holder) -> None:
    network = await stage.world.network()
    membership = await stage.world.joins(city, network)
    await post(city)
    await stage.caught_up()
    before = await network.http.get(f"{city.path}/engagements")
    await stage.pair.pause()

    changed = await city.http.patch(
        f"{city.path}/memberships/{membership['id']}", json={"sharing": "none"}, headers={"If-Match": "*"}
    )
    after = await network.http.get(f"{city.path}/engagements")
    await stage.pair.resume()

    assert (before.status_code, AS_OF in before.headers) == (200, True)
    assert (changed.status_code, after.status_code, AS_OF in after.headers) == (200, 404, False)


async def test_an_old_figure_is_never_kept_as_a_new_one(stage: Stage, city: Holder) -> None:
    path = f"{city.path}/impact"
    await post(city)
    await stage.caught_up()
    first = await city.http.get(path)
    await stage.pair.pause()
    written = await post(city)

    old = [await city.http.get(path) for _ in range(2)]
    new = [await city.http.get(path, headers={DEMAND: written.headers[POSITION]}) for _ in range(2)]
    still = await city.http.get(path, headers={"If-None-Match": new[0].headers["ETag"]})
    known = await city.http.get(path, headers={"If-None-Match": old[0].headers["ETag"]})
    await stage.pair.resume()
    await stage.caught_up()
    last = await city.http.get(path)

    assert {answer.content for answer in old} == {first.content}
    assert len({answer.content for answer in (*new, last)}) == 1
    assert len({answer.headers["ETag"] for answer in (*new, last)}) == 1
    assert new[0].headers["ETag"] != old[0].headers["ETag"] == first.headers["ETag"]
    assert (still.status_code, known.status_code) == (200, 304)
    assert still.content == old[0].content
    assert (AS_OF in old[0].headers, AS_OF in new[0].headers, AS_OF in last.headers) == (True, False, True)


async def test_the_roles_hold_at_the_replica(stage: Stage, city: Holder) -> None:
    neighbour = await stage.world.city()
    made = await post(city)
    await stage.caught_up()

    foreign = await neighbour.http.get(f"{city.path}/engagements")
    own = await neighbour.http.get(f"{neighbour.path}/engagements/{made.json()['id']}")

    assert (foreign.status_code, own.status_code) == (404, 404)
    assert AS_OF in own.headers
