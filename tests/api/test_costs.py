"""Costs on their own: of an engagement, of a membership, or the city's overhead."""

from typing import Any

import pytest

from tests.make import Holder, World, cost, engagement

RANDOM_ID = "01939c1e-7f6a-7000-8000-3d1f5b8a2c4e"


async def test_a_cost_comes_back_as_it_was_said(city: Holder) -> None:
    said = cost("12000.50", external_id="a b/c", category="overhead", currency="USD", funded_by="external_grant",
                estimated=True, description="two\nlines \U0001f4b6")  # fmt: skip

    made = await city.http.post(f"{city.path}/costs", json=said)
    read = await city.http.get(made.headers["Location"])

    assert (made.status_code, read.content) == (201, made.content)
    body = read.json()
    assert {name: body[name] for name in said} == said
    assert (body["engagement"], body["membership"], body["visibility"], body["version"]) == (None, None, "private", 1)


async def test_a_cost_of_an_engagement_is_seen_as_it_is(city: Holder) -> None:
    parent = (await city.http.post(f"{city.path}/engagements", json=engagement(visibility="network"))).json()

    made = await city.http.post(f"{city.path}/costs", json=cost(engagement=parent["id"]))
    shown = (await city.http.get(f"{city.path}/engagements/{parent['id']}")).json()

    assert made.json()["visibility"] == "network"
    assert shown["costs"] == [made.json()]


async def test_a_membership_with_costs_cannot_be_deleted(world: World, city: Holder, network: Holder) -> None:
    membership = await world.joins(city, network)
    made = await city.http.post(f"{city.path}/costs", json=cost(category="membership_fee", membership=membership["id"]))
    path, headers = f"{city.path}/memberships/{membership['id']}", {"If-Match": "*"}

    refused = await city.http.delete(path, headers=headers)
    await city.http.delete(made.headers["Location"], headers=headers)
    deleted = await city.http.delete(path, headers=headers)

    assert made.json()["membership"] == membership["id"]
    assert (refused.status_code, deleted.status_code) == (409, 204)


@pytest.mark.parametrize("member", ["engagement", "membership"])
async def test_what_a_cost_belongs_to_must_be_there(city: Holder, member: str) -> None:
    refused = await city.http.post(f"{city.path}/costs", json=cost(**{member: RANDOM_ID}))

    assert (refused.status_code, refused.json()["detail"]) == (404, f"No {member} {RANDOM_ID}.")


async def test_a_cost_moves_from_one_engagement_to_another(city: Holder) -> None:
    parents = [(await city.http.post(f"{city.path}/engagements", json=engagement())).json()["id"] for _ in range(2)]
    made = await city.http.post(f"{city.path}/costs", json=cost(engagement=parents[0]))

    moved = await city.http.patch(
        made.headers["Location"], json={"engagement": parents[1]}, headers={"If-Match": '"1"'}
    )
    shown = [(await city.http.get(f"{city.path}/engagements/{parent}")).json() for parent in parents]
    freed = await city.http.patch(made.headers["Location"], json={"engagement": None}, headers={"If-Match": '"2"'})

    assert (moved.json()["engagement"], moved.json()["version"]) == (parents[1], 2)
    assert [len(each["costs"]) for each in shown] == [0, 1]
    assert [each["version"] for each in shown] == [3, 2]
    assert (freed.json()["engagement"], freed.json()["visibility"]) == (None, "private")


async def test_a_patch_keeps_the_rules_and_the_conditions(city: Holder) -> None:
    made = await city.http.post(f"{city.path}/costs", json=cost("1.50", external_id="one"))
    await city.http.post(f"{city.path}/costs", json=cost(external_id="two"))
    path = made.headers["Location"]

    async def patched(changes: dict[str, Any], tag: str | None = "*") -> int:
        return (await city.http.patch(path, json=changes, headers={"If-Match": tag} if tag else {})).status_code

    assert await patched({"currency": "JPY"}) == 422
    assert await patched({"amount": None}) == 422
    assert await patched({"incurred_on": None}) == 422
    assert await patched({"version": 7}) == 422
    assert await patched({"external_id": "two"}) == 409
    assert await patched({"amount": "2"}, None) == 428
    assert await patched({"amount": "2"}, '"2"') == 412
    assert await patched({"amount": "2", "description": None, "external_id": None}, '"1"') == 200
    assert (await city.http.get(path)).json()["amount"] == "2"


async def test_a_patch_that_says_nothing_new_changes_nothing(city: Holder) -> None:
    parent = (await city.http.post(f"{city.path}/engagements", json=engagement(costs=[cost()]))).json()
    path = f"{city.path}/costs/{parent['costs'][0]['id']}"

    same = await city.http.patch(path, json={"amount": "100.00"}, headers={"If-Match": "*"})
    after = await city.http.get(f"{city.path}/engagements/{parent['id']}")

    assert (same.json(), after.json()) == (parent["costs"][0], parent)


async def test_an_external_id_of_a_cost_is_unique_in_a_city(city: Holder, neighbour: Holder) -> None:
    await city.http.post(f"{city.path}/engagements", json=engagement(costs=[cost(external_id="c")]))

    twice = await city.http.post(f"{city.path}/costs", json=cost(external_id="c"))
    elsewhere = await neighbour.http.post(f"{neighbour.path}/costs", json=cost(external_id="c"))

    assert (twice.status_code, elsewhere.status_code) == (409, 201)


async def test_a_cost_is_read_conditionally_and_deleted_once(city: Holder) -> None:
    made = await city.http.post(f"{city.path}/costs", json=cost())
    path = made.headers["Location"]

    same = await city.http.get(path, headers={"If-None-Match": made.headers["ETag"]})
    head = await city.http.head(path)
    without = await city.http.delete(path)
    deleted = await city.http.delete(path, headers={"If-Match": made.headers["ETag"]})
    again = await city.http.delete(path, headers={"If-Match": made.headers["ETag"]})

    assert [same.status_code, head.status_code, without.status_code] == [304, 200, 428]
    assert [deleted.status_code, again.status_code] == [204, 404]
