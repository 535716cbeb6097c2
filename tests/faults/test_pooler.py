"""PgBouncer in transaction mode between the API and the database is killed, and its connections are cut, under load."""

import secrets
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from proxeny_api import embedded
from proxeny_api.embedded.account import server_account
from proxeny_api.keys.secret import login_password
from tests.faults import running
from tests.faults.counting import check_exactly_once, check_refusals, counting, keys_of, stored
from tests.faults.running import Running, command, serve, soon
from tests.faults.test_embedded import ask
from tests.programs import program

CITIES = ("bilbao", "porto")
# Two connections for all clients, so that every one is shared by both cities.
CONFIGURATION = """
[databases]
proxeny = host={host} port=5432 dbname=proxeny
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = {folder}/userlist.txt
pool_mode = transaction
default_pool_size = 2
ignore_startup_parameters = statement_timeout,idle_in_transaction_session_timeout,jit
query_wait_timeout = 3
server_login_retry = 1
"""


@dataclass
class Pooler:
    """A PgBouncer that can be killed, and started again at the same place."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        account = server_account(self.folder / "none")
        words = [*(["-u", account.name] if account else []), str(self.folder / "pgbouncer.ini")]
        with (self.folder / "pgbouncer.log").open("ab") as said:
            self.process = subprocess.Popen([program("pgbouncer"), *words], stdout=said, stderr=said)
        assert soon(self.listens), (self.folder / "pgbouncer.log").read_text()

    def listens(self) -> bool:
        with socket.socket() as tried:
            return tried.connect_ex(("127.0.0.1", self.port)) == 0

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()


@pytest.fixture(scope="module")
def bundled() -> Iterator[embedded.Bundled]:
    for data_dir in running.folders():
        with embedded.start(data_dir) as started:
            data_dir.chmod(0o755)
            assert command(data_dir, "migrate").returncode == 0
            yield started


@pytest.fixture(scope="module")
def password(bundled: embedded.Bundled) -> str:
    return login_password((bundled.data_dir / "pepper").read_bytes())


@pytest.fixture(scope="module")
def pooler(bundled: embedded.Bundled, password: str) -> Iterator[Pooler]:
    with socket.socket() as tried:
        tried.bind(("127.0.0.1", 0))
        port = tried.getsockname()[1]
    folder = bundled.data_dir / f"pooler-{secrets.token_hex(2)}"
    folder.mkdir(mode=0o755)
    host = parse_qs(urlsplit(bundled.url).query)["host"][0]
    (folder / "userlist.txt").write_text(f'"proxeny_login" "{password}"\n')
    (folder / "pgbouncer.ini").write_text(CONFIGURATION.format(host=host, port=port, folder=folder))
    made = Pooler(folder, port)
    made.start()
    yield made
    made.kill()


@pytest.fixture(scope="module")
def server(bundled: embedded.Bundled, pooler: Pooler, password: str) -> Iterator[Running]:
    url = f"postgresql://proxeny_login:{password}@127.0.0.1:{pooler.port}/proxeny"
    started = serve(bundled.data_dir, PROXENY_LOGIN_URL=url, PROXENY_STATEMENT_CACHE="0")
    yield started
    started.stop()


def test_a_pooler_killed_and_cut_under_load_loses_doubles_and_mixes_nothing(
    server: Running, pooler: Pooler, bundled: embedded.Bundled
) -> None:
    keys = dict(zip(CITIES, keys_of(server, *CITIES), strict=True))
    cut = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE usename = 'proxeny_login'"
    with (
        counting(server, keys["bilbao"], "bilbao", 2, "b") as one,
        counting(server, keys["porto"], "porto", 2, "p") as two,
    ):
        for _ in range(5):
            time.sleep(0.2)
            ask(bundled.url, cut)
        pooler.kill()
        time.sleep(1)
        pooler.start()
        back = time.monotonic()
        assert soon(lambda: max(count.served_after(back) for count in (one, two)) < float("inf"))

    for code, count in zip(CITIES, (one, two), strict=True):
        with server.client(keys[code]) as city:
            names = stored(city, code)
        assert count.refused()
        check_refusals(count)
        check_exactly_once(count, names)
        assert count.served_after(back) < 10
    assert command(server.data_dir, "verify").returncode == 0
