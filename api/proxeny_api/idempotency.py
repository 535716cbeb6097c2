"""Same key, same answer: the answers of writes, kept in the transaction that made them."""

import json
from hashlib import sha256
from typing import NamedTuple
from uuid import UUID

import asyncpg

from proxeny_api.errors import Conflict, FieldError, Invalid

KEPT_DAYS = 7
CLAIM = "SELECT pg_try_advisory_xact_lock(hashtextextended($1, 0))"
FIND = """
SELECT fingerprint, status, headers, body FROM idempotent_answer
WHERE city_id = $1 AND key = $2 AND created_at > now() - make_interval(days => $3)
"""
FORGET = (
    "DELETE FROM idempotent_answer WHERE city_id = $1 AND (key = $2 OR created_at < now() - make_interval(days => $3))"
)
REMEMBER = """
INSERT INTO idempotent_answer (city_id, key, fingerprint, status, headers, body, created_at)
VALUES ($1, $2, $3, $4, $5, $6, now())
"""


class Claim(NamedTuple):
    """A key that this request holds until its transaction ends."""

    owner_id: UUID
    key: str
    fingerprint: bytes
    days: int = KEPT_DAYS


class Replayed(Exception):
    """The answer that was given to the same request before."""

    def __init__(self, status: int, headers: dict[str, str], body: bytes) -> None:
        super().__init__(status)
        self.status = status
        self.headers = {**headers, "Idempotent-Replayed": "true"}
        self.body = body


def fingerprint(method: str, path: str, query: str, body: bytes) -> bytes:
    """Return the SHA-256 by which a repeated request is known to be the same."""
    return sha256(b"\n".join((method.encode(), path.encode(), query.encode(), body))).digest()


async def claim(connection: asyncpg.Connection, owner_id: UUID, key: str, mark: bytes, days: int = KEPT_DAYS) -> Claim:
    """Hold a key for this transaction; what was answered longer ago than so many days is not known any more.

    Raises Replayed where it has been answered, Invalid where that was another request, and Conflict while the first
    is under way.
    """
    if not await connection.fetchval(CLAIM, f"{owner_id}\n{key}"):
        raise Conflict("The first request with this Idempotency-Key is under way.", headers={"Retry-After": "1"})
    row = await connection.fetchrow(FIND, owner_id, key, days)
    if row is None:
        return Claim(owner_id, key, mark, days)
    if row["fingerprint"] != mark:
        detail = "This Idempotency-Key was used for another request."
        again = FieldError(pointer="/header/Idempotency-Key", code="idempotency_key", message=detail)
        raise Invalid(detail, errors=[again])
    raise Replayed(row["status"], json.loads(row["headers"]), row["body"])


async def remember(
    connection: asyncpg.Connection, held: Claim | None, status: int, headers: dict[str, str], body: bytes
) -> None:
    """Keep the answer of a claimed request, and forget those that are too old."""
    if held is None:
        return
    await connection.execute(FORGET, held.owner_id, held.key, held.days)
    written = json.dumps(headers)
    await connection.execute(REMEMBER, held.owner_id, held.key, held.fingerprint, status, written, body)
