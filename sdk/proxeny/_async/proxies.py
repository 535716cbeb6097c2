"""Valuation proxies of a city."""

from __future__ import annotations

from collections.abc import Mapping

from proxeny._async.group import AsyncGroup
from proxeny._async.pages import AsyncPages
from proxeny._bodies import merged
from proxeny._requests import IfMatch, Ref
from proxeny.models import Proxy, ProxyCreate, ProxyPatch


class AsyncProxies(AsyncGroup):
    """What one of something is worth, by whose word, in which year's money."""

    async def create(
        self,
        city: Ref,
        new: ProxyCreate | Mapping[str, object] | None = None,
        /,
        *,
        idempotency_key: str | None = None,
        **fields: object,
    ) -> Proxy:
        """Record a proxy; outcomes are valued by its ``code``."""
        return await self._post("/v1/cities/{}/proxies", Proxy, city, body=merged(new, fields), key=idempotency_key)

    async def get(self, city: Ref, proxy: Ref) -> Proxy:
        """Return one proxy."""
        return await self._get("/v1/cities/{}/proxies/{}", Proxy, city, proxy)

    def list(self, city: Ref, *, code: str | None = None, limit: int | None = None) -> AsyncPages[Proxy]:
        """List the proxies of a city."""
        return self._list("/v1/cities/{}/proxies", Proxy, city, code=code, limit=limit)

    async def update(
        self,
        city: Ref,
        proxy: Ref,
        changes: ProxyPatch | Mapping[str, object] | None = None,
        /,
        *,
        if_match: IfMatch = None,
        **fields: object,
    ) -> Proxy:
        """Change some fields of the proxy; its version is read from ``proxy`` if it has one."""
        return await self._patch(
            "/v1/cities/{}/proxies/{}", Proxy, city, proxy, body=merged(changes, fields), version=if_match
        )

    async def delete(self, city: Ref, proxy: Ref, *, if_match: IfMatch = None) -> None:
        """Delete the proxy; its version is read from ``proxy`` if it has one."""
        await self._delete("/v1/cities/{}/proxies/{}", city, proxy, version=if_match)
