"""The changes of a city or of a network, walked as they come."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Protocol

from proxeny.models import Change, ChangePage


class AsyncAsking(Protocol):
    """What asks for the changes after a cursor."""

    async def __call__(self, *, after: str | None) -> ChangePage:
        """Ask."""


class AsyncFeed:
    """Changes in order: ``async for change in …`` walks them; iterating again goes on after ``cursor``."""

    def __init__(self, ask: AsyncAsking, after: str | None, *, endless: bool) -> None:
        self.cursor = after
        """Where to go on another day; it moves when all changes of an answer have been walked, so none is lost."""
        self._ask = ask
        self._endless = endless

    async def __aiter__(self) -> AsyncIterator[Change]:
        more = True
        while more:
            page = await self._ask(after=self.cursor)
            for change in page.items:
                yield change
            self.cursor = page.next_cursor
            more = page.more or self._endless
