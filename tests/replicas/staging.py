"""The app on a primary and its replica, and what is asked of it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import asyncpg
import httpx

from proxeny import Proxeny
from proxeny_api.settings import Settings
from tests.conftest import PEPPER
from tests.live import running
from tests.make import Holder, World, cost, engagement
from tests.replicas.pairing import Pair

AS_OF, POSITION, DEMAND = "Proxeny-Read-As-Of", "Proxeny-Position", "Proxeny-Min-Position"


class Stage(NamedTuple):
    """A primary with a replica, the app on both, and who makes cities there."""

    pair: Pair
    settings: Settings
    login_url: str
    world: World

    async def caught_up(self) -> None:
        """Wait until the replica has replayed all there is now."""
        primary = await asyncpg.connect(self.pair.primary)
        log = await primary.fetchval("SELECT pg_current_wal_flush_lsn()::text")
        await primary.close()
        for _ in range(500):
            if await self.pair.tell(f"SELECT pg_last_wal_replay_lsn() >= '{log}'"):
                return
            await asyncio.sleep(0.02)
        raise AssertionError("The replica does not catch up.")


async def post(city: Holder, title: str = "Visit (made up)") -> httpx.Response:
    made = await city.http.post(f"{city.path}/engagements", json=engagement(title=title, costs=[cost()]))
    assert made.status_code == 201
    return made


async def listed(city: Holder, **headers: str) -> httpx.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    answer = await city.http.get(f"{city.path}/engagements", headers=named)
    assert answer.status_code == 200, answer.text
    return answer


def age(answer: httpx.Response) -> timedelta:
    return datetime.now(UTC) - datetime.fromisoformat(answer.headers[AS_OF])


async def until(stage: Stage, query: str) -> None:
    """Wait until the replica counts something."""
    for _ in range(500):
        if await stage.pair.tell(query):
            return
        await asyncio.sleep(0.02)
    raise AssertionError(query)


async def back(city: Holder) -> None:
    """Wait until reads come from the replica again."""
    for _ in range(100):
        if AS_OF in (await listed(city)).headers:
            return
        await asyncio.sleep(0.1)
    raise AssertionError("No read comes from the replica.")


@asynccontextmanager
async def standing_still(stage: Stage, city: Holder) -> AsyncIterator[str]:
    """Lend the address of another worker, which has seen the replica before that stands still now."""
    with running(stage.settings, stage.login_url, PEPPER) as address:
        with Proxeny(city.key, address) as reader:
            assert list(reader.engagements.list(city.code)) == []
        await stage.pair.pause()
        try:
            yield address
        finally:
            await stage.pair.resume()
