"""Tell what several outcomes claim of one thing, and find those that may be the same."""

import asyncio
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from proxeny_api.claims import likeness, queries
from proxeny_api.impact.weights import ONE, scalings
from proxeny_api.listing import Listed


async def claims(
    connection: asyncpg.Connection, network_id: UUID, after: Sequence[str] | None, limit: int, *, over: bool
) -> Listed:
    """Return a page of the keys that several outcomes have which a network may list; only over-claims where `over`."""
    rows = await queries.claims(connection, network_id, after[0] if after else "", limit + 1, over=over)
    shown = rows[:limit]
    scaled = scalings((row["claim_key"], row["claimed"]) for row in shown)
    items = [
        orjson.dumps({
            "claim_key": row["claim_key"],
            "claimed": format(row["claimed"], "f"),
            "scale": format(scaled.get(row["claim_key"], ONE), "f"),
            "over": row["claim_key"] in scaled,
            "n": row["n"],
            "claimants": orjson.Fragment(row["claimants"]),
        }).decode()
        for row in shown
    ]  # fmt: skip
    return Listed(items, [shown[-1]["claim_key"]] if len(rows) > limit else None)


async def candidates(
    connection: asyncpg.Connection, owner_id: UUID, after: Sequence[str] | None, limit: int, *, across: bool
) -> Listed:
    """Return a page of outcomes that may be the same: a city's own, or across the cities that share with a network.

    A page may hold fewer than `limit` although another follows: only so many outcomes are compared for each.
    """
    place, skipped = (after[0], int(after[1])) if after else ("", 0)
    rows = await queries.compared(connection, owner_id, place, across=across)
    return await asyncio.to_thread(_found, rows, (place, skipped), limit, across=across)


def _found(rows: Sequence[asyncpg.Record], begin: tuple[str, int], limit: int, *, across: bool) -> Listed:
    """Return up to `limit` groups of outcomes that are alike, beginning with the group of this number at this place."""
    items: list[str] = []
    for row in rows[: queries.MOST_READ]:
        told = {said["id"]: said for said in orjson.loads(row["outcomes"])}
        groups = likeness.groups(map(_candidate, told.values()), across=across)
        skipped = begin[1] if row["place"] == begin[0] else 0
        for number, group in enumerate(groups[skipped:], start=skipped):
            if len(items) == limit:
                return Listed(items, [row["place"], str(number)])
            items.append(orjson.dumps(_item(group, told)).decode())
    return Listed(items, [rows[-1]["place"], "0"] if len(rows) > queries.MOST_READ else None)


def _candidate(said: dict[str, Any]) -> likeness.Candidate:
    return likeness.Candidate(said["id"], said["city"], said["claim_key"], likeness.pieces(said["title"]))


def _item(group: likeness.Alike, told: dict[str, dict[str, Any]]) -> dict[str, Any]:
    return {
        "outcomes": [told[one.id] for one in group.members],
        "similarity": f"{group.similarity:.2f}",
        "suggestion": group.suggestion(),
    }
