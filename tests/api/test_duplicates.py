"""Outcomes that may be the same: which are, which are not, and how a city settles it."""

from decimal import Decimal
from typing import Any

import pytest

from tests.api.claiming import KEY, across, claims, duplicates, grant, ids, patch, post, through
from tests.make import Holder, World, engagement, outcome

ALIKE: list[tuple[dict[str, Any], dict[str, Any]]] = [
    (outcome(), outcome()),
    (outcome(title="Heat plan adopted by council"), outcome(title="HEAT-PLAN: adopted by the Council")),
    (outcome(title="Été à la plage"), outcome(title="ete a la plage")),
    (outcome(title="Ο σχεδιασμός για τη ζέστη"), outcome(title="ο σχεδιασμος για τη ζεστη")),
    (outcome(title="!!"), outcome(title="!!")),
    (outcome(occurred_on="2025-02-01"), outcome(occurred_on="2025-02-28")),
    (outcome(status="expected"), outcome(status="verified")),
    (grant(), {**grant(), "amount": "1000"}),
    ({**grant(), "quantity": "3", "unit": "trams"}, grant()),
    (outcome(quantity="3", unit="trams"), outcome(quantity="3.0", unit="trams")),
    (outcome(claim_key=KEY), outcome()),
]
UNLIKE: list[tuple[dict[str, Any], dict[str, Any]]] = [
    (outcome(title="Heat plan adopted by council"), outcome(title="Flood plan drafted")),
    (outcome(title="!!"), outcome(title="??")),
    (outcome(), outcome(kind="pilot")),
    (outcome(occurred_on="2025-02-27"), outcome(occurred_on="2025-03-01")),
    (grant(), {**grant(), "amount": "1000.01"}),
    (grant(), {**grant(), "currency": "USD"}),
    (grant(), outcome(kind="funding", title="Grant for shade (made up)")),
    (outcome(quantity="3", unit="trams"), outcome(quantity="4", unit="trams")),
    (outcome(quantity="3", unit="trams"), outcome(quantity="3", unit="buses")),
    (outcome(quantity="3", unit="trams"), outcome()),
    (outcome(), outcome(status="rejected")),
    (outcome(), outcome(status="superseded")),
    (outcome(claim_key=KEY), outcome(claim_key=KEY)),
    (outcome(claim_key=KEY), outcome(claim_key="another")),
]


async def found_of(
    pair: tuple[dict[str, Any], dict[str, Any]], world: World, cities: tuple[Holder, Holder], network: Holder
) -> tuple[list[str], list[list[dict[str, Any]]]]:
    """Have one city record both of a pair in private, and both cities one for the network; return what is found."""
    made = [(await post(cities[0], "outcomes", {**one, "visibility": "private"}))["id"] for one in pair]
    for holder, one in zip(cities, pair, strict=True):
        await world.joins(holder, network)
        await through(holder, network, {**one, "occurred_on": "2024-" + one["occurred_on"][5:]})
    return made, [await duplicates(cities[0]), await duplicates(cities[1]), await across(network)]


@pytest.mark.parametrize("pair", ALIKE)
async def test_what_agrees_in_all_and_has_a_similar_title_is_a_candidate(
    world: World, city: Holder, neighbour: Holder, network: Holder, pair: tuple[dict[str, Any], dict[str, Any]]
) -> None:
    made, (of_city, of_neighbour, between) = await found_of(pair, world, (city, neighbour), network)

    assert ids(of_city) == [made]
    assert of_neighbour == []
    assert [[one["city"] for one in group["outcomes"]] for group in between] == [[city.code, neighbour.code]]
    assert all(Decimal("0.8") <= Decimal(group["similarity"]) <= 1 for group in (*of_city, *between))


@pytest.mark.parametrize("pair", UNLIKE)
async def test_what_differs_or_is_settled_is_no_candidate(
    world: World, city: Holder, neighbour: Holder, network: Holder, pair: tuple[dict[str, Any], dict[str, Any]]
) -> None:
    _, found = await found_of(pair, world, (city, neighbour), network)

    assert found == [[], [], []]


async def test_a_candidate_is_told_as_it_was_recorded_with_a_key_to_confirm_it_by(city: Holder) -> None:
    made = [await post(city, "outcomes", grant(external_id=name)) for name in ("crm-1", "crm-2")]

    [group] = await duplicates(city)

    members = ("id", "external_id", "city", "title", "occurred_on", "amount", "currency", "claim_key", "version")
    assert group == {
        "outcomes": [{name: one[name] for name in members} for one in made],
        "similarity": "1.00",
        "suggestion": f"outcome-{made[0]['id']}",
    }


async def test_nothing_is_merged_until_the_city_confirms_it(world: World, city: Holder, network: Holder) -> None:
    await world.joins(city, network)
    made = await through(city, network, grant(), grant())
    [group] = await duplicates(city)
    assert (await duplicates(city), await claims(network, over="false")) == ([group], [])

    await patch(city, made[0], claim_key=group["suggestion"])
    half = await duplicates(city)
    await patch(city, made[1], claim_key=half[0]["suggestion"])

    assert half[0]["suggestion"] == group["suggestion"]
    assert await duplicates(city) == []
    [claim] = await claims(network)
    assert (claim["claim_key"], claim["claimed"], claim["scale"]) == (group["suggestion"], "2", "0.5")


@pytest.mark.parametrize("changes", [{"claim_key": "another thing"}, {"status": "rejected"}])
async def test_a_candidate_that_is_rejected_is_not_listed_again(city: Holder, changes: dict[str, str]) -> None:
    made = [await post(city, "outcomes", grant()) for _ in range(2)]
    await patch(city, made[0], claim_key=KEY)
    assert len(await duplicates(city)) == 1

    await patch(city, made[1], **changes)

    assert await duplicates(city) == []


async def test_two_that_were_told_apart_are_in_no_group_together(city: Holder) -> None:
    made = [await post(city, "outcomes", grant(**key)) for key in ({"claim_key": "a"}, {"claim_key": "b"}, {})]

    found = await duplicates(city)

    assert ids(found) == [[made[0]["id"], made[2]["id"]]]
    assert found[0]["suggestion"] == "a"


async def test_the_same_month_of_another_year_is_another_month(city: Holder) -> None:
    for day in ("2024-02-11", "2025-02-11"):
        await post(city, "outcomes", grant(occurred_on=day))

    assert await duplicates(city) == []


async def test_a_group_has_at_most_a_hundred_and_nothing_is_left_unread(city: Holder) -> None:
    rows = [engagement(external_id=str(n), outcomes=[grant(), grant(title="Cool roofs")]) for n in range(130)]
    assert (await city.http.post(f"{city.path}/engagements/batch", json=rows)).json()["created"] == 130

    found = ids(await duplicates(city))

    assert max(map(len, found)) == 100
    assert sum(map(len, found)) == len({one for group in found for one in group}) == 260
