"""Yearly budgets of a city."""

from __future__ import annotations

from collections.abc import Mapping

from proxeny._async.group import AsyncGroup
from proxeny._async.pages import AsyncPages
from proxeny._bodies import merged
from proxeny._requests import IfMatch, Ref
from proxeny.models import Budget, BudgetCreate, BudgetPatch


class AsyncBudgets(AsyncGroup):
    """What a city is to spend in a year, on everything; only the city sees it."""

    async def create(
        self,
        city: Ref,
        new: BudgetCreate | Mapping[str, object] | None = None,
        /,
        *,
        idempotency_key: str | None = None,
        **fields: object,
    ) -> Budget:
        """Record the budget of a year; each year has one."""
        return await self._post("/v1/cities/{}/budgets", Budget, city, body=merged(new, fields), key=idempotency_key)

    async def get(self, city: Ref, budget: Ref) -> Budget:
        """Return one budget."""
        return await self._get("/v1/cities/{}/budgets/{}", Budget, city, budget)

    def list(self, city: Ref, *, year: int | None = None, limit: int | None = None) -> AsyncPages[Budget]:
        """List the budgets of a city."""
        return self._list("/v1/cities/{}/budgets", Budget, city, year=year, limit=limit)

    async def update(
        self,
        city: Ref,
        budget: Ref,
        changes: BudgetPatch | Mapping[str, object] | None = None,
        /,
        *,
        if_match: IfMatch = None,
        **fields: object,
    ) -> Budget:
        """Change some fields of the budget; its version is read from ``budget`` if it has one."""
        return await self._patch(
            "/v1/cities/{}/budgets/{}", Budget, city, budget, body=merged(changes, fields), version=if_match
        )

    async def delete(self, city: Ref, budget: Ref, *, if_match: IfMatch = None) -> None:
        """Delete the budget; its version is read from ``budget`` if it has one."""
        await self._delete("/v1/cities/{}/budgets/{}", city, budget, version=if_match)
