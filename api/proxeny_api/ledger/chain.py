"""The hash chain: what an entry's hash covers, and how a chain is recomputed."""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from typing import NamedTuple
from uuid import UUID

GENESIS = bytes(32)


class Entry(NamedTuple):
    """What one entry's hash covers."""

    city_id: UUID
    seq: int
    at: datetime
    actor: str
    request_id: str
    action: str
    resource: str
    resource_id: UUID | str
    visibility: str
    network_ids: Sequence[UUID | str]
    body_hash: bytes
    previous: bytes


@lru_cache(maxsize=64)
def instant(at: datetime) -> str:
    """Return an instant as answers and hashes write it: UTC, six decimals, Z."""
    return at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def entry_hash(entry: Entry) -> bytes:
    """Return the SHA-256 of an entry: its members a line each, the hash of the body and of the entry before among them.

    The body itself is covered by its own hash, so that it can be erased and the chain still verifies.
    """
    lines = (
        str(entry.city_id),
        str(entry.seq),
        instant(entry.at),
        entry.actor,
        entry.request_id,
        entry.action,
        entry.resource,
        str(entry.resource_id),
        entry.visibility,
        ",".join(map(str, entry.network_ids)),
        entry.body_hash.hex(),
        entry.previous.hex(),
    )
    return sha256("\n".join(lines).encode()).digest()
