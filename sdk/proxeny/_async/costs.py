"""Costs of a city."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from proxeny._async.group import AsyncGroup
from proxeny._async.pages import AsyncPages
from proxeny._bodies import merged
from proxeny._requests import IfMatch, Ref
from proxeny.models import Cost, CostCreate, CostPatch


class AsyncCosts(AsyncGroup):
    """What a city spent: on an engagement, on a membership, or as overhead."""

    async def create(
        self,
        city: Ref,
        new: CostCreate | Mapping[str, object] | None = None,
        /,
        *,
        idempotency_key: str | None = None,
        **fields: object,
    ) -> Cost:
        """Record a cost; one of an engagement names it in ``engagement``, a fee its ``membership``."""
        return await self._post("/v1/cities/{}/costs", Cost, city, body=merged(new, fields), key=idempotency_key)

    async def get(self, city: Ref, cost: Ref) -> Cost:
        """Return one cost."""
        return await self._get("/v1/cities/{}/costs/{}", Cost, city, cost)

    def list(
        self,
        city: Ref,
        *,
        category: str | None = None,
        engagement: Ref | None = None,
        from_: date | None = None,
        to: date | None = None,
        limit: int | None = None,
    ) -> AsyncPages[Cost]:
        """List the costs of a city."""
        return self._list(
            "/v1/cities/{}/costs",
            Cost,
            city,
            category=category,
            engagement=engagement,
            from_=from_,
            to=to,
            limit=limit,
        )

    async def update(
        self,
        city: Ref,
        cost: Ref,
        changes: CostPatch | Mapping[str, object] | None = None,
        /,
        *,
        if_match: IfMatch = None,
        **fields: object,
    ) -> Cost:
        """Change some fields of the cost; its version is read from ``cost`` if it has one."""
        return await self._patch(
            "/v1/cities/{}/costs/{}", Cost, city, cost, body=merged(changes, fields), version=if_match
        )

    async def delete(self, city: Ref, cost: Ref, *, if_match: IfMatch = None) -> None:
        """Delete the cost; its version is read from ``cost`` if it has one."""
        await self._delete("/v1/cities/{}/costs/{}", city, cost, version=if_match)
