"""The batch door: a JSON array or NDJSON of engagements."""

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic_core import to_json

from proxeny_api import visits
from proxeny_api.consent import own_city
from proxeny_api.doors import CREATES, CityRef
from proxeny_api.engagements import batch
from proxeny_api.engagements.batch_schemas import BatchAnswer
from proxeny_api.engagements.schemas import EXAMPLE, NESTED, EngagementCreate
from proxeny_api.errors import BadRequest, FieldError, Invalid, TooLarge
from proxeny_api.http.guard import is_ndjson
from proxeny_api.http.strict_json import NotStrict
from proxeny_api.visits import Asking, IdempotencyKey, scoped

router = APIRouter(prefix="/v1/cities/{city}/engagements", tags=["engagements"])
ROW = {**EXAMPLE, **NESTED}
SHAPE = {"$ref": f"#/components/schemas/{EngagementCreate.__name__}"}
ROWS = {"type": "array", "items": SHAPE, "maxItems": 10_000}
BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "Up to 10,000 engagements: a JSON array, or one JSON object a line. gzip is taken.",
        "content": {
            "application/json": {"schema": ROWS, "example": [ROW]},
            "application/x-ndjson": {"schema": ROWS, "example": [ROW]},
        },
    }
}
MOST_ERRORS_TOLD = 1_000


class _Undone(Exception):
    """Ends a transaction without keeping what it wrote."""


@router.post("/batch", response_model=BatchAnswer, responses=CREATES, openapi_extra=BODY)
async def batch_engagements(
    request: Request,
    city: CityRef,
    principal: Asking,
    atomic: Annotated[bool, Query(description="All or none: one refused row, and nothing is written.")] = False,
    mode: Annotated[
        Literal["store", "validate"], Query(description="`validate` reports the same and writes nothing.")
    ] = "store",
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Create or replace many engagements by their external ids; each row has its own result."""
    mine = own_city(scoped(principal, "write"), city)
    body = b"".join([chunk async for chunk in request.stream()])
    rows = _rows(request, body)
    outcome = batch.Tally()
    try:
        async with visits.writing(request, principal, idempotency_key, body) as visit:
            outcome = await batch.store(await visit.chain(), mine, rows)
            if mode == "validate" or (atomic and outcome.refused):
                raise _Undone
            return await visits.answered(visit, 200, _answer(outcome), {})
    except _Undone:
        if atomic and outcome.refused:
            raise Invalid(
                f"{len(outcome.refused)} rows were refused; nothing was written.", errors=_told(outcome)
            ) from None
    return Response(_answer(outcome), media_type=visits.JSON)


def _rows(request: Request, body: bytes) -> Iterator[list[Any]]:
    """Return the body's rows in chunks; raises BadRequest for what is no JSON, TooLarge for too many rows."""
    most = request.app.state.settings.max_batch_rows
    chunks = batch.chunks(body, is_ndjson=is_ndjson(request.headers.get("content-type")), most=most)
    try:
        first = next(chunks, [])
    except NotStrict as error:
        raise BadRequest(str(error)) from None
    except OverflowError:
        raise TooLarge(f"A batch holds at most {most:,} engagements.") from None
    return _joined(first, chunks)


def _joined(first: list[Any], others: Iterator[list[Any]]) -> Iterator[list[Any]]:
    if first:
        yield first
    yield from others


def _answer(outcome: batch.Tally) -> bytes:
    counts = {status: outcome.count(status) for status in ("created", "updated", "unchanged", "refused")}
    results = [
        {
            "index": result.index,
            "status": result.status,
            "id": result.id,
            "external_id": result.external_id,
            "errors": [error.model_dump() for error in result.errors],
            **_warnings(outcome, result.index),
        }
        for result in outcome.results
    ]
    return to_json({"results": results, **counts})


def _warnings(outcome: batch.Tally, index: int) -> dict[str, Any]:
    warned = outcome.warned.get(index)
    return {"warnings": [warning.model_dump() for warning in warned]} if warned else {}


def _told(outcome: batch.Tally) -> list[FieldError]:
    """Return the refused rows' errors with pointers into the batch."""
    return [
        FieldError(pointer=f"/{result.index}{error.pointer}", code=error.code, message=error.message)
        for result in outcome.refused
        for error in result.errors
    ][:MOST_ERRORS_TOLD]
