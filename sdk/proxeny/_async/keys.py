"""API keys."""

from __future__ import annotations

from collections.abc import Mapping

from proxeny._async.group import AsyncGroup
from proxeny._async.pages import AsyncPages
from proxeny._bodies import merged
from proxeny._requests import Ref
from proxeny.models import Key, KeyCreate, KeyIssued


class AsyncKeys(AsyncGroup):
    """The keys by which cities, networks and the operator ask; a secret is shown once, when it is made."""

    async def create(
        self,
        new: KeyCreate | Mapping[str, object] | None = None,
        /,
        *,
        idempotency_key: str | None = None,
        **fields: object,
    ) -> KeyIssued:
        """Issue a key; keep the secret in the answer, it is not shown again."""
        return await self._post("/v1/keys", KeyIssued, body=merged(new, fields), key=idempotency_key)

    def list(self, *, limit: int | None = None) -> AsyncPages[Key]:
        """List the keys, without their secrets."""
        return self._list("/v1/keys", Key, limit=limit)

    async def rotate(self, key: Ref, *, overlap_hours: int = 24, idempotency_key: str | None = None) -> KeyIssued:
        """Issue a key like this one, which expires after the overlap; keep the new secret, it is not shown again."""
        body = {"overlap_hours": overlap_hours}
        return await self._post("/v1/keys/{}/rotate", KeyIssued, key, body=body, key=idempotency_key)

    async def revoke(self, key: Ref) -> None:
        """End the key at once."""
        await self._delete("/v1/keys/{}", key)
