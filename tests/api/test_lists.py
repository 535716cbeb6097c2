"""Lists: each filter, page walks while others write, and cursors that belong to their question only."""

import base64
from typing import Any

import httpx
import pytest

from tests.make import Holder, World, cost, engagement, outcome


async def walk(client: httpx.AsyncClient, path: str, **query: Any) -> list[dict[str, Any]]:
    """Return every record of a list, page by page."""
    records: list[dict[str, Any]] = []
    cursor: str | None = None
    while True:
        answer = await client.get(path, params={**query, **({"cursor": cursor} if cursor else {})})
        assert answer.status_code == 200, answer.text
        records += answer.json()["items"]
        cursor = answer.json()["next_cursor"]
        assert (cursor is not None) == ("Link" in answer.headers)
        if cursor is None:
            return records


FILTERS: list[tuple[dict[str, str], list[str]]] = [
    ({}, ["a", "b", "c"]),
    ({"kind": "mission"}, ["a"]),
    ({"theme": "health"}, ["a", "b"]),
    ({"sdg": "11"}, ["a", "b"]),
    ({"sdg": "11.5"}, ["a"]),
    ({"sdg": "1"}, ["c"]),
    ({"from": "2024-02-01"}, ["b", "c"]),
    ({"to": "2024-02-01"}, ["a", "b"]),
    ({"from": "2024-01-02", "to": "2024-02-28"}, ["b"]),
    ({"status": "planned"}, ["c"]),
    ({"visibility": "private"}, ["b"]),
    ({"text": "100%"}, ["a"]),
    ({"text": "HEAT_"}, ["b"]),
    ({"text": "%"}, ["a"]),
    ({"text": "_"}, ["b"]),
    ({"text": "ÉTÉ"}, ["c"]),
    ({"text": "\\"}, ["c"]),
    ({"theme": "health", "kind": "conference"}, ["b"]),
    ({"kind": "training"}, []),
]


@pytest.mark.parametrize(("query", "expected"), FILTERS, ids=[str(query) for query, _ in FILTERS])
async def test_a_filter_leaves_what_it_says(city: Holder, query: dict[str, str], expected: list[str]) -> None:
    said = [
        engagement(external_id="a", title="A 100% plan", starts_on="2024-01-01", themes=["health"], sdgs=["11.5"]),
        engagement(external_id="b", kind="conference", title="heat_wave", starts_on="2024-02-01", visibility="private",
                   themes=["climate_change", "health"], sdgs=["11"]),
        engagement(external_id="c", kind="other", title="x", description="En été \\ summer", starts_on="2024-03-01",
                   status="planned", sdgs=["1.1"]),
    ]  # fmt: skip
    for each in said:
        assert (await city.http.post(f"{city.path}/engagements", json=each)).status_code == 201

    found = await city.http.get(f"{city.path}/engagements", params=query)

    assert [record["external_id"] for record in found.json()["items"]] == expected


async def test_engagements_of_a_network_by_code_and_by_id(city: Holder, world: World, network: Holder) -> None:
    other = await world.network()
    for name, networks in {"a": [network], "b": [other], "c": [network, other], "d": []}.items():
        shares = [{"network": each.code, "share": "0.5"} for each in networks]
        await city.http.post(f"{city.path}/engagements", json=engagement(external_id=name, networks=shares))

    by_code = await city.http.get(f"{city.path}/engagements", params={"network": network.code})
    by_id = await city.http.get(f"{city.path}/engagements", params={"network": network.id})
    of_none = await city.http.get(f"{city.path}/engagements", params={"network": "no-such"})

    assert [each["external_id"] for each in by_code.json()["items"]] == ["a", "c"]
    assert by_id.json()["items"] == by_code.json()["items"]
    assert of_none.json()["items"] == []


async def test_costs_and_outcomes_are_filtered(city: Holder) -> None:
    nested = {"costs": [cost("1"), cost("2", category="event", incurred_on="2024-05-01")], "outcomes": [outcome()]}
    made = (await city.http.post(f"{city.path}/engagements", json=engagement(**nested))).json()
    await city.http.post(f"{city.path}/costs", json=cost("3", incurred_on="2024-06-01"))
    await city.http.post(
        f"{city.path}/outcomes", json=outcome(kind="pilot", status="expected", occurred_on="2026-01-01")
    )

    async def count(path: str, **query: str) -> int:
        return len((await city.http.get(f"{city.path}/{path}", params=query)).json()["items"])

    assert [await count("costs"), await count("costs", category="event")] == [3, 1]
    assert await count("costs", engagement=made["id"]) == 2
    assert [await count("costs", **{"from": "2024-05-01"}), await count("costs", to="2024-05-01")] == [2, 2]
    assert [
        await count("outcomes"),
        await count("outcomes", kind="pilot"),
        await count("outcomes", status="reported"),
    ] == [2, 1, 1]
    assert await count("outcomes", engagement=made["id"]) == 1
    assert [await count("outcomes", **{"from": "2025-12-31"}), await count("outcomes", to="2025-12-31")] == [1, 1]


@pytest.mark.parametrize("path", ["engagements", "costs", "outcomes"])
async def test_a_walk_shows_each_record_once_while_others_write(city: Holder, path: str) -> None:
    async def write(number: int) -> str:
        bodies = {"engagements": engagement(), "costs": cost(), "outcomes": outcome()}
        made = await city.http.post(f"{city.path}/{path}", json={**bodies[path], "external_id": str(number)})
        return str(made.json()["id"])

    there = [await write(number) for number in range(7)]
    seen: list[str] = []
    query: dict[str, Any] = {"limit": 3}
    for number in range(100, 110):
        page = (await city.http.get(f"{city.path}/{path}", params=query)).json()
        seen += [record["id"] for record in page["items"]]
        if page["next_cursor"] is None:
            break
        query["cursor"] = page["next_cursor"]
        if number < 103:
            await write(number)
            await city.http.patch(
                f"{city.path}/{path}/{there[number - 98]}", json={"description": "x"}, headers={"If-Match": "*"}
            )

    assert len(seen) == len(set(seen))
    assert set(there) <= set(seen)


async def test_pages_of_one_and_of_a_thousand_show_the_same(city: Holder) -> None:
    for number in range(4):
        await city.http.post(f"{city.path}/engagements", json=engagement(external_id=str(number)))

    one_by_one = await walk(city.http, f"{city.path}/engagements", limit=1, kind="mission")
    at_once = await walk(city.http, f"{city.path}/engagements", limit=1000, kind="mission")

    assert one_by_one == at_once
    assert [record["external_id"] for record in at_once] == ["0", "1", "2", "3"]


async def test_a_link_leads_to_the_next_page(city: Holder) -> None:
    for number in range(2):
        await city.http.post(f"{city.path}/engagements", json=engagement(external_id=str(number), themes=["health"]))
    first = await city.http.get(f"{city.path}/engagements", params={"limit": 1, "theme": "health"})

    target = first.headers["Link"].partition(">")[0].removeprefix("<")
    second = await city.http.get(target)

    assert first.headers["Link"].endswith('; rel="next"')
    assert [record["external_id"] for record in second.json()["items"]] == ["1"]


async def test_a_cursor_of_another_question_is_refused(city: Holder, neighbour: Holder) -> None:
    for holder in (city, neighbour):
        for _ in range(3):
            await holder.http.post(f"{holder.path}/engagements", json=engagement(costs=[cost()]))
    cursor = (await city.http.get(f"{city.path}/engagements", params={"limit": 1})).json()["next_cursor"]
    sealed = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
    other = b"1" if sealed[-3:-2] == b"0" else b"0"
    forged = base64.urlsafe_b64encode(sealed[:-3] + other + b'"]').decode().rstrip("=")

    refused = [
        await city.http.get(f"{city.path}/engagements", params={"cursor": cursor, "kind": "mission"}),
        await city.http.get(f"{city.path}/costs", params={"cursor": cursor}),
        await neighbour.http.get(f"{neighbour.path}/engagements", params={"cursor": cursor}),
        await city.http.get(f"{city.path}/engagements", params={"cursor": forged}),
        await city.http.get(f"{city.path}/engagements", params={"cursor": cursor[:-2]}),
        await city.http.get(f"{city.path}/engagements", params={"cursor": "AAAA"}),
        await city.http.get(f"{city.path}/engagements", params={"cursor": "A"}),
        await city.http.get(f"{city.path}/engagements", params={"cursor": "="}),
    ]
    taken = await city.http.get(f"{city.path}/engagements", params={"cursor": cursor, "limit": 2})

    assert [answer.status_code for answer in refused] == [400] * 8
    assert len(taken.json()["items"]) == 2
