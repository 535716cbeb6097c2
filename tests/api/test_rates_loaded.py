"""Rates of exchange that the operator loads: where the European Central Bank has none, and as they stood."""

import asyncio
import json
from typing import Any

import asyncpg
import httpx
import pytest
from fastapi import FastAPI

from proxeny_api.rates import book
from tests.api import loads
from tests.api.loads import members, told
from tests.make import Holder, World

SOURCE = "A national bank (made up)"
ELSEWHERE = "Another table (made up)"
MONDAY, FRIDAY, SATURDAY, NEXT_MONDAY = "2024-04-01", "2024-04-05", "2024-04-06", "2024-04-08"


async def listed(client: httpx.AsyncClient, currency: str, **asked: Any) -> list[dict[str, Any]]:
    """Return the rates of a currency."""
    answer = await client.get("/v1/rates", params={"currency": currency, **asked})
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def test_a_loaded_rate_is_read_by_everybody_with_its_source(
    world: World, city: Holder, network: Holder, currency: str
) -> None:
    made = await loads.rates(world, SOURCE, [(currency, FRIDAY, "931.2300"), (currency, MONDAY, "0.000000000001")])

    assert (made.status_code, made.headers["Location"]) == (201, f"/v1/rates?currency={currency}")
    assert {"loaded": 2, "unchanged": 0}.items() <= made.json().items()
    expected = {"currency": currency, "day": FRIDAY, "rate": "931.2300", "published_on": FRIDAY, "source": SOURCE}
    for client in (world.anonymous, world.operator, city.http, network.http):
        newest, oldest = await listed(client, currency)
        one = (await client.get(f"/v1/rates/{currency}/{FRIDAY}")).json()
        assert newest == one == {**expected, "loaded_at": made.json()["loaded_at"]}
        assert oldest["rate"] == "0.000000000001"


async def test_the_policies_hold_for_loaded_rates_too(world: World, currency: str) -> None:
    await loads.rates(world, SOURCE, [(currency, MONDAY, "7")])
    path = f"/v1/rates/{currency}"

    weekend = await world.anonymous.get(f"{path}/{NEXT_MONDAY}")
    too_late = await world.anonymous.get(f"{path}/2024-04-09")
    strict = await world.anonymous.get(f"{path}/{SATURDAY}?policy=strict")

    assert (weekend.json()["day"], weekend.json()["published_on"]) == (NEXT_MONDAY, MONDAY)
    assert told(too_late) == told(strict) == (404, [("/path/day", "no_rate")])


async def test_the_banks_own_rate_counts_and_a_loaded_one_fills_what_it_lacks(world: World) -> None:
    """Source: ECB, euro foreign exchange reference rates, 5 April 2024: CZK 25.286; the 6th was a Saturday."""
    made = await loads.rates(world, SOURCE, [("CZK", SATURDAY, "99")])

    weekend = await world.anonymous.get(f"/v1/rates/CZK/{SATURDAY}")
    strict = await world.anonymous.get(f"/v1/rates/CZK/{SATURDAY}?policy=strict")
    days = await listed(world.anonymous, "CZK", **{"from": FRIDAY, "to": NEXT_MONDAY})

    assert made.status_code == 201, made.text
    assert members([weekend.json(), strict.json()], "rate", "source") == [("25.286", book.SOURCE), ("99", SOURCE)]
    assert members(days, "day", "source") == [(NEXT_MONDAY, book.SOURCE), (SATURDAY, SOURCE), (FRIDAY, book.SOURCE)]


async def test_pages_of_both_sorts_of_rates_have_no_gap(world: World) -> None:
    weekends = [f"2023-{month:02}-{day:02}" for month, day in [(4, 1), (4, 2), (4, 8), (4, 9), (4, 15), (4, 16)]]
    await loads.rates(world, SOURCE, [("DKK", day, "7.5") for day in weekends])
    question: dict[str, Any] = {"currency": "DKK", "from": "2023-04-01", "to": "2023-04-16", "limit": 3}
    pages, cursor = [], "first"

    while cursor:
        answer = (await world.anonymous.get("/v1/rates", params=question)).json()
        cursor = question["cursor"] = answer["next_cursor"]
        pages.append([item["day"] for item in answer["items"]])

    days = [day for page in pages for day in page]
    assert days == sorted(set(days), reverse=True)
    assert {len(page) for page in pages[:-1]} == {3}
    assert len(days) == len(weekends) + 8  # Good Friday and Easter Monday had none


async def test_what_is_loaded_again_is_unchanged_and_what_is_said_anew_counts(world: World, currency: str) -> None:
    rows = [(currency, MONDAY, "7"), (currency, FRIDAY, "8")]
    await loads.rates(world, SOURCE, rows)

    again = await loads.rates(world, SOURCE, [(currency, MONDAY, "7.00"), rows[1]])
    corrected = await loads.rates(world, SOURCE, [(currency, MONDAY, "7.5"), rows[1]])
    elsewhere = await loads.rates(world, ELSEWHERE, [rows[1]])
    back = await loads.rates(world, SOURCE, [rows[1]])

    assert again.json() == {"loaded": 0, "unchanged": 2, "loaded_at": None}
    assert members([answer.json() for answer in (corrected, elsewhere, back)], "loaded", "unchanged") == [
        (1, 1),
        (1, 0),
        (1, 0),
    ]
    assert members(await listed(world.operator, currency), "day", "rate", "source") == [
        (FRIDAY, "8", SOURCE),
        (MONDAY, "7.5", SOURCE),
    ]


async def test_a_repeated_request_is_answered_from_memory(world: World, currency: str) -> None:
    first, again = [
        await loads.rates(world, SOURCE, [(currency, MONDAY, "7")], **{"Idempotency-Key": f"load-{currency}"})
        for _ in range(2)
    ]

    assert (again.content, again.headers["Idempotent-Replayed"]) == (first.content, "true")


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"per_eur": "0"}, ("/rates/1/per_eur", "positive")),
        ({"per_eur": "0.00"}, ("/rates/1/per_eur", "positive")),
        ({"per_eur": "-1"}, ("/rates/1/per_eur", "positive")),
        ({"per_eur": "1e3"}, ("/rates/1/per_eur", "positive")),
        ({"per_eur": "NaN"}, ("/rates/1/per_eur", "positive")),
        ({"per_eur": "0.0000000000001"}, ("/rates/1/per_eur", "positive")),
        ({"per_eur": "100000000000000"}, ("/rates/1/per_eur", "positive")),
        ({"per_eur": 931.2}, ("/rates/1/per_eur", "positive")),
        ({"currency": "XQX"}, ("/rates/1/currency", "currency")),
        ({"currency": "EUR"}, ("/rates/1/currency", "euro")),
        ({"day": "1899-12-31"}, ("/rates/1/day", "day")),
        ({"day": "2024-02-30"}, ("/rates/1/day", "day")),
        ({"day": MONDAY}, ("/rates/1/day", "repeated")),
        ({"day": MONDAY, "per_eur": "8"}, ("/rates/1/day", "repeated")),
        ({"currency": "USD"}, ("/rates/1/day", "published")),
        ({"source": "x"}, ("/rates/1/source", "extra_forbidden")),
    ],
)
async def test_one_bad_row_is_told_at_its_place_and_nothing_is_loaded(
    world: World, changes: dict[str, Any], fault: tuple[str, str]
) -> None:
    rows = [{"currency": "ZMW", "day": day, "per_eur": "7"} for day in (MONDAY, FRIDAY)]

    refused = await world.operator.post(
        "/v1/rates", json={"source": SOURCE, "rates": [rows[0], {**rows[1], **changes}]}
    )

    assert told(refused) == (422, [fault])
    assert await listed(world.operator, "ZMW") == []


async def test_every_bad_row_of_a_load_is_told(world: World) -> None:
    refused = await loads.rates(world, SOURCE, [("EUR", MONDAY, "1"), ("ZMW", MONDAY, "7"), ("JPY", FRIDAY, "160")])

    assert told(refused) == (422, [("/rates/0/currency", "euro"), ("/rates/2/day", "published")])


async def test_only_the_operator_loads_rates(city: Holder, network: Holder, world: World) -> None:
    load = {"source": SOURCE, "rates": [{"currency": "ZMW", "day": MONDAY, "per_eur": "7"}]}

    answers = [await client.post("/v1/rates", json=load) for client in (city.http, network.http, world.anonymous)]

    assert [answer.status_code for answer in answers] == [403, 403, 401]


async def test_a_load_is_an_entry_of_the_operators_chain(
    world: World, admin: asyncpg.Connection, currency: str
) -> None:
    entries = (
        "SELECT body FROM ledger_entry WHERE city_id = '00000000-0000-0000-0000-000000000000'"
        " AND resource = 'loaded_rates' ORDER BY seq"
    )
    before = len(await admin.fetch(entries))

    made = await loads.rates(world, SOURCE, [(currency, MONDAY, "7.10")])
    await loads.rates(world, SOURCE, [(currency, MONDAY, "7.1")])

    (entry,) = (await admin.fetch(entries))[before:]
    assert json.loads(entry["body"]) == {
        "source": SOURCE,
        "loaded_at": made.json()["loaded_at"],
        "rows": [[currency, MONDAY, "7.10"]],
    }


@pytest.mark.parametrize(
    ("row", "name"),
    [
        ("'EUR', '2024-04-01', 1, 'x', now()", "not_euro"),
        ("'zmw', '2024-04-01', 1, 'x', now()", "currency"),
        ("'ZMW', '2024-04-01', 0, 'x', now()", "per_eur"),
        ("'ZMW', '2024-04-01', 'NaN', 'x', now()", "per_eur"),
        ("'ZMW', '1899-12-31', 1, 'x', now()", "day"),
        ("'ZMW', '2024-04-01', 1, '', now()", "source"),
    ],
)
async def test_the_database_itself_refuses_a_bad_row(
    app: FastAPI, admin: asyncpg.Connection, row: str, name: str
) -> None:
    with pytest.raises(asyncpg.CheckViolationError, match=f"ck_loaded_rate_{name}"):
        await admin.execute(f"INSERT INTO loaded_rate VALUES ({row})")


async def test_two_loads_at_once_are_one_after_the_other(world: World, currency: str) -> None:
    answers = await asyncio.gather(*(loads.rates(world, SOURCE, [(currency, MONDAY, "7")]) for _ in range(5)))

    assert sorted(answer.json()["loaded"] for answer in answers) == [0, 0, 0, 0, 1]


async def test_a_currency_that_is_none_is_still_a_bad_question(world: World) -> None:
    assert (await world.anonymous.get("/v1/rates?currency=XQX")).status_code == 400
    assert (await world.anonymous.get("/v1/rates/XQX/2024-04-05")).status_code == 404
