"""The id under which a request is found again in answers, logs and the ledger."""

import re
from collections.abc import MutableMapping
from contextvars import ContextVar
from typing import Any

import uuid_utils

current_request_id: ContextVar[str | None] = ContextVar("current_request_id", default=None)

_VALID = re.compile(rb"[A-Za-z0-9._-]{1,64}")


def taken_or_made(offered: bytes | None) -> str:
    """Return the caller's id if it is a harmless one, else a new UUIDv7."""
    if offered is not None and _VALID.fullmatch(offered):
        return offered.decode("ascii")
    return str(uuid_utils.uuid7())


def add_request_id(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Put the id of the request under way on a log line: a structlog processor."""
    request_id = current_request_id.get()
    if request_id is not None:
        event.setdefault("request_id", request_id)
    return event
