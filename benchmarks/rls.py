"""What row-level security costs: statements as a city's doors make them, under its role and past every policy."""

import asyncio
import json
import time
from itertools import cycle, islice
from statistics import median
from typing import Any, NamedTuple
from urllib.parse import urlsplit
from uuid import UUID

import asyncpg

from benchmarks.figures import Figure, answer
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

    connection: asyncpg.Connection
    guarded: bool

    def opening(self, city_id: UUID) -> str:
        """Return what the API sends under its login, or the same transaction without a role."""
        city = PUBLIC._replace(kind="city", owner_id=city_id)
        return opening(city, writes=False) if self.guarded else READING


class Time(NamedTuple):
    """The milliseconds of opening a transaction and of a statement in it, and how many rows that found."""

    opened: float
    asked: float
    rows: int


def run(cities: int = CITIES, each: int = ENGAGEMENTS, rounds: int = ROUNDS) -> dict[str, Any]:
    """Return each statement's time under policies over that past them, and what the message that opens one takes.

    The sides are asked in turn for the same rows; each statement has a transaction of its own, timed apart from it.
    """
    with stage() as running:
        for city in cast(running, cities):
            _fill(running, city, each)
        asked, opened = asyncio.run(_measured(running, rounds))
    figures = {
        name: Figure(
            f"{name} of a city under row-level security, over the same past every policy", under / past, "≤ 1.5"
        )
        for name, (past, under) in asked.items()
    }
    figures["opening"] = Figure("milliseconds more to open a transaction for a city", opened[1] - opened[0])
    milliseconds = {name: {"past": past, "under": under} for name, (past, under) in asked.items()}
    return answer("one record", figures, cities=cities, engagements_of_each=each, milliseconds=milliseconds)


def _fill(running: Stage, city: City, each: int) -> None:
    """Post the engagements of a city."""
    rows = [json.dumps(engagement(number)).encode() for number in range(each)]
    with client(running.address, city.key) as http:
        post_batches(http, city.code, [b"\n".join(rows)])


async def _measured(running: Stage, rounds: int) -> tuple[dict[str, list[float]], list[float]]:
    """Return the medians of each statement past the policies and under them, and those of opening a transaction."""
    owner = await asyncpg.connect(running.admin_url)
    await owner.execute("ANALYZE")
    rows = [(row["city_id"], row["id"]) for row in await owner.fetch(SAMPLE)]
    login = f"{urlsplit(running.admin_url).path.lstrip('/')}_login"
    url = with_login(running.admin_url, login, login_password(PEPPER.encode()))
    sides = [Side(owner, guarded=False), Side(await asyncpg.connect(url), guarded=True)]
    asked, opened = {}, []
    for name, statement in STATEMENTS.items():
        times = [[await _asked(side, statement, *row) for side in sides] for row in islice(cycle(rows), rounds)]
        if any(past.rows != under.rows for past, under in times):
            raise RuntimeError(f"Both sides do not find the same: {name}.")
        asked[name] = [median(time.asked for time in side) for side in zip(*times, strict=True)]
        opened.append([median(time.opened for time in side) for side in zip(*times, strict=True)])
    for side in sides:
        await side.connection.close()
    return asked, [median(each) for each in zip(*opened, strict=True)]


async def _asked(side: Side, statement: str, city_id: UUID, identity: UUID) -> Time:
    """Open a transaction for a city, ask in it, and end it."""
    begun = time.perf_counter()
    await side.connection.execute(side.opening(city_id))
    opened = time.perf_counter()
    found = await side.connection.fetch(statement, city_id, identity)
    ended = time.perf_counter()
    await side.connection.execute("COMMIT")
    return Time((opened - begun) * 1_000, (ended - opened) * 1_000, len(found))
