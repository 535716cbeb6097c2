"""What Schemathesis once found, each with a test of its own."""

import re
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from proxeny_api.openapi import operations_of, tidied
from tests.make import Holder, World, cost, engagement


@pytest.fixture
async def city(world: World) -> Holder:
    return await world.city()


async def recorded(city: Holder, where: str, body: dict[str, Any]) -> str:
    made = await city.http.post(f"{city.path}/{where}", json=body)
    assert made.status_code == 201, made.text
    return str(made.headers["Location"])


@pytest.mark.parametrize("tags", ['"a,b", "1"', ', "1" ,,', 'W/"", W/"1"'])
async def test_an_etag_may_hold_a_comma_and_a_list_of_them_empty_members(city: Holder, tags: str) -> None:
    path = await recorded(city, "engagements", engagement())

    answer = await city.http.get(path, headers={"If-None-Match": tags})

    assert answer.status_code == 304, answer.text


@pytest.mark.parametrize("tags", ["1", '"1', '"1" "2"', ""])
async def test_what_is_no_list_of_etags_is_refused(city: Holder, tags: str) -> None:
    path = await recorded(city, "engagements", engagement())

    answer = await city.http.get(path, headers={"If-None-Match": tags})

    assert answer.status_code == 400, answer.text


@pytest.mark.parametrize(("where", "body"), [("engagements", engagement()), ("costs", cost())])
async def test_a_change_names_something(city: Holder, where: str, body: dict[str, Any]) -> None:
    path = await recorded(city, where, body)

    answer = await city.http.patch(path, json={}, headers={"If-Match": "*"})

    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "empty"), answer.text


async def test_what_the_batch_does_not_take_is_no_matter_of_an_engagement(city: Holder) -> None:
    asked = await city.http.options(f"{city.path}/engagements/batch")
    patched = await city.http.patch(f"{city.path}/engagements/batch", json=engagement())

    assert (asked.status_code, asked.headers["Allow"]) == (204, "POST")
    assert (patched.status_code, patched.headers["Allow"]) == (405, "POST")


async def test_a_cursor_that_is_not_ours_is_refused_by_its_code(city: Holder) -> None:
    refusals = [
        await city.http.get(f"{city.path}/costs", params={"cursor": "AAAA"}),
        await city.http.get(f"{city.path}/changes", params={"after": "AAAA"}),
    ]

    told = [(answer.status_code, answer.json()["errors"][0]) for answer in refusals]
    assert [(status, error["pointer"], error["code"]) for status, error in told] == [
        (400, "/query/cursor", "cursor"),
        (400, "/query/after", "cursor"),
    ]


async def test_a_key_is_of_one_owner(world: World, city: Holder) -> None:
    wanted = {"city": city.code, "network": "c40", "name": "Two owners"}

    answer = await world.operator.post("/v1/keys", json=wanted)

    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "one_owner"), answer.text


async def test_new_records_link_to_what_may_be_done_with_them(app: FastAPI) -> None:
    document = tidied(app)
    names = {operation["operationId"]: operation for _, operation in operations_of(document)}

    links = names["create_engagement"]["responses"]["201"]["links"]

    assert links.keys() == {"get_engagement", "update_engagement", "delete_engagement"}
    assert links["delete_engagement"]["parameters"] == {
        "path.city": "$request.path.city",
        "path.engagement_id": "$response.body#/id",
        "header.If-Match": "$response.header.ETag",
    }
    for operation in names.values():
        for link in operation["responses"].get("201", {}).get("links", {}).values():
            taken = {f"{each['in']}.{each['name']}" for each in names[link["operationId"]]["parameters"]}
            assert link["parameters"].keys() <= taken


async def test_if_match_is_required_where_its_absence_is_428(app: FastAPI) -> None:
    for _, operation in operations_of(tidied(app)):
        for parameter in operation.get("parameters", ()):
            if parameter["name"] == "If-Match":
                assert parameter["required"] is ("428" in operation["responses"]), operation["operationId"]


async def test_an_error_outside_the_body_ends_in_one_full_stop(anonymous: httpx.AsyncClient) -> None:
    answer = await anonymous.get("/v1/rates", params={"currency": "USD", "from": "1800-01-01"})

    assert answer.status_code == 400
    assert not re.search(r"\.\.", answer.json()["detail"])


@pytest.mark.parametrize("blank", ["\u0085", "\u00a0", "\ufeff", " "])
async def test_no_blank_is_in_an_address_whatever_the_dialect_of_the_pattern(world: World, blank: str) -> None:
    wanted = {"code": "blank", "name": "Blank", "scope": "regional", "kind": "other", "website": f"https://a{blank}b"}

    answer = await world.operator.post("/v1/networks", json=wanted)

    assert answer.json()["errors"][0]["pointer"] == "/website", answer.text
