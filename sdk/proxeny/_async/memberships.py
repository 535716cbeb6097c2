"""Memberships of a city in networks."""

from __future__ import annotations

from collections.abc import Mapping

from proxeny._async.group import AsyncGroup
from proxeny._async.pages import AsyncPages
from proxeny._bodies import merged
from proxeny._requests import IfMatch, Ref
from proxeny.models import Membership, MembershipCreate, MembershipPatch


class AsyncMemberships(AsyncGroup):
    """Which networks a city belongs to, in what role, at what fee, and what it lets them see."""

    async def create(
        self,
        city: Ref,
        new: MembershipCreate | Mapping[str, object] | None = None,
        /,
        *,
        idempotency_key: str | None = None,
        **fields: object,
    ) -> Membership:
        """Record that the city belongs to a network."""
        return await self._post(
            "/v1/cities/{}/memberships", Membership, city, body=merged(new, fields), key=idempotency_key
        )

    async def get(self, city: Ref, membership: Ref) -> Membership:
        """Return one membership."""
        return await self._get("/v1/cities/{}/memberships/{}", Membership, city, membership)

    def list(
        self,
        city: Ref,
        *,
        network: Ref | None = None,
        limit: int | None = None,
    ) -> AsyncPages[Membership]:
        """List the memberships of a city."""
        return self._list(
            "/v1/cities/{}/memberships",
            Membership,
            city,
            network=network,
            limit=limit,
        )

    async def update(
        self,
        city: Ref,
        membership: Ref,
        changes: MembershipPatch | Mapping[str, object] | None = None,
        /,
        *,
        if_match: IfMatch = None,
        **fields: object,
    ) -> Membership:
        """Change some fields of the membership; its version is read from ``membership`` if it has one."""
        return await self._patch(
            "/v1/cities/{}/memberships/{}", Membership, city, membership, body=merged(changes, fields), version=if_match
        )

    async def delete(self, city: Ref, membership: Ref, *, if_match: IfMatch = None) -> None:
        """Delete the membership; its version is read from ``membership`` if it has one."""
        await self._delete("/v1/cities/{}/memberships/{}", city, membership, version=if_match)
