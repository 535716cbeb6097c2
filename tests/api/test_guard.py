"""Promises A2 to A4 and A9 to A11, and the headers of every answer, in process."""

import gzip
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import httpx
import pytest

from tests.api.guarded import asking

MEBIBYTE = 1 << 20
JSON = {"Content-Type": "application/json"}
BATCH = "/v1/records/engagements/batch"


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with asking() as client:
        yield client


def refused(answer: httpx.Response, status: int) -> dict[str, Any]:
    """Return the problem, after looking at all that every problem has."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["cache-control"] == "private, no-store"
    problem: dict[str, Any] = answer.json()
    assert problem["status"] == status
    assert problem["request_id"] == answer.headers["x-request-id"]
    assert problem["type"].startswith("/problems/")
    assert problem.keys() - {"errors"} == {"type", "title", "status", "detail", "instance", "request_id"}
    assert "secret" not in answer.text
    return problem


def pointers(problem: dict[str, Any]) -> list[tuple[str, str]]:
    return [(error["pointer"], error["code"]) for error in problem["errors"]]


async def test_an_id_of_the_caller_is_taken_and_another_made_otherwise(client: httpx.AsyncClient) -> None:
    taken = await client.get("/v1/records/1", headers={"X-Request-Id": "crm.2024_1-a"})
    made = [await client.get("/v1/records/1", headers={"X-Request-Id": bad}) for bad in ("", "a b", "a" * 65, '"')]

    assert taken.headers["x-request-id"] == taken.json()["request_id"] == "crm.2024_1-a"
    assert {UUID(answer.headers["x-request-id"]).version for answer in made} == {7}


async def test_every_answer_has_the_headers_of_caution(client: httpx.AsyncClient) -> None:
    plain = await client.get("/v1/records/1")
    keyed = await client.get("/v1/records/1", headers={"Authorization": "Bearer x"})
    cached = await client.get("/cached", headers={"Authorization": "Bearer x"})

    assert plain.headers["x-content-type-options"] == "nosniff"
    assert plain.headers["referrer-policy"] == "no-referrer"
    assert "cache-control" not in plain.headers
    assert (keyed.headers["cache-control"], keyed.headers["vary"]) == ("private, no-store", "Authorization")
    assert (cached.headers["cache-control"], cached.headers["vary"]) == ("max-age=60", "Accept, Authorization")


async def test_head_is_get_without_the_body(client: httpx.AsyncClient) -> None:
    for path in ("/v1/records/1", "/large", "/openapi.json"):
        fixed = {"X-Request-Id": "same"}
        get, head = await client.get(path, headers=fixed), await client.head(path, headers=fixed)

        assert (head.status_code, head.content) == (200, b"")
        assert head.headers == get.headers


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("POST", "/v1/records/1", "GET, HEAD, PUT, PATCH, DELETE"),
        ("TRACE", "/v1/records", "GET, HEAD, POST"),
        ("GET", BATCH + "x", None),
        ("DELETE", "/large", "GET, HEAD"),
    ],
)
async def test_405_names_every_method(client: httpx.AsyncClient, method: str, path: str, allow: str | None) -> None:
    answer = await client.request(method, path)

    refused(answer, 405 if allow else 404)
    assert answer.headers.get("allow") == allow


async def test_options_tells_the_methods(client: httpx.AsyncClient) -> None:
    there, nowhere = await client.options("/v1/records/1"), await client.options("/nowhere")

    assert (there.status_code, there.headers["allow"]) == (204, "GET, HEAD, PUT, PATCH, DELETE")
    assert "access-control-allow-origin" not in there.headers
    refused(nowhere, 404)


@pytest.mark.parametrize(
    "path", ["/nowhere", "/v1/records/", "/v1/records/x", "/v1/records/0", "/v1/records/%00", "/%ff"]
)
async def test_what_is_nowhere_is_404_without_a_redirect(client: httpx.AsyncClient, path: str) -> None:
    problem = refused(await client.get(path), 404)

    assert problem["instance"] == path
    assert "errors" not in problem


@pytest.mark.parametrize(
    ("query", "faults", "hint"),
    [
        ("limt=5", [("/query/limt", "unknown")], "did you mean limit?"),
        ("xyz=5", [("/query/xyz", "unknown")], "there are cursor, limit."),
        ("limit=1&limit=1", [("/query/limit", "repeated")], "more than once"),
        ("limit=", [("/query/limit", "empty")], "no value"),
        ("cursor=%00", [("/query/cursor", "not_text")], "UTF-8"),
        ("cursor=%ff", [("/query/cursor", "not_text")], "UTF-8"),
        ("limit=0", [("/query/limit", "greater_than_equal")], "limit: "),
        ("limit=secret", [("/query/limit", "int_parsing")], "limit: "),
        ("a~/=1&" + "b" * 100 + "=1", [("/query/a~0~1", "unknown"), ("/query", "unknown")], "unknown"),
    ],
)
async def test_a_query_is_taken_exactly(
    client: httpx.AsyncClient, query: str, faults: list[tuple[str, str]], hint: str
) -> None:
    problem = refused(await client.get(f"/v1/records?{query}"), 400)

    assert pointers(problem) == faults
    assert hint in problem["detail"]


async def test_a_good_query_passes(client: httpx.AsyncClient) -> None:
    assert (await client.get("/v1/records?limit=5&cursor=%EF%BF%BD")).json() == [5, "\ufffd", None]
    refused(await client.get("/v1/records/1?limit=5"), 400)
    problem = refused(await client.get("/v1/records", headers={"If-Match": "secret"}), 400)
    assert pointers(problem) == [("/header/if-match", "int_parsing")]


async def test_all_that_is_wrong_with_a_body_is_listed(client: httpx.AsyncClient) -> None:
    body = {
        "costs": [{"amount": 1}, {"amount": "1", "a/b": "secret"}],
        "counts": {"x": "secret"},
        "either": {"kind": 1},
    }

    problem = refused(await client.post("/v1/records", json=body), 422)

    assert set(pointers(problem)) == {
        ("/title", "missing"),
        ("/costs/0/amount", "string_type"),
        ("/costs/1/a~1b", "extra_forbidden"),
        ("/counts/x", "int_parsing"),
        ("/either", "int_type"),
        ("/either/amount", "missing"),
        ("/either/kind", "string_type"),
    }


async def test_very_many_errors_do_not_make_a_very_large_answer(client: httpx.AsyncClient) -> None:
    body = {"title": "", **dict.fromkeys(map(str, range(20_000))), "n" * 300: 1}

    problem = refused(await client.post("/v1/records", json=body), 422)

    assert len(problem["errors"]) == 1000
    assert "20,001" in problem["detail"]


async def test_a_body_of_a_get_or_delete_means_nothing(client: httpx.AsyncClient) -> None:
    assert (await client.request("GET", "/v1/records/1", content=b"{")).status_code == 200
    assert (await client.request("DELETE", "/v1/records/1", content=b"{")).json() == [1, 0]
    refused(await client.request("DELETE", "/v1/records/1", content=b" " * 3 * MEBIBYTE), 413)


async def test_sizes_are_bounded_to_the_byte(client: httpx.AsyncClient) -> None:
    def body(size: int) -> bytes:
        return b'{"title":"' + b"a" * (size - 12) + b'"}'

    assert (await client.post("/v1/records", content=body(MEBIBYTE), headers=JSON)).status_code == 201
    refused(await client.post("/v1/records", content=body(MEBIBYTE + 1), headers=JSON), 413)
    assert (await client.post(BATCH, content=b" " * 16 * MEBIBYTE, headers=JSON)).status_code == 200
    refused(await client.post(BATCH, content=b" " * (16 * MEBIBYTE + 1), headers=JSON), 413)
    assert (await client.get("/v1/records/1", headers={"a": "b" * 16_000})).status_code == 200
    refused(await client.get("/v1/records/1", headers={"a": "b" * 16_384}), 431)
    refused(await client.get("/v1/records/1", headers={f"a{i}": "b" for i in range(101)}), 431)
    assert refused(await client.get("/v1/records/" + "1" * 8192), 414)["instance"] == "/"
    refused(await client.get("/v1/records?cursor=" + "1" * 8192), 414)


async def test_a_stream_without_a_length_is_read_to_the_limit_only(client: httpx.AsyncClient) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while True:
            sent += 65536
            yield b" " * 65536

    for path, limit in (("/v1/records", MEBIBYTE), (BATCH, 16 * MEBIBYTE)):
        sent = 0
        answer = await client.post(path, content=endless(), headers=JSON)

        refused(answer, 413)
        assert answer.headers["connection"] == "close"
        assert sent <= limit + MEBIBYTE + 3 * 65536


async def test_gzip_is_unpacked_for_the_batch_only(client: httpx.AsyncClient) -> None:
    packed = JSON | {"Content-Encoding": "gzip"}
    rows = b'{"title":"a"}\n' * 100_000

    answer = await client.post(BATCH, content=gzip.compress(rows), headers=packed)

    assert answer.json()["bytes"] == len(rows)
    assert answer.json()["largest"] <= 256 * 1024
    refused(await client.post("/v1/records", content=gzip.compress(b"{}"), headers=packed), 415)
    refused(await client.post(BATCH, content=b"{}", headers=JSON | {"Content-Encoding": "br"}), 415)
