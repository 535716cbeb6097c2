"""What the client sends again, when, and what it leaves."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import pytest

from proxeny import errors
from tests.sdk.answering import Server, health, problem

COST = {"category": "travel", "amount": "12.50", "currency": "EUR", "incurred_on": "2024-04-08"}


@pytest.mark.parametrize("status", [408, 429, 502, 503, 504])
def test_a_passing_refusal_is_asked_again(status: int, pauses: list[float]) -> None:
    server = Server(problem(status), health())

    assert server.client().health().status == "ok"
    assert len(server.requests) == 2
    assert len(pauses) == 1


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 412, 413, 415, 422, 428, 500, 501])
def test_a_lasting_refusal_is_not_asked_again(status: int, pauses: list[float]) -> None:
    server = Server(problem(status))

    with pytest.raises(errors.ApiError):
        server.client().health()
    assert len(server.requests) == 1
    assert pauses == []


@pytest.mark.parametrize(
    "failure", [httpx.ConnectError("refused"), httpx.ReadError("reset"), httpx.ReadTimeout("slow")]
)
def test_a_lost_connection_is_made_again(failure: Exception, pauses: list[float]) -> None:
    server = Server(failure, health())

    assert server.client().health().status == "ok"
    assert len(pauses) == 1


async def test_the_asynchronous_client_asks_again_too(pauses: list[float]) -> None:
    server = Server(httpx.ConnectError("refused"), problem(503, retry_after="2"), health())

    assert (await server.async_client().health()).status == "ok"
    assert len(pauses) == 2
    assert 2 <= pauses[1] <= 2.5


def test_it_gives_up_after_as_many_retries_as_it_was_told(pauses: list[float]) -> None:
    server = Server(problem(503))

    with pytest.raises(errors.Unavailable):
        server.client(max_retries=2).health()
    assert len(server.requests) == 3
    with pytest.raises(errors.Unavailable):
        server.client(max_retries=0).health()
    assert len(server.requests) == 4
    assert len(pauses) == 2


def test_pauses_are_at_random_below_a_bound_that_doubles(pauses: list[float]) -> None:
    server = Server(problem(503))

    for _ in range(40):
        with pytest.raises(errors.Unavailable):
            server.client(max_retries=6).health()

    for tries, bound in enumerate([0.5, 1, 2, 4, 8, 8]):
        waited = pauses[tries::6]
        assert all(0 <= seconds <= bound for seconds in waited)
        assert max(waited) > bound / 2 > min(waited)


def test_retry_after_in_seconds_is_kept(pauses: list[float]) -> None:
    Server(problem(429, retry_after="7"), health()).client().health()

    assert 7 <= pauses[0] <= 7.5


def test_retry_after_as_a_date_is_kept(pauses: list[float]) -> None:
    soon = format_datetime(datetime.now(UTC) + timedelta(seconds=20), usegmt=True)

    Server(problem(503, retry_after=soon), health()).client().health()

    assert 18 <= pauses[0] <= 21


@pytest.mark.parametrize("told", ["soon", "-5", "1e9", "Mon, 99 Foo 2024", ""])
def test_a_retry_after_that_tells_nothing_is_passed_over(told: str, pauses: list[float]) -> None:
    Server(problem(503, retry_after=told), health()).client().health()

    assert pauses[0] <= 0.5


def test_a_retry_after_beyond_patience_is_raised_instead(pauses: list[float]) -> None:
    server = Server(problem(429, retry_after="3600"))

    with pytest.raises(errors.RateLimited) as raised:
        server.client().health()
    assert raised.value.retry_after == 3600
    assert pauses == []


def test_a_post_is_repeated_with_the_same_idempotency_key(pauses: list[float]) -> None:
    server = Server(httpx.ReadTimeout("slow"), problem(503), problem(422))
    client = server.client()

    with pytest.raises(errors.Invalid):
        client.costs.create("bilbao", COST)
    first, second, third = (request.headers["idempotency-key"] for request in server.requests)
    assert first == second == third
    assert {request.content for request in server.requests} == {server.requests[0].content}
    assert len(pauses) == 2
    with pytest.raises(errors.Invalid):
        client.costs.create("bilbao", COST)
    assert server.requests[-1].headers["idempotency-key"] != first


def test_a_post_whose_first_is_under_way_is_asked_again(pauses: list[float]) -> None:
    server = Server(httpx.ReadTimeout("slow"), problem(409, retry_after="1"), problem(422))

    with pytest.raises(errors.Invalid):
        server.client().costs.create("bilbao", COST)
    assert len(pauses) == 2


def test_a_given_idempotency_key_is_used() -> None:
    server = Server(problem(422))

    with pytest.raises(errors.Invalid):
        server.client().costs.create("bilbao", COST, idempotency_key="mine")
    assert server.requests[0].headers["idempotency-key"] == "mine"


@pytest.mark.parametrize(
    "failure", [httpx.ReadTimeout("slow"), httpx.ConnectError("refused"), problem(503), problem(429)]
)
def test_a_patch_is_never_repeated(failure: httpx.Response | Exception, pauses: list[float]) -> None:
    server = Server(failure)

    with pytest.raises(errors.ProxenyError):
        server.client().costs.update("bilbao", "0198", {"amount": "1"}, if_match=3)
    assert len(server.requests) == 1
    assert server.requests[0].headers["if-match"] == '"3"'
    assert "idempotency-key" not in server.requests[0].headers
    assert pauses == []


def test_a_delete_is_repeated(pauses: list[float]) -> None:
    server = Server(httpx.ReadError("reset"), httpx.Response(204))

    server.client().costs.delete("bilbao", "0198", if_match=3)

    assert len(server.requests) == 2
    assert len(pauses) == 1


def test_a_request_that_cannot_be_sent_is_not_tried_again(pauses: list[float]) -> None:
    server = Server(httpx.UnsupportedProtocol("no such scheme"))

    with pytest.raises(errors.InvalidArgument):
        server.client().health()
    assert pauses == []


def test_errors_that_are_not_an_http_clients_pass_through() -> None:
    with pytest.raises(ZeroDivisionError):
        Server(ZeroDivisionError()).client().health()


@pytest.mark.parametrize(
    ("name", "kind"), [("ReadTimeout", errors.TimedOut), ("ConnectError", errors.ConnectionFailed)]
)
def test_the_errors_of_another_client_with_the_same_names_are_known(name: str, kind: type[Exception]) -> None:
    roots = {"ReadTimeout": "TimeoutException", "ConnectError": "TransportError"}
    foreign = type(name, (type(roots[name], (Exception,), {}),), {})

    with pytest.raises(kind) as raised:
        Server(foreign("elsewhere")).client(max_retries=0).health()
    assert isinstance(raised.value.__cause__, foreign)
