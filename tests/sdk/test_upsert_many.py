"""Many rows go in batches, and each is answered for in its place."""

import gzip
import json
import math
from collections.abc import AsyncIterator, Iterator
from typing import Any
from uuid import UUID

import httpx
import pytest

from proxeny import _upserts, errors
from proxeny.models import EngagementCreate, RowResult
from tests.sdk.answering import Server, answer, problem

Row = dict[str, object]


def rows(count: int) -> Iterator[Row]:
    """Yield small engagements."""
    return ({"external_id": f"e{number}", "kind": "mission", "title": "Visit"} for number in range(count))


def lines_of(request: httpx.Request) -> list[Any]:
    """Return the rows of a posted batch."""
    return [json.loads(line) for line in gzip.decompress(request.content).splitlines()]


def stores(request: httpx.Request) -> httpx.Response:
    """Answer a batch as the API does: titles say how each row fares."""
    results = []
    for index, row in enumerate(lines_of(request)):
        status = row["title"] if row["title"] in {"updated", "unchanged", "refused", "parked"} else "created"
        wrong = [{"pointer": "/title", "code": "odd", "message": "Odd."}] if status == "refused" else []
        external_id = row.get("external_id")
        results.append({"index": index, "status": status, "id": None, "external_id": external_id, "errors": wrong})
    return answer(200, {"results": results, "created": 0, "updated": 0, "unchanged": 0, "refused": 0})


def test_rows_go_in_batches_and_come_back_in_order() -> None:
    server = Server(stores)

    results = list(server.client().engagements.upsert_many("bilbao", rows(25), batch_size=10))

    assert [len(lines_of(request)) for request in server.requests] == [10, 10, 5]
    assert [(result.index, result.external_id) for result in results] == [(n, f"e{n}") for n in range(25)]
    assert len({request.headers["idempotency-key"] for request in server.requests}) == 3
    first = server.requests[0]
    assert first.url.path == "/v1/cities/bilbao/engagements/batch"
    assert first.headers["content-type"] == "application/x-ndjson"
    assert first.headers["content-encoding"] == "gzip"


async def test_the_asynchronous_client_takes_both_kinds_of_iterable() -> None:
    async def coming() -> AsyncIterator[Row]:
        for row in rows(3):
            yield row

    client = Server(stores).async_client()

    assert [result.index async for result in client.engagements.upsert_many("bilbao", coming(), batch_size=2)] == [
        0,
        1,
        2,
    ]
    assert (await client.engagements.upsert_many("bilbao", rows(3)).finish()).created == 3


def test_the_summary_counts_how_rows_fared() -> None:
    fared = ["a", "b", "updated", "unchanged", "refused", "parked"]
    heard: list[RowResult] = []

    upsert = (
        Server(stores)
        .client()
        .engagements.upsert_many("bilbao", ({"title": title} for title in fared), on_result=heard.append)
    )
    summary = upsert.finish()

    assert (summary.created, summary.updated, summary.unchanged, summary.refused, summary.other) == (2, 1, 1, 1, 1)
    assert summary.rows == 6
    assert str(summary) == "6 rows: 2 created, 1 updated, 1 unchanged, 1 refused, 1 other"
    assert [result.index for result in heard] == [0, 1, 2, 3, 4, 5]
    assert heard[4].errors[0].message == "Odd."


def test_no_rows_ask_nothing() -> None:
    server = Server(stores)

    assert server.client().engagements.upsert_many("bilbao", []).finish().rows == 0
    assert server.requests == []


def test_rows_that_cannot_be_sent_are_refused_in_their_place() -> None:
    server = Server(stores)
    mixed: list[Any] = [
        {"title": "a", "external_id": "good"}, {"title": math.nan, "external_id": "odd"}, "text", None,
        {"title": object()}, {"title": "\ud800"}, {"title": "b"},
    ]  # fmt: skip

    results = list(server.client().engagements.upsert_many("bilbao", mixed, batch_size=3))

    assert [result.status for result in results] == ["created", *["refused"] * 5, "created"]
    assert [result.index for result in results] == list(range(7))
    assert results[1].external_id == "odd"
    assert results[1].errors[0].code == "unsendable"
    assert [lines_of(request) for request in server.requests] == [[mixed[0]], [mixed[6]]]


def test_batches_are_bounded_by_bytes_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_upserts, "LARGEST_BODY", 1000)
    server = Server(stores)
    sized = [{"title": "x" * size} for size in (400, 400, 400, 2000, 900, 900, 10)]

    results = list(server.client().engagements.upsert_many("bilbao", sized))

    assert [result.status for result in results] == ["created"] * 3 + ["refused"] + ["created"] * 3
    assert all(len(gzip.decompress(request.content)) <= 1000 for request in server.requests)
    assert sum(len(lines_of(request)) for request in server.requests) == 6


def test_models_send_only_what_is_set() -> None:
    server = Server(stores)
    row = EngagementCreate.model_validate({"kind": "mission", "title": "Visit", "starts_on": "2024-04-08"})

    server.client().engagements.upsert_many("bilbao", [row]).finish()

    assert lines_of(server.requests[0]) == [{"kind": "mission", "title": "Visit", "starts_on": "2024-04-08"}]


def test_a_batch_is_repeated_with_its_key_and_body(pauses: list[float]) -> None:
    server = Server(httpx.ReadTimeout("slow"), problem(503), stores)

    summary = server.client().engagements.upsert_many("bilbao", rows(2)).finish()

    assert summary.created == 2
    assert len({(request.headers["idempotency-key"], request.content) for request in server.requests}) == 1
    assert len(pauses) == 2


def test_a_batch_that_fails_for_good_tells_which_rows_were_done() -> None:
    server = Server(stores, stores, problem(403, "The key lacks the scope."))
    upsert = server.client().engagements.upsert_many("bilbao", rows(100), batch_size=10)

    with pytest.raises(
        errors.UpsertInterrupted, match="rows 0 to 19 were answered, rows 20 to 29 were not: 403"
    ) as raised:
        upsert.finish()

    assert raised.value.unanswered == range(20, 30)
    assert raised.value.idempotency_key == server.requests[-1].headers["idempotency-key"]
    assert isinstance(raised.value.__cause__, errors.Forbidden)
    assert upsert.summary.created == 20


def test_an_answer_with_too_few_results_is_not_trusted() -> None:
    short = answer(200, {"results": [], "created": 0, "updated": 0, "unchanged": 0, "refused": 0})

    with pytest.raises(errors.UpsertInterrupted, match=r"no row was answered, rows 0 to 1 were not: .* 0 of 2 rows"):
        Server(short).client().engagements.upsert_many("bilbao", rows(2)).finish()


def test_leaving_the_loop_and_coming_back_goes_on() -> None:
    server = Server(stores)
    upsert = server.client().engagements.upsert_many("bilbao", rows(5), batch_size=2)

    for result in upsert:
        if result.index == 1:
            break

    assert [result.index for result in upsert] == [2, 3, 4]
    assert len(server.requests) == 3


def test_progress_is_told_on_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    Server(stores).client().engagements.upsert_many("bilbao", rows(3), batch_size=2, progress=True).finish()

    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.splitlines() == [
        "2 rows: 2 created, 0 updated, 0 unchanged, 0 refused", "3 rows: 3 created, 0 updated, 0 unchanged, 0 refused",
    ]  # fmt: skip


@pytest.mark.parametrize("size", [0, -1, 10_001])
def test_a_batch_size_that_the_api_does_not_take_is_refused(size: int) -> None:
    with pytest.raises(errors.InvalidArgument):
        Server(stores).client().engagements.upsert_many("bilbao", [], batch_size=size)


def test_validating_only_says_so() -> None:
    server = Server(stores)

    server.client().engagements.upsert_many("bilbao", rows(1), mode="validate").finish()

    assert server.requests[0].url.query == b"mode=validate"


def test_one_batch_can_be_posted_by_itself() -> None:
    server = Server(answer(200, {"results": [], "created": 0, "updated": 0, "unchanged": 0, "refused": 0}))

    done = server.client().engagements.batch("bilbao", [{"title": "a", "id": UUID(int=1)}], atomic=True)

    assert done.created == 0
    assert server.requests[0].url.query == b"atomic=true"
    assert json.loads(server.requests[0].content) == [{"title": "a", "id": str(UUID(int=1))}]
