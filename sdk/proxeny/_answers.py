"""What comes back: models, pages and refusals read from answers, without I/O."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Generic, Protocol, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError

from proxeny._retries import retry_after
from proxeny.errors import ApiError, FieldError, Problem, ResponseUnreadable, api_error

T = TypeVar("T")

FOREIGN_TEXT_SHOWN = 200
KNOWN_MEMBERS = frozenset({"type", "title", "status", "detail", "instance", "request_id", "errors"})


class Answer(Protocol):
    """What this client needs of an HTTP client's response."""

    @property
    def status_code(self) -> int:
        """Return the status."""

    @property
    def headers(self) -> Mapping[str, str]:
        """Return the headers, found whatever the case of their names."""

    @property
    def content(self) -> bytes:
        """Return the whole body, decompressed."""


class PageBody(BaseModel, Generic[T]):
    """One page of a list as it is on the wire."""

    items: Sequence[T]
    next_cursor: str | None


def read(answer: Answer, kind: type[T]) -> T:
    """Return the answer's body as a ``kind``."""
    try:
        if issubclass(kind, BaseModel):
            return kind.model_validate_json(answer.content)
        return TypeAdapter(kind).validate_json(answer.content)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = "/".join(str(part) for part in first["loc"])
        reason = f"The answer is no {kind.__name__}: {first['msg']} at /{where}"
        raise ResponseUnreadable(reason, answer.status_code, request_id(answer)) from error


def read_page(answer: Answer, kind: type[T]) -> PageBody[T]:
    """Return the answer's body as a page of ``kind``."""
    body: type[PageBody[T]] = PageBody.__class_getitem__(kind)  # type: ignore[assignment]
    return read(answer, body)


def read_text(answer: Answer) -> str:
    """Return the answer's body as text."""
    return answer.content.decode(errors="replace")


def request_id(answer: Answer) -> str | None:
    """Return the name that the server gave to the request."""
    return answer.headers.get("x-request-id")


def refusal(answer: Answer) -> ApiError:
    """Return the error that a refusing answer stands for, whether the API or something before it refused."""
    try:
        body = json.loads(answer.content)
    except (ValueError, RecursionError):
        body = None
    told = body if isinstance(body, dict) else _foreign(answer)
    return api_error(_problem(told, answer), retry_after(answer.headers))


def _problem(told: Mapping[str, Any], answer: Answer) -> Problem:
    return Problem(
        type=_string(told, "type") or "about:blank",
        title=_string(told, "title") or _phrase(answer.status_code),
        status=answer.status_code,
        detail=_string(told, "detail"),
        instance=_string(told, "instance"),
        request_id=_string(told, "request_id") or request_id(answer),
        errors=tuple(_field_errors(told.get("errors"))),
        extra={name: value for name, value in told.items() if name not in KNOWN_MEMBERS},
    )


def _field_errors(told: object) -> list[FieldError]:
    entries = told if isinstance(told, list) else []
    return [
        FieldError(_string(entry, "pointer") or "", _string(entry, "code") or "", _string(entry, "message") or "")
        for entry in entries
        if isinstance(entry, dict)
    ]


def _foreign(answer: Answer) -> dict[str, str]:
    """Return the beginning of a body that is not the API's: a proxy's page, most often."""
    text = " ".join(answer.content[: 4 * FOREIGN_TEXT_SHOWN].decode(errors="replace").split())
    return {"detail": text[:FOREIGN_TEXT_SHOWN]} if text else {}


def _string(told: Mapping[str, Any], name: str) -> str | None:
    value = told.get(name)
    return value if isinstance(value, str) else None


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown status"
