"""Memberships: one open one a network, and consent that the city gives and takes."""

from typing import Any

from tests.make import Holder, World


async def test_a_membership_comes_back_as_it_was_said(city: Holder, network: Holder) -> None:
    said = {
        "network": network.code,
        "role": "executive",
        "function": "Vice-chair \U0001f33f",
        "joined_on": "2010-05-01",
        "left_on": "2024-12-31",
        "annual_fee": "12000.0",
        "currency": "EUR",
        "contact_frequency": "monthly",
        "meeting_regularity": "at_least_yearly",
        "sharing": "indicators",
    }

    made = await city.http.post(f"{city.path}/memberships", json=said)
    read = await city.http.get(made.headers["Location"])

    assert (made.status_code, read.content) == (201, made.content)
    assert {name: read.json()[name] for name in said} == said
    assert read.json()["network_id"] == network.id


async def test_what_is_left_out_has_its_default(city: Holder, network: Holder) -> None:
    made = (await city.http.post(f"{city.path}/memberships", json={"network": network.id})).json()

    assert (made["network"], made["role"], made["sharing"]) == (network.code, "member", "none")
    others = ("function", "joined_on", "left_on", "annual_fee", "currency", "contact_frequency", "meeting_regularity")
    assert [made[name] for name in others] == [None] * 7


async def test_a_network_that_is_not_there_is_not_found(city: Holder) -> None:
    refused = await city.http.post(f"{city.path}/memberships", json={"network": "no-such"})

    assert (refused.status_code, refused.json()["detail"]) == (404, "No network no-such.")


async def test_one_membership_of_a_network_is_open_at_a_time(world: World, city: Holder, network: Holder) -> None:
    first = await world.joins(city, network)
    path = f"{city.path}/memberships"

    twice = await city.http.post(path, json={"network": network.code})
    past = await city.http.post(
        path, json={"network": network.code, "joined_on": "1999-01-01", "left_on": "2003-01-01"}
    )
    reopened = await city.http.patch(past.headers["Location"], json={"left_on": None}, headers={"If-Match": "*"})
    await city.http.patch(f"{path}/{first['id']}", json={"left_on": "2024-01-01"}, headers={"If-Match": "*"})
    anew = await city.http.post(path, json={"network": network.code})

    assert [answer.status_code for answer in (twice, past, reopened, anew)] == [409, 201, 409, 201]


async def test_a_patch_changes_what_it_names(world: World, city: Holder, network: Holder) -> None:
    made = await world.joins(city, network, "none")
    path = f"{city.path}/memberships/{made['id']}"

    async def patched(changes: dict[str, Any], tag: str | None = "*") -> int:
        return (await city.http.patch(path, json=changes, headers={"If-Match": tag} if tag else {})).status_code

    assert await patched({"sharing": "totals"}, None) == 428
    assert await patched({"sharing": "totals"}, '"2"') == 412
    assert await patched({"network": network.code}) == 422
    assert await patched({"annual_fee": "5"}) == 422
    assert await patched({"version": 1}) == 422
    assert await patched({"sharing": "records", "annual_fee": "5.00", "currency": "EUR"}, '"1"') == 200
    after = (await city.http.get(path)).json()
    changes = {"sharing": "records", "annual_fee": "5.00", "currency": "EUR", "version": 2}
    assert after == {**made, **changes, "updated_at": after["updated_at"]}


async def test_memberships_are_listed_by_network_and_deleted(world: World, city: Holder, network: Holder) -> None:
    other = await world.network()
    first, second = await world.joins(city, network), await world.joins(city, other)

    listed = (await city.http.get(f"{city.path}/memberships")).json()["items"]
    by_code = (await city.http.get(f"{city.path}/memberships", params={"network": other.code})).json()["items"]
    by_id = (await city.http.get(f"{city.path}/memberships", params={"network": other.id})).json()["items"]
    without = await city.http.delete(f"{city.path}/memberships/{first['id']}")
    deleted = await city.http.delete(f"{city.path}/memberships/{first['id']}", headers={"If-Match": '"1"'})
    after = await city.http.get(f"{city.path}/memberships/{first['id']}")

    assert (listed, by_code, by_id) == ([first, second], [second], [second])
    assert (without.status_code, deleted.status_code, after.status_code) == (428, 204, 404)


async def test_a_membership_is_read_conditionally(world: World, city: Holder, network: Holder) -> None:
    made = await world.joins(city, network)
    path = f"{city.path}/memberships/{made['id']}"

    same = await city.http.get(path, headers={"If-None-Match": '"1"'})
    head = await city.http.head(path)

    assert (same.status_code, head.status_code, head.content) == (304, 200, b"")
