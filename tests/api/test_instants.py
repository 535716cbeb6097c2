"""Instants in the ledger never fall, whatever the clock of the process that writes says."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg

from tests.make import Holder, World, engagement


async def write(city: Holder) -> dict[str, Any]:
    """Record an engagement, and return its entry."""
    made = await city.http.post(f"{city.path}/engagements", json=engagement())
    assert made.status_code == 201, made.text
    told = await city.http.get(f"{city.path}/changes", params={"limit": 1000})
    return dict(told.json()["items"][-1])


async def test_an_entry_is_never_older_than_the_one_before_it(world: World, admin: asyncpg.Connection) -> None:
    city = await world.city()
    await write(city)
    # As another machine would have left it whose clock was an hour before ours.
    ahead = datetime.now(UTC) + timedelta(hours=1)
    await admin.execute("UPDATE ledger_head SET at = $2 WHERE city_id = $1", UUID(city.id), ahead)

    entries = [await write(city) for _ in range(2)]

    assert [datetime.fromisoformat(entry["at"]) for entry in entries] == [ahead, ahead]
    assert entries[0]["body"]["created_at"] == entries[0]["at"]


async def test_a_head_that_a_version_before_wrote_says_nothing_of_its_instant(
    world: World, admin: asyncpg.Connection
) -> None:
    city = await world.city()
    await admin.execute("UPDATE ledger_head SET at = NULL WHERE city_id = $1", UUID(city.id))

    written = datetime.fromisoformat((await write(city))["at"])

    assert abs(written - datetime.now(UTC)) < timedelta(minutes=1)
