"""The bundled PostgreSQL holds against kills, races, closed folders and strangers."""

import asyncio
import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import asyncpg
import pytest

from proxeny_api import embedded
from proxeny_api.embedded import account, binaries, cluster
from proxeny_api.embedded.programs import run

OWNER_PROCESS = """
import sys, pathlib
from proxeny_api import embedded
with embedded.start(pathlib.Path(sys.argv[1])) as bundled:
    print(bundled.url, flush=True)
    sys.stdin.read()
"""
KEEP = "DROP TABLE IF EXISTS kept; CREATE TABLE kept AS SELECT 42 AS answer"
pytestmark = pytest.mark.bundled("is about the bundled PostgreSQL itself")
ONLY_AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root hands the server to another account")


@pytest.fixture
def empty_dir() -> Iterator[Path]:
    """A folder right below /tmp: as root, pytest's own would be closed to the server's account."""
    yield from folder()


@pytest.fixture(scope="module")
def shared_dir() -> Iterator[Path]:
    yield from folder()


@pytest.fixture
def data_dir(shared_dir: Path) -> Path:
    """A folder that tests use one after another, since creating a database takes a second or two."""
    assert nothing_runs(shared_dir)
    return shared_dir


@pytest.fixture(scope="module")
def bundled() -> Iterator[embedded.Bundled]:
    """A running server for the tests that only look."""
    for made in folder():
        with embedded.start(made, "a city's", {"work_mem": "7MB"}) as running:
            yield running


def test_a_stopped_server_leaves_no_process(data_dir: Path) -> None:
    with embedded.start(data_dir) as bundled:
        assert ask(bundled.url, "SELECT 1") == 1
        assert len(postmasters(data_dir)) == 1

    assert nothing_runs(data_dir)


def test_the_server_keeps_what_it_confirms_and_sorts_by_code_point(bundled: embedded.Bundled) -> None:
    asked = ask(
        bundled.url,
        "SELECT row(current_database(), datlocale, current_setting('fsync'), current_setting('listen_addresses'), "
        "current_setting('work_mem'))::text FROM pg_database WHERE datname = current_database()",
    )

    assert asked == """("a city's",C.UTF-8,on,"",7MB)"""


def test_a_server_is_measured_by_its_major_version(bundled: embedded.Bundled) -> None:
    with pytest.raises(embedded.ServerUnfit, match="is PostgreSQL 18, not 99 or newer"):
        ask(bundled.url, "SELECT 1", 99)


def test_a_server_that_may_lose_commits_is_refused_and_stopped(data_dir: Path) -> None:
    with pytest.raises(embedded.ServerUnfit, match="its fsync is off"):
        embedded.BundledServer(data_dir, options={"fsync": "off"}).start()

    assert nothing_runs(data_dir)


def test_a_second_start_uses_the_server_and_leaves_it_running(data_dir: Path) -> None:
    with embedded.start(data_dir) as first:
        owner = start_process(data_dir)
        assert read_url(owner) == first.url
        owner.communicate("")

        assert len(postmasters(data_dir)) == 1
        assert ask(first.url, "SELECT 1") == 1


def test_two_starts_at_once_end_with_one_server_even_below_a_long_path(empty_dir: Path) -> None:
    empty_dir.chmod(0o755)
    data_dir = empty_dir / ("long & wide " * 8).strip()
    owners = [start_process(data_dir) for _ in range(2)]

    (url,) = {read_url(owner) for owner in owners}

    short = socket_folder(url)
    assert len(os.fsencode(short / ".s.PGSQL.5432")) < 100
    assert mode(short) == 0o700
    assert len(postmasters(data_dir)) == 1
    for owner in owners:
        owner.communicate("")
    assert soon(lambda: nothing_runs(data_dir))
    assert not short.exists()


def test_a_killed_owner_takes_the_server_with_it_and_commits_survive(data_dir: Path) -> None:
    owner = start_process(data_dir)
    ask(read_url(owner), KEEP)

    owner.kill()
    owner.communicate()

    assert soon(lambda: nothing_runs(data_dir))
    with embedded.start(data_dir) as bundled:
        assert ask(bundled.url, "SELECT answer FROM kept") == 42


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process of its parent's death")
def test_a_killed_guard_takes_the_server_with_it(data_dir: Path) -> None:
    with embedded.start(data_dir):
        os.kill(parent(postmasters(data_dir)[0]), signal.SIGKILL)

        assert soon(lambda: nothing_runs(data_dir))


def test_a_killed_postmaster_recovers_at_the_next_start(data_dir: Path) -> None:
    with embedded.start(data_dir) as bundled:
        ask(bundled.url, KEEP)
        os.kill(postmasters(data_dir)[0], signal.SIGKILL)

        with embedded.start(data_dir) as again:
            assert ask(again.url, "SELECT answer FROM kept") == 42

    assert nothing_runs(data_dir)


def test_a_stale_note_whose_number_is_another_process_now_does_not_hinder(data_dir: Path) -> None:
    with embedded.start(data_dir):
        os.kill(postmasters(data_dir)[0], signal.SIGKILL)
    note = data_dir / "postgres" / "postmaster.pid"
    as_server = account.server_account(data_dir / "postgres")
    other = subprocess.Popen(["sleep", "60"], user=as_server.uid if as_server else None)
    note.write_text("\n".join([str(other.pid), *note.read_text().splitlines()[1:]]) + "\n")

    with embedded.start(data_dir) as bundled:
        assert ask(bundled.url, "SELECT 1") == 1

    other.kill()
    other.wait()


@pytest.mark.parametrize("password", ["", "guessed"])
def test_a_connection_without_the_password_is_refused(bundled: embedded.Bundled, password: str) -> None:
    secret = urlsplit(bundled.url).password or "none"

    with pytest.raises(asyncpg.InvalidPasswordError):
        ask(bundled.url.replace(f":{secret}@", f":{password}@"), "SELECT 1")


def test_secret_and_socket_are_closed_to_others(bundled: embedded.Bundled) -> None:
    assert mode(bundled.data_dir / "postgres-password") == 0o600
    assert mode(bundled.data_dir / "postgres.log") == 0o600
    assert mode(socket_folder(bundled.url)) == 0o700
    assert mode(bundled.data_dir) in {0o700, 0o710}


def test_a_server_that_cannot_start_shows_its_log_and_leaves_nothing(data_dir: Path) -> None:
    with pytest.raises(embedded.ServerFailed, match="shared_bufers"):
        embedded.BundledServer(data_dir, options={"shared_bufers": "1GB"}).start()

    assert nothing_runs(data_dir)


def test_a_cluster_whose_password_is_gone_says_so(empty_dir: Path) -> None:
    (empty_dir / "postgres").mkdir()

    with pytest.raises(embedded.EmbeddedError, match="postgres-password is not: put it back"):
        embedded.BundledServer(empty_dir).start()


@ONLY_AS_ROOT
def test_a_folder_closed_to_the_server_is_refused_and_left_as_it_was(empty_dir: Path) -> None:
    closed = empty_dir / "closed"
    closed.mkdir(mode=0o700)
    empty_dir.chmod(0o755)

    with pytest.raises(embedded.FolderUnreachable, match=r"cannot enter .*/closed on the way .*Set PROXENY_DATA_DIR"):
        embedded.BundledServer(closed / "below" / "data").start()

    assert mode(closed) == 0o700
    assert list(closed.iterdir()) == []


@ONLY_AS_ROOT
def test_the_default_folder_of_root_is_not_in_its_closed_home() -> None:
    assert embedded.default_data_dir() == Path("/var/lib/proxeny")


@ONLY_AS_ROOT
def test_programs_closed_to_the_server_are_copied_once(data_dir: Path) -> None:
    site = Path(tempfile.mkdtemp(prefix="closed-"))
    original = binaries.wheel_programs().parents[2]
    for part in filter(lambda part: (original / part).exists(), (binaries.PROGRAMS, *binaries.LIBRARIES)):
        shutil.copytree(original / part, site / part, symlinks=True)
    (site / binaries.PACKAGE / "__init__.py").touch()
    commands = []

    for _ in range(2):
        owner = start_process(data_dir, {"PYTHONPATH": str(site)})
        assert ask(read_url(owner), "SELECT 1") == 1
        commands += run(["ps", "-o", "args=", "-p", str(postmasters(data_dir)[0])]).stdout.splitlines()
        owner.communicate("")

    assert [command.startswith(f"{data_dir}/programs/") for command in commands] == [True, True]
    shutil.rmtree(site)


def folder() -> Iterator[Path]:
    made = Path(tempfile.mkdtemp(prefix="bundled-", dir="/tmp"))
    yield made
    shutil.rmtree(made)


def start_process(data_dir: Path, variables: Mapping[str, str] | None = None) -> subprocess.Popen[str]:
    """Start a process that owns or uses the server until its standard input closes."""
    return subprocess.Popen(
        [sys.executable, "-c", OWNER_PROCESS, str(data_dir)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | dict(variables or {}),
    )


def read_url(owner: subprocess.Popen[str]) -> str:
    assert owner.stdout is not None
    return owner.stdout.readline().strip()


def ask(url: str, query: str, minimum: int = 18) -> object:
    """Return the last statement's one value, from a server that is at least of the given major version."""

    async def fetch() -> object:
        connection = await asyncpg.connect(url, timeout=10)
        try:
            await embedded.check_server(connection, minimum)
            *statements, last = query.split("; ")
            for statement in statements:
                await connection.execute(statement)
            return await connection.fetchval(last)
        finally:
            await connection.close()

    return asyncio.run(fetch())


def socket_folder(url: str) -> Path:
    return Path(parse_qs(urlsplit(url).query)["host"][0])


def postmasters(data_dir: Path) -> list[int]:
    """Return the ids of the servers of this folder; their children bear other names."""
    listed = run(["ps", "-eo", "pid=,args="]).stdout.splitlines()
    found = [line.split(None, 1) for line in listed if f"-D {data_dir}/postgres" in line and "guard.py" not in line]
    return [int(pid) for pid, _ in found]


def nothing_runs(data_dir: Path) -> bool:
    """Say whether every process of this folder has ended, children of the server too: they hold its lock."""
    if (lock := cluster.claim(cluster.Files(data_dir))) is None:
        return False
    os.close(lock)
    return str(data_dir) not in run(["ps", "-eo", "args="]).stdout


def parent(pid: int) -> int:
    return int(run(["ps", "-o", "ppid=", "-p", str(pid)]).stdout)


def soon(true: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 10
    while not (reached := true()) and time.monotonic() < deadline:
        time.sleep(0.05)
    return reached


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)
