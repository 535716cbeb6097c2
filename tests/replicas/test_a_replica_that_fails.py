"""Reads go on where a replica is late, breaks off or is gone, and a client sees what it wrote."""

import asyncio
import time

import asyncpg
import httpx

from proxeny import AsyncProxeny, Proxeny
from proxeny_api.main import create_app, serving
from tests.conftest import PEPPER
from tests.make import Holder, engagement
from tests.replicas.staging import AS_OF, DEMAND, POSITION, Stage, back, listed, post, standing_still, until


async def test_a_replica_that_is_too_old_is_passed_over(stage: Stage, city: Holder, paused: None) -> None:
    impatient = stage.settings.model_copy(update={"replica_max_lag": 0.2})
    app = create_app(impatient, stage.login_url, PEPPER.encode())
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(serving(app))
        async with httpx.AsyncClient(transport=transport, base_url="http://x", headers=city.http.headers) as client:
            await client.get(city.path)
            await post(city)
            await asyncio.sleep(0.3)
            answer = await client.get(f"{city.path}/engagements")

    assert len(answer.json()["items"]) == 1
    assert AS_OF not in answer.headers


async def test_a_replica_that_does_not_come_in_time_is_not_waited_for_each_time(
    stage: Stage, city: Holder, paused: None
) -> None:
    written = await post(city)

    begun = time.monotonic()
    answers = [await listed(city, Proxeny_Min_Position=written.headers[POSITION]) for _ in range(10)]
    took = time.monotonic() - begun

    assert [len(answer.json()["items"]) for answer in answers] == [1] * 10
    assert took < 10 * stage.settings.replica_wait


async def test_a_read_that_breaks_off_at_the_replica_is_made_again_at_the_primary(stage: Stage, city: Holder) -> None:
    await post(city)
    await stage.caught_up()
    primary = await asyncpg.connect(stage.pair.primary)
    waiting = "FROM pg_stat_activity WHERE application_name = 'proxeny-api' AND wait_event_type = 'Lock'"

    # The lock is replayed too, so that a read waits at the replica for as long as it is held.
    async with primary.transaction():
        await primary.execute("LOCK TABLE engagement")
        await primary.execute("SELECT pg_logical_emit_message(false, 'tests', 'what is logged so far goes out', true)")
        await until(stage, "SELECT count(*) FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND granted")
        reading = asyncio.create_task(listed(city))
        await until(stage, f"SELECT count(*) {waiting}")
        ended = await stage.pair.tell(f"SELECT count(pg_terminate_backend(pid)) {waiting}")
        await asyncio.sleep(0.1)
    answer = await reading
    await primary.close()

    assert ended == 1
    assert len(answer.json()["items"]) == 1
    assert AS_OF not in answer.headers
    assert [name for name, _ in answer.headers.multi_items()].count("x-request-id") == 1
    await back(city)


async def test_the_client_reads_its_own_writes(stage: Stage, city: Holder) -> None:
    async with standing_still(stage, city) as address:
        with Proxeny(city.key, address) as mine, Proxeny(city.key, address) as other:
            made = mine.engagements.create(city.code, engagement())
            seen = [each.id for each in mine.engagements.list(city.code)]
            unseen = list(other.engagements.list(city.code))
            rows = list(mine.engagements.upsert_many(city.code, [engagement(external_id="a")]))
            both = [each.id for each in mine.with_options(timeout=5).engagements.list(city.code)]
        async with AsyncProxeny(city.key, address) as mine_too:
            third = await mine_too.engagements.create(city.code, engagement())
            all_three = [each.id async for each in mine_too.engagements.list(city.code)]

    assert (seen, unseen) == ([made.id], [])
    assert [str(each) for each in both] == [str(made.id), str(rows[0].id)]
    assert all_three == [*both, third.id]


async def test_the_client_never_goes_back_in_time(stage: Stage, city: Holder) -> None:
    fresh = httpx.Client()
    async with standing_still(stage, city) as address:
        written = await post(city)
        with fresh, Proxeny(city.key, address, http_client=fresh) as reader:
            # The first read demands what somebody else wrote; the second one what the first has shown.
            fresh.headers[DEMAND] = written.headers[POSITION]
            first = [str(each.id) for each in reader.engagements.list(city.code)]
            del fresh.headers[DEMAND]
            second = [str(each.id) for each in reader.engagements.list(city.code)]
        with Proxeny(city.key, address) as other:
            unseen = list(other.engagements.list(city.code))

    assert (first, second, unseen) == ([written.json()["id"]], first, [])


async def test_reads_go_on_when_the_replica_is_killed(stage: Stage, city: Holder) -> None:
    await post(city)
    await stage.caught_up()
    before = await listed(city)

    stage.pair.kill()
    after = [await listed(city) for _ in range(5)]

    assert AS_OF in before.headers
    assert not any(AS_OF in answer.headers for answer in after)
    assert {answer.content for answer in after} == {before.content}
