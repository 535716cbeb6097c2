"""What the groups of operations have in common."""

from __future__ import annotations

from collections.abc import Sequence
from types import EllipsisType
from typing import TypeVar

from proxeny._answers import read
from proxeny._async.pages import AsyncPages
from proxeny._async.sending import AsyncSender
from proxeny._requests import IfMatch, QueryValue, Ref, Request, idempotent, json_request, matching, path, query

T = TypeVar("T")


class AsyncGroup:
    """The operations on one kind of thing."""

    def __init__(self, sender: AsyncSender) -> None:
        self._sender = sender

    async def _get(
        self, template: str, kind: type[T], /, *parts: Ref, wait: int | None = None, **asked: QueryValue
    ) -> T:
        target = path(template, *parts) + query({**asked, "wait": wait})
        request = Request("GET", target, at_least=float(wait or 0))
        return read(await self._sender.send(request), kind)

    async def _post(self, template: str, kind: type[T], /, *parts: Ref, body: object, key: str | None) -> T:
        return await self._send("POST", template, kind, parts, body, idempotent(key))

    async def _patch(self, template: str, kind: type[T], /, *parts: Ref, body: object, version: IfMatch) -> T:
        return await self._send("PATCH", template, kind, parts, body, matching(version, parts[-1]))

    async def _put(self, template: str, kind: type[T], /, *parts: Ref, body: object, version: IfMatch) -> T:
        return await self._send("PUT", template, kind, parts, body, matching(version))

    async def _delete(self, template: str, *parts: Ref, version: IfMatch | EllipsisType = ...) -> None:
        headers = {} if isinstance(version, EllipsisType) else matching(version, parts[-1])
        await self._sender.send(Request("DELETE", path(template, *parts), headers))

    def _list(self, template: str, kind: type[T], /, *parts: Ref, **filters: QueryValue) -> AsyncPages[T]:
        return AsyncPages(self._sender, path(template, *parts), kind, filters)

    async def _send(
        self, method: str, template: str, kind: type[T], parts: Sequence[Ref], body: object, headers: dict[str, str]
    ) -> T:
        return read(await self._sender.send(json_request(method, path(template, *parts), body, headers)), kind)
