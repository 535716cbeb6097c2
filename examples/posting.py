"""How importers post: an operator that makes cities and networks, and lends itself short-lived keys of theirs."""

from __future__ import annotations

from collections.abc import Awaitable

from proxeny import AsyncProxeny
from proxeny.errors import Conflict

AT_ONCE = 12
"""Cities posted at the same time."""


async def ensure(creating: Awaitable[object]) -> bool:
    """Create something unless it is there; return whether it was created."""
    try:
        await creating
    except Conflict:
        return False
    return True


async def short_key(operator: AsyncProxeny, **owner: str) -> str:
    """Return a new key of a city or network, which ends by itself within a day."""
    issued = await operator.keys.create(name="import", scopes=["read", "write"], days=1, **owner)
    if issued.secret is None:
        raise RuntimeError("The API gave a key without its secret.")
    return issued.secret


async def city_client(operator: AsyncProxeny, city: str) -> AsyncProxeny:
    """Return a client that asks as the city, over the operator's connections."""
    return operator.with_options(api_key=await short_key(operator, city=city))
