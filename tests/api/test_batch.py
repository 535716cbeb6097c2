"""The batch: a result for each row, in order, and no good row lost to a bad one."""

import gzip
import json
from typing import Any

import asyncpg
import httpx
import pytest

from tests.make import Holder, cost, engagement, outcome

NDJSON = "application/x-ndjson"


def lines(rows: list[Any]) -> bytes:
    """Return rows as NDJSON."""
    return b"".join(json.dumps(row, ensure_ascii=False).encode() + b"\n" for row in rows)


async def send(city: Holder, rows: list[Any], form: str = "array", **query: str) -> httpx.Response:
    """Send rows in one of the forms that the door takes."""
    bodies = {
        "array": (json.dumps(rows).encode(), {"Content-Type": "application/json"}),
        "ndjson": (lines(rows), {"Content-Type": NDJSON}),
        "gzip": (gzip.compress(lines(rows)), {"Content-Type": NDJSON, "Content-Encoding": "gzip"}),
    }
    body, headers = bodies[form]
    return await city.http.post(f"{city.path}/engagements/batch", content=body, headers=headers, params=query)


async def stored(admin: asyncpg.Connection, city: Holder) -> list[int]:
    """Return how many rows of each table, and entries of the ledger, a city has."""
    tables = (
        "engagement",
        "engagement_network",
        "cost",
        "outcome",
        "credit",
        "rollup",
        "ledger_entry",
        "idempotent_answer",
    )
    return [await admin.fetchval(f"SELECT count(*) FROM {table} WHERE city_id = $1", city.id) for table in tables]


def mixed(network: Holder) -> list[Any]:
    """Return rows of which every other one is to be refused."""
    share = [{"network": network.code, "share": "0.5"}]
    nested = {"costs": [cost("1.10", external_id="c")], "outcomes": [outcome(external_id="o", credit="0.6")]}
    return [
        engagement(external_id="a", networks=share, **nested),
        engagement(external_id="b", kind="party", costs=[cost("1.105")]),
        engagement(title="without an external id \U0001f30d"),
        engagement(external_id="a", title="again"),
        engagement(external_id="d", outcomes=[outcome(external_id="o", credit="0.4")]),
        engagement(external_id="e", outcomes=[outcome(external_id="o", credit="0.1")]),
        engagement(external_id="f", visibility="private"),
        engagement(external_id="g", networks=[{"network": "no-such"}], costs=[cost(external_id="c")]),
        engagement(external_id="h"),
        ["not", "an", "object"],
    ]  # fmt: skip


STATUSES = ["created", "refused"] * 5
POINTERS = {1: ["/costs/0/amount", "/kind"], 3: ["/external_id"], 5: ["/outcomes/0/credit"], 9: [""]}
POINTERS[7] = ["/costs/0/external_id", "/networks/0/network"]


@pytest.mark.parametrize("form", ["array", "ndjson", "gzip"])
async def test_each_row_has_its_result_in_order(city: Holder, network: Holder, form: str) -> None:
    answer = await send(city, mixed(network), form)

    body = answer.json()
    results = body["results"]
    assert (answer.status_code, [result["index"] for result in results]) == (200, list(range(10)))
    assert [result["status"] for result in results] == STATUSES
    assert [result["external_id"] for result in results] == ["a", "b", None, "a", "d", "e", "f", "g", "h", None]
    assert {
        result["index"]: sorted(error["pointer"] for error in result["errors"])
        for result in results
        if result["errors"]
    } == POINTERS
    assert [result["id"] is None for result in results] == [False, True] * 5
    assert [body[status] for status in ("created", "updated", "unchanged", "refused")] == [5, 0, 0, 5]
    listed = (await city.http.get(f"{city.path}/engagements")).json()["items"]
    assert [each["id"] for each in listed] == [result["id"] for result in results if result["id"]]
    assert (listed[0]["costs"][0]["amount"], listed[1]["title"]) == ("1.10", "without an external id \U0001f30d")
    assert [credit["credit"] for credit in listed[0]["outcomes"][0]["credits"]] == ["0.6", "0.4"]


async def test_validating_reports_the_same_and_writes_nothing(
    city: Holder, network: Holder, admin: asyncpg.Connection
) -> None:
    before = await stored(admin, city)

    tried = await send(city, mixed(network), mode="validate")
    after = await stored(admin, city)
    done = await send(city, mixed(network))

    def told(answer: httpx.Response) -> dict[str, Any]:
        body = answer.json()
        return {**body, "results": [{**result, "id": result["id"] is None} for result in body["results"]]}

    assert (tried.status_code, before) == (200, after)
    assert told(tried) == told(done)


async def test_all_or_none_writes_none_when_one_is_refused(
    city: Holder, network: Holder, admin: asyncpg.Connection
) -> None:
    before = await stored(admin, city)

    refused = await send(city, mixed(network), atomic="true")
    tried = await send(city, mixed(network), atomic="true", mode="validate")
    after = await stored(admin, city)
    good = await send(city, mixed(network)[::2], atomic="true")

    pointers = [error["pointer"] for error in refused.json()["errors"]]
    assert (refused.status_code, tried.status_code, before) == (422, 422, after)
    assert sorted(pointers) == sorted(f"/{index}{pointer}" for index, found in POINTERS.items() for pointer in found)
    assert (good.status_code, good.json()["created"]) == (200, 5)


async def test_a_repeat_changes_nothing_and_a_change_is_one(
    city: Holder, network: Holder, admin: asyncpg.Connection
) -> None:
    rows = mixed(network)[::4]
    first = (await send(city, rows)).json()
    before = await stored(admin, city)

    again = (await send(city, rows, "ndjson")).json()
    after = await stored(admin, city)
    rows[0]["title"] = "Changed"
    changed = (await send(city, rows)).json()

    assert [result["status"] for result in again["results"]] == ["unchanged"] * 3
    assert [result["id"] for result in again["results"]] == [result["id"] for result in first["results"]]
    assert before == after
    assert [result["status"] for result in changed["results"]] == ["updated", "unchanged", "unchanged"]


async def test_what_one_row_gives_up_a_later_one_may_claim(city: Holder) -> None:
    first = (await send(city, [engagement(external_id="a", outcomes=[outcome(external_id="o")])])).json()["results"][0][
        "id"
    ]
    before = (await city.http.get(f"{city.path}/engagements/{first}")).json()["outcomes"][0]
    rows = [engagement(external_id="a", outcomes=[]), engagement(external_id="b", outcomes=[outcome(external_id="o")])]

    answer = (await send(city, rows)).json()
    second = (await city.http.get(f"{city.path}/engagements/{answer['results'][1]['id']}")).json()

    assert [result["status"] for result in answer["results"]] == ["updated", "created"]
    assert (second["outcomes"][0]["id"], second["outcomes"][0]["version"]) == (before["id"], 2)
    assert (await city.http.get(f"{city.path}/engagements/{first}")).json()["outcomes"] == []


async def test_a_malformed_line_is_refused_alone(city: Holder) -> None:
    good = lines([engagement(external_id="a")]), lines([engagement(external_id="z")])
    bad = [
        b'{"kind": ',
        b"\xff\xfe",
        b'{"a": NaN}',
        b'{"a":1,"a":2}',
        b"1, 2",
        b"\xef\xbb\xbf{}",
        b"[" * 40,
        b"null",
        b"{} {}",
    ]
    body = good[0] + b"\r\n\n" + b"".join(line + b"\n" for line in bad) + good[1].strip()

    answer = await city.http.post(f"{city.path}/engagements/batch", content=body, headers={"Content-Type": NDJSON})

    results = answer.json()["results"]
    assert [result["status"] for result in results] == ["created", *["refused"] * len(bad), "created"]
    assert [result["index"] for result in results] == list(range(len(bad) + 2))


@pytest.mark.parametrize("form", ["array", "ndjson", "gzip"])
async def test_an_empty_batch_has_no_results(city: Holder, form: str) -> None:
    answer = await send(city, [], form)

    assert answer.json() == {"results": [], "created": 0, "updated": 0, "unchanged": 0, "refused": 0}


@pytest.mark.parametrize("form", ["array", "ndjson"])
async def test_more_rows_than_a_batch_holds_are_refused(city: Holder, form: str) -> None:
    refused = await send(city, [{}] * 10_001, form)
    taken = await send(city, [{}] * 10_000, form)

    assert (refused.status_code, taken.status_code, taken.json()["refused"]) == (413, 200, 10_000)


async def test_rows_over_the_borders_of_chunks_are_one_batch(city: Holder) -> None:
    rows: list[Any] = [engagement(external_id=str(number)) for number in range(2_002)]
    rows[999]["outcomes"] = [outcome(external_id="o", credit="0.6")]
    rows[1_000]["outcomes"] = [outcome(external_id="o", credit="0.4")]
    rows[2_000]["outcomes"] = [outcome(external_id="o", credit="0.1")]
    rows[2_001]["external_id"] = "0"

    first = (await send(city, rows, "gzip")).json()
    again = (await send(city, rows, "gzip")).json()

    assert [result["index"] for result in first["results"]] == list(range(2_002))
    assert [first[name] for name in ("created", "refused")] == [2_000, 2]
    assert [result["index"] for result in first["results"] if result["status"] == "refused"] == [2_000, 2_001]
    assert [again[name] for name in ("unchanged", "refused")] == [2_000, 2]


async def test_a_row_posted_alone_is_unchanged_in_a_batch(city: Holder, network: Holder) -> None:
    row = mixed(network)[0]
    await city.http.put(f"{city.path}/engagements/by-external-id/a", json=row)

    answer = await send(city, [row])

    assert answer.json()["unchanged"] == 1
