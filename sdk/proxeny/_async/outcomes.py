"""Outcomes of a city."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from proxeny._async.group import AsyncGroup
from proxeny._async.pages import AsyncPages
from proxeny._bodies import merged
from proxeny._requests import IfMatch, Ref
from proxeny.models import ClaimCandidate, Outcome, OutcomeCreate, OutcomePatch


class AsyncOutcomes(AsyncGroup):
    """What changed in a city, and how much of it each engagement may claim."""

    async def create(
        self,
        city: Ref,
        new: OutcomeCreate | Mapping[str, object] | None = None,
        /,
        *,
        idempotency_key: str | None = None,
        **fields: object,
    ) -> Outcome:
        """Record an outcome, with the engagements that may claim a part of it in ``credits``."""
        return await self._post("/v1/cities/{}/outcomes", Outcome, city, body=merged(new, fields), key=idempotency_key)

    async def get(self, city: Ref, outcome: Ref) -> Outcome:
        """Return one outcome."""
        return await self._get("/v1/cities/{}/outcomes/{}", Outcome, city, outcome)

    def list(
        self,
        city: Ref,
        *,
        kind: str | None = None,
        status: str | None = None,
        engagement: Ref | None = None,
        from_: date | None = None,
        to: date | None = None,
        limit: int | None = None,
    ) -> AsyncPages[Outcome]:
        """List the outcomes of a city."""
        return self._list(
            "/v1/cities/{}/outcomes",
            Outcome,
            city,
            kind=kind,
            status=status,
            engagement=engagement,
            from_=from_,
            to=to,
            limit=limit,
        )

    def duplicates(self, city: Ref, *, limit: int | None = None) -> AsyncPages[ClaimCandidate]:
        """List outcomes of the city that may be the same; update them with one ``claim_key`` where they are."""
        return self._list("/v1/cities/{}/outcomes/duplicates", ClaimCandidate, city, limit=limit)

    async def update(
        self,
        city: Ref,
        outcome: Ref,
        changes: OutcomePatch | Mapping[str, object] | None = None,
        /,
        *,
        if_match: IfMatch = None,
        **fields: object,
    ) -> Outcome:
        """Change some fields of the outcome; its version is read from ``outcome`` if it has one."""
        return await self._patch(
            "/v1/cities/{}/outcomes/{}", Outcome, city, outcome, body=merged(changes, fields), version=if_match
        )

    async def delete(self, city: Ref, outcome: Ref, *, if_match: IfMatch = None) -> None:
        """Delete the outcome; its version is read from ``outcome`` if it has one."""
        await self._delete("/v1/cities/{}/outcomes/{}", city, outcome, version=if_match)
