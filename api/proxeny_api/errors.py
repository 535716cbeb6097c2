"""What the API refuses, and how it says so: one exception a kind, each an RFC 9457 problem."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

PROBLEM_MEDIA_TYPE = "application/problem+json"
PROBLEM_REFERENCE = {"$ref": "#/components/schemas/Problem"}
EXAMPLE_REQUEST_ID = "0198c0de-7a6b-7c3d-8e4f-5a6b7c8d9e0f"


class FieldError(BaseModel):
    """One thing that is wrong in what was sent; what was sent is never repeated."""

    model_config = ConfigDict(extra="ignore")

    pointer: str = Field(
        description="JSON pointer to the place in the body; `/query/limit` or `/header/If-Match` elsewhere.",
        examples=["/costs/0/amount"],
    )
    code: str = Field(description="The kind of the error, for programs.", examples=["missing"])
    message: str = Field(description="What is wrong, for people.", examples=["Field required"])


class Problem(BaseModel):
    """Why a request was refused: RFC 9457, `application/problem+json`."""

    model_config = ConfigDict(extra="ignore")

    type: str = Field(description="The kind of the problem, as a URI reference.", examples=["/problems/not-found"])
    title: str = Field(description="The kind of the problem, in words.", examples=["Not found"])
    status: int = Field(description="The HTTP status, again.", ge=400, le=599, examples=[404])
    detail: str = Field(description="What was wrong this time.", examples=["No network c41."])
    instance: str = Field(description="The path that was asked for.", examples=["/v1/networks/c41"])
    request_id: str = Field(
        description="The `X-Request-Id` of this request: name it when you ask for help.", examples=[EXAMPLE_REQUEST_ID]
    )
    errors: list[FieldError] = Field(
        default=[], description="Every single thing that was wrong; absent where there is nothing to list."
    )


class ApiError(Exception):
    """The root of all refusals; the first argument is the detail, one sentence that names the thing."""

    status: ClassVar[int] = 500
    type: ClassVar[str] = "/problems/internal-error"
    title: ClassVar[str] = "Internal error"
    default_detail: ClassVar[str] = "Something broke on our side; it has been noted under this request_id."
    default_headers: ClassVar[Mapping[str, str]] = {}

    def __init__(
        self,
        detail: str | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        errors: Sequence[FieldError] = (),
    ) -> None:
        self.detail = detail or self.default_detail
        self.headers = {**self.default_headers, **(headers or {})}
        self.errors = tuple(errors)
        super().__init__(self.detail)


class InternalError(ApiError):
    """Something broke on our side: only the outermost layer makes these."""


class BadRequest(ApiError):
    """The body, a header or a query parameter cannot be read."""

    status, type, title = 400, "/problems/bad-request", "Bad request"
    default_detail = "The request cannot be read."


class Unauthorized(ApiError):
    """No key or no good one; the answer never says which, so it takes no detail."""

    status, type, title = 401, "/problems/unauthorized", "No valid key"
    default_detail = "This needs a valid key: Authorization: Bearer pxk_…"
    default_headers: ClassVar[Mapping[str, str]] = {"WWW-Authenticate": 'Bearer realm="proxeny"'}

    def __init__(self) -> None:
        super().__init__()


class Forbidden(ApiError):
    """The key is good, but not for this; the detail names the scope."""

    status, type, title = 403, "/problems/forbidden", "Forbidden"
    default_detail = "This key may not do that."


class NotFound(ApiError):
    """Not there, or not yours: the same answer."""

    status, type, title = 404, "/problems/not-found", "Not found"
    default_detail = "There is nothing at this address."


class MethodNotAllowed(ApiError):
    """The address is there; its `Allow` header says what it takes."""

    status, type, title = 405, "/problems/method-not-allowed", "Method not allowed"
    default_detail = "This address does not take that method; the Allow header says which it takes."


class RequestTimeout(ApiError):
    """The body stalled: the connection is closed."""

    status, type, title = 408, "/problems/request-timeout", "Request timeout"
    default_detail = "The body did not arrive in time."
    default_headers: ClassVar[Mapping[str, str]] = {"Connection": "close"}


class Conflict(ApiError):
    """Something with that name is there, or the same is under way."""

    status, type, title = 409, "/problems/conflict", "Conflict"
    default_detail = "This conflicts with what is there."


class Gone(ApiError):
    """It was there and has been erased: what rests on it cannot be told any more, now or later."""

    status, type, title = 410, "/problems/erased", "Erased"
    default_detail = "What this rests on has been erased."


class StaleVersion(ApiError):
    """The `If-Match` names a version that is no longer there."""

    status, type, title = 412, "/problems/stale-version", "Stale version"
    default_detail = "The record has changed since: read it again and send its new ETag in If-Match."


class TooLarge(ApiError):
    """The body is over the limit, which the detail tells."""

    status, type, title = 413, "/problems/too-large", "Body too large"
    default_detail = "The body is larger than this address takes."


class UriTooLong(ApiError):
    """Path and query together are over the limit."""

    status, type, title = 414, "/problems/uri-too-long", "Address too long"
    default_detail = "The address with its query is too long."


class UnsupportedMedia(ApiError):
    """The `Content-Type`, its charset or the `Content-Encoding` is not taken."""

    status, type, title = 415, "/problems/unsupported-media-type", "Unsupported media type"
    default_detail = "The body is not of a type that this address takes."


class Invalid(ApiError):
    """The body can be read, but its shape or a rule is broken; `errors` lists every place."""

    status, type, title = 422, "/problems/invalid", "Invalid"
    default_detail = "What was sent breaks a rule."


class PreconditionRequired(ApiError):
    """A change that needs `If-Match` came without."""

    status, type, title = 428, "/problems/precondition-required", "Precondition required"
    default_detail = "This needs If-Match with the ETag of the record that you read."


class TooManyRequests(ApiError):
    """Over the rate limit; pass `headers={"Retry-After": …}` when it is known better."""

    status, type, title = 429, "/problems/too-many-requests", "Too many requests"
    default_detail = "Too many requests; Retry-After says in how many seconds to try again."
    default_headers: ClassVar[Mapping[str, str]] = {"Retry-After": "1"}


class HeadersTooLarge(ApiError):
    """Too many headers, or too large."""

    status, type, title = 431, "/problems/headers-too-large", "Headers too large"
    default_detail = "The headers are too many or too large."


class Unavailable(ApiError):
    """The database is away, full or busy: the same request may work in a moment."""

    status, type, title = 503, "/problems/unavailable", "Unavailable"
    default_detail = "The database cannot be reached just now; nothing was changed. Try again."
    default_headers: ClassVar[Mapping[str, str]] = {"Retry-After": "2"}


KINDS: dict[int, type[ApiError]] = {
    kind.status: kind
    for kind in (
        BadRequest, Forbidden, NotFound, MethodNotAllowed, RequestTimeout, Conflict, Gone, StaleVersion, TooLarge,
        UriTooLong, UnsupportedMedia, Invalid, PreconditionRequired, TooManyRequests, HeadersTooLarge, InternalError,
        Unavailable,
    )
}  # fmt: skip


def problem(error: ApiError, request_id: str, instance: str) -> dict[str, Any]:
    """Return the members of the problem in the order in which they are read."""
    members: dict[str, Any] = {
        "type": error.type,
        "title": error.title,
        "status": error.status,
        "detail": error.detail,
        "instance": instance,
        "request_id": request_id,
    }
    if error.errors:
        members["errors"] = [fault.model_dump() for fault in error.errors]
    return members


def problem_response(error: ApiError, request_id: str, instance: str) -> Response:
    """Render a refusal; escaped to ASCII, so that no text whatever can make it fail."""
    content = json.dumps(problem(error, request_id, instance), separators=(",", ":"))
    return Response(content, error.status, error.headers, PROBLEM_MEDIA_TYPE)


def documented(*kinds: type[ApiError]) -> dict[int | str, dict[str, Any]]:
    """Return FastAPI's `responses=` for these refusals, in order of status.

    The schema is a reference: ``problem_schemas`` has what the document must define for it.
    """
    return {kind.status: _documented(kind) for kind in sorted(kinds, key=lambda kind: kind.status)}


def _documented(kind: type[ApiError]) -> dict[str, Any]:
    error = kind()
    if kind is Invalid:
        error.errors = (FieldError(pointer="/costs/0/amount", code="missing", message="Field required"),)
    response: dict[str, Any] = {
        "description": f"{kind.title}. {kind.default_detail}",
        "content": {
            PROBLEM_MEDIA_TYPE: {
                "schema": PROBLEM_REFERENCE,
                "example": problem(error, EXAMPLE_REQUEST_ID, "/v1/cities/amsterdam/engagements"),
            }
        },
    }
    headers = {name: value for name, value in error.headers.items() if name != "Connection"}
    if headers:
        response["headers"] = {
            name: {"description": "What to do next.", "schema": {"type": "string"}, "example": value}
            for name, value in headers.items()
        }
    return response


def problem_schemas() -> dict[str, Any]:
    """Return `Problem` and `FieldError` as they go into the document's `components.schemas`."""
    schema = Problem.model_json_schema(ref_template="#/components/schemas/{model}", mode="serialization")
    return {**schema.pop("$defs"), "Problem": schema}
