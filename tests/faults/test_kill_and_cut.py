"""Workers and the database killed, connections cut, the pool held: refused in time, nothing lost or doubled."""

import os
import signal
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import asyncpg
import httpx
import pytest

from proxeny_api import embedded
from tests.faults import running
from tests.faults.counting import Count, check_exactly_once, check_refusals, counting, keys_of, stored
from tests.faults.running import Running, serve, soon
from tests.faults.test_embedded import ask, parent, postmasters
from tests.make import engagement

POOL = 3
# What the database is away for, so that requests certainly meet it.
AWAY = 2.0


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    """Two workers on a small pool."""
    for data_dir in running.folders():
        started = serve(data_dir, "--workers", "2", PROXENY_POOL_SIZE=str(POOL))
        yield started
        started.stop()


@pytest.fixture(scope="module")
def key(server: Running) -> str:
    return keys_of(server, "bilbao")[0]


@pytest.fixture
async def admin(server: Running) -> AsyncIterator[asyncpg.Connection]:
    """A connection as the database's owner."""
    with embedded.start(server.data_dir) as bundled:
        connection = await asyncpg.connect(bundled.url)
        yield connection
        await connection.close()


def names(server: Running, key: str, prefix: str) -> list[str]:
    """Return the external ids that begin so."""
    with server.client(key) as city:
        return [name for name in stored(city, "bilbao") if name.startswith(prefix)]


def children(pid: int) -> list[int]:
    listed = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False)
    return [int(line) for line in listed.stdout.split()]


def test_a_worker_killed_amid_single_posts_loses_and_doubles_nothing(server: Running, key: str) -> None:
    with counting(server, key, "bilbao", clients=4, prefix="worker") as count:
        for killed in range(1, 4):
            assert soon(lambda: all_serve(server))
            os.kill(serving(server)[0], signal.SIGKILL)
            assert soon(partial(acknowledged_over, count, 20 * killed))

    assert count.cut
    check_refusals(count)
    assert 503 not in count.statuses()
    check_exactly_once(count, names(server, key, "worker"))


def acknowledged_over(count: Count, least: int) -> bool:
    return len(count.acknowledged) > least


def serving(server: Running) -> list[int]:
    """Return the workers that have been begun."""
    commands = {pid: Path(f"/proc/{pid}/cmdline") for pid in children(server.process.pid)}
    return sorted(pid for pid, command in commands.items() if b"spawn_main" in command.read_bytes())


def all_serve(server: Running) -> bool:
    """Say whether both workers are there and have connected to the database."""
    with embedded.start(server.data_dir) as bundled:
        query = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'proxeny-api'"
        connected = ask(bundled.url, query)
    return len(serving(server)) == 2 and isinstance(connected, int) and connected >= 4


def test_the_database_killed_under_load_is_back_without_a_restart_of_the_api(server: Running, key: str) -> None:
    with counting(server, key, "bilbao", prefix="database") as count, httpx.Client(base_url=server.url) as probe:
        assert soon(lambda: all_serve(server) and len(count.acknowledged) > 20)
        (postmaster,) = postmasters(server.data_dir)
        guard, before = parent(postmaster), serving(server)
        # Held still, the guard does not start it again yet.
        os.kill(guard, signal.SIGSTOP)
        for pid in (postmaster, *children(postmaster)):
            os.kill(pid, signal.SIGKILL)
        killed = time.monotonic()
        time.sleep(0.2)
        meanwhile = [probe.get(path) for path in ("/healthz", "/readyz")]
        time.sleep(AWAY)
        back = time.monotonic()
        os.kill(guard, signal.SIGCONT)
        assert soon(lambda: count.served_after(back) < float("inf"))
        ready = probe.get("/readyz")

    assert [answer.status_code for answer in meanwhile] == [200, 503]
    assert "Retry-After" in meanwhile[1].headers
    assert count.served_after(back) < 10
    assert ready.status_code == 200
    assert serving(server) == before
    assert [at for at, *_ in count.refused() if killed < at < back]
    check_refusals(count)
    check_exactly_once(count, names(server, key, "database"))


async def test_connections_cut_under_load_are_made_anew(server: Running, key: str, admin: asyncpg.Connection) -> None:
    cut = 0
    with counting(server, key, "bilbao", clients=4, prefix="cut") as count:
        for _ in range(20):
            time.sleep(0.1)  # noqa: ASYNC251 - the clients are threads
            cut += await admin.fetchval(
                "SELECT count(*) FILTER (WHERE pg_terminate_backend(pid)) FROM pg_stat_activity"
                " WHERE application_name = 'proxeny-api'"
            )
        last = time.monotonic()
        assert soon(lambda: count.served_after(last) < float("inf"))

    assert cut > 20
    check_refusals(count)
    assert count.served_after(last) < 5
    check_exactly_once(count, names(server, key, "cut"))


async def test_while_all_connections_are_held_others_are_refused_in_time_and_then_served(
    server: Running, key: str, admin: asyncpg.Connection
) -> None:
    held, others = 2 * POOL, 12

    def post(number: int) -> tuple[httpx.Response, float]:
        began = time.monotonic()
        with server.client(key) as city:
            said = engagement(external_id=f"pool-{number}")
            return city.post("/v1/cities/bilbao/engagements", json=said), time.monotonic() - began

    with ThreadPoolExecutor(held + others) as pool:
        async with admin.transaction(), httpx.AsyncClient(base_url=server.url) as probe:
            # Every writer waits for this within its statement, with a connection in its hands.
            await admin.execute("LOCK TABLE engagement IN ACCESS EXCLUSIVE MODE")
            asked = [pool.submit(post, number) for number in range(held + others)]
            assert soon(lambda: sum(each.done() for each in asked) >= others, 8)
            refused = [each.result() for each in asked if each.done()]
            healthy = await probe.get("/healthz")
        served = [each.result()[0].status_code for each in asked if each.result() not in refused]

    assert {answer.status_code for answer, _ in refused} == {503}
    assert all("Retry-After" in answer.headers for answer, _ in refused)
    assert max(seconds for _, seconds in refused) < 5
    assert healthy.status_code == 200
    assert served
    assert set(served) == {201}
    assert len(names(server, key, "pool")) == len(served)


async def test_a_connection_lost_at_the_commit_is_told_as_such_and_the_same_key_is_stored_once(
    server: Running, key: str, admin: asyncpg.Connection
) -> None:
    await admin.execute(DIES_AT_COMMIT)
    with server.client(key) as city:
        first = post_once(city, "commit-1")
        await admin.execute("DROP TRIGGER dies ON engagement; DROP FUNCTION dies()")
        again = post_once(city, "commit-1")

    assert (first.status_code, again.status_code) == (503, 201)
    assert "so that it may have been" in first.json()["detail"]
    assert "Retry-After" in first.headers
    assert names(server, key, "commit") == ["commit-1"]


async def test_statements_kept_from_before_a_column_changed_are_no_failure_of_ours(
    server: Running, key: str, admin: asyncpg.Connection
) -> None:
    statuses = []
    with server.client(key) as city:
        for kind in ("text", "varchar", "text"):
            await admin.execute(f"ALTER TABLE idempotent_answer ALTER headers TYPE {kind}")
            statuses += [post_once(city, f"column-{kind}-{number}").status_code for number in range(20)]

    assert set(statuses) == {201, 503}
    assert statuses.count(503) < 10


DIES_AT_COMMIT = """
CREATE FUNCTION dies() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$;
CREATE CONSTRAINT TRIGGER dies AFTER INSERT ON engagement DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW WHEN (NEW.external_id LIKE 'commit-%') EXECUTE FUNCTION dies()
"""


def post_once(city: httpx.Client, name: str) -> httpx.Response:
    said = engagement(external_id=name)
    return city.post("/v1/cities/bilbao/engagements", json=said, headers={"Idempotency-Key": name})
