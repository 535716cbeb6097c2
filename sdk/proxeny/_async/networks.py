"""Networks, their impact and what changed in them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import partial

from proxeny._async.feed import AsyncFeed
from proxeny._async.group import AsyncGroup
from proxeny._async.pages import AsyncPages
from proxeny._bodies import merged
from proxeny._requests import IfMatch, Ref
from proxeny.models import ChangePage, Impact, MemberImpact, Network, NetworkCreate, NetworkPatch


class AsyncNetworks(AsyncGroup):
    """The networks that cities work through."""

    async def create(
        self,
        new: NetworkCreate | Mapping[str, object] | None = None,
        /,
        *,
        idempotency_key: str | None = None,
        **fields: object,
    ) -> Network:
        """Enter a network; only the operator may."""
        return await self._post("/v1/networks", Network, body=merged(new, fields), key=idempotency_key)

    async def get(self, network: Ref) -> Network:
        """Return one network."""
        return await self._get("/v1/networks/{}", Network, network)

    def list(
        self,
        *,
        scope: str | None = None,
        kind: str | None = None,
        theme: str | None = None,
        limit: int | None = None,
    ) -> AsyncPages[Network]:
        """List the networks; filters narrow it."""
        return self._list("/v1/networks", Network, scope=scope, kind=kind, theme=theme, limit=limit)

    async def update(
        self,
        network: Ref,
        changes: NetworkPatch | Mapping[str, object] | None = None,
        /,
        *,
        if_match: IfMatch = None,
        **fields: object,
    ) -> Network:
        """Change some fields of the network; its version is read from ``network`` if it has one."""
        return await self._patch("/v1/networks/{}", Network, network, body=merged(changes, fields), version=if_match)

    async def impact(
        self,
        network: Ref,
        *,
        group_by: str | None = None,
        from_: date | None = None,
        to: date | None = None,
        currency: str | None = None,
        policy: str | None = None,
        method: str | None = None,
    ) -> Impact:
        """Return what the network's members got back for what they spent through it, as far as their consent goes."""
        return await self._get(
            "/v1/networks/{}/impact",
            Impact,
            network,
            group_by=group_by,
            from_=from_,
            to=to,
            currency=currency,
            policy=policy,
            method=method,
        )

    def members_impact(
        self,
        network: Ref,
        *,
        from_: date | None = None,
        to: date | None = None,
        currency: str | None = None,
        policy: str | None = None,
        method: str | None = None,
        limit: int | None = None,
    ) -> AsyncPages[MemberImpact]:
        """List the figures of the members that share theirs."""
        return self._list(
            "/v1/networks/{}/members/impact",
            MemberImpact,
            network,
            from_=from_,
            to=to,
            currency=currency,
            policy=policy,
            method=method,
            limit=limit,
        )

    async def changes(
        self, network: Ref, *, after: str | None = None, limit: int | None = None, wait: int | None = None
    ) -> ChangePage:
        """Read what changed for the network, in order: its own record, and what its members share with it.

        ``after`` is the ``next_cursor`` of the answer before; ``wait`` is how many seconds, 30 at most, the server may
        wait for a change.
        """
        return await self._get("/v1/networks/{}/changes", ChangePage, network, after=after, limit=limit, wait=wait)

    def follow(
        self, network: Ref, *, after: str | None = None, limit: int | None = None, wait: int | None = None
    ) -> AsyncFeed:
        """Walk the changes from a cursor on: to the last one there is, or with ``wait`` for ever, as they come.

        Keep ``cursor`` of what this returns, to go on with ``after`` another day.
        """
        return AsyncFeed(partial(self.changes, network, limit=limit, wait=wait), after, endless=bool(wait))
