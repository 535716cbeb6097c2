"""Valuation proxies: kept digit for digit, in a range, and shown as far as the city says."""

from decimal import Decimal
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest
from fastapi import FastAPI

from proxeny_api.principals import NOBODY, Kind, Principal
from proxeny_api.proxies.service import Proxy, proxies_of
from tests.make import Holder, World, outcome, proxy

WHOLE: dict[str, Any] = {
    **proxy("42.50", currency="EUR"),
    "code": "child-place",
    "title": "A place at a day nursery \U0001f33f",
    "source_url": "https://example.org/fees",
    "low": "38.0",
    "high": "47.00",
    "licence": "CC BY 4.0",
    "visibility": "public",
}


async def post(city: Holder, **changes: Any) -> dict[str, Any]:
    """Record a proxy and return it."""
    made = await city.http.post(f"{city.path}/proxies", json=proxy(**changes))
    assert made.status_code == 201, made.text
    record: dict[str, Any] = made.json()
    return record


async def patch(city: Holder, record: dict[str, Any], tag: str | None = "*", **changes: Any) -> httpx.Response:
    """Change a proxy."""
    headers = {"If-Match": tag} if tag else {}
    return await city.http.patch(f"{city.path}/proxies/{record['id']}", json=changes, headers=headers)


async def heard(network: Holder) -> list[tuple[str, str, str | None]]:
    """Return what a network's feed tells of proxies: what was done, to which, with which title."""
    items = (await network.http.get(f"/v1/networks/{network.code}/changes")).json()["items"]
    return [
        (item["action"], item["resource_id"], item["body"] and item["body"]["title"])
        for item in items
        if item["resource"] == "proxy"
    ]


async def test_a_proxy_comes_back_as_it_was_said(city: Holder) -> None:
    made = await city.http.post(f"{city.path}/proxies", json=WHOLE)
    read = await city.http.get(made.headers["Location"])

    assert (made.status_code, read.content, read.headers["ETag"]) == (201, made.content, '"1"')
    assert {name: read.json()[name] for name in WHOLE} == WHOLE
    assert read.json()["city"] == city.code


async def test_what_is_left_out_has_its_default(city: Holder) -> None:
    made = await post(city)

    assert [made[name] for name in ("source_url", "low", "high", "licence")] == [None] * 4
    assert made["visibility"] == "private"


async def test_a_range_may_be_a_single_value(city: Holder) -> None:
    made = await post(city, value="42.5", low="42.50", high="42.50")

    assert (made["low"], made["value"], made["high"]) == ("42.50", "42.5", "42.50")


async def test_a_code_is_taken_once_in_a_city_and_free_in_another(city: Holder, neighbour: Holder) -> None:
    await post(city)

    again = await city.http.post(f"{city.path}/proxies", json=proxy())
    elsewhere = await neighbour.http.post(f"{neighbour.path}/proxies", json=proxy())

    assert (again.status_code, elsewhere.status_code) == (409, 201)


async def test_a_patch_changes_what_it_names(city: Holder) -> None:
    made = await post(city, low="40", high="50", licence="CC0")

    tries: list[tuple[str | None, dict[str, Any]]] = [
        (None, {"value": "43"}),
        ('"2"', {"value": "43"}),
        ("*", {"value": "50.01"}),
        ("*", {"low": None}),
        ("*", {"code": "other"}),
        ('"1"', {"value": "43.00", "licence": None}),
    ]
    statuses = [(await patch(city, made, tag, **changes)).status_code for tag, changes in tries]

    assert statuses == [428, 412, 422, 422, 422, 200]
    after = (await city.http.get(f"{city.path}/proxies/{made['id']}")).json()
    assert after == {**made, "value": "43.00", "licence": None, "version": 2, "updated_at": after["updated_at"]}


async def test_proxies_are_listed_found_by_code_and_deleted(city: Holder) -> None:
    first, second = await post(city), await post(city, code="trainee-day")
    path = f"{city.path}/proxies"

    listed = (await city.http.get(path, params={"limit": 1})).json()
    rest = (await city.http.get(path, params={"limit": 1, "cursor": listed["next_cursor"]})).json()
    found = (await city.http.get(path, params={"code": "trainee-day"})).json()["items"]
    deleted = await city.http.delete(f"{path}/{first['id']}", headers={"If-Match": '"1"'})
    after = await city.http.get(f"{path}/{first['id']}")

    assert (listed["items"], rest["items"], rest["next_cursor"], found) == ([first], [second], None, [second])
    assert (deleted.status_code, after.status_code) == (204, 404)


async def test_a_proxy_by_which_an_outcome_is_valued_stays(city: Holder) -> None:
    made, headers = await post(city), {"If-Match": "*"}
    path = f"{city.path}/proxies/{made['id']}"
    valued = outcome(kind="capacity_built", proxy=made["code"], quantity="3", unit="hours")
    counted = await city.http.post(f"{city.path}/outcomes", json=valued)
    assert counted.status_code == 201, counted.text

    refused = await city.http.delete(path, headers=headers)
    await city.http.delete(counted.headers["Location"], headers=headers)
    deleted = await city.http.delete(path, headers=headers)

    assert (refused.status_code, deleted.status_code) == (409, 204)


async def test_every_version_of_a_proxy_is_in_the_ledger(city: Holder) -> None:
    made = await post(city)
    await patch(city, made, value="43.00")
    await city.http.delete(f"{city.path}/proxies/{made['id']}", headers={"If-Match": "*"})

    items = (await city.http.get(f"{city.path}/changes")).json()["items"]

    told = [(item["action"], item["body"] and item["body"]["value"]) for item in items if item["resource"] == "proxy"]
    assert told == [("created", "42.50"), ("updated", "43.00"), ("deleted", None)]


@pytest.mark.parametrize("sharing", ["none", "totals", "indicators", "records"])
async def test_a_network_reads_what_is_not_private_of_members_that_share_records(
    world: World, city: Holder, network: Holder, sharing: str
) -> None:
    records = {name: await post(city, code=name, visibility=name) for name in ("private", "network", "public")}
    await world.joins(city, network, sharing)

    listed = await network.http.get(f"{city.path}/proxies")
    read = {name: await network.http.get(f"{city.path}/proxies/{each['id']}") for name, each in records.items()}

    if sharing == "records":
        assert listed.json()["items"] == [records["network"], records["public"]]
        assert {name: answer.status_code for name, answer in read.items()} == {
            "private": 404, "network": 200, "public": 200
        }  # fmt: skip
    else:
        assert {listed.status_code, *(answer.status_code for answer in read.values())} == {404}


async def test_a_network_of_others_and_one_that_was_left_read_nothing(
    world: World, city: Holder, network: Holder
) -> None:
    made, other = await post(city, visibility="public"), await world.network()
    membership = await world.joins(city, network)
    path = f"{city.path}/proxies/{made['id']}"

    before = await network.http.get(path), await other.http.get(path)
    ended = {"left_on": "2020-01-01"}
    await city.http.patch(f"{city.path}/memberships/{membership['id']}", json=ended, headers={"If-Match": "*"})
    after = await network.http.get(path)

    assert [answer.status_code for answer in (*before, after)] == [200, 404, 404]


async def test_a_network_is_told_of_proxies_and_of_those_that_are_gone(
    world: World, city: Holder, network: Holder
) -> None:
    before, hidden = await post(city, code="before", visibility="network"), await post(city, code="hidden")
    membership = await world.joins(city, network)
    made = await post(city, code="after", visibility="network")

    joined = await heard(network)
    await patch(city, made, visibility="private")
    await patch(city, hidden, visibility="public", title="Shown now")
    withdrawn = (await heard(network))[1:]

    title = proxy()["title"]
    assert joined == [("updated", before["id"], title), ("created", made["id"], title)]
    assert withdrawn == [
        ("created", made["id"], None), ("withdrawn", made["id"], None), ("updated", hidden["id"], "Shown now")
    ]  # fmt: skip
    await city.http.delete(f"{city.path}/memberships/{membership['id']}", headers={"If-Match": "*"})
    assert await heard(network) == []


async def test_figures_find_proxies_by_city_and_code(
    app: FastAPI, world: World, city: Holder, neighbour: Holder, network: Holder
) -> None:
    await world.joins(city, network, "indicators")
    shown = await post(city, visibility="network", low="40", high="50")
    await post(city, code="hidden")
    await post(neighbour, visibility="public")
    ids = [UUID(city.id), UUID(neighbour.id)]

    async def found(kind: Kind, holder: Holder) -> dict[tuple[UUID, str], Proxy]:
        asker = Principal(kind, UUID(holder.id), holder.code, "EUR", NOBODY, frozenset({"read"}))
        async with app.state.database.transaction(asker, writes=False) as connection:
            return await proxies_of(connection, ids)

    by_city, by_network = await found("city", city), await found("network", network)

    assert by_city.keys() == {(ids[0], "officer-hour"), (ids[0], "hidden")}
    assert by_network.keys() == {(ids[0], "officer-hour")}
    [worth] = by_network.values()
    assert (worth.id, worth.version, worth.year) == (UUID(shown["id"]), 1, 2024)
    assert (worth.low, worth.value, worth.high) == (Decimal(40), Decimal("42.50"), Decimal(50))


async def test_the_database_takes_no_value_outside_its_range(admin: asyncpg.Connection, city: Holder) -> None:
    made = await post(city, low="40", high="50")

    for wrong in ("low = 43", "high = 42", "low = NULL", "value = 'NaN'", "value = -1", "year = 1"):
        with pytest.raises(asyncpg.CheckViolationError):
            await admin.execute(f"UPDATE proxy SET {wrong} WHERE id = $1", UUID(made["id"]))
