"""What the client puts into a request, and what it keeps to itself."""

import json
import math
import traceback
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import httpx
import pytest

import proxeny
from proxeny import errors
from proxeny._async.client import AsyncProxeny
from proxeny._sync.client import Proxeny
from proxeny.models import CostCreate, CostPatch
from tests.sdk.answering import KEY, Server, answer, health, problem

PAGE: dict[str, Any] = {"items": [], "next_cursor": None}


def test_every_request_says_who_asks_and_with_what() -> None:
    server = Server(health())

    server.client().health()

    headers = server.requests[0].headers
    assert headers["authorization"] == f"Bearer {KEY}"
    assert headers["user-agent"].startswith(f"proxeny-python/{proxeny.__version__}")


def test_settings_are_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    server = Server(health())
    monkeypatch.setenv("PROXENY_BASE_URL", "https://api.example/proxeny/")
    monkeypatch.setenv("PROXENY_API_KEY", " from-outside\n")

    Proxeny(http_client=httpx.Client(transport=httpx.MockTransport(server))).health()

    assert str(server.requests[0].url) == "https://api.example/proxeny/healthz"
    assert server.requests[0].headers["authorization"] == "Bearer from-outside"


def test_without_settings_it_asks_this_machine_without_a_key() -> None:
    server = Server(health())

    Proxeny(http_client=httpx.Client(transport=httpx.MockTransport(server))).health()

    assert str(server.requests[0].url) == "http://127.0.0.1:8000/healthz"
    assert "authorization" not in server.requests[0].headers


@pytest.mark.parametrize(
    "address", ["api.example", "ftp://api.example", "http://", "http://me:secret@api.example", "http://a/?b"]
)
def test_a_bad_address_is_refused_at_once(address: str) -> None:
    with pytest.raises(errors.InvalidArgument) as raised:
        Proxeny(base_url=address)
    assert "secret" not in str(raised.value)


@pytest.mark.parametrize("options", [{"timeout": 0}, {"timeout": -1.0}, {"max_retries": -1}])
def test_a_bad_patience_is_refused_at_once(options: dict[str, Any]) -> None:
    with pytest.raises(errors.InvalidArgument):
        Proxeny(**options)


@pytest.mark.parametrize("kind", [Proxeny, AsyncProxeny])
def test_the_key_is_in_no_repr(kind: type[Proxeny] | type[AsyncProxeny]) -> None:
    client = kind(KEY)

    shown = repr(client) + repr(vars(client)) + repr(client._sender.settings) + repr(client.with_options(timeout=1))

    assert KEY not in shown
    assert "base_url='http://127.0.0.1:8000'" in shown


@pytest.mark.parametrize("failure", [problem(401), httpx.ConnectError("refused"), answer(200, ["not health"])])
def test_the_key_is_in_no_error(failure: httpx.Response | Exception) -> None:
    with pytest.raises(errors.ProxenyError) as raised:
        Server(failure).client(max_retries=0).health()

    told = "".join(traceback.format_exception(raised.value)) + repr(raised.value) + repr(vars(raised.value))
    assert KEY not in told


def test_a_key_that_cannot_be_a_header_is_refused_without_showing_it() -> None:
    with pytest.raises(errors.InvalidArgument) as raised:
        Proxeny("pxk_secret\nX-Evil: 1")
    assert "secret" not in str(raised.value)


def test_every_part_of_a_path_is_quoted_whole() -> None:
    server = Server(problem(404))

    with pytest.raises(errors.NotFound):
        server.client().engagements.get_by_external_id("a/../b", "crm 1/2?x#é%2F")

    expected = b"/v1/cities/a%2F..%2Fb/engagements/by-external-id/crm%201%2F2%3Fx%23%C3%A9%252F"
    assert server.requests[0].url.raw_path == expected


@pytest.mark.parametrize("part", ["", ".", ".."])
def test_a_part_that_would_change_the_path_is_refused(part: str) -> None:
    server = Server(problem(404))

    with pytest.raises(errors.InvalidArgument, match="part of a path"):
        server.client().costs.delete("bilbao", part)
    assert server.requests == []


def test_filters_are_sent_by_the_names_of_the_api() -> None:
    server = Server(answer(200, PAGE))

    assert list(server.client().engagements.list("bilbao", from_=date(2024, 1, 1), text="a&b c", limit=5)) == []

    assert server.requests[0].url.query == b"from=2024-01-01&text=a%26b%20c&limit=5"


def test_the_fields_may_come_as_a_model_as_a_mapping_or_as_keywords() -> None:
    server = Server(problem(422))
    client = server.client()
    spent = date(2024, 4, 8)
    model = CostCreate(category="travel", amount=Decimal("12.50"), currency="EUR", incurred_on=spent)
    mapping: dict[str, Any] = {
        "category": "travel",
        "amount": Decimal("12.50"),
        "currency": "EUR",
        "incurred_on": spent,
    }

    ways: list[tuple[Any, dict[str, Any]]] = [
        (model, {}),
        (mapping, {}),
        (None, mapping),
        ({**mapping, "currency": "USD"}, {"currency": "EUR"}),
    ]
    for new, fields in ways:
        with pytest.raises(errors.Invalid):
            client.costs.create("bilbao", new, **fields)

    sent = [json.loads(request.content) for request in server.requests]
    assert sent == [{"category": "travel", "amount": "12.50", "currency": "EUR", "incurred_on": "2024-04-08"}] * 4


def test_what_a_model_leaves_unset_is_not_sent_and_what_is_none_is() -> None:
    server = Server(problem(422))

    with pytest.raises(errors.Invalid):
        server.client().costs.update("bilbao", "0198", CostPatch(description=None), if_match="*")

    assert server.requests[0].content == b'{"description":null}'
    assert server.requests[0].headers["if-match"] == "*"


def test_the_version_of_a_record_is_read_from_it() -> None:
    class Read:
        id = UUID(int=7)
        version = 4

    server = Server(problem(412))

    with pytest.raises(errors.StaleVersion):
        server.client().costs.update("bilbao", Read(), amount="1")

    assert server.requests[0].url.path == f"/v1/cities/bilbao/costs/{UUID(int=7)}"
    assert server.requests[0].headers["if-match"] == '"4"'


@pytest.mark.parametrize(
    ("value", "sent"),
    [
        (Decimal("1E+3"), b'"1000"'),
        (Decimal("0.000000"), b'"0.000000"'),
        (datetime(2024, 4, 8, 12, tzinfo=UTC), b'"2024-04-08T12:00:00+00:00"'),
        (UUID(int=1), b'"00000000-0000-0000-0000-000000000001"'),
        ("Málaga", '"Málaga"'.encode()),
    ],
)
def test_values_are_sent_digit_for_digit(value: object, sent: bytes) -> None:
    server = Server(problem(422))

    with pytest.raises(errors.Invalid):
        server.client().costs.create("bilbao", amount=value)

    assert server.requests[0].content == b'{"amount":' + sent + b"}"


@pytest.mark.parametrize("value", [math.nan, Decimal("NaN"), object(), datetime(2024, 4, 8, 12), "\ud800", {1, 2}])  # noqa: DTZ001
def test_what_json_cannot_hold_is_refused_before_sending(value: object) -> None:
    server = Server(problem(422))

    with pytest.raises(errors.InvalidArgument):
        server.client().costs.create("bilbao", amount=value)
    assert server.requests == []


def test_the_timeout_is_thirty_seconds_or_what_it_is_told() -> None:
    server = Server(health())
    client = server.client()

    client.health()
    client.with_options(timeout=2).health()
    server.client(timeout=None).health()

    assert [request.extensions["timeout"]["read"] for request in server.requests] == [30, 2, None]


def test_a_client_for_another_key_shares_the_connections() -> None:
    server = Server(health())
    client = server.client(timeout=7)

    client.with_options(api_key="pxk_other").health()
    client.health()

    assert [request.headers["authorization"] for request in server.requests] == ["Bearer pxk_other", f"Bearer {KEY}"]
    assert server.requests[0].extensions["timeout"]["read"] == 7


def test_a_long_poll_is_given_the_time_that_it_asks_for() -> None:
    server = Server(answer(500))

    with pytest.raises(errors.ServerError):
        server.client().cities.changes("bilbao", wait=60)

    assert server.requests[0].extensions["timeout"]["read"] == 70


def test_a_client_that_was_given_is_left_open() -> None:
    http = httpx.Client(transport=httpx.MockTransport(Server(health())))

    with Proxeny(http_client=http) as client:
        client.health()

    assert not http.is_closed


async def test_a_client_of_its_own_is_closed() -> None:
    client = AsyncProxeny(KEY)
    with Proxeny(KEY) as sync_client:
        sync_client.with_options(timeout=1).close()
        assert not sync_client._sender.http.is_closed  # type: ignore[attr-defined]
    async with client:
        pass

    assert sync_client._sender.http.is_closed  # type: ignore[attr-defined]
    assert client._sender.http.is_closed  # type: ignore[attr-defined]
