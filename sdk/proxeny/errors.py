"""Everything that the client raises, under one root.

::

    ProxenyError
    ├── InvalidArgument            also a ValueError: what was asked cannot be sent
    ├── ApiError                   the API answered, and refused
    │   ├── BadRequest             400  unreadable body, unknown query parameter, foreign cursor
    │   ├── Unauthorized           401  no key, or not a good one
    │   ├── Forbidden              403  the key lacks the scope
    │   ├── NotFound               404  not there, or not yours
    │   ├── Conflict               409  something with this name is there already
    │   ├── Gone                   410  what it rests on has been erased
    │   ├── StaleVersion           412  the record has changed since you read it
    │   ├── TooLarge               413
    │   ├── UnsupportedMedia       415
    │   ├── Invalid                422  wrong shape or broken rule: see ``.errors``
    │   ├── PreconditionRequired   428  say which version you mean: ``if_match``
    │   ├── RateLimited            429  come back after ``.retry_after`` seconds
    │   └── ServerError            5xx
    │       └── Unavailable        503
    ├── TransportError             no answer came
    │   ├── ConnectionFailed
    │   └── TimedOut
    ├── ResponseUnreadable         an answer came that is not the API's
    └── UpsertInterrupted          ``upsert_many`` stopped: tells which rows were answered
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Mapping

SHAPE_ERRORS_SHOWN = 5


@dataclass(frozen=True, slots=True)
class FieldError:
    """One thing wrong with one field of what was sent."""

    pointer: str
    """JSON pointer to the field, such as ``/costs/0/amount``."""
    code: str
    """Stable code of the rule that was broken."""
    message: str
    """The rule in plain words."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What the API says about a refusal (RFC 9457)."""

    type: str = "about:blank"
    """URI that names the kind of problem."""
    title: str = ""
    """The kind of problem in a few words."""
    status: int = 0
    """HTTP status of the answer."""
    detail: str | None = None
    """What is wrong this time."""
    instance: str | None = None
    """What was asked for."""
    request_id: str | None = None
    """Name of the request, the same as in the server's log."""
    errors: tuple[FieldError, ...] = ()
    """The fields that are wrong, when the shape or a rule is."""
    extra: Mapping[str, object] = field(default_factory=dict)
    """Members that this version of the client does not know."""


class ProxenyError(Exception):
    """Root of all that the client raises."""


class InvalidArgument(ProxenyError, ValueError):
    """An argument cannot be sent as it is; nothing was sent."""


class ApiError(ProxenyError):
    """The API answered, and refused."""

    statuses: ClassVar[dict[int, type[ApiError]]] = {}

    def __init_subclass__(cls, status: int | None = None) -> None:
        super().__init_subclass__()
        if status is not None:
            ApiError.statuses[status] = cls

    def __init__(self, problem: Problem, retry_after: float | None = None) -> None:
        super().__init__(problem, retry_after)
        self.problem = problem
        self.retry_after = retry_after

    @property
    def status(self) -> int:
        """HTTP status of the answer."""
        return self.problem.status

    @property
    def request_id(self) -> str | None:
        """Name of the request, to be told to whoever runs the server."""
        return self.problem.request_id

    @property
    def errors(self) -> tuple[FieldError, ...]:
        """The fields that are wrong, if that is the trouble."""
        return self.problem.errors

    def __str__(self) -> str:
        problem = self.problem
        told = f"{problem.status} {problem.title}".rstrip()
        if problem.detail and problem.detail != problem.title:
            told += f": {problem.detail}"
        lines = [f"  {error.pointer or '/'}: {error.message}" for error in self.errors[:SHAPE_ERRORS_SHOWN]]
        if len(self.errors) > SHAPE_ERRORS_SHOWN:
            lines.append(f"  and {len(self.errors) - SHAPE_ERRORS_SHOWN} more")
        if self.request_id:
            told += f" (request {self.request_id})"
        return "\n".join([told, *lines])


class BadRequest(ApiError, status=400):
    """The request could not be read, or asks by a parameter that is not there."""


class Unauthorized(ApiError, status=401):
    """No key was sent, or not a good one."""


class Forbidden(ApiError, status=403):
    """The key lacks the scope for this."""


class NotFound(ApiError, status=404):
    """Not there, or not yours: the API does not say which."""


class Conflict(ApiError, status=409):
    """Something with this name is there already, or the same request is still under way."""


class Gone(ApiError, status=410):
    """What it rests on has been erased: it cannot be told any more."""


class StaleVersion(ApiError, status=412):
    """The record has changed since the version that was named."""


class TooLarge(ApiError, status=413):
    """What was sent is larger than the API takes."""


class UnsupportedMedia(ApiError, status=415):
    """What was sent is of a kind that the API does not take."""


class Invalid(ApiError, status=422):
    """The shape is wrong or a rule is broken; ``errors`` tells where."""


class PreconditionRequired(ApiError, status=428):
    """A change must say which version it changes: give ``if_match``."""


class RateLimited(ApiError, status=429):
    """Too many requests; ``retry_after`` says how many seconds to wait, if the server told."""


class ServerError(ApiError):
    """The server failed."""


class Unavailable(ServerError, status=503):
    """The server cannot answer just now; ``retry_after`` says how many seconds to wait, if it told."""


class TransportError(ProxenyError):
    """No answer came; whether the request was carried out is not known."""


class ConnectionFailed(TransportError):
    """The connection could not be made, or broke."""


class TimedOut(TransportError):
    """The answer did not come in time."""


class ResponseUnreadable(ProxenyError):
    """An answer came that this client cannot read: from something else than the API, or from a much newer one."""

    def __init__(self, reason: str, status: int, request_id: str | None = None) -> None:
        super().__init__(reason, status, request_id)
        self.reason = reason
        self.status = status
        self.request_id = request_id

    def __str__(self) -> str:
        return f"{self.reason} (status {self.status}, request {self.request_id or 'unknown'})"


class UpsertInterrupted(ProxenyError):
    """``upsert_many`` could not go on; its cause is the error of the batch that failed.

    Rows before ``unanswered.start`` were answered one by one. Those in ``unanswered`` were not written when the cause
    is an ``ApiError`` of a status below 500; else it is not known. Rows after them were not sent.
    """

    def __init__(self, unanswered: range, idempotency_key: str) -> None:
        super().__init__(unanswered, idempotency_key)
        self.unanswered = unanswered
        self.idempotency_key = idempotency_key

    def __str__(self) -> str:
        first, last = self.unanswered.start, self.unanswered.stop - 1
        answered = f"rows 0 to {first - 1} were answered" if first else "no row was answered"
        return f"{answered}, rows {first} to {last} were not: {self.__cause__}"


def api_error(problem: Problem, retry_after: float | None = None) -> ApiError:
    """Return the error that stands for the problem's status."""
    kind = ApiError.statuses.get(problem.status, ServerError if problem.status >= 500 else ApiError)
    return kind(problem, retry_after)
