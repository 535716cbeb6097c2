"""Methods: those that are shipped, and a city's own."""

from __future__ import annotations

from collections.abc import Mapping

from proxeny._async.group import AsyncGroup
from proxeny._async.pages import AsyncPages
from proxeny._bodies import merged
from proxeny._requests import Ref
from proxeny.models import Method, MethodCreate


class AsyncMethods(AsyncGroup):
    """The methods by which figures are made, version by version; a version never changes."""

    async def create(
        self,
        city: Ref,
        new: MethodCreate | Mapping[str, object] | None = None,
        /,
        *,
        idempotency_key: str | None = None,
        **fields: object,
    ) -> Method:
        """Record a method of the city's own; one with a known name becomes that method's next version."""
        return await self._post("/v1/cities/{}/methods", Method, city, body=merged(new, fields), key=idempotency_key)

    async def get(self, method: Ref, *, city: Ref | None = None) -> Method:
        """Return one version of a method: a shipped one, such as ``green-book@1``, or one of the city's own."""
        if city is None:
            return await self._get("/v1/methods/{}", Method, method)
        return await self._get("/v1/cities/{}/methods/{}", Method, city, method)

    def list(self, *, city: Ref | None = None, name: str | None = None, limit: int | None = None) -> AsyncPages[Method]:
        """List the methods that are shipped, or a city's own; ``name`` and ``limit`` are for the latter."""
        if city is None:
            return self._list("/v1/methods", Method, name=name, limit=limit)
        return self._list("/v1/cities/{}/methods", Method, city, name=name, limit=limit)
