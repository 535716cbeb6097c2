"""One page of records: a keyset walk over a query that builds each record's JSON."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import asyncpg


class Filter:
    """The conditions of a list, and the values that they are about."""

    def __init__(self, *values: Any) -> None:
        self.values = list(values)
        self.conditions: list[str] = []

    def add(self, condition: str, value: Any = None) -> None:  # noqa: ANN401
        """Add a condition with `{}` where its value belongs, unless there is no value to compare with."""
        if value is not None:
            self.values.append(value)
            self.conditions.append(condition.format(f"${len(self.values)}"))

    def always(self, condition: str) -> None:
        """Add a condition that has no value of its own."""
        self.conditions.append(condition)


class Listed(NamedTuple):
    """A page's records as JSON, and the position after which the next one begins."""

    items: list[str]
    position: list[str] | None


async def walk(
    connection: asyncpg.Connection,
    document: str,
    source: str,
    key: str,
    key_type: str,
    filters: Filter,
    after: Sequence[Any] | None,
    limit: int,
) -> Listed:
    """Return up to `limit` records after a position, in the order of a key that never changes."""
    if after is not None:
        filters.add(f"{key} > {{}}::text::{key_type}", after[0])
    where = " AND ".join(filters.conditions) or "true"
    selected = f"SELECT {document} AS item, {key}::text AS position FROM {source}"
    query = f"{selected} WHERE {where} ORDER BY {key} LIMIT {limit + 1}"
    rows = await connection.fetch(query, *filters.values)
    more = len(rows) > limit
    items = [row["item"] for row in rows[:limit]]
    return Listed(items, [rows[limit - 1]["position"]] if more else None)
