"""Keyset pages: opaque, signed cursors, bound to the question that they came from."""

import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Annotated, Any, NamedTuple

from fastapi import Query, Request

from proxeny_api.errors import BadRequest, FieldError
from proxeny_api.principals import Principal

MAC_BYTES = 16
FREE = frozenset({"cursor", "limit", "after", "wait"})

Limit = Annotated[int, Query(ge=1, le=1_000, description="How many a page holds, 1 to 1,000.", examples=[100])]
CursorText = Annotated[
    str | None,
    Query(
        max_length=2_000,
        pattern="^[A-Za-z0-9_=-]+$",
        description="Where the next page begins: `next_cursor` of the page before.",
    ),
]


class Question(NamedTuple):
    """What a cursor is bound to: whose key, which path, which filters."""

    secret: bytes
    bound_to: bytes

    def seal(self, position: Sequence[Any]) -> str:
        """Return an opaque cursor for a position."""
        body = json.dumps(position, separators=(",", ":")).encode()
        return urlsafe_b64encode(self._mac(body) + body).decode().rstrip("=")

    def open(self, cursor: str, name: str = "cursor") -> list[Any]:
        """Return the position in a cursor; raises BadRequest for one that this question did not get."""
        try:
            sealed = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        except ValueError:
            sealed = b""
        mac, body = sealed[:MAC_BYTES], sealed[MAC_BYTES:]
        if not hmac.compare_digest(mac, self._mac(body)):
            detail = "This cursor does not belong to this question; ask again without it."
            raise BadRequest(detail, errors=[FieldError(pointer=f"/query/{name}", code="cursor", message=detail)])
        position: list[Any] = json.loads(body)
        return position

    def _mac(self, body: bytes) -> bytes:
        return hmac.new(self.secret, self.bound_to + b"\n" + body, sha256).digest()[:MAC_BYTES]


def question_of(request: Request, principal: Principal) -> Question:
    """Return what the cursors of a request are bound to."""
    filters = sorted((name, value) for name, value in request.query_params.multi_items() if name not in FREE)
    bound_to = json.dumps([str(principal.owner_id), request.url.path, filters]).encode()
    return Question(request.app.state.pepper, bound_to)


def page(items: Sequence[str], next_cursor: str | None, more: Mapping[str, Any] | None = None) -> bytes:
    """Return the body of a page of records that are JSON already."""
    extra = "".join(f",{json.dumps(name)}:{json.dumps(value)}" for name, value in (more or {}).items())
    return f'{{"items":[{",".join(items)}],"next_cursor":{json.dumps(next_cursor)}{extra}}}'.encode()
