"""The catalogue: open to everybody, cached by everybody."""

from decimal import Decimal
from typing import Any

import httpx
import pytest

from proxeny.indicators import catalogue
from proxeny.indicators.methods import SHIPPED, Method
from proxeny_api.references.schemas import RATE_EXAMPLE
from proxeny_api.vocabularies.codes import LISTS
from tests.api import loads
from tests.make import World

PATHS = [
    "/v1/vocabularies",
    "/v1/vocabularies/outcome_kind",
    "/v1/indicators",
    "/v1/indicators/roi",
    "/v1/methods",
    "/v1/methods/cash@1",
    "/v1/rates?currency=USD&limit=3",
    "/v1/rates/USD/2024-04-07",
    "/v1/price-indices?currency=USD",
]
LOADED = ("/v1/rates", "/v1/price-indices")


@pytest.mark.parametrize("path", PATHS)
async def test_the_catalogue_needs_no_key_and_may_be_kept_for_an_hour_or_a_minute_where_more_may_be_loaded(
    anonymous: httpx.AsyncClient, path: str
) -> None:
    answer = await anonymous.get(path)

    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == f"public, max-age={60 if path.startswith(LOADED) else 3600}"
    assert answer.headers["etag"].startswith('W/"')


@pytest.mark.parametrize("path", PATHS)
async def test_who_has_it_already_gets_a_304(anonymous: httpx.AsyncClient, path: str) -> None:
    first = await anonymous.get(path)

    again = await anonymous.get(path, headers={"If-None-Match": first.headers["etag"]})

    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]


async def test_a_key_sees_the_same(anonymous: httpx.AsyncClient, world: World) -> None:
    open_to_all = await anonymous.get("/v1/indicators")

    assert (await world.operator.get("/v1/indicators")).json() == open_to_all.json()


async def test_every_code_of_every_list_is_there_with_a_label(anonymous: httpx.AsyncClient) -> None:
    body = (await anonymous.get("/v1/vocabularies")).json()

    assert {each["name"]: tuple(code["code"] for code in each["codes"]) for each in body["items"]} == LISTS
    assert all(code["label"] for each in body["items"] for code in each["codes"])
    assert body["next_cursor"] is None


async def test_one_vocabulary_is_as_in_the_list(anonymous: httpx.AsyncClient) -> None:
    listed = (await anonymous.get("/v1/vocabularies")).json()["items"]

    for vocabulary in listed:
        assert (await anonymous.get(f"/v1/vocabularies/{vocabulary['name']}")).json() == vocabulary


async def test_every_indicator_is_there_in_the_order_of_figures(anonymous: httpx.AsyncClient) -> None:
    items = (await anonymous.get("/v1/indicators")).json()["items"]

    assert [each["id"] for each in items] == [definition.id for definition in catalogue()]
    assert all(each["formula"] and each["unit"] and each["source"] for each in items)
    assert (await anonymous.get(f"/v1/indicators/{items[0]['id']}")).json() == items[0]


async def test_every_shipped_method_says_what_it_has_chosen(anonymous: httpx.AsyncClient) -> None:
    items = (await anonymous.get("/v1/methods")).json()["items"]

    assert [each["id"] for each in items] == list(SHIPPED)
    for told in items:
        naming = {name: told[name] for name in ("name", "version", "title", "note", "source")}
        assert Method.of(told["parameters"] | naming) == SHIPPED[told["id"]]
        assert (told["city"], told["created_at"]) == (None, None)
        assert (await anonymous.get(f"/v1/methods/{told['id']}")).json() == told


async def test_the_rates_of_the_green_book_are_told_step_by_step(anonymous: httpx.AsyncClient) -> None:
    """Source: HM Treasury, The Green Book, discount rates for years 0 to 30, 31 to 75, 76 to 125."""
    body = (await anonymous.get("/v1/methods/green-book@1")).json()

    steps = [(step["through"], step["rate"]) for step in body["parameters"]["schedule"]]
    assert steps == [(30, "0.035"), (75, "0.030"), (125, "0.025")]


@pytest.mark.parametrize(
    "path",
    [
        "/v1/vocabularies/luck",
        "/v1/vocabularies/Luck",
        "/v1/indicators/luck",
        "/v1/indicators/%00",
        "/v1/methods/cash@2",
        "/v1/methods/cash",
        "/v1/rates/usd/2024-04-07",
        "/v1/rates/USD/2024-02-30",
    ],
)
async def test_what_is_not_there_is_a_404(anonymous: httpx.AsyncClient, path: str) -> None:
    answer = await anonymous.get(path)

    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


async def test_a_day_without_a_rate_takes_the_last_one_known_and_says_so(anonymous: httpx.AsyncClient) -> None:
    """Source: ECB, euro foreign exchange reference rates, 5 April 2024: USD 1.0841; the 7th was a Sunday."""
    body = (await anonymous.get("/v1/rates/USD/2024-04-07")).json()

    assert body == RATE_EXAMPLE


@pytest.mark.parametrize(
    "path",
    ["/v1/rates/USD/2024-04-07?policy=strict", "/v1/rates/USD/1998-01-01", "/v1/rates/ARS/2024-04-05"],
)
async def test_no_rate_is_a_404_that_says_why(anonymous: httpx.AsyncClient, path: str) -> None:
    answer = await anonymous.get(path)

    assert answer.status_code == 404
    assert [fault["code"] for fault in answer.json()["errors"]] == ["no_rate"]


async def test_rates_come_newest_first_over_pages_without_a_gap(anonymous: httpx.AsyncClient) -> None:
    question = {"currency": "USD", "from": "2024-01-01", "to": "2024-03-31", "limit": "25"}
    pages, link = [], "first"

    while link:
        answer = await anonymous.get("/v1/rates", params=question)
        pages.append(answer.json()["items"])
        link = answer.headers.get("link", "")
        question["cursor"] = answer.json()["next_cursor"]

    days = [rate["day"] for page in pages for rate in page]
    assert [len(page) for page in pages] == [25, 25, 13]
    assert (days[0], days[-1], len(set(days))) == ("2024-03-28", "2024-01-02", 63)
    assert days == sorted(days, reverse=True)
    assert all(rate["published_on"] == rate["day"] and Decimal(rate["rate"]) > 1 for rate in pages[0])


async def test_the_euro_is_worth_a_euro(anonymous: httpx.AsyncClient) -> None:
    items = (await anonymous.get("/v1/rates", params={"currency": "EUR", "limit": 2})).json()["items"]

    assert [rate["rate"] for rate in items] == ["1", "1"]
    assert (await anonymous.get("/v1/rates/EUR/1950-01-01")).json()["rate"] == "1"


async def test_a_currency_that_the_bank_does_not_publish_has_an_empty_list(anonymous: httpx.AsyncClient) -> None:
    answer = await anonymous.get("/v1/rates", params={"currency": next(loads.OWN)})

    assert answer.json() == {"items": [], "next_cursor": None}


@pytest.mark.parametrize(
    "question",
    [
        {},
        {"currency": "XQX"},
        {"currency": "usd"},
        {"currency": "USD", "from": "yesterday"},
        {"currency": "USD", "limit": "1001"},
        {"currency": "USD", "cursor": "AAAA"},
        {"currency": "USD", "limt": "1"},
    ],
)
async def test_an_unreadable_question_is_a_400(anonymous: httpx.AsyncClient, question: dict[str, Any]) -> None:
    answer = await anonymous.get("/v1/rates", params=question)

    assert answer.status_code == 400, answer.text


async def test_a_cursor_of_another_question_is_a_400(anonymous: httpx.AsyncClient) -> None:
    cursor = (await anonymous.get("/v1/rates", params={"currency": "USD", "limit": 1})).json()["next_cursor"]

    answer = await anonymous.get("/v1/rates", params={"currency": "GBP", "limit": 1, "cursor": cursor})

    assert answer.status_code == 400


async def test_a_period_that_ends_before_it_begins_is_empty(anonymous: httpx.AsyncClient) -> None:
    question = {"currency": "USD", "from": "2024-03-01", "to": "2024-02-01"}

    assert (await anonymous.get("/v1/rates", params=question)).json() == {"items": [], "next_cursor": None}
