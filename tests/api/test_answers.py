"""What the skin does on the way out: gzip, problems for what is raised, and hosts."""

import gzip
import logging
import re
from collections.abc import AsyncIterator

import httpx
import pytest

from proxeny_api.errors import KINDS, ApiError, Invalid, NotFound, Unauthorized, documented, problem_schemas
from tests.api.guarded import RAISED, asking


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with asking() as client:
        yield client


@pytest.mark.parametrize("accepted", ["gzip", "br, gzip;q=0.5", "*", "GZIP; q=1.0"])
async def test_a_large_answer_is_packed_where_that_is_accepted(client: httpx.AsyncClient, accepted: str) -> None:
    answer = await client.get("/large", headers={"Accept-Encoding": accepted})

    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["vary"] == "Accept-Encoding"
    assert int(answer.headers["content-length"]) < 100
    assert answer.content == b'["a"]' * 1000


@pytest.mark.parametrize(
    ("path", "accepted"),
    [
        ("/large", "identity"),
        ("/large", "gzip;q=0"),
        ("/large", "gzip; q=0.000, *"),
        ("/large", "br"),
        ("/large?repeat=200", "gzip"),
        ('/large?etag="7"', "gzip"),
        ("/cached", "gzip"),
    ],
)
async def test_what_is_small_or_named_by_a_strong_etag_is_not(
    client: httpx.AsyncClient, path: str, accepted: str
) -> None:
    answer = await client.get(path, headers={"Accept-Encoding": accepted})

    assert "content-encoding" not in answer.headers
    assert int(answer.headers["content-length"]) == len(answer.content)


async def test_a_weak_etag_is_packed_and_kept(client: httpx.AsyncClient) -> None:
    answer = await client.get('/large?etag=W/"7"', headers={"Accept-Encoding": "gzip"})

    assert (answer.headers["etag"], answer.headers["content-encoding"]) == ('W/"7"', "gzip")


async def test_a_stream_is_packed_as_it_goes(client: httpx.AsyncClient) -> None:
    plain = await client.get("/stream", headers={"Accept-Encoding": "identity"})
    packed = await client.get("/stream", headers={"Accept-Encoding": "gzip"})
    head = await client.head("/stream", headers={"Accept-Encoding": "gzip"})

    assert plain.content == packed.content
    assert packed.headers["content-encoding"] == "gzip"
    assert (head.status_code, head.content) == (200, b"")


async def test_head_of_a_packed_answer_has_its_length(client: httpx.AsyncClient) -> None:
    headers = {"Accept-Encoding": "gzip", "X-Request-Id": "same"}

    assert (await client.head("/large", headers=headers)).headers == (
        await client.get("/large", headers=headers)
    ).headers


@pytest.mark.parametrize(
    ("name", "status"),
    [
        *((name, 422) for name in ("22P02", "22003", "driver", "23502", "23503", "23514")),
        *((name, 409) for name in ("23505", "conflict")),
        *((name, 503) for name in ("40001", "40P01", "53100", "53300", "57014", "57P01", "08006")),
        *((name, 503) for name in ("closed", "refused", "slow")),
        *((name, 500) for name in ("bug", "42P01")),
        ("not-found", 404),
        ("unauthorized", 401),
    ],
)
async def test_whatever_is_raised_is_a_problem(client: httpx.AsyncClient, name: str, status: int) -> None:
    answer = await client.get(f"/raise/{name}")

    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["x-request-id"] == answer.json()["request_id"]
    assert answer.json()["instance"] == f"/raise/{name}"
    assert "secret" not in answer.text
    assert ("retry-after" in answer.headers) == (status == 503)
    assert answer.headers.get("www-authenticate") == ('Bearer realm="proxeny"' if status == 401 else None)


def test_nothing_that_can_be_raised_is_left_out() -> None:
    assert len(RAISED) == 22


async def test_our_own_mistakes_are_logged_once(client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        await client.get("/raise/bug", headers={"X-Request-Id": "find-me"})

    assert [(record.name, "find-me" in record.message) for record in caplog.records] == [("proxeny_api.http", True)]


async def test_a_detail_says_what_was_raised(client: httpx.AsyncClient) -> None:
    answer = await client.get("/raise/not-found", headers={"X-Request-Id": "a"})

    assert answer.json() == {
        "type": "/problems/not-found",
        "title": "Not found",
        "status": 404,
        "detail": "No network c41.",
        "instance": "/raise/not-found",
        "request_id": "a",
    }


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("api.example.org", 200),
        ("API.example.org:8000", 200),
        ("a.city.example", 200),
        ("[::1]:8000", 200),
        ("city.example", 400),
        ("evilcity.example", 400),
        ("example.org", 400),
        ("[::2]", 400),
        ("", 400),
    ],
)
async def test_only_known_hosts_are_served(host: str, status: int) -> None:
    async with asking(allowed_hosts=("api.example.org", "*.city.example", "[::1]")) as client:
        answer = await client.get("/v1/records/1", headers={"Host": host})

    assert answer.status_code == status


@pytest.mark.parametrize("name", ["Host", "Content-Type", "Idempotency-Key"])
async def test_headers_that_may_not_be_doubled(client: httpx.AsyncClient, name: str) -> None:
    answer = await client.get("/v1/records/1", headers=[(name, "a"), (name, "b")])

    assert (answer.status_code, name.lower() in answer.json()["detail"]) == (400, True)


def test_refusals_are_documented() -> None:
    described = documented(Invalid, NotFound, Unauthorized)

    assert list(described) == [401, 404, 422]
    assert described[401]["headers"]["WWW-Authenticate"]["example"] == 'Bearer realm="proxeny"'
    content = described[422]["content"]["application/problem+json"]
    assert content["schema"] == {"$ref": "#/components/schemas/Problem"}
    assert content["example"]["errors"][0]["pointer"] == "/costs/0/amount"


def test_the_schema_of_a_problem_describes_and_shows_every_field() -> None:
    schemas = problem_schemas()

    assert schemas.keys() == {"Problem", "FieldError"}
    for schema in schemas.values():
        for name, each in schema["properties"].items():
            assert each["description"].endswith(".")
            assert "examples" in each or name == "errors"


def test_every_kind_has_its_own_type_and_sentence() -> None:
    kinds: list[type[ApiError]] = [*KINDS.values(), Unauthorized]

    assert len({kind.type for kind in kinds}) == len(kinds) == 18
    for kind in kinds:
        assert re.fullmatch(r"/problems/[a-z]+(-[a-z]+)*", kind.type)
        assert kind.default_detail[0].isupper()


async def test_a_packed_answer_is_whole_gzip(client: httpx.AsyncClient) -> None:
    async with client.stream("GET", "/stream", headers={"Accept-Encoding": "gzip"}) as answer:
        raw = b"".join([piece async for piece in answer.aiter_raw()])

    assert gzip.decompress(raw).count(b"\n") == 500
