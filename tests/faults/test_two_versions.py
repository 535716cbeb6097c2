"""The version before and this one serve one database while it is migrated under load: nothing is lost or doubled."""

import asyncio
import subprocess
import tarfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import asyncpg
import pytest

from proxeny_api import embedded
from tests.faults.counting import check_exactly_once, check_refusals, counting, stored
from tests.faults.running import Running, command, serve, soon

# The last commit whose newest migration is 0010.
BEFORE = "0981ce3"
VERSION = "SELECT version_num FROM alembic_version"
# Seconds: less than the five that a migration waits for a lock, and less than it takes to be refused.
HELD = 2.0
ROOT = Path(__file__).parents[2]
HAS_HISTORY = subprocess.run(["git", "cat-file", "-e", f"{BEFORE}^{{commit}}"], cwd=ROOT, check=False).returncode == 0
pytestmark = pytest.mark.skipif(not HAS_HISTORY, reason="a clone without history has no version before")


@pytest.fixture(scope="module")
def sources(folder: Path) -> str:
    """Where Python finds the version before."""
    packed = ["git", "archive", BEFORE, "api", "sdk", "migrations"]
    content = subprocess.run(packed, cwd=ROOT, capture_output=True, check=True).stdout
    with tarfile.open(fileobj=BytesIO(content)) as archive:
        archive.extractall(folder / "before", filter="data")
    return ":".join(str(folder / "before" / part) for part in ("api", "sdk"))


@pytest.fixture(scope="module")
def before(folder: Path, sources: str) -> Iterator[Running]:
    """A server of the version before, on a database of its schema."""
    (folder / "data").mkdir()
    started = serve(folder / "data", PYTHONPATH=sources)
    yield started
    started.stop()


@pytest.fixture(scope="module")
def key(before: Running, sources: str) -> str:
    """A city's key, made by the version before: ours would migrate first."""

    def made(*words: str) -> str:
        return command(before.data_dir, "key", "create", *words, PYTHONPATH=sources).stdout.strip()

    with before.client(made("--operator")) as operator:
        city = {"code": "bilbao", "name": "Bilbao", "country": "ES", "currency": "EUR"}
        assert operator.post("/v1/cities", json=city).status_code == 201
    return made("--city", "bilbao")


async def migrated_meanwhile(before: Running, connection: asyncpg.Connection) -> Running:
    """Start this version's server, whose migration has to wait for a transaction that reads what it alters."""
    async with connection.transaction():
        await connection.fetchval("SELECT count(*) FROM ledger_head")
        starting = asyncio.create_task(asyncio.to_thread(serve, before.data_dir))
        waits = "SELECT count(*) FROM pg_locks WHERE NOT granted AND mode = 'AccessExclusiveLock'"
        async with asyncio.timeout(30):
            while not await connection.fetchval(waits):  # noqa: ASYNC110 - the database tells nobody
                await asyncio.sleep(0.05)
        await asyncio.sleep(HELD)
    return await starting


async def test_both_write_while_the_database_is_migrated(before: Running, key: str) -> None:
    with embedded.start(before.data_dir) as bundled:
        connection = await asyncpg.connect(bundled.url)
        first = await connection.fetchval(VERSION)
        with counting(before, key, "bilbao", prefix="old") as old:
            assert soon(lambda: len(old.acknowledged) > 10)
            after = await migrated_meanwhile(before, connection)
            second = await connection.fetchval(VERSION)
            with counting(after, key, "bilbao", prefix="new") as new:
                written = len(old.acknowledged)
                assert soon(lambda: min(len(old.acknowledged) - written, len(new.acknowledged)) > 20)
        await connection.close()
    with after.client(key) as city:
        names = stored(city, "bilbao")
    checked = command(before.data_dir, "verify")
    after.stop()

    assert first == "0010" < second
    for count in (old, new):
        check_refusals(count)
        check_exactly_once(count, [name for name in names if name in count.tried])
    assert len(names) == len({*names} & {*old.tried, *new.tried})
    assert checked.returncode == 0, checked.stderr
