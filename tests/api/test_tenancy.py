"""Every door of the document tried on what is another's: the answer is that for a random id."""

from typing import Any, NamedTuple

import httpx
import pytest
from fastapi import FastAPI

from tests.api.doors import DOORS, OF_NOBODY, Target, attempt, operations, seen
from tests.api.scenes import post, record
from tests.make import Holder, World, cost, engagement, outcome, with_key

LEVELS = ("none", "totals", "indicators", "records")
NEEDED = {
    "get_city": "totals",
    "list_memberships": "totals",
    "get_membership": "totals",
    "get_city_impact": "indicators",
    "get_tornado": "indicators",
    **dict.fromkeys(
        ("list_engagements", "get_engagement", "get_engagement_by_external_id", "list_costs", "get_cost",
         "list_outcomes", "get_outcome", "list_proxies", "get_proxy",
         "get_lineage"), "records",
    ),
}  # fmt: skip
OPERATORS = {"create_city", "get_city", "update_city", "create_network", "get_network", "update_network", "create_key",
             "rotate_key", "revoke_key", "load_rates", "load_price_indices"}  # fmt: skip
OVERVIEWS = {"list_cities", "list_networks", "list_keys", "get_me"}
ASKERS = ("city", "stranger", "left", *LEVELS)


class Scene(NamedTuple):
    """A city with records, and everybody who may try them."""

    victim: Holder
    askers: dict[str, httpx.AsyncClient]
    targets: dict[str, Target]
    private: Target
    doors: dict[str, tuple[str, str]]
    own: Holder


@pytest.fixture(scope="module")
async def scene(world: World, app: FastAPI) -> Scene:
    """Make a city in a network at each level of sharing, and others who are in none of them."""
    victim, own = await world.city(), await world.city()
    networks = {name: await world.network() for name in ("stranger", "left", *LEVELS)}
    public = await record(victim, list(networks.values()), "public", "public")
    private = await record(victim, list(networks.values()), "private", "private")
    targets = {"city": public, "stranger": public}
    targets["city"] = public._replace(membership=(await world.joins(victim, await world.network()))["id"])
    targets["stranger"] = targets["city"]
    for name in ("left", *LEVELS):
        joined = {"network": networks[name].code, "sharing": "records" if name == "left" else name}
        ended = {"left_on": "2020-01-01"} if name == "left" else {}
        membership = await post(victim, "memberships", {**joined, **ended})
        await post(victim, "costs", cost("5", membership=membership["id"]))
        targets[name] = public._replace(membership=membership["id"])
    foreign = await world.network()
    targets = {name: target._replace(network=foreign.code) for name, target in targets.items()}
    askers = {"city": own.http, **{name: network.http for name, network in networks.items()}}
    return Scene(victim, askers, targets, private._replace(network=foreign.code), operations(app.openapi()), own)


async def test_no_door_is_without_a_case(app: FastAPI) -> None:
    assert set(operations(app.openapi())) == set(DOORS) | OF_NOBODY


def may(asker: str, name: str) -> bool:
    """Tell whether an asker may do this with what is the city's."""
    if asker == "city":
        return name == "get_network"
    return asker in LEVELS and name in NEEDED and LEVELS.index(asker) >= LEVELS.index(NEEDED[name])


@pytest.mark.parametrize("name", DOORS)
async def test_what_is_anothers_answers_as_if_it_were_not_there(scene: Scene, name: str) -> None:
    for asker in ASKERS:
        target = scene.targets[asker]
        for headers in ({}, {"If-None-Match": "*"}, {"Idempotency-Key": "k"}):
            there = await attempt(scene.askers[asker], scene.doors[name], name, target, headers)
            not_there = await attempt(scene.askers[asker], scene.doors[name], name, Target(), headers)

            if name in OVERVIEWS:
                assert (scene.victim.code in there.text) == (
                    name == "list_cities" and may(asker, "get_city") and not headers.get("If-None-Match")
                )
            elif may(asker, name):
                assert there.status_code in {200, 304}, (asker, there.text)
            else:
                assert seen(there, target) == seen(not_there, Target()), asker
                assert "SECRET" not in there.text


@pytest.mark.parametrize("name", [name for name in DOORS if name not in {"create_network", "update_network"}])
async def test_what_is_private_is_seen_at_no_level_of_sharing(scene: Scene, name: str) -> None:
    for asker in ("stranger", "left", *LEVELS):
        answer = await attempt(scene.askers[asker], scene.doors[name], name, scene.private)

        assert "SECRET private" not in answer.text
        assert "outcome-private" not in answer.text


@pytest.mark.parametrize("name", [name for name in DOORS if name != "get_me"])
async def test_nobody_gets_the_same_refusal_for_everything(scene: Scene, world: World, name: str) -> None:
    target = scene.targets["city"]

    there = await attempt(world.anonymous, scene.doors[name], name, target)
    not_there = await attempt(world.anonymous, scene.doors[name], name, Target())

    assert seen(there, target) == seen(not_there, Target())
    assert (there.status_code, there.headers["WWW-Authenticate"]) == (401, 'Bearer realm="proxeny"')


@pytest.mark.parametrize("name", [name for name in DOORS if name not in OPERATORS])
async def test_the_operator_sees_no_records(scene: Scene, world: World, name: str) -> None:
    target = scene.targets["city"]

    there = await attempt(world.operator, scene.doors[name], name, target)
    not_there = await attempt(world.operator, scene.doors[name], name, Target())

    if name in OVERVIEWS:
        assert there.status_code == 200
    else:
        assert seen(there, target) == seen(not_there, Target())
        assert there.status_code == 403


@pytest.mark.parametrize("name", DOORS)
async def test_ids_of_another_city_are_unknown_in_ones_own(scene: Scene, world: World, name: str) -> None:
    if "{city}" not in scene.doors[name][1]:
        return
    city = await world.city()
    again = city if scene.doors[name][0] == "get" else await world.city()
    theirs, nobodys = scene.targets["city"]._replace(city=city.code, network="no-such-network"), Target(again.code)

    there = await attempt(city.http, scene.doors[name], name, theirs)
    not_there = await attempt(again.http, scene.doors[name], name, nobodys)

    assert seen(there, theirs)[:2] == seen(not_there, nobodys)[:2]
    assert "77.01" not in there.text


async def test_ones_own_cost_and_outcome_cannot_be_hung_on_anothers(scene: Scene) -> None:
    own, theirs = scene.own, scene.targets["city"]
    its_cost, its_outcome = await post(own, "costs", cost()), await post(own, "outcomes", outcome())

    def tries(target: Target) -> list[tuple[str, dict[str, Any]]]:
        return [
            (f"costs/{its_cost['id']}", {"engagement": target.engagement}),
            (f"costs/{its_cost['id']}", {"membership": target.membership}),
            (f"outcomes/{its_outcome['id']}", {"credits": [{"engagement": target.engagement, "credit": "0.1"}]}),
        ]

    for there, not_there in zip(tries(theirs), tries(Target()), strict=True):
        answers = [
            await own.http.patch(f"{own.path}/{path}", json=changes, headers={"If-Match": "*"})
            for path, changes in (there, not_there)
        ]

        assert answers[0].status_code == 404
        assert seen(answers[0], theirs) == seen(answers[1], Target())


async def test_a_cursor_of_another_is_refused(scene: Scene, world: World) -> None:
    for _ in range(2):
        await post(scene.victim, "engagements", engagement())
    cursor = (await scene.victim.http.get(f"{scene.victim.path}/engagements", params={"limit": 1})).json()[
        "next_cursor"
    ]

    answers = [
        await client.get(f"{path}/engagements", params={"cursor": cursor, "limit": 1})
        for client, path in [
            (scene.own.http, scene.own.path),
            (scene.askers["records"], scene.victim.path),
            (scene.own.http, scene.victim.path),
        ]
    ]

    assert [answer.status_code for answer in answers] == [400, 400, 404]


async def test_another_citys_idempotency_key_and_external_id_are_free(scene: Scene) -> None:
    said = engagement(external_id="there-public", outcomes=[outcome(external_id="outcome-public")])

    made = await scene.own.http.post(f"{scene.own.path}/engagements", json=said, headers={"Idempotency-Key": "theirs"})

    assert made.status_code == 201
    assert [credit["engagement"] for credit in made.json()["outcomes"][0]["credits"]] == [made.json()["id"]]


async def test_a_key_of_the_city_itself_sees_it_all(scene: Scene, world: World) -> None:
    client = with_key(world.anonymous, scene.victim.key)

    read = await client.get(f"{scene.victim.path}/engagements/{scene.private.engagement}")

    assert read.json()["title"] == "SECRET private"
