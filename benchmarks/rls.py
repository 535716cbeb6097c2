"""What row-level security costs: statements as a city's doors make them, under its role and past every policy."""

import asyncio
import json
import time
from collections.abc import Iterator
from itertools import cycle
from statistics import median
from typing import Any, NamedTuple
from urllib.parse import urlsplit
from uuid import UUID

import asyncpg

from benchmarks.stage import PEPPER, City, Stage, cast, client, engagement, post_batches, stage
from proxeny_api.db import READING, opening
from proxeny_api.keys.secret import login_password
from proxeny_api.principals import PUBLIC
from proxeny_api.roles import with_login

CITIES, ENGAGEMENTS = 10, 2_000
ROUNDS = 300
SAMPLE = "SELECT city_id, id FROM engagement ORDER BY md5(id::text) LIMIT 100"
STATEMENTS = {
    "one record": "SELECT to_jsonb(e)::text FROM engagement e WHERE city_id = $1 AND id = $2",
    "a page of 100": "SELECT to_jsonb(e)::text FROM engagement e WHERE city_id = $1 AND id >= $2 ORDER BY id LIMIT 100",
    "a sum of 4,000": "SELECT sum(amount), max($2::uuid::text) FROM cost WHERE city_id = $1",
    "a join of 4,000": "SELECT count(*), max($2::uuid::text) FROM engagement e JOIN cost c"
    " ON c.city_id = e.city_id AND c.engagement_id = e.id WHERE e.city_id = $1",
}


class Side(NamedTuple):
    """A connection, and the message with which it opens a transaction for a city."""

    name: str
    connection: asyncpg.Connection
    guarded: bool

    def opening(self, city_id: UUID) -> str:
        """Return what the API sends under its login, or the same transaction without a role."""
        city = PUBLIC._replace(kind="city", owner_id=city_id)
        return opening(city, writes=False) if self.guarded else READING


def run() -> dict[str, Any]:
    """Return the median milliseconds of each statement on both sides, and the largest ratio of the two.

    The sides are asked in turn for the same rows; each statement has a transaction of its own, timed apart from it.
    """
    with stage() as running:
        for city in cast(running, CITIES):
            _fill(running, city)
        asked, opened = asyncio.run(_measured(running))
    ratios = {name: sides["under policies"] / sides["past them"] for name, sides in asked.items()}
    rows = {"cities": CITIES, "engagements of each": ENGAGEMENTS}
    return {"rows": rows, "milliseconds": asked, "opening": opened, "ratios": ratios, "ratio": max(ratios.values())}


def _fill(running: Stage, city: City) -> None:
    """Post the engagements of a city."""
    rows = [json.dumps(engagement(number)).encode() for number in range(ENGAGEMENTS)]
    with client(running.address, city.key) as http:
        post_batches(http, city.code, [b"\n".join(rows)])


async def _measured(running: Stage) -> tuple[dict[str, dict[str, float]], dict[str, float]]:
    """Return the medians of each statement by side, and those of the message that opens a transaction."""
    owner = await asyncpg.connect(running.admin_url)
    await owner.execute("ANALYZE")
    samples = cycle([(row["city_id"], row["id"]) for row in await owner.fetch(SAMPLE)])
    login = f"{urlsplit(running.admin_url).path.lstrip('/')}_login"
    url = with_login(running.admin_url, login, login_password(PEPPER.encode()))
    sides = [Side("past them", owner, False), Side("under policies", await asyncpg.connect(url), True)]
    asked, opened = {}, dict[str, list[float]]()
    for name, statement in STATEMENTS.items():
        times = [await _asked(side, statement, *row) for row in _some(samples) for side in sides]
        if any(past[2] != guarded[2] for past, guarded in zip(times[::2], times[1::2], strict=True)):
            raise RuntimeError(f"Both sides do not find the same: {name}.")
        asked[name] = {side.name: median(time[1] for time in times[place::2]) for place, side in enumerate(sides)}
        for place, side in enumerate(sides):
            opened.setdefault(side.name, []).extend(time[0] for time in times[place::2])
    for side in sides:
        await side.connection.close()
    return asked, {name: median(times) for name, times in opened.items()}


def _some(samples: "cycle[tuple[UUID, UUID]]") -> Iterator[tuple[UUID, UUID]]:
    """Yield as many rows to ask for as there are rounds."""
    return (next(samples) for _ in range(ROUNDS))


async def _asked(side: Side, statement: str, city_id: UUID, identity: UUID) -> tuple[float, float, int]:
    """Return the milliseconds of opening a transaction and of a statement in it, and how many rows it found."""
    begun = time.perf_counter()
    await side.connection.execute(side.opening(city_id))
    opened = time.perf_counter()
    found = await side.connection.fetch(statement, city_id, identity)
    ended = time.perf_counter()
    await side.connection.execute("COMMIT")
    return (opened - begun) * 1_000, (ended - opened) * 1_000, len(found)
