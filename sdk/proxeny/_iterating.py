"""Walks over rows that are at hand and over rows that come by and by."""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Iterable, Iterator
from typing import TypeAlias, TypeVar

T = TypeVar("T")

Rows: TypeAlias = Iterable[T]
"""What the client takes rows from."""
AsyncRows: TypeAlias = Iterable[T] | AsyncIterable[T]
"""What the asynchronous client takes rows from."""


def each(rows: Rows[T]) -> Iterator[T]:
    """Walk the rows."""
    return iter(rows)


async def async_each(rows: AsyncRows[T]) -> AsyncIterator[T]:
    """Walk the rows, whichever way they come."""
    if isinstance(rows, AsyncIterable):
        async for row in rows:
            yield row
    else:
        for row in rows:
            yield row
