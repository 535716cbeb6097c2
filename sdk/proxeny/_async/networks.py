"""Networks, their impact and what changed in them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Unpack

from proxeny._asked import FiguresAsked, ImpactAsked, question
from proxeny._async.feed import AsyncFeed
from proxeny._async.group import AsyncGroup
from proxeny._async.pages import AsyncPages
from proxeny._bodies import merged
from proxeny._requests import IfMatch, Ref
from proxeny.models import (
    ChangePage,
    Claim,
    ClaimCandidate,
    Impact,
    MemberImpact,
    Network,
    NetworkCreate,
    NetworkPatch,
)


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

    async def impact(self, network: Ref, **asked: Unpack[ImpactAsked]) -> Impact:
        """Return what the network's members got back for what they spent through it, as far as their consent goes.

        ``asked`` is any of what ``ImpactAsked`` names: ``group_by``, ``from_``, ``to``, ``currency``, ``price_year``,
        ``policy``, ``method``, ``level``, ``as_of``, ``indicators``, ``seed`` and ``draws``.
        """
        return await self._get("/v1/networks/{}/impact", Impact, network, **question(asked, ImpactAsked))

    def members_impact(
        self, network: Ref, *, limit: int | None = None, **asked: Unpack[FiguresAsked]
    ) -> AsyncPages[MemberImpact]:
        """List the figures of the members that share theirs.

        ``asked`` is any of what ``FiguresAsked`` names: all that ``impact`` takes, but for ``group_by``.
        """
        wanted = question(asked, FiguresAsked)
        return self._list("/v1/networks/{}/members/impact", MemberImpact, network, limit=limit, **wanted)

    def claims(self, network: Ref, *, over: bool | None = None, limit: int | None = None) -> AsyncPages[Claim]:
        """List the keys of which several outcomes claim more than one; with ``over=False`` all that several have."""
        return self._list("/v1/networks/{}/claims", Claim, network, over=over, limit=limit)

    def claim_candidates(self, network: Ref, *, limit: int | None = None) -> AsyncPages[ClaimCandidate]:
        """List outcomes of different cities that may be the same, and have no key in common."""
        return self._list("/v1/networks/{}/claims/candidates", ClaimCandidate, network, limit=limit)

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
