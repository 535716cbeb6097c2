"""How answers that refuse, or that cannot be read, come to the caller."""

import copy

import httpx
import pytest

from proxeny import errors
from tests.sdk.answering import Server, answer, problem

KINDS = [
    (400, errors.BadRequest), (401, errors.Unauthorized), (403, errors.Forbidden), (404, errors.NotFound),
    (409, errors.Conflict), (412, errors.StaleVersion), (413, errors.TooLarge), (415, errors.UnsupportedMedia),
    (422, errors.Invalid), (428, errors.PreconditionRequired), (429, errors.RateLimited), (500, errors.ServerError),
    (503, errors.Unavailable), (599, errors.ServerError), (418, errors.ApiError), (302, errors.ApiError),
]  # fmt: skip


def refused(response: httpx.Response) -> errors.ApiError:
    """Return the error that the client raises for the answer."""
    with pytest.raises(errors.ApiError) as raised:
        Server(response).client(max_retries=0).health()
    return raised.value


@pytest.mark.parametrize(("status", "kind"), KINDS)
def test_a_refusal_is_raised_by_its_status(status: int, kind: type[errors.ApiError]) -> None:
    error = refused(problem(status))

    assert type(error) is kind
    assert error.status == status


async def test_the_asynchronous_client_raises_the_same() -> None:
    with pytest.raises(errors.NotFound, match="No city"):
        await Server(problem(404, "No city bilbao.")).async_client().cities.get("bilbao")


def test_the_problem_is_all_there() -> None:
    wrong = {"pointer": "/costs/0/amount", "code": "money", "message": "At most 2 decimals."}

    error = refused(problem(422, "One field is wrong.", errors=[wrong], x_request_id="header-1"))

    assert error.errors == (errors.FieldError("/costs/0/amount", "money", "At most 2 decimals."),)
    assert error.request_id == "r-1"
    assert error.problem.title == "Refused"
    assert str(error) == "422 Refused: One field is wrong. (request r-1)\n  /costs/0/amount: At most 2 decimals."


def test_a_long_list_of_errors_is_told_in_part() -> None:
    wrong = [{"pointer": f"/{row}", "code": "x", "message": "no"} for row in range(9)]

    error = refused(problem(422, errors=wrong))

    assert len(error.errors) == 9
    assert str(error).endswith("/4: no\n  and 4 more")


def test_members_of_a_problem_that_are_not_known_are_kept() -> None:
    error = refused(answer(409, {"type": "/problems/taken", "title": "Taken", "existing": "0198", "status": "odd"}))

    assert error.problem.type == "/problems/taken"
    assert error.problem.extra == {"existing": "0198"}
    assert error.status == 409


@pytest.mark.parametrize("body", [b"", b"<html><h1>Bad\n gateway</h1>", b"[1]", b"\xff\xfe", b"[" * 100_000, b"null"])
def test_a_refusal_by_something_before_the_api_is_raised_by_its_status_too(body: bytes) -> None:
    error = refused(httpx.Response(503, content=body, headers={"x-request-id": "proxy-1", "retry-after": "3"}))

    assert type(error) is errors.Unavailable
    assert error.retry_after == 3
    assert error.request_id == "proxy-1"
    assert str(error).startswith("503 Service Unavailable")
    assert len(str(error)) < 300


@pytest.mark.parametrize("body", [b"", b"<html>", b"{}", b"[]", b'{"status": 1}', b"\xff"])
def test_a_good_answer_that_cannot_be_read_says_so(body: bytes) -> None:
    response = httpx.Response(200, content=body, headers={"x-request-id": "r-2"})

    with pytest.raises(errors.ResponseUnreadable, match="The answer is no Health") as raised:
        Server(response).client().health()
    assert raised.value.request_id == "r-2"


def test_errors_survive_copying_and_so_pickling() -> None:
    error = copy.copy(refused(problem(429, retry_after="99")))

    assert type(error) is errors.RateLimited
    assert error.retry_after == 99
    assert error.problem.detail == "No."


def test_every_error_is_drawn_in_the_docstring() -> None:
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, Exception)]

    assert errors.__doc__ is not None
    assert [kind.__name__ for kind in kinds if kind.__name__ not in errors.__doc__] == []
    assert all(issubclass(kind, errors.ProxenyError) for kind in kinds)
