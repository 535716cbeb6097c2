"""Engagements of a city, one by one and many at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from proxeny._answers import read
from proxeny._async.group import AsyncGroup
from proxeny._async.pages import AsyncPages
from proxeny._async.upserts import AsyncUpsert
from proxeny._bodies import merged
from proxeny._iterating import AsyncRows
from proxeny._requests import IfMatch, Ref, idempotent, json_request, path, query
from proxeny.models import BatchAnswer, Engagement, EngagementCreate, EngagementPatch, RowResult


class AsyncEngagements(AsyncGroup):
    """What a city did abroad: missions, conferences, twinnings, with their costs and outcomes."""

    async def create(
        self,
        city: Ref,
        new: EngagementCreate | Mapping[str, object] | None = None,
        /,
        *,
        idempotency_key: str | None = None,
        **fields: object,
    ) -> Engagement:
        """Record an engagement, with its costs and outcomes if you like."""
        return await self._post(
            "/v1/cities/{}/engagements", Engagement, city, body=merged(new, fields), key=idempotency_key
        )

    async def get(self, city: Ref, engagement: Ref) -> Engagement:
        """Return one engagement."""
        return await self._get("/v1/cities/{}/engagements/{}", Engagement, city, engagement)

    def list(
        self,
        city: Ref,
        *,
        network: Ref | None = None,
        kind: str | None = None,
        theme: str | None = None,
        sdg: str | None = None,
        from_: date | None = None,
        to: date | None = None,
        status: str | None = None,
        visibility: str | None = None,
        text: str | None = None,
        limit: int | None = None,
    ) -> AsyncPages[Engagement]:
        """List the engagements of a city; filters narrow it."""
        return self._list(
            "/v1/cities/{}/engagements",
            Engagement,
            city,
            network=network,
            kind=kind,
            theme=theme,
            sdg=sdg,
            from_=from_,
            to=to,
            status=status,
            visibility=visibility,
            text=text,
            limit=limit,
        )

    async def update(
        self,
        city: Ref,
        engagement: Ref,
        changes: EngagementPatch | Mapping[str, object] | None = None,
        /,
        *,
        if_match: IfMatch = None,
        **fields: object,
    ) -> Engagement:
        """Change some fields of the engagement; its version is read from ``engagement`` if it has one."""
        return await self._patch(
            "/v1/cities/{}/engagements/{}", Engagement, city, engagement, body=merged(changes, fields), version=if_match
        )

    async def delete(self, city: Ref, engagement: Ref, *, if_match: IfMatch = None) -> None:
        """Delete the engagement; its version is read from ``engagement`` if it has one."""
        await self._delete("/v1/cities/{}/engagements/{}", city, engagement, version=if_match)

    async def get_by_external_id(self, city: Ref, external_id: str) -> Engagement:
        """Return the engagement that the city's own system knows by this id."""
        return await self._get("/v1/cities/{}/engagements/by-external-id/{}", Engagement, city, external_id)

    async def put_by_external_id(
        self,
        city: Ref,
        external_id: str,
        record: EngagementCreate | Mapping[str, object] | None = None,
        /,
        *,
        if_match: IfMatch = None,
        **fields: object,
    ) -> Engagement:
        """Create the engagement, or replace the one with this id; costs and outcomes that are left out stay."""
        target = "/v1/cities/{}/engagements/by-external-id/{}"
        return await self._put(target, Engagement, city, external_id, body=merged(record, fields), version=if_match)

    async def batch(
        self,
        city: Ref,
        rows: Sequence[EngagementCreate | Mapping[str, object]],
        /,
        *,
        atomic: bool | None = None,
        mode: str | None = None,
        idempotency_key: str | None = None,
    ) -> BatchAnswer:
        """Create or replace up to 10,000 engagements in one request.

        ``atomic=True`` writes all or none; ``mode="validate"`` writes nothing and answers the same.
        """
        target = path("/v1/cities/{}/engagements/batch", city) + query({"atomic": atomic, "mode": mode})
        request = json_request("POST", target, rows, idempotent(idempotency_key))
        return read(await self._sender.send(request), BatchAnswer)

    def upsert_many(
        self,
        city: Ref,
        rows: AsyncRows[EngagementCreate | Mapping[str, object]],
        /,
        *,
        batch_size: int = 1000,
        mode: str | None = None,
        on_result: Callable[[RowResult], object] | None = None,
        progress: bool = False,
    ) -> AsyncUpsert:
        """Create or replace any number of engagements, in batches; iterate over it, or ``finish()`` it.

        A row that cannot be stored is refused in its place with the reason, and costs no good row. ``progress``
        tells on standard error how the rows fare.
        """
        target = path("/v1/cities/{}/engagements/batch", city) + query({"mode": mode})
        return AsyncUpsert(self._sender, target, rows, batch_size=batch_size, on_result=on_result, progress=progress)
