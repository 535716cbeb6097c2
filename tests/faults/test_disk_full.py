"""The database's disk is full, a file system of its own: refused in time, sound, and going on once there is space.

The data folder is a tmpfs of a fixed size, which root mounts; a file fills it to the last byte.
"""

import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import httpx
import pytest

from proxeny_api import embedded
from tests.faults import running
from tests.faults.counting import check_exactly_once, check_refusals, counting, keys_of, stored
from tests.faults.running import Running, command, serve, soon
from tests.faults.test_embedded import ask
from tests.programs import missing

pytestmark = pytest.mark.skipif(os.geteuid() != 0 or os.uname().sysname != "Linux", reason="only root mounts a tmpfs")
# Megabytes: a new database takes a third of it.
SIZE = 160
FALLS = (asyncpg.PostgresError, asyncpg.InterfaceError, OSError)


@pytest.fixture(scope="module")
def data_dir() -> Iterator[Path]:
    """A folder that is a file system of its own."""
    for made in running.folders():
        mount = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}m,mode=0700", "tmpfs", str(made)]
        if subprocess.run(mount, check=False, capture_output=True).returncode != 0:
            missing("Nobody may mount a file system here.")
        yield made
        subprocess.run(["umount", made], check=True)


@pytest.fixture(scope="module")
def server(data_dir: Path) -> Iterator[Running]:
    started = serve(data_dir)
    yield started
    started.stop()


def fill(file: Path) -> None:
    """Take what is left of the disk, to the last byte."""
    with file.open("ab", buffering=0) as taken:
        for size in (1 << 20, 1 << 12, 1):
            try:
                while True:
                    taken.write(b"\0" * size)
            except OSError:
                continue


def break_the_log(server: Running) -> None:
    """Have the server begin a new piece of its log, which it cannot be without: it falls, and cannot recover yet."""
    statement = "SELECT pg_switch_wal(); SELECT pg_logical_emit_message(true, 'test', 'full')"
    with embedded.start(server.data_dir) as bundled, pytest.raises(FALLS):
        ask(bundled.url, "; ".join([statement] * (SIZE // 16)))


def test_a_full_disk_refuses_writes_in_time_and_space_brings_them_back(server: Running, data_dir: Path) -> None:
    (key,), ballast = keys_of(server, "bilbao"), data_dir / "ballast"

    with counting(server, key, "bilbao", prefix="full") as count, httpx.Client(base_url=server.url) as probe:
        assert soon(lambda: len(count.acknowledged) > 10)
        fill(ballast)
        assert soon(lambda: bool(count.refused()), 30)
        break_the_log(server)
        assert soon(lambda: probe.get("/readyz").status_code == 503)
        # Long enough for the server to have tried to recover, and failed, more than once.
        time.sleep(2)
        meanwhile = [probe.get(path).status_code for path in ("/healthz", "/readyz")]
        ballast.unlink()
        free = time.monotonic()
        assert soon(lambda: count.served_after(free) < float("inf"))
    with server.client(key) as city:
        names = stored(city, "bilbao")

    assert meanwhile == [200, 503]
    assert "No space left on device" in (data_dir / "postgres.log").read_text()
    assert count.served_after(free) < 10
    check_refusals(count)
    check_exactly_once(count, names)
    assert command(data_dir, "verify").returncode == 0
