"""Lists that fetch their pages as they are walked."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Generic, TypeVar

from proxeny._answers import read_page
from proxeny._async.sending import AsyncSender
from proxeny._requests import QueryValue, Request, query

T = TypeVar("T")


class AsyncPage(Generic[T]):
    """One page of a list; iterating walks its items and those of all pages after it."""

    def __init__(self, pages: AsyncPages[T], items: Sequence[T], next_cursor: str | None) -> None:
        self._pages = pages
        self.items = items
        self.next_cursor = next_cursor

    async def next_page(self) -> AsyncPage[T] | None:
        """Fetch the page after this one; None after the last."""
        return None if self.next_cursor is None else await self._pages.page(self.next_cursor)

    async def __aiter__(self) -> AsyncIterator[T]:
        page: AsyncPage[T] | None = self
        while page is not None:
            for item in page.items:
                yield item
            page = await page.next_page()


class AsyncPages(Generic[T]):
    """A whole list, fetched page by page while it is walked: nothing is asked before.

    ``async for item in …`` walks all items; ``pages()`` walks the pages; ``first_page()`` fetches one and no more.
    """

    def __init__(self, sender: AsyncSender, path: str, kind: type[T], filters: Mapping[str, QueryValue]) -> None:
        self._sender = sender
        self._path = path
        self._kind = kind
        self._filters = filters

    async def page(self, cursor: str | None) -> AsyncPage[T]:
        """Fetch the page that begins at the cursor, which must come from the same list with the same filters."""
        asked = self._filters if cursor is None else {**self._filters, "cursor": cursor}
        answer = await self._sender.send(Request("GET", self._path + query(asked)))
        body = read_page(answer, self._kind)
        return AsyncPage(self, body.items, body.next_cursor)

    async def first_page(self) -> AsyncPage[T]:
        """Fetch the first page."""
        return await self.page(None)

    async def pages(self) -> AsyncIterator[AsyncPage[T]]:
        """Walk the pages."""
        page: AsyncPage[T] | None = await self.first_page()
        while page is not None:
            yield page
            page = await page.next_page()

    async def __aiter__(self) -> AsyncIterator[T]:
        async for page in self.pages():
            for item in page.items:
                yield item
