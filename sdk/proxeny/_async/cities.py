"""Cities, their impact and what changed in them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import BinaryIO, Unpack

from proxeny._asked import ImpactAsked, question
from proxeny._async.feed import AsyncFeed
from proxeny._async.group import AsyncGroup
from proxeny._async.pages import AsyncPages
from proxeny._bodies import merged
from proxeny._requests import IfMatch, Ref, Request, id_of, path
from proxeny.models import ChangePage, Checkpoint, City, CityCreate, CityPatch, Erasure, Impact


class AsyncCities(AsyncGroup):
    """The cities: each owns its records."""

    async def create(
        self,
        new: CityCreate | Mapping[str, object] | None = None,
        /,
        *,
        idempotency_key: str | None = None,
        **fields: object,
    ) -> City:
        """Enter a city; only the operator may."""
        return await self._post("/v1/cities", City, body=merged(new, fields), key=idempotency_key)

    async def get(self, city: Ref) -> City:
        """Return one city."""
        return await self._get("/v1/cities/{}", City, city)

    def list(self, *, country: str | None = None, limit: int | None = None) -> AsyncPages[City]:
        """List the cities that the key may see."""
        return self._list("/v1/cities", City, country=country, limit=limit)

    async def update(
        self,
        city: Ref,
        changes: CityPatch | Mapping[str, object] | None = None,
        /,
        *,
        if_match: IfMatch = None,
        **fields: object,
    ) -> City:
        """Change some fields of the city; its version is read from ``city`` if it has one."""
        return await self._patch("/v1/cities/{}", City, city, body=merged(changes, fields), version=if_match)

    async def impact(self, city: Ref, **asked: Unpack[ImpactAsked]) -> Impact:
        """Return what the city got back for what it spent, in all and by group.

        ``asked`` is any of what ``ImpactAsked`` names: ``group_by``, ``from_``, ``to``, ``currency``, ``price_year``,
        ``policy``, ``method``, ``level``, ``as_of``, ``indicators``, ``seed`` and ``draws``.
        """
        return await self._get("/v1/cities/{}/impact", Impact, city, **question(asked, ImpactAsked))

    async def checkpoint(self, city: Ref) -> Checkpoint:
        """Read where the city's ledger ends now, signed: keep it elsewhere, for ``proxeny verify-checkpoint``."""
        return await self._get("/v1/cities/{}/ledger/checkpoint", Checkpoint, city)

    async def export(self, city: Ref, file: BinaryIO) -> None:
        """Write all that the city owns into a file opened for bytes, line by line; its last line says if it is whole.

        ``proxeny-api import`` restores it elsewhere.
        """
        await self._sender.save(Request("GET", path("/v1/cities/{}/export", city)), file)

    async def erase(self, city: Ref, resource: str, record: Ref, *, idempotency_key: str | None = None) -> Erasure:
        """Erase what the ledger says of a record that was deleted, or of what one was before; it cannot be undone."""
        body = {"resource": resource, "id": id_of(record)}
        return await self._post("/v1/cities/{}/erasures", Erasure, city, body=body, key=idempotency_key)

    async def changes(
        self, city: Ref, *, after: str | None = None, limit: int | None = None, wait: int | None = None
    ) -> ChangePage:
        """Read what changed in the city, in order, onwards from a cursor.

        ``after`` is the ``next_cursor`` of the answer before; ``wait`` is how many seconds, 30 at most, the server may
        wait for a change.
        """
        return await self._get("/v1/cities/{}/changes", ChangePage, city, after=after, limit=limit, wait=wait)

    def follow(
        self, city: Ref, *, after: str | None = None, limit: int | None = None, wait: int | None = None
    ) -> AsyncFeed:
        """Walk the changes from a cursor on: to the last one there is, or with ``wait`` for ever, as they come.

        Keep ``cursor`` of what this returns, to go on with ``after`` another day.
        """
        return AsyncFeed(partial(self.changes, city, limit=limit, wait=wait), after, endless=bool(wait))
