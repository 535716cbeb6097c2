"""Who is asking: a city, a network, the operator or the public, and what their key allows."""

from typing import Literal, NamedTuple
from uuid import UUID

NOBODY = UUID(int=0)
Kind = Literal["city", "network", "operator", "public"]

SCOPES: dict[Kind, tuple[str, ...]] = {
    "city": ("read", "write", "keys"),
    "network": ("read", "write", "keys"),
    "operator": ("read", "write", "keys"),
    "public": (),
}


class Principal(NamedTuple):
    """The holder of a key, as one request knows it."""

    kind: Kind
    owner_id: UUID
    code: str | None
    currency: str | None
    key_id: UUID
    scopes: frozenset[str]


PUBLIC = Principal("public", NOBODY, None, None, NOBODY, frozenset())


def actor(principal: Principal) -> str:
    """Return how the ledger names who did something: the kind and the key, never a person."""
    return f"{principal.kind}:{principal.key_id}"
