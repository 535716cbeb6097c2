"""What is sent: paths, queries, headers and bodies, without I/O."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, Protocol, TypeAlias
from urllib.parse import quote, urlencode
from uuid import UUID, uuid4

from proxeny._bodies import encode
from proxeny.errors import InvalidArgument


class Identified(Protocol):
    """A record that the API gave, known by its id."""

    @property
    def id(self) -> UUID:
        """Return the record's id."""


class Versioned(Protocol):
    """A record that the API gave, at one version."""

    @property
    def version(self) -> int:
        """Return the record's version."""


Ref: TypeAlias = str | UUID | Identified
"""A record, by its id, by its code where it has one, or by itself."""

IfMatch: TypeAlias = int | Literal["*"] | Versioned | None
"""The version that a change is meant for: its number, a record of that version, or ``"*"`` for any."""

QueryValue: TypeAlias = str | int | UUID | date | Identified | None


@dataclass(frozen=True, slots=True)
class Request:
    """One request, the same however often it is sent."""

    method: str
    target: str
    """Quoted path and query."""
    headers: Mapping[str, str] = field(default_factory=dict)
    content: bytes | None = None
    at_least: float = 0.0
    """Seconds that the server was asked to take: the timeout is longer than this."""

    @property
    def repeatable(self) -> bool:
        """Whether sending it twice does no more than sending it once."""
        return self.method in {"GET", "HEAD", "PUT", "DELETE"} or "Idempotency-Key" in self.headers


def path(template: str, *parts: Ref) -> str:
    """Fill the ``{}`` of the template, each part quoted whole.

    >>> path("/v1/cities/{}", "são paulo/centre")
    '/v1/cities/s%C3%A3o%20paulo%2Fcentre'
    """
    return template.format(*(_path_part(part) for part in parts))


def query(values: Mapping[str, QueryValue]) -> str:
    """Return the query with its question mark; what is None is left out, a trailing ``_`` of a name too.

    >>> query({"from_": date(2024, 1, 1), "to": None, "atomic": True})
    '?from=2024-01-01&atomic=true'
    """
    given = [(name.rstrip("_"), _text(value)) for name, value in values.items() if value is not None]
    return "?" + urlencode(given, quote_via=quote) if given else ""


def json_request(method: str, target: str, body: object, headers: Mapping[str, str] | None = None) -> Request:
    """Return a request that carries ``body`` as JSON."""
    return Request(method, target, {"Content-Type": "application/json", **(headers or {})}, encode(body))


def idempotent(key: str | None) -> dict[str, str]:
    """Return the header by which the server knows a repeated request; a key is made when none is given."""
    return {"Idempotency-Key": key or str(uuid4())}


def matching(version: IfMatch, record: Ref | None = None) -> dict[str, str]:
    """Return the header that names the version to change: the one given, else the record's own, else none."""
    if version is None:
        version = getattr(record, "version", None)
    if version is None:
        return {}
    if version == "*":
        return {"If-Match": "*"}
    number = version if isinstance(version, int) else getattr(version, "version", None)
    if not isinstance(number, int):
        raise InvalidArgument('if_match takes the number of a version, a record that has one, or "*".')
    return {"If-Match": f'"{number}"'}


def id_of(record: Ref) -> str:
    """Return the id of a record, as a body names it."""
    return _text(record)


def _path_part(part: Ref) -> str:
    text = _text(part)
    if text in {"", ".", ".."}:
        message = f"{text!r} cannot be a part of a path."
        raise InvalidArgument(message)
    return quote(text, safe="")


def _text(value: Ref | QueryValue) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str | int | UUID):
        return str(value)
    found = getattr(value, "id", None)
    if not isinstance(found, str | UUID):
        message = f"A {type(value).__name__} names no record: give an id, a code, or a record that has an id."
        raise InvalidArgument(message)
    return str(found)
