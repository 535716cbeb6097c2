"""The commands keep what they promise: standard output, exit statuses, signals, and processes left behind."""

import asyncio
import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import asyncpg
import httpx
import pytest
from typer.testing import CliRunner

from proxeny_api import __version__, cli, embedded
from proxeny_api.keys.secret import is_whole
from tests.faults import running
from tests.faults.running import Running, command, key_of, nothing_is_left, serve, soon
from tests.make import cost, engagement, outcome

pytestmark = pytest.mark.bundled("runs the command on the bundled PostgreSQL, and kills both")


@pytest.fixture(scope="module")
def data_dir() -> Iterator[Path]:
    """A folder that tests use one after another, since creating a database takes a second or two."""
    yield from running.folders()


@pytest.fixture
def server(data_dir: Path) -> Iterator[Running]:
    """A server of one process."""
    started = serve(data_dir)
    yield started
    started.stop()


def test_version_is_told_for_people_and_for_programs(data_dir: Path) -> None:
    plain, told = command(data_dir, "version"), command(data_dir, "version", "--json")

    assert (plain.returncode, plain.stdout) == (0, f"{__version__}\n")
    assert json.loads(told.stdout) == {"version": __version__}


@pytest.mark.parametrize(
    "name",
    [
        "",
        "serve",
        "migrate",
        "login-url",
        "verify",
        "version",
        "openapi",
        "demo",
        "key",
        "key create",
        "checkpoint",
        "rotate-signing-key",
        "import",
        "sweep",
    ],
)
def test_every_command_has_help(name: str) -> None:
    helped = CliRunner().invoke(cli.app, [*name.split(), "--help"], prog_name="proxeny-api")

    assert helped.exit_code == 0
    assert "Usage: proxeny-api" in helped.stdout
    assert not helped.stderr


def test_migrating_twice_does_no_harm_and_leaves_no_server(data_dir: Path) -> None:
    first, again = command(data_dir, "migrate"), command(data_dir, "migrate", "--json")

    assert (first.returncode, first.stdout) == (0, "The database is at the newest schema.\n")
    assert (again.returncode, json.loads(again.stdout)) == (0, {"migrated": True})
    assert not (data_dir / "postgres" / "postmaster.pid").exists()


def test_a_key_stands_alone_on_standard_output_with_a_server_and_without(data_dir: Path) -> None:
    without = command(data_dir, "key", "create", "--operator")
    told = command(data_dir, "key", "create", "--operator", "--json")
    started = serve(data_dir)
    try:
        beside = command(data_dir, "key", "create", "--operator")
        keys = [without.stdout.strip(), json.loads(told.stdout)["key"], beside.stdout.strip()]
        served = [httpx.get(f"{started.url}/v1/me", headers={"Authorization": f"Bearer {key}"}) for key in keys]
    finally:
        started.stop()

    assert [made.returncode for made in (without, told, beside)] == [0, 0, 0]
    assert [made.stderr for made in (without, told, beside)] == ["", "", ""]
    assert without.stdout.count("\n") == beside.stdout.count("\n") == 1
    assert all(is_whole(key) for key in keys)
    assert [answer.status_code for answer in served] == [200, 200, 200]


@pytest.mark.parametrize(
    ("words", "more", "sentence"),
    [
        (["key", "create", "--city", "nowhere"], {}, "No city nowhere."),
        (["key", "create"], {}, "say one of --operator, --city CODE, --network CODE"),
        (["key", "create", "--operator", "--scopes", "fly"], {}, "--scopes takes read, write and keys"),
        (["verify", "--city", "nowhere"], {}, "No city nowhere."),
        (["migrate"], {"PROXENY_POOL_SIZE": "many"}, "PROXENY_POOL_SIZE: "),
        (["migrate"], {"PROXENY_PEPPER": "short"}, "PROXENY_PEPPER needs at least 16 characters."),
        (["migrate"], {"PROXENY_DATABASE_URL": "postgresql://127.0.0.1:1/none"}, "127.0.0.1"),
        (["serve", "--host", "192.0.2.1"], {}, "Nothing can listen on 192.0.2.1:8000: "),
    ],
)
def test_what_goes_wrong_is_a_sentence_on_standard_error(
    data_dir: Path, words: list[str], more: dict[str, str], sentence: str
) -> None:
    refused = command(data_dir, *words, **more)

    assert refused.returncode == 1
    assert refused.stdout == ""
    assert refused.stderr.startswith("proxeny-api: ")
    assert sentence in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_database_of_a_newer_version_is_refused_in_a_sentence(data_dir: Path) -> None:
    with embedded.start(data_dir) as bundled:
        assert command(data_dir, "migrate").returncode == 0
        before = asyncio.run(swap_version(bundled.url, "9999"))
        refused = command(data_dir, "migrate")
        asyncio.run(swap_version(bundled.url, before))

    assert refused.returncode == 1
    assert refused.stderr.startswith("proxeny-api: Can't locate revision identified by '9999'")
    assert "Traceback" not in refused.stderr


async def swap_version(url: str, version: str) -> str:
    """Set the version that a database says it has, and return the one before."""
    connection = await asyncpg.connect(url)
    before = await connection.fetchval("SELECT version_num FROM alembic_version")
    await connection.execute("UPDATE alembic_version SET version_num = $1", version)
    await connection.close()
    return str(before)


def test_a_request_under_way_is_finished_after_sigterm_while_readyz_says_that_we_leave(server: Running) -> None:
    rows = [engagement(costs=[cost()], outcomes=[outcome()], external_id=f"row-{n}") for n in range(3_000)]
    with (
        server.holder(city="bilbao") as city,
        httpx.Client(base_url=server.url) as probe,
        ThreadPoolExecutor() as pool,
    ):
        under_way = pool.submit(city.post, "/v1/cities/bilbao/engagements/batch", json=rows)
        assert soon(lambda: "requests_in_flight 2.0" in probe.get("/metrics").text)
        began = time.monotonic()
        server.tell(signal.SIGTERM)
        leaving = soon(lambda: httpx.get(f"{server.url}/readyz").status_code == 503, 3)
        answer = under_way.result()

    assert answer.status_code == 200, answer.text
    assert answer.json()["created"] == len(rows)
    assert leaving
    assert server.ended() == 0
    assert time.monotonic() - began < 30
    assert soon(lambda: nothing_is_left(server))


@pytest.mark.parametrize("workers", ["1", "2"])
def test_ctrl_c_leaves_no_process_behind(data_dir: Path, workers: str) -> None:
    started = serve(data_dir, "--workers", workers)
    assert httpx.get(f"{started.url}/readyz").status_code == 200

    started.interrupt()

    assert started.ended() == 0
    assert soon(lambda: nothing_is_left(started))
    assert "Traceback" not in (data_dir / "stderr").read_text()
    started.stop()


def test_workers_serve_from_several_processes_are_begun_anew_and_go_with_their_parent(data_dir: Path) -> None:
    started = serve(data_dir, "--workers", "2")
    children = workers_of(started)

    os.kill(children[0], signal.SIGKILL)

    assert len(children) == 2
    assert soon(lambda: len(workers_of(started)) == 2 and workers_of(started) != children)
    assert soon(lambda: all(httpx.get(f"{started.url}/readyz").status_code == 200 for _ in range(8)))
    started.kill()
    assert soon(lambda: nothing_is_left(started))
    started.stop()


def test_two_servers_on_two_folders_do_not_meet_and_one_folder_has_one_database(
    server: Running, data_dir: Path
) -> None:
    for other_dir in running.folders():
        other, beside = serve(other_dir), serve(data_dir)
        try:
            mine, theirs = key_of(data_dir, "--operator"), key_of(other_dir, "--operator")
            answers = [
                httpx.get(f"{place.url}/v1/me", headers={"Authorization": f"Bearer {key}"}).status_code
                for place, key in [(server, mine), (beside, mine), (other, mine), (server, theirs), (other, theirs)]
            ]
        finally:
            other.stop()
            beside.stop()

        assert answers == [200, 200, 401, 401, 200]
        assert httpx.get(f"{server.url}/readyz").status_code == 200


def workers_of(started: Running) -> list[int]:
    """Return the ids of the processes that serve below the first."""
    listed = subprocess.run(
        ["ps", "-eo", "pid=,ppid=,args=", "-ww"], capture_output=True, text=True, check=True
    ).stdout.splitlines()
    rows = [line.split(None, 2) for line in listed]
    return sorted(int(pid) for pid, parent, args in rows if int(parent) == started.process.pid and "spawn_main" in args)
